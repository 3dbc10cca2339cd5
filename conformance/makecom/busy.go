package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// undisturbed is what came of a check, unless others used a hook meanwhile that was lent to it: what was found wrong may be their doing
// then, and the check is arranged afresh.
func (v *vendor) undisturbed(ctx context.Context, err error) error {
	if len(suite.Violations(err)) == 0 && !errors.Is(err, suite.ErrArranging) {
		return err
	}
	for _, h := range *v.lent {
		if how := h.disturbed(ctx); how != "" {
			return &suite.Interrupted{Exchange: h.last(), Err: fmt.Errorf("others use the lent hook %s: %s meanwhile", h.id, how)}
		}
	}
	return err
}

// disturbed says what others did to a hook since it was lent, "" for nothing that can be seen.
func (h *hook) disturbed(ctx context.Context) string {
	if _, err := h.own(ctx); err != nil { // claims what the run delivered and could not trace
		return ""
	}
	_, came, err := h.strangers(ctx)
	if err != nil {
		return ""
	}
	waiting, err := h.waiting(ctx)
	if err != nil {
		return ""
	}
	came = append(came, h.strangersSeen()...)
	gone := slices.ContainsFunc(h.others, func(id string) bool { return !slices.Contains(waiting, id) })
	switch {
	case len(came) > 0:
		return fmt.Sprintf("%d items came", len(slices.Compact(sorted(came))))
	case gone && h.Mode() != suite.Disposable:
		return "items of theirs went"
	}
	return ""
}

// strangersSeen are the items of others that came after the hook was lent, and that some list has shown: they may be gone by now.
func (h *hook) strangersSeen() (came []string) {
	for _, e := range h.Exchanges() {
		if e.Operation != opList || !strings.Contains(e.URL, incomings(h.id)) || e.Status != http.StatusOK {
			continue
		}
		page, err := readListing(e)
		if err != nil {
			continue
		}
		came = append(came, slices.DeleteFunc(page.ids(), func(id string) bool { return slices.Contains(h.others, id) || h.Ledger().Minted(id) })...)
	}
	return came
}
