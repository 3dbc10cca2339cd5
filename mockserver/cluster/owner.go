package cluster

import (
	"sync"
	"time"
)

// owner is the time in which this replica has the worlds.
type owner struct {
	log    *Log
	server Server

	mu      sync.Mutex
	running int
	over    bool
	idle    chan struct{} // closed when it is over and nothing runs
}

func newOwner(log *Log, server Server) *owner {
	return &owner{log: log, server: server, idle: make(chan struct{})}
}

// begin reports whether a request may be answered. One that may has to end.
func (o *owner) begin() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return false
	}
	o.running++
	return true
}

func (o *owner) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.running--; o.over && o.running == 0 {
		close(o.idle)
	}
}

// stop lets nothing begin any more.
func (o *owner) stop() {
	o.server.EndStreams()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.over && o.running == 0 {
		close(o.idle)
	}
	o.over = true
}

// part lets what runs end, within a time, and keeps what it changed. The server is still to be closed.
func (o *owner) part(within time.Duration) {
	o.stop()
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-o.idle:
	case <-late.C:
	}
	cut := time.AfterFunc(within, func() { o.log.end(errEnded) }) // where the NATS servers do not answer
	defer cut.Stop()
	_ = o.log.Close() // it says nothing
}

// drop ends it for worlds that another replica has: what waits for the log learns that it failed.
func (o *owner) drop(cause error) {
	o.log.fail(cause)
	o.stop()
	_ = o.server.Close() // whatever it says, the worlds are somebody else's
	_ = o.log.Close()
}
