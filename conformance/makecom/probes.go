package makecom

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// either is yes when ok, otherwise no.
func either(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

// status names an answer by its status. One that is not known is reported as it came.
func status(e *suite.Exchange) string { return strconv.Itoa(e.Status) }

// refusedOr is error-400 when the target refuses with 400, and what read says when it takes the request.
func refusedOr(e *suite.Exchange, read func() (string, error)) (string, error) {
	switch e.Status {
	case http.StatusBadRequest:
		return makecom.AnswerError400, nil
	case http.StatusOK:
		return read()
	default:
		return status(e), nil
	}
}

func askPartialIncomings(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return "", err
	}
	held, err := h.begin(ctx)
	if err != nil {
		return "", err
	}
	answer, err := h.remove(ctx, "", ids(h.items...))
	if err != nil {
		return "", err
	}
	return either(slices.Contains(answer.Incomings, held), makecom.AnswerAllRequested, makecom.AnswerDeletedOnly), nil
}

func askUnknownID(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return "", err
	}
	unknown := v.HexID()
	e, err := h.delete(ctx, h.id, "", ids(h.items[0], unknown))
	if err != nil {
		return "", err
	}
	if e.Refused() {
		return makecom.AnswerError4xx, nil
	}
	answer, err := readDeletion(e)
	if err != nil {
		return "", err
	}
	return either(slices.Contains(answer.Incomings, unknown), makecom.AnswerEchoed, makecom.AnswerOmitted), nil
}

func askDuplicateID(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return "", err
	}
	answer, err := h.remove(ctx, "", ids(h.items[0], h.items[0]))
	if err != nil {
		return "", err
	}
	switch len(answer.Incomings) {
	case 1:
		return makecom.AnswerOnce, nil
	case 2:
		return makecom.AnswerTwice, nil
	default:
		return fmt.Sprintf("%d times", len(answer.Incomings)), nil
	}
}

func askIDsWithAll(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return "", err
	}
	e, err := h.delete(ctx, h.id, confirmed, body(map[string]any{"ids": h.items[:1], "all": true}))
	if err != nil {
		return "", err
	}
	return refusedOr(e, func() (string, error) {
		waiting, err := h.waiting(ctx)
		return either(slices.Contains(waiting, h.items[1]), makecom.AnswerIDsWin, makecom.AnswerAllWins), err
	})
}

func askNoSelector(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return "", err
	}
	empty, err := h.delete(ctx, h.id, "", "{}")
	if err != nil {
		return "", err
	}
	none, err := h.delete(ctx, h.id, "", "")
	if err != nil {
		return "", err
	}
	if empty.Status != none.Status {
		return "{}: " + status(empty) + ", no body: " + status(none), nil
	}
	return refusedOr(empty, func() (string, error) {
		waiting, err := h.waiting(ctx)
		return either(slices.Contains(waiting, h.items[0]), makecom.AnswerNothingDeleted200, "200, and the queue is emptied"), err
	})
}

func askExceptWithoutAll(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return "", err
	}
	e, err := h.delete(ctx, h.id, "", body(map[string]any{"ids": h.items, "exceptIds": h.items[1:]}))
	if err != nil {
		return "", err
	}
	return refusedOr(e, func() (string, error) {
		waiting, err := h.waiting(ctx)
		return either(slices.Contains(waiting, h.items[1]), "200, and exceptIds spares", makecom.AnswerIgnored), err
	})
}

func askConfirmedValues(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return "", err
	}
	return agreed([]string{"1", "TRUE", "yes"}, func(value string) (string, error) {
		e, err := h.delete(ctx, h.id, value, all)
		if err != nil {
			return "", err
		}
		if e.Status == http.StatusNotAcceptable {
			return makecom.AnswerNotConfirmed, nil
		}
		return refusedOr(e, func() (string, error) { return makecom.AnswerTruthy, nil })
	})
}

// agreed asks for several values and wants one answer; where they differ it says how.
func agreed(values []string, ask func(string) (string, error)) (string, error) {
	var each, answers []string
	for _, value := range values {
		answer, err := ask(value)
		if err != nil {
			return "", err
		}
		answers = append(answers, answer)
		each = append(each, value+": "+answer)
	}
	if len(slices.Compact(slices.Clone(answers))) == 1 {
		return answers[0], nil
	}
	return strings.Join(each, ", "), nil
}

func askIncludesProcessing(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return "", err
	}
	held, err := h.beginSeen(ctx)
	if err != nil {
		return "", err
	}
	return either(held.listed, makecom.AnswerYes, makecom.AnswerNo), nil
}

func askCountsProcessing(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return "", err
	}
	held, err := h.beginSeen(ctx)
	if err != nil {
		return "", err
	}
	return either(held.counted, makecom.AnswerYes, makecom.AnswerNo), nil
}

func askDetailProcessing(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return "", err
	}
	held, err := h.begin(ctx)
	if err != nil {
		return "", err
	}
	e, err := h.detail(ctx, h.id, held)
	if err != nil {
		return "", err
	}
	return status(e), nil
}

func askLimitRange(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 2)
	if err != nil {
		return "", err
	}
	return agreed([]string{"0", "-1", "10001"}, func(limit string) (string, error) {
		e, err := h.list(ctx, h.id, pg("limit", limit))
		if err != nil {
			return "", err
		}
		return refusedOr(e, func() (string, error) { return clamped(e, limit) })
	})
}

// clamped tells whether a limit out of range was moved into it. Below the range the number of items shows it, above it only
// what pg says.
func clamped(e *suite.Exchange, limit string) (string, error) {
	page, err := readListing(e)
	if err != nil {
		return "", err
	}
	moved := len(page.Incomings) == 1
	if limit == "10001" {
		moved = page.limit() == makecom.MaxPageLimit
	}
	return either(moved, makecom.AnswerClamped, makecom.AnswerAsIs), nil
}

func askOffsetRange(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 2)
	if err != nil {
		return "", err
	}
	e, err := h.list(ctx, h.id, pg("offset", "-1"))
	if err != nil {
		return "", err
	}
	return refusedOr(e, func() (string, error) {
		page, err := readListing(e)
		if err != nil {
			return "", err
		}
		return either(slices.Equal(page.ids(), h.known()), makecom.AnswerAsZero, "200 with another page"), nil
	})
}

func askUnknownSort(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 3)
	if err != nil {
		return "", err
	}
	e, err := h.list(ctx, h.id, pg("sortBy", "colour"))
	if err != nil {
		return "", err
	}
	return refusedOr(e, func() (string, error) { return makecom.AnswerIgnored, nil })
}

func askTotalCount(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return "", err
	}
	page, err := h.read(ctx, nil)
	if err != nil {
		return "", err
	}
	count, there := page.Pg["returnTotalCount"]
	return either(there, fmt.Sprint(count), makecom.AnswerAbsent), nil
}

func askAuthStatus(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return "", err
	}
	unknown, err := v.refusedToken(ctx)
	if err != nil {
		return "", err
	}
	headers := map[string]string{"missing": "", "unknown": unknown}
	return agreed([]string{"missing", "unknown"}, func(which string) (string, error) {
		e, err := v.as(headers[which]).list(ctx, h.id, nil)
		if err != nil {
			return "", err
		}
		return status(e), nil
	})
}

func askBearer(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return "", err
	}
	e, err := v.as("Bearer "+v.Token()).list(ctx, h.id, nil)
	if err != nil {
		return "", err
	}
	return either(e.Status == http.StatusOK, makecom.AnswerYes, either(e.Refused(), makecom.AnswerNo, status(e))), nil
}

func askForeign(ctx context.Context, v *vendor) (string, error) {
	state, err := v.Setup(ctx, "a hook", map[string]any{"foreign": true})
	if err != nil {
		return "", err
	}
	id, err := state.Text("hookId")
	if err != nil {
		return "", err
	}
	e, err := v.list(ctx, id, nil)
	if err != nil {
		return "", err
	}
	return status(e), nil
}

func askDisabled(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return "", err
	}
	if err := h.disable(ctx); err != nil {
		return "", err
	}
	e, err := h.send(ctx, post("application/json", "{}"))
	if err != nil {
		return "", err
	}
	return status(e), nil
}

func askBrokenJSON(ctx context.Context, v *vendor) (string, error) {
	const broken = `{"name":`
	return v.askIngest(ctx, broken, map[string]any{"value": broken}, makecom.AnswerAsText)
}

func askNonObject(ctx context.Context, v *vendor) (string, error) {
	return v.askIngest(ctx, `[1,"two"]`, value(`{"value":[1,"two"]}`), makecom.AnswerWrapped)
}

// askIngest delivers a body declared JSON and tells whether it is refused or becomes this data.
func (v *vendor) askIngest(ctx context.Context, sent string, data any, taken string) (string, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return "", err
	}
	e, err := h.send(ctx, post("application/json", sent))
	if err != nil {
		return "", err
	}
	return refusedOr(e, func() (string, error) {
		id, err := h.newcomer(ctx, e)
		if err != nil {
			return "", err
		}
		shown, err := h.open(ctx, id)
		if err != nil {
			return "", err
		}
		differs := shown.Want("data", plain(data), plain(shown.Incoming["data"]))
		return either(differs == nil, taken, "stored as "+body(shown.Incoming["data"])), nil
	})
}

func askConfidential(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hook(ctx, map[string]any{"confidential": true})
	if err != nil {
		return "", err
	}
	if h.lent {
		return "", &suite.Unavailable{State: "a confidential hook", Reason: "the hook was lent with settings of its own"}
	}
	if err := h.fill(ctx, 1); err != nil {
		return "", err
	}
	d, err := h.open(ctx, h.items[0])
	if err != nil {
		return "", err
	}
	hidden := d.Incoming["isHookConfidential"] == true && d.Incoming["data"] == nil
	return either(hidden, makecom.AnswerHidden, either(d.Incoming["data"] != nil, makecom.AnswerShown, "neither data nor isHookConfidential")), nil
}
