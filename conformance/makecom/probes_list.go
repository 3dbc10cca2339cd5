package makecom

import (
	"context"
	"fmt"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func askIncludesProcessing(ctx context.Context, v *vendor) (string, error) {
	return v.askVisible(ctx, func(b *processingItem) bool { return b.listed })
}

func askLimitRange(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 2)
	if err != nil {
		return "", err
	}
	if err := h.needListed(ctx, pg("limit", "1")); err != nil {
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
	if err := h.needListed(ctx, pg("offset", "1")); err != nil {
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
	if err := h.needListed(ctx, pg("sortBy", "created")); err != nil {
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
