package durable_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/internal/child"
)

var (
	kills   = flag.Int("kills", 4, "how often to kill the server")                                             //nolint:gochecknoglobals // a flag of go test
	clients = flag.Int("clients", 8, "clients that work at the same time")                                     //nolint:gochecknoglobals // a flag of go test
	seed    = flag.Uint64("seed", 0, "of the moments and of what the clients do; 0 for another one each time") //nolint:gochecknoglobals // a flag of go test
	binary  = flag.String("binary", "", "the program to kill; built when it is not given")                     //nolint:gochecknoglobals // a flag of go test
)

// errWrong marks an answer that says something wrong, unlike one that did not come.
var errWrong = errors.New("wrong")

// broken lets errors pass that are those of a server that was killed.
func broken(err error) error {
	if err == nil || !errors.Is(err, errWrong) && !strings.Contains(err.Error(), ": 5") && !strings.Contains(err.Error(), ": 4") {
		return nil
	}
	return err
}

// What the built program acknowledged is there after it was killed with SIGKILL, whatever its clients were doing.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program and kills it several times")
	}
	r := newRun(t, "")
	r.start()
	r.prepare()
	for range *kills {
		r.workUntilKilled()
		r.start()
		r.compare()
		if t.Failed() {
			return
		}
	}
	for _, wrong := range r.ledger.judge() {
		t.Error(wrong)
	}
	if err := r.process.Stop(); err != nil {
		t.Error(err)
	}
	t.Logf("after %d kills under %d clients: %v acknowledged", *kills, *clients, r.ledger.counts)
	if *kills >= 20 {
		r.ledger.wantAll(t)
	}
}

func program(t *testing.T) string {
	t.Helper()
	if *binary != "" {
		return *binary
	}
	file := filepath.Join(t.TempDir(), "understudy")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", file, "github.com/understudy-mock/understudy/cmd/understudy").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return file
}

type run struct {
	t       *testing.T
	binary  string
	dir     string
	ledger  *ledger
	random  *rand.Rand
	clients []*client

	process *child.Process
	server  server
	address string
	starts  time.Duration // the longest
	late    bool          // what nobody answered may be done later
}

// newRun draws what the clients do. Each item that they deliver is filled up by a text.
func newRun(t *testing.T, pad string) *run {
	t.Helper()
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("seed %d", *seed)
	r := &run{t: t, binary: program(t), dir: t.TempDir(), ledger: newLedger(), random: rand.New(rand.NewPCG(*seed, 0))}
	for n := range *clients {
		r.clients = append(r.clients, &client{n: n, random: rand.New(rand.NewPCG(*seed, uint64(n+1))), ledger: r.ledger, forks: map[string]fate{}, pad: pad})
	}
	return r
}

func (r *run) start() {
	r.t.Helper()
	began := time.Now()
	process, err := child.Start(r.t.Context(), r.binary, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(r.dir, "data"), "--log-level", "warn")
	if err != nil {
		r.t.Fatal(err)
	}
	r.starts = max(r.starts, time.Since(began))
	r.process = process
	r.server = server{base: "http://" + process.Addr, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// prepare makes the worlds in which the clients work.
func (r *run) prepare() {
	r.t.Helper()
	ctx := r.t.Context()
	r.find(world)
	var err error
	var answers []map[string]any
	for n := range 400 {
		answers = append(answers, map[string]any{"status": []int{500, 200}[n%2], "times": 2})
	}
	err = r.server.control(ctx, http.MethodPut, "/worlds/"+world+"/sinks/warehouse", map[string]any{"answers": append(answers, map[string]any{"status": 500})}, nil)
	for _, c := range r.clients {
		if _, called := r.server.call(ctx, http.MethodGet, "/api/v2/hooks", c.world(), nil); called != nil {
			err = errors.Join(err, called)
		}
		err = errors.Join(err, r.server.control(ctx, http.MethodPut, "/worlds/"+c.world()+"/clock", map[string]string{"mode": "frozen", "now": startOfClock}, nil))
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// find learns the address to which items of a world are delivered.
func (r *run) find(world string) {
	r.t.Helper()
	a, err := r.server.call(r.t.Context(), http.MethodGet, "/api/v2/hooks/"+hookID, world, nil)
	var hook struct {
		Hook struct {
			URL string `json:"url"`
		} `json:"hook"`
	}
	if err == nil {
		err = json.Unmarshal(a.body, &hook)
	}
	if err != nil || hook.Hook.URL == "" {
		r.t.Fatalf("%v %s", err, a.body)
	}
	at, err := url.Parse(hook.Hook.URL)
	if err != nil {
		r.t.Fatal(err)
	}
	r.address = at.Path
}

const startOfClock = "2026-01-01T00:00:00Z"

// workUntilKilled lets every client work until the server is killed, at a moment that nobody chooses.
func (r *run) workUntilKilled() {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	var working sync.WaitGroup
	for _, c := range r.clients {
		working.Go(func() {
			if err := c.work(ctx, r.server, r.address); err != nil && ctx.Err() == nil {
				r.t.Errorf("client %d: %v", c.n, err)
			}
		})
	}
	time.Sleep(time.Duration(50+r.random.IntN(350)) * time.Millisecond)
	if err := r.process.Kill(); err != nil {
		r.t.Error(err)
	}
	cancel()
	working.Wait()
}

// compare holds what is there against what was acknowledged.
func (r *run) compare() {
	r.t.Helper()
	var shared file
	call := r.ledger.now()
	if err := r.server.control(r.t.Context(), http.MethodGet, "/worlds/"+world, nil, &shared); err != nil {
		r.t.Fatal(err)
	}
	r.compareItems(shared, call)
	r.compareRequests(shared)
	var listed struct {
		Worlds []struct {
			Name string `json:"name"`
		} `json:"worlds"`
	}
	if err := r.server.control(r.t.Context(), http.MethodGet, "/worlds", nil, &listed); err != nil {
		r.t.Fatal(err)
	}
	names := map[string]bool{}
	for _, w := range listed.Worlds {
		names[w.Name] = true
	}
	for _, c := range r.clients {
		r.compareWorlds(c, names)
	}
}

func (r *run) compareItems(shared file, call int64) {
	r.t.Helper()
	seen := map[*item]bool{}
	for _, hook := range shared.Makecom.Hooks {
		for _, held := range hook.Items {
			var data struct {
				Payload string `json:"payload"`
			}
			if json.Unmarshal(held.Data, &data) != nil || data.Payload == "" {
				continue // one of the documented world
			}
			i := r.ledger.byName[data.Payload]
			switch {
			case i == nil:
				r.t.Errorf("item %s holds %s, which nobody sent", held.ID, held.Data)
				continue
			case seen[i]:
				r.t.Errorf("item %s is there twice", data.Payload)
			case i.gone:
				r.t.Errorf("item %s (%s) is there again", data.Payload, held.ID)
			}
			seen[i] = true
			if i.id != "" && i.id != held.ID {
				r.t.Errorf("item %s was acknowledged as %s and is there as %s", data.Payload, i.id, held.ID)
			}
			if err := r.ledger.identify(i, held.ID); err != nil {
				r.t.Error(err)
			}
		}
	}
	var live []*item
	for _, i := range r.ledger.live {
		r.ledger.note(i, input{look, -1}, call, seen[i])
		if i.gone = !seen[i]; !i.gone {
			live = append(live, i)
		}
	}
	r.ledger.live = live
}

func (r *run) compareRequests(shared file) {
	r.t.Helper()
	byEntity, numbers := map[string]logged{}, map[int]bool{}
	for _, l := range shared.Crmcom.Requests {
		if _, twice := byEntity[l.EntityID]; twice || numbers[l.Number] {
			r.t.Errorf("request %d of %s is there twice", l.Number, l.EntityID)
		}
		byEntity[l.EntityID], numbers[l.Number] = l, true
	}
	for _, c := range r.clients {
		for _, q := range c.requests {
			l, found := byEntity[q.entity]
			if err := q.fits(l, found, r.late); err != nil {
				r.t.Error(err)
			}
		}
	}
}

// fits holds a request against what its client was told, and takes over what nobody told it.
func (q *request) fits(l logged, found, late bool) error {
	told := *q
	if late && told.pending == "fire" && !found {
		return nil // it may come
	}
	if !late || told.pending == "fire" || !found {
		q.pending = ""
	}
	if !found {
		q.state = "GONE"
		if told.state == "GONE" || told.pending == "fire" || told.pending == "delete" {
			return nil
		}
		return fmt.Errorf("request %s of %s was acknowledged as %s and is gone", told.id, told.entity, told.state)
	}
	q.id, q.state = l.ID, l.State
	switch {
	case told.id != "" && told.id != l.ID:
		return fmt.Errorf("request %s of %s is there as %s", told.id, told.entity, l.ID)
	case told.state == "GONE":
		return fmt.Errorf("request %s of %s was deleted and is there", told.id, told.entity)
	case told.pending == "resend" || told.state == "LOGGED" || told.state == "":
		return nil
	case told.state != l.State:
		return fmt.Errorf("request %s of %s was acknowledged as %s and is %s", told.id, told.entity, told.state, l.State)
	}
	return nil
}

func (r *run) compareWorlds(c *client, names map[string]bool) {
	r.t.Helper()
	var own file
	if err := r.server.control(r.t.Context(), http.MethodGet, "/worlds/"+c.world(), nil, &own); err != nil {
		r.t.Fatal(err)
	}
	have := map[string]bool{}
	for _, token := range own.Tokens {
		have[token.Token] = true
	}
	for _, token := range c.tokens {
		if !have[token] {
			r.t.Errorf("client %d: the token %s was acknowledged and is gone", c.n, token)
		}
	}
	first, _ := time.Parse(time.RFC3339, startOfClock)
	now, err := time.Parse(time.RFC3339, own.Clock.Now)
	steps := int(now.Sub(first) / time.Second)
	if err != nil || steps < c.steps || steps > c.steps+c.maybe {
		r.t.Errorf("client %d: the clock is at step %d, acknowledged were %d, and %d are unknown (%v)", c.n, steps, c.steps, c.maybe, err)
	}
	if c.maybe -= steps - c.steps; !r.late {
		c.maybe = 0
	}
	c.steps = steps
	for name, f := range c.forks {
		switch {
		case f == there && !names[name]:
			r.t.Errorf("the fork %s was acknowledged and is gone", name)
		case f == dropped && names[name]:
			r.t.Errorf("the fork %s was dropped and is there", name)
		case f == perhaps && names[name]:
			c.forks[name] = there
		case f == perhaps && !r.late, f == doubted && !names[name]:
			c.forks[name] = dropped
		case f == doubted && !r.late:
			c.forks[name] = there
		}
	}
}
