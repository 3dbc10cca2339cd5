package makecom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// askFromTo asks for a time that is long over, for one that is far off, and for one in which every item came.
func askFromTo(ctx context.Context, v *vendor) (string, error) {
	h, whole, err := v.firstPage(ctx, 2)
	if err != nil {
		return "", err
	}
	within := func(from, to int64) url.Values {
		return url.Values{makecom.ParamFrom: {fmt.Sprint(from)}, makecom.ParamTo: {fmt.Sprint(to)}}
	}
	const longAgo, farOff = 1_000_000_000_000, 9_000_000_000_000 // in 2001 and in 2255
	var seen [3]int
	for i, query := range []url.Values{within(longAgo, longAgo+1), within(farOff-1, farOff), within(longAgo, farOff)} {
		e, err := h.list(ctx, h.id, query)
		if err != nil {
			return "", err
		}
		if e.Refused() {
			return "refused with " + status(e), nil
		}
		page, err := readListing(e)
		if err != nil {
			return "", err
		}
		seen[i] = len(slices.DeleteFunc(page.ids(), func(id string) bool { return !slices.Contains(whole.ids(), id) }))
	}
	switch all := len(whole.ids()); seen {
	case [3]int{all, all, all}:
		return makecom.AnswerIgnored, nil
	case [3]int{0, 0, all}:
		return makecom.AnswerFiltersByCreated, nil
	default:
		return fmt.Sprintf("of %d items %d before they came, %d after, %d in all that time", all, seen[0], seen[1], seen[2]), nil
	}
}

// askHead closes the connection: a target that sends a body after all must not spoil the next answer on it.
func askHead(ctx context.Context, v *vendor) (string, error) {
	if v.Mode() == suite.ReadOnly {
		return "", &suite.Unavailable{State: "HEAD", Reason: "the mode is read-only, and sends GET alone", Remedy: "use --mode owned"}
	}
	h, err := v.readable(ctx, 0)
	if err != nil {
		return "", err
	}
	if err := h.needListed(ctx, nil); err != nil {
		return "", err
	}
	head := v.dressed(suite.Request{Method: http.MethodHead, Path: incomings(h.id)})
	head.Header.Set("Connection", "close")
	e, err := v.Do(ctx, head)
	if err != nil {
		return "", err
	}
	refused := e.Refused() || e.Status == http.StatusNotImplemented
	return either(e.Status == http.StatusOK, makecom.AnswerYes, either(refused, makecom.AnswerNo, status(e))), nil
}

func askTrailingSlash(ctx context.Context, v *vendor) (string, error) {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return "", err
	}
	if err := h.needListed(ctx, nil); err != nil {
		return "", err
	}
	e, err := v.call(ctx, suite.Request{Method: http.MethodGet, Path: incomings(h.id) + "/"})
	if err != nil {
		return "", err
	}
	return either(e.Status == http.StatusOK, makecom.AnswerYes, either(e.Refused(), makecom.AnswerNo, status(e))), nil
}
