package makecom

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/openapi/makecom"
)

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
	if err := h.needDeleted(ctx); err != nil {
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
	if err := h.needDeleted(ctx); err != nil {
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
	if err := h.needDeleted(ctx); err != nil {
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
	if err := h.needDeleted(ctx); err != nil {
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
	if err := h.needAccepted(h.delete(ctx, h.id, confirmed, all)); err != nil {
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
