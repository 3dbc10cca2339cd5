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

// askVisible tells whether an item being processed can be seen somewhere.
func (v *vendor) askVisible(ctx context.Context, seen func(*processingItem) bool) (string, error) {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return "", err
	}
	held, err := h.beginVisible(ctx)
	if err != nil {
		return "", err
	}
	return either(seen(held), makecom.AnswerYes, makecom.AnswerNo), nil
}

func askCountsProcessing(ctx context.Context, v *vendor) (string, error) {
	return v.askVisible(ctx, func(b *processingItem) bool { return b.counted })
}

func askDetailProcessing(ctx context.Context, v *vendor) (string, error) {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return "", err
	}
	if err := h.needOpened(ctx, h.items[0]); err != nil {
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

func askAuthStatus(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return "", err
	}
	if err := h.needListed(ctx, nil); err != nil {
		return "", err
	}
	unknown, _, err := v.refusedToken(ctx)
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
	if err := h.needListed(ctx, nil); err != nil {
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
	if err := v.needOwnList(ctx); err != nil {
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
	if err := h.needTaken(ctx); err != nil {
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
	if err := h.needTaken(ctx); err != nil {
		return "", err
	}
	e, err := h.send(ctx, post("application/json", sent))
	if err != nil {
		return "", err
	}
	return refusedOr(e, func() (string, error) { return h.became(ctx, e, data, taken) })
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
	again, err := h.open(ctx, h.items[0])
	if err != nil {
		return "", err
	}
	if now, then := again.Incoming["data"] != nil, d.Incoming["data"] != nil; now != then {
		return fmt.Sprintf("now it has data, now it has none: at the first look %t, at the second %t", then, now), nil
	}
	hidden := d.Incoming["isHookConfidential"] == true && d.Incoming["data"] == nil
	return either(hidden, makecom.AnswerHidden, either(d.Incoming["data"] != nil, makecom.AnswerShown, "neither data nor isHookConfidential")), nil
}
