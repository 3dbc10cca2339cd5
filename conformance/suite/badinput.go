package suite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/fixtures/record"
	"github.com/understudy-mock/understudy/fixtures/schema"
)

// BadInput is what an API has to say so that a session can send it requests with one fault each.
type BadInput struct {
	// Operations are those to send to, by operation id.
	Operations []string
	// Given are values of an operation's parameters and members of the body, by name. They lead a request to what the run
	// made, so that it fails by its one fault; a target that overlooks the fault should find nothing to change by them.
	Given func(operation string) map[string]any
	// Prepare adds the credential.
	Prepare func(*Request)
	// Look is what can be seen of that which the requests could change.
	Look func(context.Context) (any, error)
	// Right makes a call of an operation that should be accepted, so that a refusal of the others says something.
	Right func(ctx context.Context, operation string) error
	// Also are further requests that the document does not foresee, sent after the others. One that the mode or the ledger forbids
	// is left out.
	Also []Fault
}

// Fault is a request that the document does not foresee, in one point that its name says.
type Fault struct {
	Name    string
	Request *Request
}

// mostBadInput bounds the requests with a fault that one session sends.
const mostBadInput = 20

// cutOffs is how often one of them is sent anew because its connection died by chance.
const cutOffs = 8

// badRequest is a request with one fault.
type badRequest struct {
	*Request
	fault string // "query limit type"
}

// WantBadInputHarmless sends requests that break the documented schema in one point, as far as the ledger lets them through.
// None may be answered with 5xx, end the connection or change anything. The seed chooses which are sent.
func (s *Session) WantBadInputHarmless(ctx context.Context, b BadInput) error {
	bad, err := s.badInput(ctx, b)
	if err != nil {
		return err
	}
	before, err := b.Look(ctx)
	if err != nil {
		return Arranging(err)
	}
	var sent []*Exchange
	for _, r := range bad {
		e, err := s.sendBad(ctx, r)
		if err != nil {
			return err
		}
		sent = append(sent, e)
	}
	if err := s.wantUnchanged(ctx, before, b.Look, sent); err != nil {
		return err
	}
	more, err := s.wantFaultsHarmless(ctx, before, b)
	if err != nil {
		return err
	}
	return contrast(ctx, append(sent, more...), b.Right)
}

// wantFaultsHarmless sends the further requests. One that is accepted, and would have changed something, is looked at before the next.
func (s *Session) wantFaultsHarmless(ctx context.Context, before any, b BadInput) (sent []*Exchange, err error) {
	for _, f := range b.Also {
		if s.run.Ledger.Allow(s.run.config.Effect(f.Request)) != nil {
			continue
		}
		e, err := s.sendBad(ctx, badRequest{f.Request, f.Name})
		if err != nil {
			return nil, err
		}
		sent = append(sent, e)
		if e.Method == http.MethodGet || !s.run.config.Accepted(e) {
			continue
		}
		if err := s.wantAsBefore(ctx, f.Name, before, b.Look, e); err != nil {
			return nil, err
		}
	}
	if len(sent) == 0 {
		return nil, nil
	}
	return sent, s.wantUnchanged(ctx, before, b.Look, sent)
}

// sendBad wants a request answered, and not with a failure: one that comes every time, see [Session.breaking].
func (s *Session) sendBad(ctx context.Context, r badRequest) (*Exchange, error) {
	for times := 1; ; times++ {
		e, err := s.Do(ctx, r.Request)
		if err != nil {
			return nil, err
		}
		if e.breaks() {
			if v := s.breaking(ctx, e); v != nil {
				v.Want = "an answer below 500 to bad input (" + r.fault + "), as to other requests"
				return e, v
			}
		}
		switch {
		case e.Failure() == "" && !e.breaks():
			return e, nil
		case times == cutOffs && e.Err != nil:
			return nil, &Interrupted{Exchange: e, Err: e.Err}
		case times == cutOffs:
			return nil, &Unavailable{State: "an answer to bad input (" + r.fault + ")", Reason: "now it is " + e.outcome() + ", now another one"}
		}
	}
}

// wantUnchanged compares what is to be seen now with before. A change is laid at the door of the last request that the target
// accepted, or of the last one.
func (s *Session) wantUnchanged(ctx context.Context, before any, look func(context.Context) (any, error), sent []*Exchange) error {
	culprit := sent[len(sent)-1]
	for _, e := range sent {
		if s.run.config.Accepted(e) && e.Method != http.MethodGet {
			culprit = e
		}
	}
	return s.wantAsBefore(ctx, "bad input", before, look, culprit)
}

// wantAsBefore compares what is to be seen after a request with before.
func (s *Session) wantAsBefore(ctx context.Context, what string, before any, look func(context.Context) (any, error), culprit *Exchange) error {
	return s.Settled(ctx, func(ctx context.Context) error {
		after, err := look(ctx)
		if len(Violations(err)) > 0 {
			return errors.Join(culprit.violation("after "+what+" all as before", "it cannot be seen any more"), err)
		}
		if err != nil {
			return err
		}
		return culprit.Want("after "+what+", as before,", before, after)
	})
}

// contrast makes a right call of every operation that something was sent to.
func contrast(ctx context.Context, sent []*Exchange, right func(context.Context, string) error) error {
	done := map[string]bool{}
	for _, e := range sent {
		if done[e.Operation] {
			continue
		}
		done[e.Operation] = true
		if err := right(ctx, e.Operation); err != nil {
			return Arranging(err)
		}
	}
	return nil
}

// badInput draws the requests: one fault of each parameter and member, the operations in turn. Those that read come first: then
// no read has to wait until a change must show.
func (s *Session) badInput(ctx context.Context, b BadInput) ([]badRequest, error) {
	document, err := s.run.document.schema(ctx)
	if err != nil {
		return nil, err
	}
	var turns [][]badRequest
	var withheld error
	for _, operation := range b.Operations {
		all, err := document.NegativeRequestsAround(ctx, s.rand.Uint64(), operation, recorded(b.Given(operation)))
		if err != nil {
			return nil, fmt.Errorf("bad input for %s: %w", operation, err)
		}
		allowed, err := s.allowed(all, b.Prepare)
		withheld = errors.Join(withheld, err)
		turns = append(turns, s.onePerPlace(allowed))
	}
	chosen := inTurn(turns, mostBadInput)
	if len(chosen) == 0 {
		return nil, withheld
	}
	slices.SortStableFunc(chosen, func(a, b badRequest) int { return changes(a) - changes(b) })
	return chosen, nil
}

func changes(r badRequest) int {
	if r.Method == http.MethodGet {
		return 0
	}
	return 1
}

// allowed are the requests that the ledger lets through; err says why others are not sent.
func (s *Session) allowed(all []schema.NegativeRequest, prepare func(*Request)) (out []badRequest, err error) {
	for _, n := range all {
		r, parseErr := badRequestOf(n, prepare)
		if parseErr != nil {
			return nil, parseErr
		}
		if refused := s.run.Ledger.Allow(s.run.config.Effect(r)); refused != nil {
			err = refused
			continue
		}
		out = append(out, badRequest{r, n.Name})
	}
	return out, err
}

func badRequestOf(n schema.NegativeRequest, prepare func(*Request)) (*Request, error) {
	path, query, _ := strings.Cut(n.Target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", n, err)
	}
	r := &Request{Operation: n.Operation, Method: n.Method, Path: path, Query: values, Header: http.Header{}, Body: n.Body, KeepBroken: true}
	prepare(r)
	for _, m := range n.Header {
		r.Header.Add(m.Name, fmt.Sprint(m.Value))
	}
	if n.ContentType != "" {
		r.Header.Set("Content-Type", n.ContentType)
	}
	return r, nil
}

// onePerPlace keeps one fault of each parameter and member, in an order that the seed chooses. A body that cannot be read at
// all comes first.
func (s *Session) onePerPlace(all []badRequest) []badRequest {
	s.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var out []badRequest
	seen := map[string]bool{}
	for _, r := range all {
		at := strings.LastIndex(r.fault, " ")
		place, kind := r.fault[:at], r.fault[at+1:]
		switch {
		case kind == "syntax":
			out = append([]badRequest{r}, out...)
		case !seen[place]:
			seen[place] = true
			out = append(out, r)
		}
	}
	return out
}

// inTurn takes one of each list, and again, until there are most.
func inTurn(lists [][]badRequest, most int) []badRequest {
	var out []badRequest
	for i, more := 0, true; more; i++ {
		more = false
		for _, list := range lists {
			if i < len(list) && len(out) < most {
				out, more = append(out, list[i]), true
			}
		}
	}
	return out
}

// recorded are values as package record has them.
func recorded(values map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range values {
		switch v := v.(type) {
		case map[string]any:
			out[name] = objectOf(v)
		case []string:
			list := make([]any, len(v))
			for i, text := range v {
				list[i] = text
			}
			out[name] = list
		default:
			out[name] = v
		}
	}
	return out
}

func objectOf(members map[string]any) record.Object {
	out := record.Object{}
	for name, v := range recorded(members) {
		out = append(out, record.Member{Name: name, Value: v})
	}
	slices.SortFunc(out, func(a, b record.Member) int { return strings.Compare(a.Name, b.Name) })
	return out
}
