// Package delivery sends CRM.COM's webhooks: it composes and signs a message, has package egress send it, and judges the
// answer.
//
// Whatever happens is an outcome, and never an error: a receiver that cannot be reached is what a webhook log is for.
package delivery

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Sender delivers attempts. It is safe for concurrent use.
type Sender struct{ out *egress.Sender }

// New returns a sender whose messages out sends.
func New(out *egress.Sender) *Sender { return &Sender{out} }

// Send delivers an attempt as the world's dialect says, and returns what came of it. It takes as long as the receiver
// does, the time-out at most, and goes on when the caller's context ends: what was sent is sent.
func (s *Sender) Send(ctx context.Context, from egress.Origin, a requestlog.Attempt) requestlog.Outcome {
	dialect := from.World.Dialect()
	letter := Compose(dialect, Content{Entity: a.Entity, EntityID: a.EntityID, Data: a.Data, SecretKey: a.SecretKey})
	outcome := requestlog.Outcome{Code: letter.Code, Body: letter.Body}
	got, err := s.out.Post(ctx, from, a.URL, egress.Message{Header: letter.Header, Body: letter.Body}, timeout(dialect, a.Timeout))
	if got != nil {
		outcome.Received = &requestlog.Received{Status: got.Status, Header: got.Header, Body: got.Body}
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
func judge(rule string, a *egress.Answer) error {
	switch {
	case a.Status >= 300 && a.Status < 400:
		return &statusError{a.Status, "redirects are not followed"}
	case a.Status < 200 || a.Status >= 300:
		return &statusError{a.Status, ""}
	case rule == crmcom.Answer200Only && a.Status != http.StatusOK:
		return &statusError{a.Status, "only 200 counts as accepted"}
	case rule == crmcom.Answer2xxAndStatusCodeOK:
		return judgeBody(a)
	}
	return nil
}
