package durable_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// visitor is a client behind something that knows the replicas: it asks one after the other, and the next one where a replica does not
// listen. It asks for changes, one after the other.
type visitor struct {
	server  server
	world   string
	steps   atomic.Int64 // changes that were acknowledged
	maybe   int          // and of which nobody knows
	last    time.Time
	longest time.Duration // without an acknowledgement
}

// visit asks until it is told to stop.
func (v *visitor) visit(ctx context.Context) {
	for v.last = time.Now(); ctx.Err() == nil; {
		err := v.server.control(context.WithoutCancel(ctx), http.MethodPost, "/worlds/"+v.world+"/clock/advance", map[string]string{"by": "1s"}, nil)
		var dial *net.OpError
		switch {
		case err == nil:
			v.steps.Add(1)
			v.longest, v.last = max(v.longest, time.Since(v.last)), time.Now()
		case errors.As(err, &dial) && dial.Op == "dial":
		default:
			v.maybe++
		}
	}
}

// restartAll restarts each replica, one after the other, as an upgrade does: the next one when the last one is ready. It takes the one that has
// the worlds wherever it may, so that they are handed over as often as they can be.
func (m *machines) restartAll() *visitor {
	m.t.Helper()
	const name = "visited"
	base := server{base: m.server.bases.all[0], client: m.server.client}
	_, err := base.call(m.t.Context(), http.MethodGet, "/api/v2/hooks", name, nil)
	if err == nil {
		err = base.control(m.t.Context(), http.MethodPut, "/worlds/"+name+"/clock", map[string]string{"mode": "frozen", "now": startOfClock}, nil)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	apart := m.server
	apart.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // a connection that is closed meanwhile says nothing about the replicas
	v := &visitor{server: apart, world: name}
	ctx, stop := context.WithCancel(m.t.Context())
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		v.visit(ctx)
	}()
	for left := []int{0, 1, 2}; len(left) > 0; {
		i := left[0]
		if owner := m.owner(); slices.Contains(left, owner) {
			i = owner
		}
		left = slices.DeleteFunc(left, func(n int) bool { return n == i })
		before := v.steps.Load()
		m.stopReplica(i)
		m.until("a replica was not ready", func() bool { return m.role(m.addrs[i]) != "" })
		m.until("too few answers came", func() bool { return v.steps.Load() > before+20 })
	}
	stop()
	<-ended
	m.wantSteps(v)
	return v
}

// wantSteps wants every acknowledged change to be there, once.
func (m *machines) wantSteps(v *visitor) {
	m.t.Helper()
	var clock struct {
		Now time.Time `json:"now"`
	}
	a, err := server{base: m.server.bases.all[0], client: m.server.client}.call(m.t.Context(), http.MethodGet, "/_understudy/v1/worlds/"+v.world+"/clock", "", nil)
	if err == nil {
		err = json.Unmarshal(a.body, &clock)
	}
	first, parsed := time.Parse(time.RFC3339, startOfClock)
	steps := int(clock.Now.Sub(first) / time.Second)
	if err = errors.Join(err, parsed); err != nil || steps < int(v.steps.Load()) || steps > int(v.steps.Load())+v.maybe {
		m.t.Errorf("the clock is at step %d, acknowledged were %d, and %d are unknown (%v)", steps, v.steps.Load(), v.maybe, err)
	}
}

// SIGTERM hands the worlds over within a second: no client waits longer for an answer while all replicas are restarted, and none is left in
// doubt.
func TestRollingRestart(t *testing.T) {
	if *natsServer == "" {
		t.Skip("it needs a nats-server: make cluster-test")
	}
	m := newMachines(t)
	v := m.restartAll()
	if v.longest > time.Second || v.maybe > 0 {
		t.Errorf("%v without an answer, and %d changes in doubt", v.longest, v.maybe)
	}
	t.Logf("%d changes, the longest time without an answer %v", v.steps.Load(), v.longest)
}
