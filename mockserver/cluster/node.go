package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nuid"
)

// Node is a replica. It answers what is asked of the worlds when it has them, and sends it to the replica that has them otherwise.
type Node struct {
	id      string
	key     string // that other replicas show, who have it from the lease
	options Options
	stream  *stream

	known   seen // the watcher's, like the count of its renewals
	renewed int
	other   atomic.Pointer[other]  // nil for none
	until   atomic.Pointer[belief] // in the lease
	wake    chan struct{}          // of the watcher
	hurried atomic.Int32           // looks of the watcher that come soon
	noRoom  atomic.Bool            // for a lease

	owner    atomic.Pointer[owner] // nil while the worlds are elsewhere, or are being read
	building atomic.Bool
	resume   *position       // of a log that ended for want of room; build has it
	life     context.Context //nolint:containedctx // it is the replica's, not a request's
	stop     context.CancelFunc
	termMu   sync.Mutex
	term     context.CancelFunc // of the reading of worlds; termMu guards it
	making   sync.WaitGroup     // of the worlds
	working  sync.WaitGroup     // everything
	leaving  atomic.Bool
	left     chan struct{} // closed when they are handed over
	leave    sync.Once
	gone     error // what became of the worlds that were handed over; working guards it
}

// Join connects to the servers, makes what the replicas share where it is missing, and takes part from then on.
func Join(ctx context.Context, o Options) (*Node, error) {
	o = o.complete()
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	n := &Node{id: nuid.Next(), key: rand.Text(), options: o, stream: s, left: make(chan struct{}), wake: make(chan struct{}, 1)}
	if s.promise, err = s.worth(ctx, o.Monitors); err != nil {
		s.conn.Close()
		return nil, err
	}
	n.life, n.stop = context.WithCancel(context.Background())
	if _, err := s.conn.Subscribe(leaseKey, n.heard); err != nil {
		s.conn.Close()
		return nil, err
	}
	n.working.Go(func() { n.watch(n.life) })
	return n, nil
}

// ID names the replica, as long as it lives.
func (n *Node) ID() string { return n.id }

// Worth is what an acknowledgement is worth on these servers.
func (n *Node) Worth() Worth { return n.stream.promise }

// hold believes in the lease for a while, and has the worlds made where they are not.
func (n *Node) hold(from time.Time) {
	n.until.Store(&belief{from, from.Add(n.trust())})
	if o := n.owner.Load(); o != nil && o.log.over() == nil {
		return
	}
	if n.building.CompareAndSwap(false, true) {
		ctx, cancel := context.WithTimeout(n.life, reading)
		n.termMu.Lock()
		n.term = cancel
		n.termMu.Unlock()
		n.making.Go(func() {
			defer cancel()
			n.build(ctx)
		})
	}
}

// endTerm breaks off the reading of worlds.
func (n *Node) endTerm() {
	n.termMu.Lock()
	defer n.termMu.Unlock()
	if n.term != nil {
		n.term()
	}
}

// lose gives the worlds up, which another replica has.
func (n *Node) lose() {
	n.until.Store(nil)
	n.endTerm()
	n.dropOwner(errLost)
}

func (n *Node) dropOwner(cause error) {
	if o := n.owner.Swap(nil); o != nil {
		n.working.Go(func() { o.drop(cause) })
	}
}

// reading is how long the worlds may take to be read.
const reading = 5 * time.Minute

// build makes the worlds out of the stream.
func (n *Node) build(ctx context.Context) {
	defer n.building.Store(false)
	if o := n.owner.Load(); o != nil {
		n.resume = o.log.stopped.Load()
	}
	n.dropOwner(errEnded)
	began := time.Now()
	o, err := n.newOwner(ctx)
	if err != nil {
		n.options.Logger.Error("the worlds cannot be read from the cluster; it is tried again", "error", err)
		return
	}
	n.options.Logger.Info("this replica has the worlds", "epoch", o.log.epoch, "took", time.Since(began).String())
	context.AfterFunc(o.log.alive, func() { signal(n.wake) })
	n.owner.Store(o)
	if ctx.Err() != nil { // they were lost meanwhile
		n.dropOwner(errLost)
	}
}

func (n *Node) newOwner(ctx context.Context) (*owner, error) {
	log, err := takeOver(ctx, n.stream, n.options, n.resume)
	if err != nil {
		return nil, err
	}
	server, err := n.options.Make(log)
	if err != nil {
		log.end(errEnded)
		return nil, errors.Join(err, log.Close())
	}
	log.forget()
	return newOwner(log, server), nil
}

// has is the owner, with a request begun, while this replica may answer: it has the worlds and knows that nobody else does.
func (n *Node) has() *owner {
	o := n.owner.Load()
	if o == nil || !o.begin() {
		return nil
	}
	if !n.mayAnswer(o) {
		o.end()
		return nil
	}
	return o
}

// mayAnswer reports whether what the owner knows is what the worlds are.
func (n *Node) mayAnswer(o *owner) bool { return n.until.Load().holds() && o.log.over() == nil }

const noRoom = "no replica has the worlds: the NATS servers have no room, not even for the lease; raise their max_file_store, or make room on their disks, and it goes on by itself"

// Role says in words what this replica does at present, and whether anybody has the worlds.
func (n *Node) Role() (role string, served bool) {
	if o := n.owner.Load(); o != nil {
		if n.mayAnswer(o) {
			return "this replica, " + n.id + ", has the worlds", true
		}
		if n.noRoom.Load() {
			return noRoom, false
		}
		return "this replica, " + n.id + ", cannot find out whether it still has the worlds; the NATS servers do not answer, or have no leader", false
	}
	if other := n.other.Load(); other != nil {
		if time.Since(*other.heard.Load()) > n.options.lease {
			return fmt.Sprintf("nothing is heard of replica %s at %s, which had the worlds; the NATS servers do not answer, or have no leader", other.Replica, other.Address), false
		}
		return fmt.Sprintf("replica %s at %s has the worlds; this one, %s, sends requests on", other.Replica, other.Address, n.id), true
	}
	return "no replica has the worlds", false
}

// Leave hands the worlds over, after what is being answered. Requests that come later are sent to the replica that has them then.
func (n *Node) Leave() {
	n.leaving.Store(true)
	signal(n.wake)
	select {
	case <-n.left:
	case <-n.life.Done():
	}
}

// EndStreams ends the streams of events that are followed here.
func (n *Node) EndStreams() {
	if o := n.owner.Load(); o != nil {
		o.server.EndStreams()
	}
}

// Close leaves the cluster.
func (n *Node) Close() error {
	n.Leave()
	n.stop()
	n.making.Wait()
	n.dropOwner(errEnded) // one that was still being made
	n.working.Wait()
	n.stream.conn.Close()
	return n.gone
}
