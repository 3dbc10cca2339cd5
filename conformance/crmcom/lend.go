package crmcom

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// lend sets states up with webhook requests that the user lent: those that are named, and those of the definitions that are. They
// are read and never changed, so that any number of checks may have one at a time.
func lend(loan suite.Loan) suite.Provider {
	return &lender{ids: slices.Clone(loan.IDs), definitions: loan.Groups, given: map[*suite.Session]map[string]bool{}}
}

// inspect looks at each lent webhook request, and for one of each lent definition.
func inspect(ctx context.Context, s *suite.Session, loan suite.Loan) error {
	v := newVendor(s)
	for _, id := range loan.IDs {
		r, err := v.show(ctx, naming(byID(id).String()))
		if err != nil {
			return err
		}
		if !r.ok() {
			return &suite.Closed{Reason: "webhook request " + id + ", which is lent, cannot be seen: " + r.said(), Remedy: "correct --request-id: it takes the id, not the number"}
		}
	}
	for _, id := range loan.Groups {
		r, err := v.list(ctx, url.Values{paramDefinition: {byID(id).String()}, paramSize: {"1"}})
		if err != nil {
			return err
		}
		if found, err := r.recordsOrNone(true); err != nil || len(found) == 0 {
			return &suite.Closed{Reason: "no webhook request of definition " + id + ", which is lent, can be seen: " + r.said(), Remedy: "correct --definition-id, or lend one that sent something"}
		}
	}
	return nil
}

type lender struct {
	mu          sync.Mutex
	ids         []string
	definitions []string                           // whose webhook requests were not looked for yet
	given       map[*suite.Session]map[string]bool // what a session has already
}

// mostLent is how many webhook requests are looked at for one that fits.
const mostLent = 50

// Setup knows the states that a webhook request which is there can stand for.
func (l *lender) Setup(ctx context.Context, s *suite.Session, name string, _ map[string]any) (*suite.State, error) {
	want := map[string]string{stateRejected: crmcom.StateRejected, stateSuccessful: crmcom.StateSuccessful}[name]
	if want == "" {
		return nil, &suite.Unavailable{State: name, Reason: "a lent webhook request cannot bring it about", Remedy: "offer it by a provider-state URL or command", Unknown: true}
	}
	none := &suite.Unavailable{State: name, Reason: "no lent webhook request fits", Remedy: "lend others, or offer the state"}
	wish := wishOf(ctx)
	if wish["url"] != nil || wish["data"] != nil {
		return nil, none
	}
	v := newVendor(s)
	ids, err := l.all(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if l.has(s, id) {
			continue
		}
		r, err := v.show(ctx, naming(byID(id).String()))
		if err != nil {
			return nil, err
		}
		found, err := r.record()
		if err != nil {
			return nil, suite.Arranging(err)
		}
		if found.text("life_cycle_state") == want && fits(found, wish) && l.take(s, id) {
			return l.state(s, name, found), nil
		}
	}
	return nil, none
}

// fits reports whether a record is about what a check wants it to be about.
func fits(found record, wish map[string]any) bool {
	for _, field := range []string{"entity", "entity_id"} {
		if wanted, asked := wish[field]; asked && found.text(field) != fmt.Sprint(wanted) {
			return false
		}
	}
	return true
}

// all lists what is lent. What definitions have is looked for once.
func (l *lender) all(ctx context.Context, v *vendor) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.definitions) > 0 {
		r, err := v.list(ctx, url.Values{paramDefinition: {byID(l.definitions[0]).String()}})
		if err != nil {
			return nil, err
		}
		found, err := r.recordsOrNone(true)
		if err != nil {
			return nil, suite.Arranging(err)
		}
		l.definitions = l.definitions[1:]
		for _, one := range found {
			if !slices.Contains(l.ids, one.id()) {
				l.ids = append(l.ids, one.id())
			}
		}
	}
	return slices.Clone(l.ids[:min(len(l.ids), mostLent)]), nil
}

func (l *lender) has(s *suite.Session, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.given[s][id]
}

// take gives a webhook request to a session, once.
func (l *lender) take(s *suite.Session, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.given[s][id] {
		return false
	}
	if l.given[s] == nil {
		l.given[s] = map[string]bool{}
	}
	l.given[s][id] = true
	return true
}

func (l *lender) state(s *suite.Session, name string, found record) *suite.State {
	undo := func(context.Context) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.given, s)
		return nil
	}
	values := map[string]any{
		"id": found.id(), "number": found.number(), "entity": found.text("entity"), "entity_id": found.text("entity_id"), "url": found.text("url"),
		"webhook_definition": map[string]any(found.inside("webhook_definition")), "workflow_rule": map[string]any(found.inside("workflow_rule")),
	}
	return &suite.State{Name: name, Values: values, Lent: true, Undo: undo}
}

// wishKey is where a context says what a check asked for itself, aside from what is made up for it.
type wishKey struct{}

func wishing(ctx context.Context, params map[string]any) context.Context {
	return context.WithValue(ctx, wishKey{}, params)
}

func wishOf(ctx context.Context) map[string]any {
	wish, _ := ctx.Value(wishKey{}).(map[string]any)
	return wish
}

// needOwn needs what others do not change meanwhile, and of which more is known than the target says.
func needOwn(all ...*createdRequest) error {
	for _, m := range all {
		if m.lent {
			return &suite.Unavailable{
				State: "a webhook request of the run's own", Reason: "webhook request " + m.number + " is lent: others may change it, and what it is only the target says",
				Remedy: "offer the state by a provider-state URL or command",
			}
		}
	}
	return nil
}

// anyLent reports whether one of them is lent.
func anyLent(all []*createdRequest) bool {
	return slices.ContainsFunc(all, func(m *createdRequest) bool { return m.lent })
}
