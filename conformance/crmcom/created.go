package crmcom

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Names of the provider states.
const (
	stateDefinition = "a webhook definition"
	stateFires      = "a workflow rule fires"
	stateRejected   = "a rejected webhook request"
	stateSuccessful = "a successful webhook request"
	stateExpired    = "an expired token"
	stateRefused    = "a refused token"
	stateNoLogin    = "a refused login"
)

// memberRun tells whoever looks at a payload which run it is of.
const memberRun = "understudy_run"

// activities is the entity that checks work with where any will do: it is the oldest.
const activities = "ACTIVITIES"

// createdRequest is a webhook request that was set up for a check.
type createdRequest struct {
	*vendor
	id, number, entity, entityID string
	lent                         bool // by the user: it is read alone, and others may change it
	definition, rule             record
	ruleParam                    any // the rule as the provider spelt it
	secret                       string
	fixture                      *webhookFixture // where it is sent; its inbox is nil when the provider's own receiver takes it
}

func (m *createdRequest) byID() key { return byID(m.id) }

func (m *createdRequest) byNumber() key { return byNumber(m.number) }

// both names one webhook request by both its fields.
func (m *createdRequest) both() map[string]any { return map[string]any{"id": m.id, "number": m.number} }

// rejected asks for a REJECTED webhook request whose receiver would accept now.
func (v *vendor) rejected(ctx context.Context, params map[string]any) (*createdRequest, error) {
	return v.create(ctx, stateRejected, params)
}

// successful asks for a SUCCESSFUL webhook request.
func (v *vendor) successful(ctx context.Context, params map[string]any) (*createdRequest, error) {
	return v.create(ctx, stateSuccessful, params)
}

// create asks for a webhook request. What params leave out is made up: the entity, its id, its data.
func (v *vendor) create(ctx context.Context, state string, params map[string]any) (*createdRequest, error) {
	ctx = wishing(ctx, params)
	params, err := v.about(params)
	if err != nil {
		return nil, err
	}
	st, err := v.Setup(ctx, state, params)
	if err != nil {
		return nil, err
	}
	return v.createdBy(st, params)
}

// createdBy reads what a state gave.
func (v *vendor) createdBy(st *suite.State, params map[string]any) (m *createdRequest, err error) {
	m = &createdRequest{
		vendor: v, entity: fmt.Sprint(params["entity"]), entityID: fmt.Sprint(params["entity_id"]),
		definition: object(st, "webhook_definition"), rule: object(st, "workflow_rule"), ruleParam: st.Values["workflow_rule"],
	}
	m.secret, _ = st.Values["secret_key"].(string) // few checks need it
	if m.id, err = st.Text("id"); err != nil {
		return nil, err
	}
	if m.number, err = st.Text("number"); err != nil {
		return nil, err
	}
	if m.lent = st.Lent; m.lent {
		m.entity, m.entityID = fmt.Sprint(st.Values["entity"]), fmt.Sprint(st.Values["entity_id"])
	} else {
		v.own(m.id, m.number)
	}
	m.fixture = &webhookFixture{vendor: v, secret: m.secret, rule: m.ruleParam}
	return m, nil
}

// own enters a webhook request of the run's own into the ledger.
func (v *vendor) own(id, number string) {
	v.Ledger().Mint(byID(id).String(), byNumber(number).String())
}

// about fills in which entity a webhook request is about.
func (v *vendor) about(params map[string]any) (map[string]any, error) {
	all := map[string]any{"entity": activities}
	maps.Copy(all, params)
	entity, err := v.entities.Entity(fmt.Sprint(all["entity"]))
	if err != nil {
		return nil, err
	}
	if all["entity_id"] == nil {
		all["entity_id"] = v.thing()
	}
	if all["data"] == nil {
		all["data"] = entity.Data.With("id", all["entity_id"]).With(memberRun, v.Mark())
	}
	return all, nil
}

// rejectedAt asks for a REJECTED webhook request to an inbox that gives this answer.
func (v *vendor) rejectedAt(ctx context.Context, answer receiver.Answer) (*createdRequest, error) {
	return v.createAt(ctx, stateRejected, answer)
}

// successfulAt is the same with a SUCCESSFUL one.
func (v *vendor) successfulAt(ctx context.Context, answer receiver.Answer) (*createdRequest, error) {
	return v.createAt(ctx, stateSuccessful, answer)
}

func (v *vendor) createAt(ctx context.Context, state string, answer receiver.Answer) (*createdRequest, error) {
	inbox, err := v.reached(ctx, answer)
	if err != nil {
		return nil, err
	}
	m, err := v.create(ctx, state, map[string]any{"url": inbox.URL})
	if err != nil {
		return nil, err
	}
	m.fixture.inbox = inbox
	return m, nil
}

// pair asks for one REJECTED and one SUCCESSFUL webhook request about the same thing.
func (v *vendor) pair(ctx context.Context) (rejected, successful *createdRequest, err error) {
	if rejected, err = v.rejected(ctx, nil); err != nil {
		return nil, nil, err
	}
	successful, err = v.successful(ctx, map[string]any{"entity_id": rejected.entityID})
	return rejected, successful, err
}

// several asks for n REJECTED webhook requests about the same thing, oldest first.
func (v *vendor) several(ctx context.Context, n int) ([]*createdRequest, error) {
	var all []*createdRequest
	params := map[string]any{}
	for range n {
		m, err := v.rejected(ctx, params)
		if err != nil {
			return nil, err
		}
		params["entity_id"] = m.entityID
		all = append(all, m)
	}
	return all, nil
}

// severalAtOnce asks for n REJECTED webhook requests about the same thing, in no order.
func (v *vendor) severalAtOnce(ctx context.Context, n int) ([]*createdRequest, error) {
	first, err := v.rejected(ctx, nil)
	if err != nil {
		return nil, err
	}
	all, params := []*createdRequest{first}, make([]map[string]any, n-1)
	for i := range params {
		if params[i], err = v.about(map[string]any{"entity_id": first.entityID}); err != nil {
			return nil, err
		}
	}
	states, err := v.SetupAll(wishing(ctx, map[string]any{"entity_id": first.entityID}), stateRejected, params)
	if err != nil {
		return nil, err
	}
	for i, st := range states {
		m, err := v.createdBy(st, params[i])
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// there asks for a webhook request to read.
func (v *vendor) there(ctx context.Context) (*createdRequest, error) { return v.rejected(ctx, nil) }

// object is a value that is an object, empty where the provider has none.
func object(st *suite.State, name string) record {
	inner, _ := st.Values[name].(map[string]any)
	return inner
}

// shown reads the record; anything but a success is a violation.
func (m *createdRequest) shown(ctx context.Context) (record, error) {
	r, err := m.show(ctx, naming(m.byID().String()))
	if err != nil {
		return nil, err
	}
	return r.record()
}

// seen reads the record before the check's own question is asked.
func (m *createdRequest) seen(ctx context.Context) (record, error) {
	r, err := m.shown(ctx)
	return r, suite.Arranging(err)
}

// wantUnchanged wants the record as it was.
func (m *createdRequest) wantUnchanged(ctx context.Context, before record) error {
	if err := needOwn(m); err != nil {
		return err
	}
	return m.Settled(ctx, func(ctx context.Context) error {
		r, err := m.show(ctx, naming(m.byID().String()))
		if err != nil {
			return err
		}
		return r.wantSame(before)
	})
}

// wantGone wants show to refuse the record by either field.
func (m *createdRequest) wantGone(ctx context.Context) error {
	return m.Settled(ctx, func(ctx context.Context) error {
		for _, k := range []key{m.byID(), m.byNumber()} {
			r, err := m.show(ctx, naming(k.String()))
			if err != nil {
				return err
			}
			if err := r.wantRefused(); err != nil {
				return err
			}
		}
		return nil
	})
}

// wantListed lists by a filter and wants of the known records those in it, in any order, and the others not. Whatever else
// comes has to satisfy holds.
func (v *vendor) wantListed(ctx context.Context, filter url.Values, holds func(record) bool, in, out []*createdRequest) error {
	return v.Settled(ctx, func(ctx context.Context) error {
		found, r, err := v.whole(ctx, filter, in, anyLent(append(slices.Clone(in), out...)))
		if err != nil {
			return err
		}
		return errors.Join(r.wantAll(found, holds), r.wantAmong(found, in, true), r.wantAmong(found, out, false))
	})
}

// wantAll wants every result to match.
func (r *reply) wantAll(found []record, holds func(record) bool) error {
	i := slices.IndexFunc(found, func(rec record) bool { return !holds(rec) })
	if i < 0 {
		return nil
	}
	return r.WantThat(false, "only results that match", fmt.Sprintf("webhook request %s, which does not", found[i].number()))
}

// wantAmong wants known records to be among the results, or not to be.
func (r *reply) wantAmong(found []record, known []*createdRequest, there bool) error {
	for _, m := range known {
		if contains(found, m) != there {
			want, got := "in the list", "a list without it"
			if !there {
				want, got = "not in the list", "a list with it"
			}
			return r.WantThat(false, "webhook request "+m.number+" "+want, got)
		}
	}
	return nil
}

// whole lists by a filter, page by page where the target gives no more at once: while a page is as large as a page may be, or
// one of those that should be there is missing. Where they are lent the list may be as long as a log of years, and is not read whole.
func (v *vendor) whole(ctx context.Context, filter url.Values, in []*createdRequest, lent bool) ([]record, *reply, error) {
	var all []record
	for pages := 0; ; pages++ {
		if lent && pages == mostPages {
			return nil, nil, &suite.Unavailable{State: "a list that can be read whole", Reason: fmt.Sprintf("it goes on after %d pages", mostPages)}
		}
		page, r, err := v.pageFrom(ctx, filter, len(all), len(in) == 0 || len(all) > 0)
		if err != nil {
			return nil, nil, err
		}
		if len(page) == 0 || len(all) > 0 && page[0].id() == all[0].id() {
			return all, r, nil // the end, or it does not page at all
		}
		all = append(all, page...)
		if len(all) < crmcom.DefaultListSize && containsAll(all, in) {
			return all, r, nil
		}
	}
}

// pageFrom lists by a filter what comes after so many records, which may be none.
func (v *vendor) pageFrom(ctx context.Context, filter url.Values, offset int, none bool) ([]record, *reply, error) {
	if offset > 0 {
		filter = with(filter, "offset", fmt.Sprint(offset))
	}
	r, err := v.list(ctx, filter)
	if err != nil {
		return nil, nil, err
	}
	page, err := r.recordsOrNone(none)
	return page, r, err
}

// mostPages is how much of a list is read that others filled.
const mostPages = 20

func containsAll(found []record, in []*createdRequest) bool {
	return !slices.ContainsFunc(in, func(m *createdRequest) bool { return !contains(found, m) })
}

func contains(found []record, m *createdRequest) bool {
	return slices.ContainsFunc(found, func(r record) bool { return r.id() == m.id })
}
