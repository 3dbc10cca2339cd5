package durable_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/internal/child"
	"github.com/understudy-mock/understudy/internal/natstest"
)

//nolint:gochecknoglobals // flags of go test
var (
	figures = flag.Bool("figures", false, "measure what keeping costs, on a quiet machine")
	publish = flag.String("publish", "", "a page whose figures are replaced by what is measured")
)

// newMachines starts a cluster in which clients can work.
func newMachines(t *testing.T) *machines {
	t.Helper()
	m := &machines{run: run{t: t, binary: program(t), dir: t.TempDir(), ledger: newLedger(), random: rand.New(rand.NewPCG(1, 0)), late: true}}
	m.startAll()
	m.prepare()
	return m
}

// TestFigures prints what keeping costs on each level: make cluster-figures.
func TestFigures(t *testing.T) {
	if *natsServer == "" || !*figures {
		t.Skip("it needs a nats-server and a quiet machine: make cluster-figures")
	}
	m := newMachines(t)
	owner := m.owner()
	single := natstest.Start(t, *natsServer, fmt.Sprintf("jetstream { store_dir: %q, sync_interval: always }", t.TempDir()))
	f := &measuring{t: t, client: m.server.client, places: []*place{
		{name: "memory", base: m.serve()},
		{name: "`--data`", base: m.serve("--data", filepath.Join(t.TempDir(), "worlds"))},
		{name: "a cluster of one", base: m.serve("--cluster", single)},
		{name: "a cluster of three, the owner", base: "http://" + m.addrs[owner]},
		{name: "a cluster of three, another replica", base: "http://" + m.addrs[(owner+1)%len(m.addrs)]},
	}}
	began := time.Now()
	text := f.table() + "\n| also | measured | goal |\n|---|---|---|\n"
	for _, row := range slices.Concat(f.against(), m.starts(), []string{m.restarts()}) {
		text += row
	}
	text = fmt.Sprintf("%s: %d CPUs, %s, %s/%s, %s in all. NATS syncs always.\n\n%s", began.UTC().Format("2006-01-02 15:04 UTC"), runtime.NumCPU(), runtime.Version(),
		runtime.GOOS, runtime.GOARCH, time.Since(began).Round(time.Second), text)
	fmt.Print(text)
	if *publish != "" {
		replaceFigures(t, *publish, text)
	}
}

func replaceFigures(t *testing.T, file, figures string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "<!-- bench keeping -->\n")
	_, after, ended := strings.Cut(rest, "<!-- end -->\n")
	if !found || !ended {
		t.Fatalf("%s has no place for the figures", file)
	}
	const readable = 0o644
	if err := os.WriteFile(file, []byte(before+"<!-- bench keeping -->\n"+figures+"<!-- end -->\n"+after), readable); err != nil {
		t.Fatal(err)
	}
}

// serve starts one mock more, which ends with the test.
func (m *machines) serve(flags ...string) (base string) {
	m.t.Helper()
	p, err := child.Start(m.t.Context(), m.binary, append([]string{"serve", "--addr", "127.0.0.1:0", "--log-level", "error", "--max-worlds", "20000"}, flags...)...)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = p.Kill() }) // it is gone already, at worst
	return "http://" + p.Addr
}

// place is a mock under load.
type place struct {
	name, base string
	deliveries string             // the address of a hook with room for any number of items
	sampled    map[string]sampled // by what is done, and by how many
}

// sampled is what came of some rounds.
type sampled struct {
	rates []float64 // answers a second, of each round
	took  []time.Duration
}

func (s sampled) at(share float64) time.Duration {
	return s.took[int(share*float64(len(s.took)-1))]
}

func (s sampled) rate() float64 {
	rates := slices.Sorted(slices.Values(s.rates))
	return rates[len(rates)/2]
}

// measuring puts places under load by turns, so that what else the machine does befalls all of them.
type measuring struct {
	t      *testing.T
	client *http.Client
	places []*place
}

const (
	figureRounds = 3
	figureRound  = time.Second
)

func crowds() []int { return []int{1, 8, 32} }

func doing(what string, clients int) string { return fmt.Sprint(what, " ", clients) }

// table measures, and says what came of it.
func (f *measuring) table() string {
	f.t.Helper()
	for _, p := range f.places {
		p.prepare(f.t, f.client)
	}
	for _, what := range []string{"list", "deliver"} { // lists first: what is delivered is written down and shortened for a while after
		for _, clients := range crowds() {
			for range figureRounds {
				for _, p := range f.places {
					p.round(f.t, f.client, what, clients)
				}
			}
		}
	}
	text := "| worlds in | clients | deliveries a second | p50 | p99 | lists a second | p50 | p99 |\n|---|---:|---:|---:|---:|---:|---:|---:|\n"
	for _, p := range f.places {
		for _, clients := range crowds() {
			deliver, list := p.sampled[doing("deliver", clients)], p.sampled[doing("list", clients)]
			text += fmt.Sprintf("| %s | %d | %.0f | %s | %s | %.0f | %s | %s |\n", p.name, clients,
				deliver.rate(), milliseconds(deliver.at(0.5)), milliseconds(deliver.at(0.99)), list.rate(), milliseconds(list.at(0.5)), milliseconds(list.at(0.99)))
		}
	}
	return text
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }

// against holds the levels against memory, and against what they are meant to come to.
func (f *measuring) against() (rows []string) {
	memory, data, owner, other := f.places[0], f.places[1], f.places[3], f.places[4]
	var kept, owned, extra []string
	for _, clients := range crowds() {
		list := doing("list", clients)
		of := func(p *place) string {
			var parts []float64 // of each round
			for i, rate := range p.sampled[list].rates {
				parts = append(parts, rate/memory.sampled[list].rates[i])
			}
			return fmt.Sprintf("%.2f", sampled{rates: parts}.rate())
		}
		kept, owned = append(kept, of(data)), append(owned, of(owner))
		extra = append(extra, milliseconds(other.sampled[list].at(0.5)-owner.sampled[list].at(0.5)))
	}
	return []string{
		fmt.Sprintf("| lists a second with `--data`, of those in memory, at 1, 8 and 32 clients | %s | 0.95 |\n", strings.Join(kept, ", ")),
		fmt.Sprintf("| lists a second at the owner, of those in memory, at 1, 8 and 32 clients | %s | 0.90 |\n", strings.Join(owned, ", ")),
		fmt.Sprintf("| p50 of a list that is sent on, beyond that at the owner, at 1, 8 and 32 clients | %s | 1.50 ms |\n", strings.Join(extra, ", ")),
		fmt.Sprintf("| deliveries a second with `--data`, 32 clients | %.0f | 4000 |\n", data.sampled[doing("deliver", 32)].rate()),
	}
}

// prepare makes what is delivered to. The world is one of the figures' own.
func (p *place) prepare(t *testing.T, client *http.Client) {
	t.Helper()
	p.sampled = map[string]sampled{}
	s := server{base: p.base, client: client}
	var made struct {
		HookURL string `json:"hookUrl"`
	}
	_, err := s.call(t.Context(), http.MethodGet, "/api/v2/hooks", figuresWorld, nil) // which makes the world
	if err == nil {
		err = s.control(t.Context(), http.MethodPost, "/worlds/"+figuresWorld+"/makecom/hooks", map[string]any{"queueLimit": 1 << 30}, &made)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.deliveries = strings.TrimPrefix(made.HookURL, p.base)
}

const figuresWorld = "figures"

// round does the same for a while.
func (p *place) round(t *testing.T, client *http.Client, what string, clients int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), figureRound)
	defer cancel()
	began := time.Now()
	var working sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	for range clients {
		working.Go(func() {
			took := p.work(ctx, t, client, what)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	working.Wait()
	if len(all) == 0 {
		t.Fatalf("%s, %s: nothing was done", p.name, what)
	}
	s := p.sampled[doing(what, clients)]
	s.rates = append(s.rates, float64(len(all))/time.Since(began).Seconds())
	s.took = append(s.took, all...)
	slices.Sort(s.took)
	p.sampled[doing(what, clients)] = s
}

// work is what one client does, and how long each answer took.
func (p *place) work(ctx context.Context, t *testing.T, client *http.Client, what string) (took []time.Duration) {
	t.Helper()
	for ctx.Err() == nil {
		method, path, body := http.MethodGet, "/api/v2/hooks/"+hookID+"/incomings", io.Reader(http.NoBody)
		if what == "deliver" {
			method, path, body = http.MethodPost, p.deliveries, strings.NewReader(`{"order":1}`)
		}
		began := time.Now()
		if status := p.call(t, client, method, path, body); status != http.StatusOK {
			t.Errorf("%s, %s: %d", p.name, what, status)
			return took
		}
		took = append(took, time.Since(began))
	}
	return took
}

func (p *place) call(t *testing.T, client *http.Client, method, path string, body io.Reader) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.base+path, body)
	if err != nil {
		t.Error(err)
		return 0
	}
	r.Header.Set("Authorization", "Token "+figuresWorld)
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

// starts measures how long a server takes until it listens that finds much in its directory.
func (m *machines) starts() (rows []string) {
	m.t.Helper()
	for _, full := range []struct {
		what, goal string
		fill       func(server) error
	}{
		{"1,000,000 queued items", "3 s", m.fillQueue},
		{"10,000 worlds, each with a delivery", "2 s", m.fillWorlds},
	} {
		flags := []string{"serve", "--addr", "127.0.0.1:0", "--log-level", "error", "--max-worlds", "20000", "--data", filepath.Join(m.t.TempDir(), "worlds")}
		var took time.Duration
		for i := range 2 { // it is filled in the first one
			began := time.Now()
			p, err := child.Start(m.t.Context(), m.binary, flags...)
			if err != nil {
				m.t.Fatal(err)
			}
			took = time.Since(began)
			if i == 0 {
				err = full.fill(server{base: "http://" + p.Addr, client: m.server.client})
			}
			if stopped := p.Stop(); err != nil || stopped != nil {
				m.t.Fatal(err, stopped)
			}
		}
		rows = append(rows, fmt.Sprintf("| start with `--data`, %s | %.2f s | %s |\n", full.what, took.Seconds(), full.goal))
	}
	return rows
}

func (m *machines) fillQueue(s server) error {
	const at, times = 20_000, 50
	var made struct {
		HookID int `json:"hookId"`
	}
	_, err := s.call(m.t.Context(), http.MethodGet, "/api/v2/hooks", figuresWorld, nil)
	if err == nil {
		err = s.control(m.t.Context(), http.MethodPost, "/worlds/"+figuresWorld+"/makecom/hooks", map[string]any{"queueLimit": 1 << 30}, &made)
	}
	data := make([]map[string]int, at)
	for i := range data {
		data[i] = map[string]int{"n": i}
	}
	for range times {
		if err == nil {
			err = s.control(m.t.Context(), http.MethodPost, fmt.Sprintf("/worlds/%s/makecom/hooks/%d/incomings", figuresWorld, made.HookID), map[string]any{"data": data}, nil)
		}
	}
	return err
}

func (m *machines) fillWorlds(s server) error {
	const clients, each = 32, 313
	errs := make([]error, clients)
	var working sync.WaitGroup
	for c := range clients {
		working.Go(func() {
			for n := range min(each, 10_000-c*each) {
				name := fmt.Sprintf("w-%d-%d", c, n)
				_, err := s.call(m.t.Context(), http.MethodGet, "/api/v2/hooks", name, nil)
				if err == nil {
					err = s.control(m.t.Context(), http.MethodPost, "/worlds/"+name+"/makecom/hooks/"+hookID+"/incomings", map[string]any{"data": []any{1}}, nil)
				}
				if err != nil {
					errs[c] = err
					return
				}
			}
		})
	}
	working.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// restarts is what a client sees of a rolling restart.
func (m *machines) restarts() string {
	m.t.Helper()
	v := m.restartAll()
	return fmt.Sprintf("| the longest time in which a client had no answer, while all three replicas were restarted, one after the other; answers that left a change in doubt | %s, %d | 1 s, 0 |\n",
		milliseconds(v.longest), v.maybe)
}
