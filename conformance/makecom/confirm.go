package makecom

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// The reference wants `confirmed=true` in the query, and says what happens otherwise. What is almost that confirms nothing.

// wholeQueue is the selection of a whole queue.
func wholeQueue() map[string]any { return map[string]any{"all": true} }

// wholeQueueBeside is the selection of a whole queue with another member beside it.
func wholeQueueBeside(name string, value any) map[string]any {
	return map[string]any{"all": true, name: value}
}

func deleteAllUnconfirmed(ctx context.Context, v *vendor) error {
	whole := func(*hook) map[string]any { return wholeQueue() }
	h, refused := v.wantUnconfirmed(ctx, "", whole)
	if h == nil {
		return refused
	}
	return errors.Join(refused, h.wantNotConfirmed(ctx, wholeQueueBeside("exceptIds", []string{}), nil), h.wantAlmostConfirmed(ctx))
}

func deleteAllConfirmedFalse(ctx context.Context, v *vendor) error {
	_, err := v.wantUnconfirmed(ctx, "false", func(*hook) map[string]any { return wholeQueue() })
	return err
}

func deleteExceptUnconfirmed(ctx context.Context, v *vendor) error {
	_, err := v.wantUnconfirmed(ctx, "", func(h *hook) map[string]any { return wholeQueueBeside("exceptIds", h.items[:1]) })
	return err
}

// wantUnconfirmed wants a deletion refused for want of confirmation, also where its body says that it is confirmed, and the queue as it
// was. The same deletion works before, on other items, with a confirmation. It returns no hook where it could not find anything out.
func (v *vendor) wantUnconfirmed(ctx context.Context, unconfirmed string, selection func(*hook) map[string]any) (*hook, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return nil, err
	}
	if err := h.needAccepted(h.delete(ctx, h.id, confirmed, body(selection(h)))); err != nil {
		return nil, err
	}
	if err := h.forgetGone(ctx); err != nil {
		return nil, suite.Arranging(err)
	}
	if err := h.fill(ctx, 3); err != nil {
		return nil, err
	}
	var errs []error
	for range rounds {
		answer, err := h.delete(ctx, h.id, unconfirmed, body(selection(h)))
		if err != nil {
			return nil, err
		}
		errs = append(errs, answer.WantStatus(http.StatusNotAcceptable), wantCode(answer, makecom.CodeConfirmationRequired))
	}
	inBody := selection(h)
	inBody["confirmed"] = true
	return h, errors.Join(append(errs, h.wantNotConfirmed(ctx, inBody, confirmation(unconfirmed)))...)
}

// wantAlmostConfirmed deletes everything with what is almost a confirmation. Which values other than true confirm is open, but none of
// the answers takes these for true.
func (h *hook) wantAlmostConfirmed(ctx context.Context) error {
	var errs []error
	for _, query := range []url.Values{{"confirmed": {""}}, {"confirmed": {"0"}}, {"confirmed": {"no"}}, {"confirm": {confirmed}}} {
		errs = append(errs, h.wantNotConfirmed(ctx, wholeQueue(), query))
	}
	return errors.Join(errs...)
}

// wantNotConfirmed wants a deletion refused, whichever the status, and the queue as it was.
func (h *hook) wantNotConfirmed(ctx context.Context, selection map[string]any, query url.Values) error {
	answer, err := h.deleteAsking(ctx, h.id, query, body(selection))
	if err != nil {
		return err
	}
	return errors.Join(answer.WantRefusal(), h.wantUntouched(ctx))
}

// forgetGone forgets the items that no longer wait.
func (h *hook) forgetGone(ctx context.Context) error {
	waiting, err := h.waiting(ctx)
	gone := func(id string) bool { return !slices.Contains(waiting, id) }
	h.others, h.items = slices.DeleteFunc(h.others, gone), slices.DeleteFunc(h.items, gone)
	return err
}
