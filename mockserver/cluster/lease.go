package cluster

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

// lease says which replica has the worlds.
type lease struct {
	Replica  string `json:"replica"`
	Address  string `json:"address"`
	Control  string `json:"control"`
	Key      string `json:"key"` // that requests have to show which are sent on to it
	Released bool   `json:"released,omitempty"`
}

// seen is the lease as this replica knows it. The watcher has it.
type seen struct {
	lease
	revision uint64
	since    time.Time // when this replica saw the revision first
}

// renewals of the owner's per time that others wait, so that a late one does no harm; and looks of the others.
const (
	renewals = 6
	looks    = 12
)

// trust is how long the owner believes in its own lease: well less than others leave it alone.
func (n *Node) trust() time.Duration { return n.options.lease * 2 / 3 }

// belief is until when an owner believes in its lease. It asks two clocks: one does not run while a machine is suspended, and the other one
// can be set.
type belief struct{ from, until time.Time }

func (b *belief) holds() bool {
	if b == nil {
		return false
	}
	now := time.Now()
	elapsed := now.Round(0).Sub(b.from.Round(0)) // by the clock on the wall
	return now.Before(b.until) && elapsed >= 0 && elapsed < b.until.Sub(b.from)
}

// watch keeps the lease, or takes it when nobody keeps it, until the replica leaves.
func (n *Node) watch(ctx context.Context) {
	for ctx.Err() == nil {
		every := n.options.lease / looks
		asking, cancel := context.WithTimeout(ctx, n.options.lease/2)
		switch leaving := n.leaving.Load(); {
		case leaving && n.mine():
			n.release(ctx)
		case n.mine():
			every = n.options.lease / renewals
			n.renew(asking)
		default:
			n.look(asking)
			if n.hurried.Load() > 0 {
				n.hurried.Add(-1)
				every = again
			}
		}
		cancel()
		if n.leaving.Load() && !n.mine() {
			n.leave.Do(func() { close(n.left) })
		}
		n.nap(ctx, every)
	}
}

// nap waits until it is time, or something happened.
func (n *Node) nap(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	select {
	case <-n.wake:
	case <-ctx.Done():
	}
}

func (n *Node) mine() bool { return n.known.Replica == n.id && !n.known.Released }

// look finds out who has the lease, and takes it when it is free.
func (n *Node) look(ctx context.Context) {
	m, found, err := n.stream.last(ctx, leaseKey)
	if err != nil {
		return
	}
	if !found && n.known.revision == 0 {
		n.take(ctx)
		return
	}
	if m.Sequence > n.known.revision {
		n.learn(m)
	}
	if n.known.Released || time.Since(n.known.since) > n.options.lease {
		n.take(ctx)
	}
}

// hurry is how often the watcher looks soon again when it was told of a change.
const hurry = 25

// heard has the watcher look at once when a lease is given back, or is a replica's that it does not know, and soon again. It is a hint: what
// counts is what the stream has, which has it a little later.
func (n *Node) heard(m *nats.Msg) {
	var l lease
	if json.Unmarshal(m.Data, &l) != nil || l.Replica == n.id {
		return
	}
	if other := n.other.Load(); l.Released || other == nil || other.Replica != l.Replica {
		n.hurried.Store(hurry)
		signal(n.wake)
	}
}

func (n *Node) learn(m stored) {
	var l lease
	if err := json.Unmarshal(m.Data, &l); err != nil {
		n.options.Logger.Error("the lease in the stream is not one", "error", err)
		return
	}
	n.set(seen{l, m.Sequence, time.Now()})
}

// set publishes what is known of the lease. What was sent to an owner that is none any more is given up.
func (n *Node) set(s seen) {
	before := n.other.Load()
	n.known = s
	if s.Replica == n.id || s.Released {
		n.other.Store(nil)
	} else if before == nil || before.Replica != s.Replica {
		ctx, cancel := context.WithCancel(n.life)
		now := &other{lease: s.lease, term: ctx, end: cancel}
		now.heard.Store(&s.since)
		n.other.Store(now)
	} else {
		before.heard.Store(&s.since)
		return
	}
	if before != nil {
		before.end()
	}
}

// other is another replica, as long as it has the lease.
type other struct {
	lease
	term  context.Context //nolint:containedctx // of the owner
	end   context.CancelFunc
	heard atomic.Pointer[time.Time] // of its lease, last
}

// take makes the lease this replica's, if nobody else was faster, and the worlds with it.
func (n *Node) take(ctx context.Context) {
	if n.leaving.Load() {
		return
	}
	began := time.Now()
	now, err := n.put(ctx, n.own())
	if err != nil {
		return // somebody else was faster, or nobody answers: the next look tells
	}
	n.set(seen{n.own(), now, began})
	n.hold(began)
}

// renew keeps the lease. When somebody else has it, the worlds are theirs.
func (n *Node) renew(ctx context.Context) {
	began := time.Now()
	now, err := n.put(ctx, n.own())
	if err == nil {
		n.known.revision = now
		n.hold(began)
		n.tidy()
		return
	}
	m, found, err := n.stream.last(ctx, leaseKey)
	if err != nil || !found || m.Sequence <= n.known.revision {
		return
	}
	if n.learn(m); !n.mine() {
		n.lose()
	}
}

// spare is how many earlier leases are left: the room that they take is there when the stream has no other for the next one.
const spare = 64

// tidy removes earlier leases, now and then.
func (n *Node) tidy() {
	const often = 64
	if n.renewed++; n.renewed%often == 0 {
		n.working.Go(func() { _ = n.stream.purgeAllBut(n.life, leaseKey, spare) }) // or another time
	}
}

// release hands the worlds over, after what is being answered.
func (n *Node) release(ctx context.Context) {
	began := time.Now()
	n.endTerm()
	n.making.Wait()
	if o := n.owner.Swap(nil); o != nil {
		o.part(n.options.parting)
		n.working.Go(func() { n.gone = o.server.Close() })
		defer func() { n.options.Logger.Info("the worlds are handed over", "took", time.Since(began).String()) }()
	}
	n.until.Store(nil) // nothing that was read leaves from now on
	free := lease{Replica: n.id, Released: true}
	if now, err := n.put(ctx, free); err == nil {
		n.known.revision = now
	}
	n.set(seen{free, n.known.revision, time.Now()}) // others find out by themselves, later, if nobody told them
}

func (n *Node) own() lease {
	return lease{Replica: n.id, Address: n.options.Address, Control: n.options.Control, Key: n.key}
}

// put writes the lease where nobody else has written one since this replica looked.
func (n *Node) put(ctx context.Context, l lease) (uint64, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return 0, err
	}
	now, err := n.stream.publish(ctx, leaseKey, nats.NewInbox(), text, &n.known.revision)
	for _, keep := range []int{spare / 2, 1} {
		if !isFull(err) || n.stream.purgeAllBut(ctx, leaseKey, keep) != nil {
			break
		}
		now, err = n.stream.publish(ctx, leaseKey, nats.NewInbox(), text, &n.known.revision)
	}
	if full := isFull(err); n.noRoom.Swap(full) != full && full {
		n.options.Logger.Error("the NATS servers have no room for the lease; nobody is answered until they have", "error", err)
	}
	return now, err
}
