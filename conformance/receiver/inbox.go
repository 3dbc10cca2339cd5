package receiver

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// maxBody is the most that is kept of a delivery.
const maxBody = 16 << 20

// Answer is what an inbox answers. The zero value answers 200 with nothing.
type Answer struct {
	Status      int // 0 for 200
	ContentType string
	Body        string
	Drop        bool // close the connection instead of answering
	Hold        bool // say nothing until the sender gives up, or the run's patience ends
}

// Inbox is one address at which deliveries are received.
type Inbox struct {
	URL      string
	wait     time.Duration
	patience time.Duration

	mu     sync.Mutex
	answer Answer
	all    []*Delivery
	more   chan struct{} // closed and replaced with every delivery
	closed chan struct{}
	done   bool
}

// Delivery is one request that came, to the byte.
type Delivery struct {
	Method string
	URL    string // of the inbox
	Header http.Header
	Body   []byte
	At     time.Time
	Status int // answered, 0 for none

	over chan struct{} // closed when a held delivery is held no longer
	held time.Duration // until the sender hung up, 0 when it did not
}

// Reply changes what the inbox answers from now on.
func (i *Inbox) Reply(a Answer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = a
}

// Deliveries lists what has come so far, in order.
func (i *Inbox) Deliveries() []*Delivery {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]*Delivery(nil), i.all...)
}

// Await returns the first delivery that matches, as soon as there is one; nil when none comes in time.
func (i *Inbox) Await(ctx context.Context, match func(*Delivery) bool) (*Delivery, error) {
	timer := time.NewTimer(i.wait)
	defer timer.Stop()
	for seen := 0; ; {
		all, more := i.look()
		for ; seen < len(all); seen++ {
			if match(all[seen]) {
				return all[seen], nil
			}
		}
		select {
		case <-more:
		case <-timer.C:
			return nil, nil //nolint:nilnil // none is an answer
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (i *Inbox) look() ([]*Delivery, <-chan struct{}) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.all, i.more
}

// GivenUp waits for the sender of a held delivery to hang up, and says how long it had waited for an answer.
// It is 0 when the run's patience ended first.
func (d *Delivery) GivenUp(ctx context.Context) (after time.Duration, err error) {
	select {
	case <-d.over:
		return d.held, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Close lets go of deliveries that are held.
func (i *Inbox) Close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.done {
		i.done = true
		close(i.closed)
	}
}

// take receives a delivery whole, keeps it, and answers.
func (i *Inbox) take(w http.ResponseWriter, req *http.Request) {
	at := time.Now()
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge) // or nobody is there any more
		return
	}
	d := &Delivery{Method: req.Method, URL: i.URL, Header: req.Header.Clone(), Body: body, At: at, over: make(chan struct{})}
	answer := i.keep(d)
	switch {
	case answer.Drop:
		panic(http.ErrAbortHandler) // closes the connection
	case answer.Hold:
		i.hold(d, req)
	default:
		answer.write(w)
	}
}

// keep notes the delivery and whether it is answered, and wakes whoever waits for it.
func (i *Inbox) keep(d *Delivery) Answer {
	i.mu.Lock()
	defer i.mu.Unlock()
	answer := i.answer
	if !answer.Drop && !answer.Hold {
		d.Status = answer.status()
	}
	i.all = append(i.all, d)
	close(i.more)
	i.more = make(chan struct{})
	return answer
}

func (i *Inbox) hold(d *Delivery, req *http.Request) {
	timer := time.NewTimer(i.patience)
	defer timer.Stop()
	select {
	case <-req.Context().Done():
		d.held = time.Since(d.At)
	case <-timer.C:
	case <-i.closed:
	}
	close(d.over)
	panic(http.ErrAbortHandler)
}

func (a Answer) status() int {
	if a.Status == 0 {
		return http.StatusOK
	}
	return a.Status
}

func (a Answer) write(w http.ResponseWriter) {
	if a.ContentType != "" {
		w.Header().Set("Content-Type", a.ContentType)
	}
	w.WriteHeader(a.status())
	_, _ = io.WriteString(w, a.Body) // the sender may have gone
}
