package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Bounds of what a target may say. Whatever it says, a run stays within a few hundred megabytes.
const (
	maxBody   = 8 << 20  // of one answer
	maxHeader = 64 << 10 // of one answer
	maxValues = 400_000  // in the JSON of one answer, about
	maxHeld   = 64 << 20 // of the answers that the checks under way look at, all together
	large     = 64 << 10 // answers beyond this are held against the document one at a time
)

// ErrTooLarge is an answer that is larger than the suite reads. It is no answer.
var ErrTooLarge = errors.New("the answer is larger than this suite reads")

// resends is how often a request is sent again when that can hide nothing.
const resends = 5

// send sends r until an answer came that counts.
func (s *Session) send(ctx context.Context, r *Request) (*Exchange, error) {
	var refusals throttle
	for again := 0; ; {
		e, err := s.once(ctx, r)
		switch {
		case e != nil && r.KeepBroken && e.Failure() == Broken && ctx.Err() == nil && !errors.Is(err, ErrRecordEnds):
			return e, nil
		case e != nil && err != nil && again < resends && harmless(r, err) && ctx.Err() == nil:
			again++
			if err := s.run.config.Wait(ctx, time.Duration(again*again)*5*time.Millisecond); err != nil {
				return e, err
			}
		case err != nil:
			return e, s.transportError(ctx, r, e, err)
		case throttled(e) && !r.KeepThrottled:
			if err := s.holdUp(e, &refusals); err != nil {
				return e, err
			}
		default:
			if !throttled(e) {
				s.run.refused.Store(0)
			}
			return e, nil
		}
	}
}

// holdUp lets nobody ask before the target wants to be asked again: whoever did would be refused, too.
func (s *Session) holdUp(e *Exchange, refusals *throttle) error {
	pause, err := refusals.pause(e, s.run.config.Patience)
	switch {
	case err != nil:
		s.run.refused.Add(1)
		return err
	case s.run.GivenUp() != nil:
		return ErrThrottled
	}
	now := time.Now()
	if off := s.run.pace.hold(now, now.Add(pause)); off >= longPause {
		s.run.config.Notice(fmt.Sprintf("the target refuses with status %d, too many requests: nothing is sent for %v", e.Status, off.Round(time.Second)))
	}
	return nil
}

// longPause is a pause that somebody who waits for the run wants to be told of.
const longPause = 3 * time.Second

// harmless reports whether r may be sent again after err: it changes nothing, or never left. A check that wants to see a
// 429 counts its requests: sending one again would make it one more.
func harmless(r *Request, err error) bool {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	return (reads && !r.KeepThrottled || neverSent(err)) && !timedOut(err) && !errors.Is(err, ErrTooLarge)
}

func timedOut(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// NobodyThere reports whether err says that nothing listens at an address.
func NobodyThere(err error) bool { return neverSent(err) }

func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func (s *Session) transportError(ctx context.Context, r *Request, e *Exchange, err error) error {
	switch {
	case timedOut(err) && ctx.Err() == nil:
		return fmt.Errorf("%s %s: %w within %v", r.Method, r.Path, ErrNoAnswer, s.run.config.Timeout)
	case e == nil || ctx.Err() != nil || harmless(r, err) || errors.Is(err, ErrTooLarge):
		return err
	default:
		return &Interrupted{Exchange: e, Err: err}
	}
}

// once sends r one time and records the exchange.
func (s *Session) once(ctx context.Context, r *Request) (*Exchange, error) {
	if err := s.run.budget.take(); err != nil {
		return nil, err
	}
	if err := s.run.pace.take(ctx); err != nil {
		return nil, err
	}
	e, err := s.exchange(ctx, r)
	if e != nil {
		e.Schema = s.run.validate(ctx, e)
		s.record(ctx, e)
	}
	return e, err
}

// mostSilent is how many requests in a row may go without an answer before the run gives up whoever was asked.
const mostSilent = 4

// mostRefused is how many requests in a row may be refused for longer than the run waits before it gives the target up.
const mostRefused = 2

// GivenUp is why the run asks no more, nil while it does.
func (r *Run) GivenUp() error {
	if r.refused.Load() >= mostRefused {
		return ErrThrottled
	}
	return nil
}

// validate holds an answer against the document. What is made of a large one takes many times its bytes.
func (r *Run) validate(ctx context.Context, e *Exchange) error {
	if len(e.ResponseBody) > large {
		r.oneAtATime.Lock()
		defer r.oneAtATime.Unlock()
	}
	return r.document.Validate(ctx, e)
}

// hold counts an answer among those that are looked at, until the session is closed.
func (s *Session) hold(e *Exchange) error {
	size := int64(len(e.ResponseBody))
	s.held.Add(size)
	if s.run.held.Add(size) <= maxHeld {
		return nil
	}
	e.ResponseBody = append([]byte(nil), e.ResponseBody[:min(large, len(e.ResponseBody))]...)
	s.held.Add(int64(len(e.ResponseBody)) - size)
	s.run.held.Add(int64(len(e.ResponseBody)) - size)
	return fmt.Errorf("%w: the checks under way hold %d bytes already", ErrTooLarge, maxHeld)
}

// silence counts the requests in a row that got no answer in time, of each that a run speaks to. Taking back what was made has a
// patience of its own: whoever stopped answering in a check may answer then.
type silence struct{ target, provider, targetLeft, providerLeft atomic.Int32 }

func (s *Session) silence(r *Request) *atomic.Int32 {
	all := &s.run.silence
	switch {
	case r.setup && s.leaving:
		return &all.providerLeft
	case r.setup:
		return &all.provider
	case s.leaving:
		return &all.targetLeft
	default:
		return &all.target
	}
}

// exchange is one round trip, unless the target has been given up.
func (s *Session) exchange(ctx context.Context, r *Request) (*Exchange, error) {
	silent := s.silence(r)
	if silent.Load() >= mostSilent {
		return nil, ErrSilent
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	limited, cancel := context.WithTimeout(s.unhurried(ctx, r), s.run.config.Timeout)
	defer cancel()
	e, err := s.roundTrip(limited, r)
	switch {
	case err == nil:
		silent.Store(0)
		if !r.setup {
			s.run.noteAnswer(e.Took)
		}
	case timedOut(err) && ctx.Err() == nil:
		silent.Add(1)
	}
	return e, err
}

// unhurried lets a change that is under way come to its end when the run is ended: what it made has to be known, or it could
// not be taken back.
func (s *Session) unhurried(ctx context.Context, r *Request) context.Context {
	if s.run.config.Effect(r).Reads {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func (s *Session) roundTrip(ctx context.Context, r *Request) (*Exchange, error) {
	req, err := s.build(ctx, r)
	if err != nil {
		return nil, err
	}
	e := &Exchange{Operation: r.Operation, Method: req.Method, URL: req.URL.String(), Header: req.Header, Body: r.Body, At: time.Now()}
	defer func() { e.Took = time.Since(e.At) }()
	resp, err := s.run.client.Do(req)
	if err != nil {
		e.Err = err
		return e, err
	}
	defer resp.Body.Close()
	e.Status, e.ResponseHeader = resp.StatusCode, resp.Header
	e.ResponseBody, e.Err = readBody(resp.Body)
	if err := s.hold(e); e.Err == nil {
		e.Err = err
	}
	return e, e.Err
}

func readBody(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return data, err
	}
	if len(data) > maxBody {
		return append([]byte(nil), data[:large]...), fmt.Errorf("%w: more than %d bytes", ErrTooLarge, maxBody)
	}
	if n := bytes.Count(data, []byte(",")) + bytes.Count(data, []byte("[")) + bytes.Count(data, []byte("{")); n > maxValues {
		return append([]byte(nil), data[:large]...), fmt.Errorf("%w: more than %d values", ErrTooLarge, maxValues)
	}
	return data, nil
}

func (s *Session) build(ctx context.Context, r *Request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, s.address(r), bytes.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	if r.Body == nil {
		req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
	}
	if r.Header.Get("Transfer-Encoding") == "chunked" {
		req.ContentLength = -1 // net/http writes the header itself
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("User-Agent", fmt.Sprintf("understudy/%s (%s)", s.run.config.Version, s.id))
	return req, nil
}

// address is the whole URL of a request.
func (s *Session) address(r *Request) string {
	at := r.Path
	if !strings.Contains(at, "://") {
		at = s.run.config.BaseURL + at
	}
	if len(r.Query) == 0 {
		return at
	}
	if strings.Contains(at, "?") {
		return at + "&" + r.Query.Encode()
	}
	return at + "?" + r.Query.Encode()
}
