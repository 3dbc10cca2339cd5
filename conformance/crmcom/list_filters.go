package crmcom

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func listByDefinition(ctx context.Context, v *vendor) error {
	return v.wantFiltered(ctx, paramDefinition, "webhook_definition", func(m *createdRequest) record { return m.definition })
}

func listByRule(ctx context.Context, v *vendor) error {
	return v.wantFiltered(ctx, paramRule, "workflow_rule", func(m *createdRequest) record { return m.rule })
}

// wantFiltered makes two webhook requests and lists by what one of them refers to, in each of the ways to name that.
func (v *vendor) wantFiltered(ctx context.Context, param, member string, of func(*createdRequest) record) error {
	all, err := v.several(ctx, 2)
	if err != nil {
		return err
	}
	one, other := all[0], all[1]
	if err := apart(of(one), of(other)); err != nil {
		return err
	}
	id := of(one).text("id")
	holds := func(r record) bool { return r.inside(member).text("id") == id }
	var errs []error
	for _, field := range []string{"id", "name", "alternative_code"} {
		if value := of(one).text(field); value != "" {
			filter := url.Values{param: {key{field, value}.String()}}
			errs = append(errs, v.wantListed(ctx, filter, holds, all[:1], all[1:]))
			errs = append(errs, one.wantOnlyExactly(ctx, neighbours(value), func(near string) url.Values {
				return url.Values{param: {key{field, near}.String()}}
			}))
		}
	}
	return errors.Join(errs...)
}

// apart needs two definitions, or two rules, that can be told apart.
func apart(one, other record) error {
	if id := one.text("id"); id != "" && other.text("id") != id {
		return nil
	}
	return &suite.Unavailable{State: "webhook requests of two definitions and rules", Reason: "the provider's values name no two of them"}
}

// listByEntity uses two entities that no other check uses.
func listByEntity(ctx context.Context, v *vendor) error {
	one, err := v.rejected(ctx, map[string]any{"entity": "SUBSCRIPTIONS"})
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, map[string]any{"entity": "SERVICEREQUESTS", "entity_id": one.entityID})
	if err != nil {
		return err
	}
	return errors.Join(v.wantOfEntity(ctx, one, other), v.wantOfEntity(ctx, other, one))
}

func (v *vendor) wantOfEntity(ctx context.Context, in, out *createdRequest) error {
	holds := func(r record) bool { return r.text("entity") == in.entity }
	return v.wantListed(ctx, url.Values{"entity": {in.entity}}, holds, []*createdRequest{in}, []*createdRequest{out})
}

func listByEntityID(ctx context.Context, v *vendor) error {
	all, err := v.several(ctx, 2)
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	exactly := all[0].wantOnlyExactly(ctx, neighbours(all[0].entityID), func(near string) url.Values { return url.Values{"entity_id": {near}} })
	return errors.Join(exactly, v.wantListed(ctx, url.Values{"entity_id": {all[0].entityID}}, all[0].sameEntityID, all, []*createdRequest{other}))
}

func (m *createdRequest) sameEntityID(r record) bool { return r.text("entity_id") == m.entityID }

// listCombined crosses two entity ids with two definitions.
func listCombined(ctx context.Context, v *vendor) error {
	all, err := v.several(ctx, 2)
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	first := all[0]
	if err := errors.Join(apart(first.definition, all[1].definition), apart(first.rule, other.rule), apart(all[1].rule, other.rule)); err != nil {
		return err
	}
	definition := key{"id", first.definition.text("id")}.String()
	rule := key{"id", other.rule.text("id")}.String()
	both := func(r record) bool {
		return first.sameEntityID(r) && r.inside("webhook_definition").text("id") == first.definition.text("id")
	}
	none := func(record) bool { return false }
	return errors.Join(
		first.wantEachFilter(ctx, all[1], other),
		v.wantListed(ctx, url.Values{paramDefinition: {definition}, "entity_id": {first.entityID}, "entity": {activities}}, both, all[:1], []*createdRequest{all[1], other}),
		v.wantListed(ctx, url.Values{paramRule: {rule}, "entity_id": {first.entityID}}, none, nil, []*createdRequest{first, all[1], other}),
	)
}

// wantEachFilter lists by all filters at once, and by all with one of them wrong: whichever is dropped beside the others shows. A lent
// webhook request may change in between.
func (m *createdRequest) wantEachFilter(ctx context.Context, otherDefinition, otherRule *createdRequest) error {
	if m.lent {
		return nil
	}
	shown, err := m.seen(ctx)
	if err != nil {
		return err
	}
	right := url.Values{
		paramDefinition: {byID(m.definition.text("id")).String()}, paramRule: {byID(m.rule.text("id")).String()}, "entity": {m.entity}, "entity_id": {m.entityID},
		"url": {shown.text("url")}, "life_cycle_state": {crmcom.StateRejected}, "created_date": {shown.created()}, "fields_set": {"id,number,life_cycle_state"},
	}
	at, err := m.creation(ctx)
	if err != nil {
		return err
	}
	wrong := []struct{ param, value string }{
		{paramDefinition, byID(otherDefinition.definition.text("id")).String()},
		{paramRule, byID(otherRule.rule.text("id")).String()},
		{"entity", otherEntity(m.entity)},
		{"entity_id", otherRule.entityID},
		{"url", shown.text("url") + "0"},
		{"life_cycle_state", crmcom.StateSuccessful},
		{"created_date", at.AddDate(0, 0, 2).Format(crmcom.DateLayout)}, // finds it by no reading of the parameter
	}
	anything := func(record) bool { return true }
	var errs []error
	for _, page := range []url.Values{nil, {"offset": {"0"}, paramSize: {"50"}}} {
		query := maps.Clone(right)
		maps.Copy(query, page)
		errs = append(errs, m.wantListed(ctx, query, anything, []*createdRequest{m}, nil))
		for _, w := range wrong {
			one := maps.Clone(query)
			one.Set(w.param, w.value) // in its place: which of two values counts, nobody says
			errs = append(errs, m.wantListed(ctx, one, anything, nil, []*createdRequest{m}))
		}
	}
	return errors.Join(errs...)
}

// otherEntity is an entity, and not this one.
func otherEntity(entity string) string {
	all := crmcom.Entities()
	return all[(slices.Index(all, entity)+1)%len(all)]
}

// listByURL uses two addresses. Neither is the beginning of the other.
func listByURL(ctx context.Context, v *vendor) error {
	first, err := v.Inbox(ctx, accept())
	if err != nil {
		return err
	}
	second, err := v.Inbox(ctx, accept())
	if err != nil {
		return err
	}
	address := first.URL + "?who=a%20b&what=%C3%A9"
	one, err := v.rejected(ctx, map[string]any{"url": address})
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, map[string]any{"url": second.URL, "entity_id": one.entityID})
	if err != nil {
		return err
	}
	short, err := v.rejected(ctx, map[string]any{"url": first.URL, "entity_id": one.entityID})
	if err != nil {
		return err
	}
	holds := func(r record) bool { return r.text("url") == address }
	by := func(text string) url.Values { return url.Values{"entity_id": {one.entityID}, "url": {text}} }
	return errors.Join(
		v.wantListed(ctx, by(address), holds, []*createdRequest{one}, []*createdRequest{other, short}),
		one.wantOnlyExactly(ctx, []string{address[1:], address + "0", suite.Swapped(address)}, by),
	)
}

func listByState(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(
		v.wantInState(ctx, crmcom.StateRejected, rejected, successful),
		v.wantInState(ctx, crmcom.StateSuccessful, successful, rejected),
	)
	if err != nil || rejected.lent {
		return err
	}
	return rejected.wantRelisted(ctx)
}

// wantRelisted resends what is listed as REJECTED beside one that is SUCCESSFUL: it is listed by its new state then.
func (m *createdRequest) wantRelisted(ctx context.Context) error {
	if err := m.needAccepted(m.resend(ctx, m.byNumber().object())); err != nil {
		return err
	}
	left, err := m.leftRejected(ctx)
	if err != nil || len(left) > 0 {
		return suite.Arranging(err) // the resend was in vain: that is for another requirement to say
	}
	return errors.Join(m.wantFoundInState(ctx, crmcom.StateRejected, 0), m.wantFoundInState(ctx, crmcom.StateSuccessful, 2))
}

func (v *vendor) wantInState(ctx context.Context, state string, in, out *createdRequest) error {
	holds := func(r record) bool { return r.text("life_cycle_state") == state }
	return v.wantListed(ctx, url.Values{"entity_id": {in.entityID}, "life_cycle_state": {state}}, holds, []*createdRequest{in}, []*createdRequest{out})
}

// listByCreatedDate asks what every reading of the parameter answers in the same way: the moment of creation itself finds a
// webhook request, and two days later finds it no more.
func listByCreatedDate(ctx context.Context, v *vendor) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	at, err := m.creation(ctx)
	if err != nil {
		return err
	}
	on := func(t time.Time) url.Values {
		return url.Values{"entity_id": {m.entityID}, "created_date": {t.Format(crmcom.DateLayout)}}
	}
	return errors.Join(
		v.wantListed(ctx, on(at), m.sameEntityID, []*createdRequest{m}, nil),
		v.wantListed(ctx, on(at.AddDate(0, 0, 2)), m.sameEntityID, nil, []*createdRequest{m}),
	)
}

// creation is when the target says that a webhook request was created.
func (m *createdRequest) creation(ctx context.Context) (time.Time, error) {
	r, err := m.seen(ctx)
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(crmcom.DateLayout, r.created())
	if err != nil {
		return at, fmt.Errorf("could not arrange: created_date of webhook request %s: %w", m.number, err)
	}
	return at, nil
}
