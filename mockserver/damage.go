package mockserver

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/fault"
)

// faulted lets the world's faults befall a request. A refusal stands in for the honest answer; every other fault is done
// to that answer when it is sent.
func faulted(of *surface, honest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.From(r.Context())
		x.Fault = x.World.NextFault(x.Operation)
		if x.Fault != nil && x.Fault.Status != 0 {
			of.Refuse(w, r, &exchange.InjectedError{Status: x.Fault.Status})
			return
		}
		honest.ServeHTTP(w, r)
	})
}

// damage does to an answer what its journal entry has to show, and waits as long as the fault says. The time is the
// machine's, also when the world's clock stands still: it is the client's patience that is tested.
func damage(ctx context.Context, answer *recorder, f *fault.Injection) {
	if f == nil {
		return
	}
	pause(ctx, f.Latency)
	answer.header.Set("Understudy-Fault", f.String())
	whole := answer.body.Len()
	switch {
	case f.Reset:
		answer.status = 0
		answer.body.Reset()
	case f.Malformed:
		answer.body.Truncate(len(bytes.TrimSpace(answer.body.Bytes())) / 2) // half an object is no JSON
	case f.Truncate > 0 && whole > 0:
		answer.announced = whole
		answer.body.Truncate(min(f.Truncate, whole-1))
	}
}

// pause waits unless the client gives up before.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// deliver sends an answer as its fault, if any, wants it.
func deliver(ctx context.Context, w http.ResponseWriter, answer *recorder, f *fault.Injection) {
	switch {
	case f != nil && f.Reset:
		reset(w)
	case f != nil && f.Slow > 0:
		trickle(ctx, w, answer, f.Slow)
	default:
		answer.send(w)
	}
}

// reset cuts the connection without an answer: with a TCP reset where it is one, and through net/http otherwise.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the connection is closed either way
	}
	_ = conn.Close() // nobody is left to be told
}

// trickles is in how many parts a slow body arrives.
const trickles = 10

// trickle sends the head at once and the body in parts over the time given.
func trickle(ctx context.Context, w http.ResponseWriter, answer *recorder, over time.Duration) {
	answer.head(w)
	controller := http.NewResponseController(w)
	rest := answer.body.Bytes()
	for part := range trickles {
		_ = controller.Flush() // a writer that cannot flush sends it all at the end
		pause(ctx, over/trickles)
		n := len(rest) / (trickles - part)
		if _, err := w.Write(rest[:n]); err != nil {
			return
		}
		rest = rest[n:]
	}
}
