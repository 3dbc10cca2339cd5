package agent

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	// beatEvery is how often a client hears of a call of which nothing new is to be said: many give up on a call that is silent.
	beatEvery = time.Second
	// tellEvery is the least time between two steps that a client is told of.
	tellEvery = 100 * time.Millisecond
)

// progress tells a client how far a call is, if it gave a token for that.
type progress struct {
	tell func(value float64, message string)

	mu      sync.Mutex
	done    int
	all     int
	since   time.Time // the last step
	told    time.Time
	value   float64 // that was told last; each is greater than the one before
	message string

	stopped chan struct{}
	beating sync.WaitGroup
}

// badProgressToken refuses a token that is neither a text nor a whole number: nobody could tell the notifications by it.
func badProgressToken(call *mcp.CallToolParamsRaw) error {
	switch token := call.GetProgressToken().(type) {
	case nil, string:
		return nil
	case float64:
		if token == math.Trunc(token) && math.Abs(token) <= 1<<53 {
			return nil
		}
	}
	return errors.New("_meta.progressToken: must be a text or a whole number of at most 2^53; give another one, or leave it out")
}

// follow tells of a call that takes so many steps until stop is called.
func follow(ctx context.Context, r *mcp.CallToolRequest, all int, message string) *progress {
	p := &progress{all: all, message: message, since: time.Now(), stopped: make(chan struct{})}
	token := r.Params.GetProgressToken()
	if token == nil {
		return p
	}
	p.tell = func(value float64, message string) {
		_ = r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ // an error means that the client has left
			ProgressToken: token, Progress: value, Total: float64(all), Message: message,
		})
	}
	p.beating.Go(p.beat)
	return p
}

// reached tells that so many steps are done.
func (p *progress) reached(done int, message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if done < p.done {
		return // another one was quicker to tell
	}
	p.done, p.since, p.message = done, time.Now(), message
	if done == p.all || time.Since(p.told) >= tellEvery {
		p.say(float64(done))
	}
}

// beat approaches the next step for as long as it takes, and never comes to it.
func (p *progress) beat() {
	every := time.NewTicker(beatEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.mu.Lock()
			under := time.Since(p.since).Seconds()
			p.say(float64(p.done) + under/(under+60))
			p.mu.Unlock()
		case <-p.stopped:
			return
		}
	}
}

func (p *progress) say(value float64) {
	if p.tell == nil || value <= p.value || p.done == p.all && value > float64(p.all) {
		return
	}
	p.value, p.told = value, time.Now()
	p.tell(value, p.message)
}

// stop returns when nothing more is told: what is told of a call comes before its result.
func (p *progress) stop() {
	close(p.stopped)
	p.beating.Wait()
}
