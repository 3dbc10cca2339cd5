package durable_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/internal/child"
)

var figures = flag.Bool("figures", false, "measure what a cluster costs, on a quiet machine") //nolint:gochecknoglobals // a flag of go test

// newMachines starts a cluster in which clients can work.
func newMachines(t *testing.T) *machines {
	t.Helper()
	m := &machines{run: run{t: t, binary: program(t), dir: t.TempDir(), ledger: newLedger(), random: rand.New(rand.NewPCG(1, 0)), late: true}}
	m.startAll()
	m.prepare()
	return m
}

// TestFigures prints what a cluster costs beside memory.
func TestFigures(t *testing.T) {
	if *natsServer == "" || !*figures {
		t.Skip("it needs a nats-server and a quiet machine: make cluster-figures")
	}
	m := newMachines(t)
	owner := m.owner()
	memory, err := child.Start(t.Context(), m.binary, "serve", "--addr", "127.0.0.1:0", "--log-level", "error")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = memory.Kill() })
	places := []place{{"memory", "http://" + memory.Addr}, {"owner", "http://" + m.addrs[owner]}, {"forwarded", "http://" + m.addrs[(owner+1)%3]}}
	for _, at := range places {
		for _, n := range []int{1, 8, 32} {
			t.Logf("%-9s %2d clients: %s; %s", at.name, n, at.measure(t, m.server.client, n, "advance"), at.measure(t, m.server.client, n, "list"))
		}
	}
}

type place struct{ name, base string }

// measure does the same for a few seconds.
func (p place) measure(t *testing.T, client *http.Client, clients int, what string) string {
	t.Helper()
	const lasting = 3 * time.Second
	world := fmt.Sprintf("figures-%d-%s", clients, what)
	ctx, cancel := context.WithTimeout(t.Context(), lasting)
	defer cancel()
	var working sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	for range clients {
		working.Go(func() {
			var took []time.Duration
			for ctx.Err() == nil {
				began := time.Now()
				method, path, body := http.MethodGet, "/api/v2/hooks/"+hookID+"/incomings", io.Reader(http.NoBody)
				if what == "advance" { // a change after which there is no more than before
					method, path, body = http.MethodPost, "/_understudy/v1/worlds/"+world+"/clock/advance", strings.NewReader(`{"by":"1s"}`)
				}
				if status := p.call(t, client, method, path, world, body); status != http.StatusOK {
					t.Errorf("%s: %d", what, status)
					return
				}
				took = append(took, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	working.Wait()
	if len(all) == 0 {
		t.Fatalf("%s: nothing was done", what)
	}
	slices.Sort(all)
	at := func(share float64) time.Duration {
		return all[int(share*float64(len(all)-1))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%s %.0f a second, p50 %v, p99 %v", what, float64(len(all))/lasting.Seconds(), at(0.5), at(0.99))
}

func (p place) call(t *testing.T, client *http.Client, method, path, token string, body io.Reader) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.base+path, body)
	if err != nil {
		t.Error(err)
		return 0
	}
	r.Header.Set("Authorization", "Token "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) // the connection is used again
	return answer.StatusCode
}
