package makecom

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// refusals are four errors of different kinds, each brought about on a hook of its own making.
type refusals struct {
	badRequest, notFound, unconfirmed, shutOut *suite.Exchange
}

func (v *vendor) refusals(ctx context.Context) (*refusals, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return nil, err
	}
	var r refusals
	var errs [4]error
	r.badRequest, errs[0] = v.list(ctx, "abc", nil)
	r.notFound, errs[1] = v.detail(ctx, h.id, v.HexID())
	r.unconfirmed, errs[2] = h.delete(ctx, h.id, "", all)
	r.shutOut, errs[3] = v.as("").list(ctx, h.id, nil)
	return &r, errors.Join(errs[:]...)
}

func errorEnvelope(ctx context.Context, v *vendor) error {
	r, err := v.refusals(ctx)
	if err != nil {
		return err
	}
	return errors.Join(wantRefusalEnvelope(r.badRequest), wantRefusalEnvelope(r.notFound), wantRefusalEnvelope(r.unconfirmed), wantRefusalEnvelope(r.shutOut))
}

func wantRefusalEnvelope(e *suite.Exchange) error {
	return errors.Join(e.WantRefusal(), wantEnvelope(e))
}

func errorCodes(ctx context.Context, v *vendor) error {
	r, err := v.refusals(ctx)
	if err != nil {
		return err
	}
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	outOfRange, err := h.list(ctx, h.id, pg("limit", "-1"))
	if err != nil {
		return err
	}
	forbidden, unscoped := h.withoutScope(ctx)
	return errors.Join(
		wantCode(r.badRequest, makecom.CodeBadRequest),
		wantCode(r.notFound, makecom.CodeNotFound),
		wantCode(r.unconfirmed, makecom.CodeConfirmationRequired),
		wantMessage(r.unconfirmed, makecom.TextConfirmationRequired),
		wantCodeIf(outOfRange, http.StatusBadRequest, makecom.CodeInvalidInput),
		unscoped,
		wantCodeIf(forbidden, http.StatusForbidden, makecom.CodeForbidden),
	)
}

// withoutScope sends a deletion with a token that may only read. It is nil where there is no such token.
func (h *hook) withoutScope(ctx context.Context) (*suite.Exchange, error) {
	reader, err := h.token(ctx, makecom.ScopeRead)
	if unavailable(err) {
		return nil, nil //nolint:nilnil // the code is then not looked at
	}
	if err != nil {
		return nil, err
	}
	return h.as(reader).delete(ctx, h.id, "", ids(h.HexID()))
}

// wantCodeIf looks at the code where the target refuses with this status. Whether it does is another requirement's matter.
func wantCodeIf(e *suite.Exchange, status int, code string) error {
	if e == nil || e.Status != status {
		return nil
	}
	return wantCode(e, code)
}

func wantMessage(e *suite.Exchange, message string) error {
	var p problem
	if err := e.Decode(&p); err != nil {
		return err
	}
	return e.Want("message", message, text(p.Message))
}

func httpContentType(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	list, err1 := h.list(ctx, h.id, nil)
	detail, err2 := h.detail(ctx, h.id, h.known()[0])
	stats, err3 := h.stats(ctx, h.id)
	refused, err4 := h.detail(ctx, h.id, h.HexID())
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	return errors.Join(wantJSON(list), wantJSON(detail), wantJSON(stats), wantJSON(refused))
}

func wantJSON(e *suite.Exchange) error {
	return e.WantHeader("Content-Type", makecom.ContentTypeJSON)
}

var hexRequestID = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

func httpRequestID(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return err
	}
	list, err := h.list(ctx, h.id, nil)
	if err != nil {
		return err
	}
	refused, err := h.detail(ctx, h.id, h.HexID())
	if err != nil {
		return err
	}
	return errors.Join(wantRequestID(list), wantRequestID(refused))
}

func wantRequestID(e *suite.Exchange) error {
	id := e.ResponseHeader.Get(makecom.HeaderRequestID)
	return e.WantThat(hexRequestID.MatchString(id), "header x-request-id with 32 hex digits", "x-request-id: "+id)
}

func httpRateLimit(ctx context.Context, v *vendor) error {
	const limit = 3
	h, err := v.readable(ctx, 0)
	if err != nil {
		return err
	}
	if _, err := v.Setup(ctx, "a rate limit", map[string]any{"perMinute": limit}); err != nil {
		return err
	}
	r := suite.Request{Operation: opStats, Method: http.MethodGet, Path: incomings(h.id) + "/stats", KeepThrottled: true}
	first, err := v.call(ctx, r)
	if err != nil {
		return err
	}
	last := first
	for range limit {
		if last, err = v.call(ctx, r); err != nil {
			return err
		}
	}
	return errors.Join(
		first.WantStatus(http.StatusOK),
		first.WantHeader(makecom.HeaderRateLimit, "3"),
		wantNumber(first, makecom.HeaderRateLimitRemaining),
		wantNumber(first, makecom.HeaderRateLimitReset),
		last.WantStatus(http.StatusTooManyRequests),
		last.WantText(makecom.TextRateLimit),
	)
}

var digits = regexp.MustCompile(`^[0-9]+$`)

func wantNumber(e *suite.Exchange, header string) error {
	got := e.ResponseHeader.Get(header)
	return e.WantThat(digits.MatchString(got), "a number in "+header, header+": "+got)
}
