package makecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// lend sets states up with hooks that the user lent: their ids, and where they are known the addresses to deliver to.
func lend(loan suite.Loan) suite.Provider {
	l := &lender{addresses: map[string]string{}}
	for i, id := range loan.IDs {
		l.free = append(l.free, id)
		l.addresses[id] = loan.URLs[i]
	}
	return l
}

// lender hands each hook to one check at a time.
type lender struct {
	mu        sync.Mutex
	free      []string
	addresses map[string]string // by hook id, "" for none
}

// Setup knows the states that lent hooks can stand for.
func (l *lender) Setup(ctx context.Context, s *suite.Session, name string, params map[string]any) (*suite.State, error) {
	switch name {
	case "a hook":
		return l.hook(s, params)
	case "items waiting":
		return l.items(ctx, s, params)
	default:
		return nil, &suite.Unavailable{State: name, Reason: "a lent hook cannot bring it about", Remedy: "offer it by a provider-state URL or command", Unknown: true}
	}
}

// demanding reports whether "a hook" is wanted as no lent one is. Checks that need other settings look for themselves.
func demanding(params map[string]any) bool { return params["foreign"] == true }

func (l *lender) hook(s *suite.Session, params map[string]any) (*suite.State, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.free) == 0 || demanding(params) {
		return nil, &suite.Unavailable{State: "a hook", Reason: "no lent hook is left that fits", Remedy: "lend another one"}
	}
	id := l.free[0]
	l.free = l.free[1:]
	values := map[string]any{"hookId": asParam(id), "hookUrl": l.addresses[id]}
	undo := func(ctx context.Context) error { return l.back(ctx, s, id) }
	return &suite.State{Name: "a hook", Values: values, Lent: true, Undo: undo}, nil
}

// back removes what the run left on the hook, and frees it for the next check.
func (l *lender) back(ctx context.Context, s *suite.Session, id string) error {
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.free = append(l.free, id)
	}()
	if s.Mode() == suite.ReadOnly {
		return nil
	}
	h := &hook{vendor: newVendor(s), id: id, lent: true}
	own, err := h.own(ctx)
	if err != nil || len(own) == 0 {
		return err
	}
	if _, err := h.remove(ctx, "", ids(own...)); err != nil {
		return err
	}
	return h.Settled(ctx, func(ctx context.Context) error {
		left, err := h.own(ctx)
		if err != nil {
			return err
		}
		return h.last().Want("items of this run on hook "+id, []string{}, append([]string{}, left...))
	})
}

// own lists the waiting items that the run delivered.
func (h *hook) own(ctx context.Context) ([]string, error) {
	waiting, err := h.waiting(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(waiting, func(id string) bool { return !h.Ledger().Minted(id) }), nil
}

// items delivers to the hook's own address, one payload after the other.
func (l *lender) items(ctx context.Context, s *suite.Session, params map[string]any) (*suite.State, error) {
	id := fmt.Sprint(params["hookId"])
	address := l.addresses[id]
	if address == "" {
		return nil, &suite.Unavailable{State: "items waiting", Reason: "the address of hook " + id + " is not known", Remedy: "give --hook-url"}
	}
	if s.Mode() == suite.ReadOnly {
		return nil, &suite.Unavailable{State: "items waiting", Reason: "the mode is read-only", Remedy: "use --mode owned, or let enough items wait on the lent hook"}
	}
	h := &hook{vendor: newVendor(s), id: id, url: address, lent: true}
	data, _ := params["data"].([]any) // none is no item
	added := make([]any, 0, len(data))
	for _, payload := range data {
		item, err := h.deliverMarked(ctx, payload)
		if err != nil {
			return nil, err
		}
		added = append(added, item)
	}
	return &suite.State{Name: "items waiting", Values: map[string]any{"ids": added}, Lent: true}, nil
}

// deliverMarked delivers and finds the item: by the id in the answer, else by the payload.
func (h *hook) deliverMarked(ctx context.Context, payload any) (id string, err error) {
	if h.others, err = h.waiting(ctx); err != nil {
		return "", arranging(err)
	}
	e, err := h.send(ctx, post("application/json", body(payload)))
	if err != nil {
		return "", err
	}
	if e.Status != http.StatusOK {
		return "", &suite.Unavailable{State: "items waiting", Reason: fmt.Sprintf("the hook answered %d %q to a delivery", e.Status, e.ResponseBody)}
	}
	id, err = h.newcomer(ctx, e)
	if unavailable(err) {
		id, err = h.byPayload(ctx, payload)
	}
	if err != nil {
		return "", arranging(err)
	}
	h.Ledger().Mint(id)
	return id, nil
}

// byPayload finds a new item that holds the payload.
func (h *hook) byPayload(ctx context.Context, payload any) (string, error) {
	waiting, err := h.waiting(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range waiting {
		if slices.Contains(h.others, id) {
			continue
		}
		d, err := h.open(ctx, id)
		if err == nil && d.Want("data", plain(payload), plain(d.Incoming["data"])) == nil {
			return id, nil
		}
	}
	return "", &suite.Unavailable{State: "items waiting", Reason: "the delivered item cannot be told from others"}
}

// asParam spells an id as the API does: a number where it is one.
func asParam(id string) any {
	if digits.MatchString(id) {
		return json.Number(id)
	}
	return id
}
