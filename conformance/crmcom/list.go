package crmcom

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func listFilterRequired(ctx context.Context, v *vendor) error {
	return errors.Join(
		v.wantListRefused(ctx, url.Values{}),
		v.wantListRefused(ctx, url.Values{"life_cycle_state": {crmcom.StateRejected}}),
		v.wantListRefused(ctx, url.Values{"url": {"http://127.0.0.1:9080/"}}),
		v.wantListRefused(ctx, url.Values{"created_date": {"2026-01-01"}, paramSize: {"1"}}),
	)
}

func (v *vendor) wantListRefused(ctx context.Context, query url.Values) error {
	r, err := v.list(ctx, query)
	if err != nil {
		return err
	}
	return r.wantRefused()
}

func listByDefinition(ctx context.Context, v *vendor) error {
	return v.wantFiltered(ctx, paramDefinition, "webhook_definition", func(m *made) record { return m.definition })
}

func listByRule(ctx context.Context, v *vendor) error {
	return v.wantFiltered(ctx, paramRule, "workflow_rule", func(m *made) record { return m.rule })
}

// wantFiltered makes two webhook requests and lists by what one of them refers to, in each of the ways to name that.
func (v *vendor) wantFiltered(ctx context.Context, param, member string, of func(*made) record) error {
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

func (v *vendor) wantOfEntity(ctx context.Context, in, out *made) error {
	holds := func(r record) bool { return r.text("entity") == in.entity }
	return v.wantListed(ctx, url.Values{"entity": {in.entity}}, holds, []*made{in}, []*made{out})
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
	return v.wantListed(ctx, url.Values{"entity_id": {all[0].entityID}}, all[0].sameEntityID, all, []*made{other})
}

func (m *made) sameEntityID(r record) bool { return r.text("entity_id") == m.entityID }

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
		v.wantListed(ctx, url.Values{paramDefinition: {definition}, "entity_id": {first.entityID}, "entity": {activities}}, both, all[:1], []*made{all[1], other}),
		v.wantListed(ctx, url.Values{paramRule: {rule}, "entity_id": {first.entityID}}, none, nil, []*made{first, all[1], other}),
	)
}

// listByURL uses two addresses of which neither begins with the other.
func listByURL(ctx context.Context, v *vendor) error {
	first, err := v.Inbox(ctx, accept())
	if err != nil {
		return err
	}
	second, err := v.Inbox(ctx, accept())
	if err != nil {
		return err
	}
	one, err := v.rejected(ctx, map[string]any{"url": first.URL})
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, map[string]any{"url": second.URL, "entity_id": one.entityID})
	if err != nil {
		return err
	}
	holds := func(r record) bool { return r.text("url") == first.URL }
	return v.wantListed(ctx, url.Values{"entity_id": {one.entityID}, "url": {first.URL}}, holds, []*made{one}, []*made{other})
}

func listByState(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	return errors.Join(
		v.wantInState(ctx, crmcom.StateRejected, rejected, successful),
		v.wantInState(ctx, crmcom.StateSuccessful, successful, rejected),
	)
}

func (v *vendor) wantInState(ctx context.Context, state string, in, out *made) error {
	holds := func(r record) bool { return r.text("life_cycle_state") == state }
	return v.wantListed(ctx, url.Values{"entity_id": {in.entityID}, "life_cycle_state": {state}}, holds, []*made{in}, []*made{out})
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
		v.wantListed(ctx, on(at), m.sameEntityID, []*made{m}, nil),
		v.wantListed(ctx, on(at.AddDate(0, 0, 2)), m.sameEntityID, nil, []*made{m}),
	)
}

// creation is when the target says that a webhook request was created.
func (m *made) creation(ctx context.Context) (time.Time, error) {
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

func listStateEnum(ctx context.Context, v *vendor) error {
	return v.wantListRefused(ctx, url.Values{"entity": {activities}, "life_cycle_state": {"PENDING"}})
}

func listEntityEnum(ctx context.Context, v *vendor) error {
	return v.wantListRefused(ctx, url.Values{"entity": {"UNICORNS"}})
}

func listIdentifierOneField(ctx context.Context, v *vendor) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(
		m.wantOneField(ctx, paramDefinition, m.definition),
		m.wantOneField(ctx, paramRule, m.rule),
	)
}

// wantOneField names one object by two of its fields, twice over, and by a field that it has not.
func (m *made) wantOneField(ctx context.Context, param string, object record) error {
	id, code := "id="+object.text("id"), "alternative_code="+object.text("alternative_code")
	filter := func(identifier ...string) url.Values {
		return url.Values{"entity_id": {m.entityID}, param: identifier}
	}
	return errors.Join(
		m.wantListRefused(ctx, filter(id+","+code)),
		m.wantListRefused(ctx, filter(id, code)),
		m.wantListRefused(ctx, filter("number="+m.number)),
	)
}

func listShape(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	r, err := v.list(ctx, url.Values{"entity_id": {rejected.entityID}})
	if err != nil {
		return err
	}
	all, err := r.records()
	if err != nil {
		return err
	}
	return errors.Join(rejected.wantAsShown(ctx, r, all), successful.wantAsShown(ctx, r, all))
}

// wantAsShown wants the record in a list to be what show returns.
func (m *made) wantAsShown(ctx context.Context, r *reply, all []record) error {
	i := slices.IndexFunc(all, func(rec record) bool { return rec.id() == m.id })
	if i < 0 {
		return r.WantThat(false, "webhook request "+m.number+" in the list", "a list without it")
	}
	shown, err := m.seen(ctx)
	if err != nil {
		return err
	}
	return r.Want("members that show has otherwise:", []string{}, differing(shown, all[i]))
}

func listFieldsSet(ctx context.Context, v *vendor) error {
	rejected, _, err := v.pair(ctx)
	if err != nil {
		return err
	}
	fields := []string{"number", "life_cycle_state"}
	r, err := v.list(ctx, url.Values{"entity_id": {rejected.entityID}, "fields_set": {strings.Join(fields, ",")}})
	if err != nil {
		return err
	}
	all, err := r.records()
	if err != nil {
		return err
	}
	errs := []error{r.WantThat(len(all) == 2, "two results", fmt.Sprint(len(all)))}
	for _, one := range all {
		errs = append(errs, r.wantProjection(one, fields))
	}
	return errors.Join(errs...)
}

func listNone(ctx context.Context, v *vendor) error {
	r, err := v.list(ctx, url.Values{"entity_id": {v.unknown().value}})
	if err != nil {
		return err
	}
	all, err := r.records()
	if err != nil {
		return err
	}
	return r.Want("number of results", 0, len(all))
}

// listPaging reads five webhook requests in pages of two.
func listPaging(ctx context.Context, v *vendor) error {
	made, err := v.several(ctx, 5)
	if err != nil {
		return err
	}
	filter := url.Values{"entity_id": {made[0].entityID}}
	all, err := v.numbers(ctx, filter)
	if err != nil {
		return err
	}
	if len(all) != len(made) {
		return fmt.Errorf("could not arrange: %d webhook requests in the list instead of %d", len(all), len(made))
	}
	page := func(size, offset string) url.Values { return with(with(filter, paramSize, size), "offset", offset) }
	return errors.Join(
		v.wantPage(ctx, with(filter, paramSize, "2"), all[:2]),
		v.wantPage(ctx, with(filter, "offset", "3"), all[3:]),
		v.wantPage(ctx, with(filter, "offset", "0"), all),
		v.wantPage(ctx, page("2", "0"), all[:2]),
		v.wantPage(ctx, page("2", "2"), all[2:4]),
		v.wantPage(ctx, page("2", "4"), all[4:]),
		v.wantPage(ctx, page("2", "6"), nil),
	)
}

// numbers lists once and returns the numbers in order. Anything but a list is a violation.
func (v *vendor) numbers(ctx context.Context, filter url.Values) ([]string, error) {
	r, err := v.list(ctx, filter)
	if err != nil {
		return nil, err
	}
	all, err := r.records()
	if err != nil {
		return nil, err
	}
	numbers := []string{}
	for _, one := range all {
		numbers = append(numbers, one.number())
	}
	return numbers, nil
}

func (v *vendor) wantPage(ctx context.Context, query url.Values, want []string) error {
	got, err := v.numbers(ctx, query)
	if err != nil {
		return err
	}
	return v.last().Want("numbers on this page", append([]string{}, want...), got)
}

// last is the latest exchange.
func (v *vendor) last() *suite.Exchange {
	all := v.Exchanges()
	return all[len(all)-1]
}
