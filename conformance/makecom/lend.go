package makecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// lend sets states up with hooks that the user lent: their ids, and where they are known the addresses to deliver to.
func lend(loan suite.Loan) suite.Provider {
	l := &lender{addresses: map[string]string{}, changed: map[string]time.Time{}}
	for i, id := range loan.IDs {
		l.free = append(l.free, id)
		l.addresses[id] = loan.URLs[i]
	}
	return l
}

// inspect looks at each lent hook, and whether what is delivered to its address comes to wait there.
func inspect(ctx context.Context, s *suite.Session, loan suite.Loan) error {
	for i, id := range loan.IDs {
		h := &hook{vendor: newVendor(s), id: id, url: loan.URLs[i], lent: true}
		h.register()
		e, err := h.list(ctx, id, nil)
		if err != nil {
			return err
		}
		if e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests {
			return &suite.Closed{Reason: "hook " + id + ", which is lent, cannot be seen: " + e.Said(), Remedy: "correct --hook-id, or give the credential of somebody who may see the hook"}
		}
		if h.url == "" || s.Mode() == suite.ReadOnly {
			continue
		}
		if err := h.wantFed(ctx); err != nil {
			return err
		}
	}
	return nil
}

// How many deliveries may get lost, and how many may break with their connection, before the address is taken for that of something else.
const (
	mostLost   = 3
	mostBroken = 8
)

// wantFed wants one of a few deliveries to the address of a lent hook to come to wait on it.
func (h *hook) wantFed(ctx context.Context) error {
	l := lend(suite.Loan{IDs: []string{h.id}, URLs: []string{h.url}})
	state, err := l.Setup(ctx, h.Session, "a hook", nil)
	if err != nil {
		return err
	}
	h.Undo(state)
	for lost, broken := 0, 0; lost < mostLost && broken < mostBroken; {
		_, err = l.Setup(ctx, h.Session, "items waiting", map[string]any{"hookId": h.id, "data": []any{h.payload()}})
		var died *suite.Interrupted
		switch {
		case err == nil || ctx.Err() != nil:
			return err
		case !errors.As(err, &died):
			lost++
		case died.Exchange.URL == h.url:
			broken++
		default:
			return err
		}
	}
	return &suite.Closed{
		Reason: fmt.Sprintf("what is delivered to %s does not come to wait on hook %s, which is lent: %v", h.url, h.id, err),
		Remedy: "correct --hook-url, and lend a hook from which nothing else takes items",
	}
}

// lender hands each hook to one check at a time.
type lender struct {
	mu        sync.Mutex
	free      []string
	addresses map[string]string    // by hook id, "" for none
	changed   map[string]time.Time // by hook id, when the last check that had it changed it
}

// Setup knows the states that lent hooks can stand for.
func (l *lender) Setup(ctx context.Context, s *suite.Session, name string, params map[string]any) (*suite.State, error) {
	switch name {
	case "a hook":
		return l.hook(ctx, s, params)
	case "items waiting":
		return l.items(ctx, s, params)
	default:
		return nil, &suite.Unavailable{State: name, Reason: "a lent hook cannot bring it about", Remedy: "offer it by a provider-state URL or command", Unknown: true}
	}
}

// demanding reports whether "a hook" is wanted as no lent one is. Checks that need other settings look for themselves.
func demanding(params map[string]any) bool { return params["foreign"] == true }

// valueWaiting is a value of a lent hook: the ids that waited on it when the check came.
const valueWaiting = "waiting"

func (l *lender) hook(ctx context.Context, s *suite.Session, params map[string]any) (*suite.State, error) {
	none := &suite.Unavailable{State: "a hook", Reason: "no lent hook is left that fits", Remedy: "lend another one, or offer the state"}
	if demanding(params) {
		return nil, none
	}
	id, ok := l.take(s)
	if !ok {
		return nil, none
	}
	h := &hook{vendor: newVendor(s), id: id, url: l.addresses[id], lent: true}
	before, err := h.waiting(ctx)
	if err != nil {
		l.giveBack(s, id)
		return nil, suite.Arranging(err)
	}
	h.others = before
	values := map[string]any{"hookId": asParam(id), "hookUrl": l.addresses[id], valueWaiting: before}
	undo := func(ctx context.Context) error {
		err := h.tidy(ctx)
		if !errors.As(err, new(*suite.Interrupted)) { // then the session tries again
			l.giveBack(s, id)
		}
		return err
	}
	return &suite.State{Name: "a hook", Values: values, Lent: true, Undo: undo}, nil
}

// take hands a hook to a session. What the check before did to it may still be on its way.
func (l *lender) take(s *suite.Session) (id string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.free) == 0 {
		return "", false
	}
	id, l.free = l.free[0], l.free[1:]
	s.NoteExternalChange(l.changed[id])
	return id, true
}

func (l *lender) giveBack(s *suite.Session, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, id)
	l.changed[id] = s.Changed()
}

// items delivers to the hook's own address, one payload after the other.
func (l *lender) items(ctx context.Context, s *suite.Session, params map[string]any) (*suite.State, error) {
	id := fmt.Sprint(params["hookId"])
	address := l.addresses[id]
	switch {
	case s.Mode() == suite.ReadOnly:
		return nil, &suite.Unavailable{State: "items waiting", Reason: "the mode is read-only", Remedy: "use --mode owned, or let enough items wait on the lent hook"}
	case address == "":
		return nil, &suite.Unavailable{State: "items waiting", Reason: "the address of hook " + id + " is not known", Remedy: "give --hook-url"}
	}
	h := &hook{vendor: newVendor(s), id: id, url: address, lent: true}
	before, err := h.waiting(ctx)
	if err != nil {
		return nil, suite.Arranging(err)
	}
	h.others = before
	data, _ := params["data"].([]any) // none is no item
	added, err := h.deliverAll(ctx, data)
	if err != nil {
		return nil, suite.Arranging(err)
	}
	return &suite.State{Name: "items waiting", Values: map[string]any{"ids": added}, Lent: true}, nil
}

// deliverAll delivers and finds the items: by the ids in the answers, else by the payloads.
func (h *hook) deliverAll(ctx context.Context, data []any) ([]any, error) {
	var added []any
	for _, payload := range data {
		e, err := h.send(ctx, post("application/json", body(payload)))
		if err != nil {
			return nil, err
		}
		if e.Status != http.StatusOK {
			return nil, &suite.Unavailable{State: "items waiting", Reason: fmt.Sprintf("the hook answered %d %q to a delivery", e.Status, e.ResponseBody)}
		}
		h.items = append(h.items, e.ResponseHeader.Get(makecom.HeaderRequestID))
		added = append(added, h.items[len(h.items)-1])
	}
	err := h.wantListed(ctx, h.items)
	if len(suite.Violations(err)) > 0 {
		h.items = nil
		return h.byPayloads(ctx, data)
	}
	return added, err
}

// wantListed waits until these ids are in the queue, beside whatever else.
func (h *hook) wantListed(ctx context.Context, ids []string) error {
	return h.Await(ctx, func(ctx context.Context) error {
		waiting, err := h.waiting(ctx)
		if err != nil {
			return err
		}
		found := slices.DeleteFunc(waiting, func(id string) bool { return !slices.Contains(ids, id) })
		return h.last().Want("waiting items", sorted(ids), sorted(found))
	})
}

// byPayloads finds new items by what they hold.
func (h *hook) byPayloads(ctx context.Context, data []any) ([]any, error) {
	var added []any
	for _, payload := range data {
		id, err := h.byPayload(ctx, payload)
		if err != nil {
			return nil, err
		}
		h.Ledger().Mint(id)
		h.others = append(h.others, id)
		added = append(added, id)
	}
	return added, nil
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
	if digits().MatchString(id) {
		return json.Number(id)
	}
	return id
}
