package mockserver

import (
	"context"
	"net/http"
	"sync"
)

// life is the time from New to Close.
type life struct {
	ctx  context.Context //nolint:containedctx // it is the server's own, not a request's
	stop context.CancelFunc

	streams   chan struct{} // closed when streams of events are to end
	endStream sync.Once

	running sync.RWMutex // held for reading by every request
	closed  bool
}

func newLife() *life {
	ctx, stop := context.WithCancel(context.Background())
	return &life{ctx: ctx, stop: stop, streams: make(chan struct{})}
}

// begin reports whether a request may be answered. One that may has to end.
func (l *life) begin() bool {
	l.running.RLock()
	if l.closed {
		l.running.RUnlock()
		return false
	}
	return true
}

func (l *life) end() { l.running.RUnlock() }

// close ends what waits, and then waits for what runs.
func (l *life) close() {
	l.stop()
	l.running.Lock()
	defer l.running.Unlock()
	l.closed = true
}

// EndStreams ends the streams of events that pages follow, so that a server that stops does not wait for them. A page comes back
// when a server is there again.
func (s *Server) EndStreams() { s.life.endStream.Do(func() { close(s.life.streams) }) }

// within is a context that is over when either the request's is or the server's life.
func (l *life) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(l.ctx, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// guard lets no call of the control API outlive the server: some wait for exchanges.
func (l *life) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := l.within(r.Context())
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
