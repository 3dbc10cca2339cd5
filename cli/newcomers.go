package cli

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// newcomers are the connections on which no request has come yet. The server would wait for seconds whether one comes:
// clients open connections in advance and let them lie.
type newcomers struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// note is a hook for http.Server.ConnState.
func (n *newcomers) note(c net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conns == nil {
		n.conns = map[net.Conn]struct{}{}
	}
	if state == http.StateNew {
		n.conns[c] = struct{}{}
		return
	}
	delete(n.conns, c)
}

// grace is how long a request may take to arrive on a new connection when the server stops.
const grace = 100 * time.Millisecond

// dismiss closes, after the grace, the connections that still have sent no request.
func (n *newcomers) dismiss() *time.Timer {
	return time.AfterFunc(grace, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		for c := range n.conns {
			_ = c.Close() // nothing was asked on it, so nothing is lost
		}
	})
}
