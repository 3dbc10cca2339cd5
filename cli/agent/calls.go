package agent

import (
	"context"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// calls are the calls of tools that are under way. The library goes on with them when their session or the server ends; here they
// are cancelled, and with them the commands that they run.
type calls struct {
	mu       sync.Mutex
	ended    bool
	cancels  map[string]map[int]context.CancelFunc // by session
	next     int
	underWay sync.WaitGroup
}

// begin is the context of a call, and what to do when it is over.
func (c *calls) begin(ctx context.Context, session string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		cancel()
		return ctx, func() {}
	}
	if c.cancels == nil {
		c.cancels = map[string]map[int]context.CancelFunc{}
	}
	if c.cancels[session] == nil {
		c.cancels[session] = map[int]context.CancelFunc{}
	}
	c.next++
	number := c.next
	c.cancels[session][number] = cancel
	c.underWay.Add(1)
	return ctx, func() {
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		if delete(c.cancels[session], number); len(c.cancels[session]) == 0 {
			delete(c.cancels, session)
		}
		c.underWay.Done()
	}
}

// end cancels the calls of a session.
func (c *calls) end(session string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cancel := range c.cancels[session] {
		cancel()
	}
}

// endAll cancels every call, those to come too, and waits until none is under way.
func (c *calls) endAll() {
	c.mu.Lock()
	c.ended = true
	for _, session := range c.cancels {
		for _, cancel := range session {
			cancel()
		}
	}
	c.mu.Unlock()
	c.underWay.Wait()
}

// cancellable lets a call end with its session and with the server.
func (s *server) cancellable(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, r mcp.Request) (mcp.Result, error) {
		if _, tool := r.GetParams().(*mcp.CallToolParamsRaw); !tool {
			return next(ctx, method, r)
		}
		ctx, done := s.calls.begin(ctx, r.GetSession().ID())
		defer done()
		return next(ctx, method, r)
	}
}
