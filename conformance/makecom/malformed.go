package makecom

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// selections are bodies of a deletion, with and without `confirmed=true`.
type selections struct{ plain, confirmed []string }

// notJSON are selections that end too early, or go on after their end.
func notJSON(id string) selections {
	named := ids(id)
	return selections{
		plain:     []string{`{"ids":[`, named[:len(named)-1], named + " understudy"},
		confirmed: []string{all[:len(all)-1], all + " understudy"},
	}
}

// mistyped are selections in which a member, or an element of one, has a type that the schema does not allow. None is null: many take
// that for what is not given, see [nulls].
func mistyped(id, other string) selections {
	var s selections
	for _, list := range []any{id, map[string]any{"0": id}, []any{[]any{id}}, []any{map[string]any{"id": id}}, []any{id, 5}} {
		s.plain = append(s.plain, body(map[string]any{"ids": list}))
		s.confirmed = append(s.confirmed, body(wholeQueueBeside("exceptIds", list)))
	}
	for _, flag := range []any{"yes", "true", 1, []any{true}} {
		s.confirmed = append(s.confirmed, body(map[string]any{"all": flag}))
	}
	for _, flag := range []any{"false", 0} {
		s.plain = append(s.plain, body(map[string]any{"ids": []string{other}, "all": flag}))
	}
	return s
}

// noObject are bodies of JSON that are no object. Whether one is refused, or selects nothing like {}, is open; none of them names an item
// in the way that the reference has it.
func noObject(id string) selections {
	return selections{plain: []string{body([]string{id}), body(id)}, confirmed: []string{"[" + all + "]", "true"}}
}

func deleteMalformed(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	if err := h.needDeleted(ctx); err != nil {
		return err
	}
	return errors.Join(
		h.wantSelecting(ctx, notJSON(h.items[0]), (*suite.Exchange).WantRefusal),
		h.wantSelecting(ctx, mistyped(h.items[0], h.items[1]), (*suite.Exchange).WantRefusal),
		h.wantSelecting(ctx, noObject(h.items[0]), func(*suite.Exchange) error { return nil }),
	)
}

// wantSelecting sends deletions, holds every answer against want, and wants the queue as it was.
func (h *hook) wantSelecting(ctx context.Context, s selections, want func(*suite.Exchange) error) error {
	return errors.Join(h.wantEach(ctx, "", s.plain, want), h.wantEach(ctx, confirmed, s.confirmed, want), h.wantUntouched(ctx))
}

func (h *hook) wantEach(ctx context.Context, confirmed string, bodies []string, want func(*suite.Exchange) error) error {
	var errs []error
	for _, body := range bodies {
		answer, err := h.delete(ctx, h.id, confirmed, body)
		if err != nil {
			return err
		}
		errs = append(errs, want(answer))
	}
	return errors.Join(errs...)
}

// unforeseen are requests that the document does not foresee, each in one point, and that a careless target takes for what they are not.
func (h *hook) unforeseen() []suite.Fault {
	const beyond = "99999999999999999999" // no integer type holds it
	faults := []suite.Fault{
		h.fault("a pg[limit] of 20 digits", suite.Request{Operation: opList, Method: http.MethodGet, Query: pg("limit", beyond)}),
		h.fault("a pg[offset] of 20 digits", suite.Request{Operation: opList, Method: http.MethodGet, Query: pg("offset", beyond)}),
		h.fault("the parameters from and to", suite.Request{Operation: opList, Method: http.MethodGet, Query: url.Values{makecom.ParamFrom: {"0"}, makecom.ParamTo: {"1"}}}),
		h.fault("a parameter that there is not", suite.Request{Operation: opList, Method: http.MethodGet, Query: url.Values{"understudy": {"1"}}}),
	}
	if h.lent || h.Mode() == suite.ReadOnly {
		return faults
	}
	return append(append(faults, h.nulls()...), h.methods()...)
}

// nulls are selections with a null where the schema allows none.
func (h *hook) nulls() []suite.Fault {
	own := h.items[0]
	var faults []suite.Fault
	add := func(what, confirmed string, selection map[string]any) {
		r := suite.Request{Operation: opDelete, Method: http.MethodDelete, Query: confirmation(confirmed), Body: []byte(body(selection))}
		faults = append(faults, h.fault(what, r))
	}
	add("null beside an id in ids", "", map[string]any{"ids": []any{own, nil}})
	add("all is null, beside ids", "", map[string]any{"ids": []any{own}, "all": nil})
	add("exceptIds is null, beside ids", "", map[string]any{"ids": []any{own}, "exceptIds": nil})
	add("ids is null, beside all", confirmed, wholeQueueBeside("ids", nil))
	add("exceptIds is null, beside all", confirmed, wholeQueueBeside("exceptIds", nil))
	add("null beside an id in exceptIds", confirmed, wholeQueueBeside("exceptIds", []any{own, nil}))
	return faults
}

// methods are those that the path does not have.
func (h *hook) methods() []suite.Fault {
	var faults []suite.Fault
	for _, method := range []string{http.MethodHead, http.MethodOptions} {
		r := suite.Request{Method: method, Query: confirmation(confirmed)}
		faults = append(faults, h.fault("the method "+method, r))
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch} {
		faults = append(faults,
			h.fault("the method "+method+" with ids", suite.Request{Method: method, Body: []byte(ids(h.items[0]))}),
			h.fault("the method "+method+" with all", suite.Request{Method: method, Query: confirmation(confirmed), Body: []byte(all)}))
	}
	return faults
}

// fault is a request about the hook's queue. A target that sends a body after HEAD must not spoil the next answer.
func (h *hook) fault(what string, r suite.Request) suite.Fault {
	r.Path, r.KeepBroken = incomings(h.id), true
	dressed := h.dressed(r)
	if r.Method == http.MethodHead {
		dressed.Header.Set("Connection", "close")
	}
	return suite.Fault{Name: what, Request: dressed}
}

// httpBadInput deletes by an id that nothing has: a target that overlooks a fault deletes nothing by it. What the document does not
// foresee is about items of the run.
func httpBadInput(ctx context.Context, v *vendor) error {
	h, err := v.plenty(ctx, 1)
	if err != nil {
		return err
	}
	given := map[string]any{"hookId": h.id, "incomingId": h.known()[0], "confirmed": true, "ids": []string{v.HexID()}}
	return v.WantBadInputHarmless(ctx, suite.BadInput{
		Operations: []string{opList, opDetail, opStats, opDelete},
		Given:      func(string) map[string]any { return given },
		Prepare:    func(r *suite.Request) { *r = *v.dressed(*r) },
		Look:       func(ctx context.Context) (any, error) { return h.left(ctx) },
		Right:      h.need,
		Also:       h.unforeseen(),
	})
}

// left lists those of the known items that wait, in order. What came meanwhile is no matter: a method that the document does not have
// may make something.
func (h *hook) left(ctx context.Context) ([]string, error) {
	waiting, err := h.waiting(ctx)
	if err != nil {
		return nil, err
	}
	return among(waiting, h.known()), nil
}

// need needs a right call of an operation to be accepted.
func (h *hook) need(ctx context.Context, operation string) error {
	switch operation {
	case opDetail:
		return h.needOpened(ctx, h.known()[0])
	case opStats:
		return h.needAccepted(h.stats(ctx, h.id))
	case opDelete:
		return h.needDeleted(ctx)
	default:
		return h.needListed(ctx, nil)
	}
}
