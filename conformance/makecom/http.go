package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// refusals are errors of different kinds, each beside an accepted call of its operation. A kind that this target cannot be asked
// for, or that the mode forbids, is nil.
type refusals struct {
	badRequest, notFound, unconfirmed, shutOut, forbidden, outOfRange *suite.Exchange
}

func (v *vendor) refusals(ctx context.Context) (*refusals, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return nil, err
	}
	if err := h.needListed(ctx, nil); err != nil {
		return nil, err
	}
	var r refusals
	var errs [6]error
	r.badRequest, errs[0] = v.list(ctx, "abc", nil)
	r.notFound, errs[1] = ifAvailable(h.missing(ctx))
	r.unconfirmed, errs[2] = ifAvailable(h.unconfirmed(ctx))
	r.shutOut, errs[3] = v.as("").list(ctx, h.id, nil)
	r.forbidden, errs[4] = ifAvailable(h.withoutScope(ctx))
	r.outOfRange, errs[5] = h.list(ctx, h.id, pg("limit", "-1"))
	return &r, errors.Join(errs[:]...)
}

// missing asks for the detail of an item that is not there, after that of one that is.
func (h *hook) missing(ctx context.Context) (*suite.Exchange, error) {
	if len(h.known()) == 0 {
		if err := h.fill(ctx, 1); err != nil {
			return nil, err
		}
	}
	if err := h.needOpened(ctx, h.known()[0]); err != nil {
		return nil, err
	}
	return h.detail(ctx, h.id, h.HexID())
}

// unconfirmed deletes everything without a confirmation, after an item by its id.
func (h *hook) unconfirmed(ctx context.Context) (*suite.Exchange, error) {
	if err := h.needDeleted(ctx); err != nil {
		return nil, err
	}
	return h.delete(ctx, h.id, "", all)
}

// ifAvailable makes nothing of what could not be asked.
func ifAvailable(e *suite.Exchange, err error) (*suite.Exchange, error) {
	if unset(err) {
		return nil, nil //nolint:nilnil // no exchange is the answer
	}
	return e, err
}

// unset reports whether err is a state that cannot be set up, and not a call that should have been accepted.
func unset(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u) && !u.Unaccepted
}

// withoutScope sends a deletion with a token that may only read, after one that may be sent.
func (h *hook) withoutScope(ctx context.Context) (*suite.Exchange, error) {
	reader, err := h.token(ctx, makecom.ScopeRead)
	if err != nil {
		return nil, err
	}
	if err := h.needDeleted(ctx); err != nil {
		return nil, err
	}
	return h.as(reader).delete(ctx, h.id, "", ids(h.HexID()))
}

func errorEnvelope(ctx context.Context, v *vendor) error {
	r, err := v.refusals(ctx)
	if err != nil {
		return err
	}
	return errors.Join(
		wantRefusalEnvelope(r.badRequest),
		wantRefusalEnvelope(r.notFound),
		wantRefusalEnvelope(r.unconfirmed),
		wantRefusalEnvelope(r.shutOut),
		wantRefusalEnvelope(r.forbidden),
	)
}

func wantRefusalEnvelope(e *suite.Exchange) error {
	if e == nil {
		return nil
	}
	return errors.Join(e.WantRefusal(), wantEnvelope(e))
}

// errorCodes looks at the codes of refusals. Whether the target refuses is the matter of other requirements.
func errorCodes(ctx context.Context, v *vendor) error {
	r, err := v.refusals(ctx)
	if err != nil {
		return err
	}
	return errors.Join(
		wantCodeIf(r.badRequest, http.StatusBadRequest, makecom.CodeBadRequest),
		wantCodeIf(r.notFound, http.StatusNotFound, makecom.CodeNotFound),
		wantCodeIf(r.unconfirmed, http.StatusNotAcceptable, makecom.CodeConfirmationRequired),
		wantMessageIf(r.unconfirmed, http.StatusNotAcceptable, makecom.TextConfirmationRequired),
		wantCodeIf(r.forbidden, http.StatusForbidden, makecom.CodeForbidden),
		wantCodeIf(r.outOfRange, http.StatusBadRequest, makecom.CodeInvalidInput),
	)
}

// wantCodeIf looks at the code where the target refuses with this status.
func wantCodeIf(e *suite.Exchange, status int, code string) error {
	if e == nil || e.Status != status {
		return nil
	}
	return wantCode(e, code)
}

func wantMessageIf(e *suite.Exchange, status int, message string) error {
	if e == nil || e.Status != status {
		return nil
	}
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
	if err := h.needReads(ctx); err != nil {
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

var hexRequestID = lazyregexp.New(`^[0-9a-fA-F]{32}$`)

func httpRequestID(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return err
	}
	list, err := h.list(ctx, h.id, nil)
	if err != nil {
		return err
	}
	refused, err := ifAvailable(h.missing(ctx))
	if err != nil {
		return err
	}
	return errors.Join(wantRequestID(list), wantRequestID(refused))
}

func wantRequestID(e *suite.Exchange) error {
	if e == nil {
		return nil
	}
	id := e.ResponseHeader.Get(makecom.HeaderRequestID)
	return e.WantThat(hexRequestID().MatchString(id), "header x-request-id with 32 hex digits", "x-request-id: "+id)
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
	first, err := v.stats(ctx, h.id) // waits when the minute is used up already
	if err != nil {
		return err
	}
	r := suite.Request{Operation: opStats, Method: http.MethodGet, Path: incomings(h.id) + "/stats", KeepThrottled: true}
	second, err := v.call(ctx, r)
	if err != nil {
		return err
	}
	last := second
	for range limit - 1 {
		if last, err = v.call(ctx, r); err != nil {
			return err
		}
	}
	if err := withinMinute(first, last); err != nil {
		return err
	}
	return errors.Join(
		first.WantHeader(makecom.HeaderRateLimit, "3"),
		wantNumber(first, makecom.HeaderRateLimitRemaining),
		wantNumber(first, makecom.HeaderRateLimitReset),
		wantLess(second, first, makecom.HeaderRateLimitRemaining),
		last.WantStatus(http.StatusTooManyRequests),
		last.WantText(makecom.TextRateLimit),
	)
}

// withinMinute has the check arranged afresh when the minute of the first call ended before the last one, by the target's
// clock: it counts anew then.
func withinMinute(first, last *suite.Exchange) error {
	end, err1 := strconv.ParseInt(first.ResponseHeader.Get(makecom.HeaderRateLimitReset), 10, 64)
	now, err2 := http.ParseTime(last.ResponseHeader.Get("Date"))
	if err1 != nil || err2 != nil || now.Unix() < end {
		return nil //nolint:nilerr // without these it cannot be told, and hardly ever happens
	}
	return &suite.Interrupted{Exchange: last, Err: errors.New("the minute ended between calls that belong together")}
}

// wantLess wants a header to count down.
func wantLess(later, earlier *suite.Exchange, header string) error {
	before, _ := strconv.Atoi(earlier.ResponseHeader.Get(header)) // what is no number was found wrong before
	after, err := strconv.Atoi(later.ResponseHeader.Get(header))
	return later.WantThat(err == nil && after < before, fmt.Sprintf("%s below %d", header, before), fmt.Sprintf("%s: %d", header, after))
}

var digits = lazyregexp.New(`^[0-9]+$`)

func wantNumber(e *suite.Exchange, header string) error {
	got := e.ResponseHeader.Get(header)
	return e.WantThat(digits().MatchString(got), "a number in "+header, header+": "+got)
}
