// Package distance puts something that answers on this machine further away: a proxy for TCP that carries every byte later, as a long
// line does. It is for measuring and for tests, and loses nothing.
package distance

import (
	"context"
	"net"
	"sync"
	"time"
)

// Proxy listens on a free port of loopback.
type Proxy struct {
	listener net.Listener
	to       string
	oneWay   time.Duration

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	under  sync.WaitGroup
}

// Listen starts a proxy to an address. A round trip takes that much longer through it, and so does opening a connection.
func Listen(ctx context.Context, to string, roundTrip time.Duration) (*Proxy, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, to: to, oneWay: roundTrip / 2, conns: map[net.Conn]bool{}}
	p.under.Go(p.accept)
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close ends every connection and returns when nothing runs any more.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for conn := range p.conns {
		_ = conn.Close() // whoever uses it finds out
	}
	p.mu.Unlock()
	p.under.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.under.Go(func() { p.carry(near) })
	}
}

// carry joins a connection with one of its own to the far end.
func (p *Proxy) carry(near net.Conn) {
	defer p.forget(near)
	if !p.keep(near) {
		return
	}
	far, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.to) // Close ends it
	if err != nil {
		return
	}
	defer p.forget(far)
	if !p.keep(far) {
		return
	}
	var both sync.WaitGroup
	opened := time.Now().Add(2 * p.oneWay) // whoever opens a connection waits for a round trip before it can send
	both.Go(func() { later(far, near, p.oneWay, opened) })
	both.Go(func() { later(near, far, p.oneWay, opened) })
	both.Wait()
}

// keep remembers a connection, so that Close can end it.
func (p *Proxy) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = true
	return !p.closed
}

func (p *Proxy) forget(conn net.Conn) {
	_ = conn.Close() // both ends are through with it
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}

// piece is what was read at once, and when it arrives.
type piece struct {
	data []byte
	at   time.Time
}

// mostUnderWay is how many pieces may be on the line at a time. A reader that does not read stops its writer.
const mostUnderWay = 256

// later copies from one connection to the other. What is read arrives after the delay, and nothing leaves before the line is open.
func later(to, from net.Conn, delay time.Duration, opened time.Time) {
	line := make(chan piece, mostUnderWay)
	go func() {
		defer close(line)
		for {
			data := make([]byte, 32<<10)
			n, err := from.Read(data)
			if n > 0 {
				line <- piece{data[:n], latest(time.Now(), opened).Add(delay)}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range line {
		time.Sleep(time.Until(p.at))
		if _, err := to.Write(p.data); err != nil {
			_ = from.Close() // nobody takes any more, so that the reader ends, too
			for range line {
			}
			return
		}
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
