package conformance_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
)

// network carries connections in memory, so that a run on it stands inside a bubble of testing/synctest: a minute of waiting
// takes no time.
type network struct {
	mu    sync.Mutex
	ports map[string]*port
}

// port is a listener of a network.
type port struct {
	address string
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (n *network) listen(address string) *port {
	p := &port{address: address, conns: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ports[address] = p
	return p
}

// serve serves a handler until the test ends.
func (n *network) serve(t *testing.T, address string, h http.Handler) {
	t.Helper()
	server := &http.Server{Handler: h}
	p := n.listen(address)
	go func() { _ = server.Serve(p) }() // it ends with Close
	t.Cleanup(func() { _ = server.Close() })
}

func (n *network) transport(t *testing.T, keepAlive bool) *http.Transport {
	t.Helper()
	transport := &http.Transport{DialContext: n.dial, MaxIdleConnsPerHost: 32, DisableKeepAlives: !keepAlive}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	p := n.ports[address]
	n.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "memory", Err: errors.New("connection refused")}
	if p == nil {
		return nil, refused
	}
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *port) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *port) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *port) Addr() net.Addr { return p }

func (*port) Network() string { return "memory" }

func (p *port) String() string { return p.address }
