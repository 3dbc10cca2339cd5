package makecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// tidy removes what the run delivered to a lent hook, and says what it could not.
func (h *hook) tidy(ctx context.Context) error {
	if h.Mode() == suite.ReadOnly {
		return nil
	}
	own, err := h.own(ctx)
	if err != nil {
		return err
	}
	if len(own) > 0 {
		if _, err := h.remove(ctx, "", ids(own...)); err != nil {
			return err
		}
	}
	return h.Settled(ctx, h.wantTidy)
}

// own lists the run's items on the hook. An item whose id the run does not know is recognized by the mark in its payload.
func (h *hook) own(ctx context.Context) ([]string, error) {
	own, others, err := h.strangers(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range h.untraced() {
		id, err := h.holding(ctx, others, e.Body)
		if err != nil {
			return nil, err
		}
		if id != "" {
			h.claim(e, id)
			own = append(own, id)
		}
	}
	return own, nil
}

// wantTidy wants nothing of the run left on a lent hook.
func (h *hook) wantTidy(ctx context.Context) error {
	own, others, err := h.strangers(ctx)
	if err != nil {
		return err
	}
	if len(h.untraced()) > 0 && len(others) > 0 {
		return h.last().WantThat(false, "every delivery found again", fmt.Sprintf("new items on hook %s that may be the run's: %q; look at them, and delete those that are nobody's", h.id, others))
	}
	return h.last().Want("items of this run on hook "+h.id, 0, len(own))
}

// strangers lists the items that came to the hook since it was lent: the run's own, and the rest.
func (h *hook) strangers(ctx context.Context) (own, others []string, err error) {
	waiting, err := h.waiting(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range waiting {
		switch {
		case slices.Contains(h.others, id):
		case h.Ledger().Minted(id):
			own = append(own, id)
		default:
			others = append(others, id)
		}
	}
	return own, others, nil
}

// untraced lists the deliveries of this session whose item the run does not know, if they made one: accepted without saying
// which it is, or without an answer.
func (h *hook) untraced() []*suite.Exchange {
	return slices.DeleteFunc(h.Exchanges(), func(e *suite.Exchange) bool {
		here := e.Operation == opIngest && strings.HasPrefix(e.URL, h.url)
		made := e.Status == http.StatusOK || e.Status == 0 && !e.Unsent()
		return !here || !made || h.claimed[e] || h.Ledger().Minted(e.ResponseHeader.Get(makecom.HeaderRequestID))
	})
}

// claim enters the item of an untraced delivery into the ledger.
func (h *hook) claim(e *suite.Exchange, id string) {
	if h.claimed == nil {
		h.claimed = map[*suite.Exchange]bool{}
	}
	h.claimed[e] = true
	h.Ledger().Mint(id)
}

// unmistakable is how long a payload has to be for nobody else to have sent the same: the run makes up what is in it. A
// shorter one, such as {}, may be anybody's.
const unmistakable = 64

// holding finds the one of these items that nobody claims and that holds a delivered payload, "" for none.
func (h *hook) holding(ctx context.Context, items []string, payload []byte) (string, error) {
	if len(payload) < unmistakable || !json.Valid(payload) {
		return "", nil
	}
	sent := value(string(payload))
	for _, id := range items {
		if h.Ledger().Minted(id) {
			continue
		}
		shown, err := h.open(ctx, id)
		if err != nil && len(suite.Violations(err)) == 0 {
			return "", err
		}
		if err == nil && reflect.DeepEqual(sent, plain(shown.Incoming["data"])) {
			return id, nil
		}
	}
	return "", nil
}
