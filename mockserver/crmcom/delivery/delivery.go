// Package delivery sends webhooks: one HTTP POST for each message, within one time-out over all, to loopback, to the
// sinks of the mock, and to nobody else who was not allowed. It follows no redirect, keeps no connection, starts no
// goroutine that outlives the delivery, and reads a bounded part of the answer.
//
// Whatever happens is an outcome, and never an error: a receiver that cannot be reached is what a webhook log is for.
package delivery

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Sender delivers messages. It is safe for concurrent use.
type Sender struct {
	worlds    *world.Registry
	egress    egress
	transport http.RoundTripper
	life      context.Context //nolint:containedctx // it is the server's own, not a request's
}

// Options say where a sender may send and how. The zero value is right for most.
type Options struct {
	Egress    []string          // hosts beyond loopback that may be sent to, "host" or "host:port"
	Transport http.RoundTripper // that sends; by default one that checks every address it connects to
	Life      context.Context   //nolint:containedctx // of the server: deliveries are broken off when it is over; nil for never
}

// New returns a sender that finds the worlds of sinks in the registry.
func New(worlds *world.Registry, o Options) *Sender {
	s := &Sender{worlds: worlds, egress: o.Egress, transport: o.Transport, life: o.Life}
	if s.life == nil {
		s.life = context.Background()
	}
	if s.transport == nil {
		s.transport = s.egress.transport()
	}
	return s
}

// Origin is where a message comes from.
type Origin struct {
	World   *world.World
	BaseURL string // scheme and host at which the server's own sinks are
}

// Send delivers an attempt as the world's dialect says, and returns what came of it. It takes as long as the receiver
// does, the time-out at most, and goes on when the caller's context ends: what was sent is sent.
func (s *Sender) Send(ctx context.Context, from Origin, a requestlog.Attempt) requestlog.Outcome {
	dialect := from.World.Dialect()
	letter := Compose(dialect, Content{Entity: a.Entity, EntityID: a.EntityID, Data: a.Data, SecretKey: a.SecretKey})
	limit := timeout(dialect, a.Timeout)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	outcome := requestlog.Outcome{Code: letter.Code, Body: letter.Body}
	got, err := s.deliver(ctx, from, a.URL, letter, limit)
	if got != nil {
		outcome.Received = &requestlog.Received{Status: got.status, Header: got.header, Body: got.body}
	}
	if err == nil {
		err = judge(dialect.Answer(crmcom.DeliverySuccess), got)
	}
	if err != nil {
		outcome.Failure = failureOf(err)
	}
	return outcome
}

func timeout(d contract.Dialect, own time.Duration) time.Duration {
	if own > 0 {
		return own
	}
	limit, err := time.ParseDuration(d.Answer(crmcom.DeliveryTimeout))
	if err != nil || limit <= 0 {
		return 30 * time.Second // a dialect has been validated
	}
	return limit
}

// answer is what a receiver answered.
type answer struct {
	status int
	header http.Header
	body   []byte // its start
	cut    bool   // there was more
}

// Bounds of what is read of an answer.
const (
	maxKept = 64 << 10 // is looked at and kept
	maxRead = 8 << 20  // is read to see whether the answer ends as it should
)

func (s *Sender) deliver(ctx context.Context, from Origin, url string, l Letter, limit time.Duration) (*answer, error) {
	if at, ok, err := s.locate(from, url); err != nil {
		return nil, err
	} else if ok {
		return at.receive(ctx, l, limit)
	}
	return s.post(ctx, url, l)
}

// statusError says that a receiver answered something that does not count as accepted.
type statusError struct {
	status int
	reason string // "" for the status alone
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
	if e.reason != "" {
		text += ": " + e.reason
	}
	return text
}

// judge returns why an answer does not count as accepted.
func judge(rule string, a *answer) error {
	switch {
	case a.status >= 300 && a.status < 400:
		return &statusError{a.status, "redirects are not followed"}
	case a.status < 200 || a.status >= 300:
		return &statusError{a.status, ""}
	case rule == crmcom.Answer200Only && a.status != http.StatusOK:
		return &statusError{a.status, "only 200 counts as accepted"}
	case rule == crmcom.Answer2xxAndStatusCodeOK:
		return judgeBody(a)
	}
	return nil
}
