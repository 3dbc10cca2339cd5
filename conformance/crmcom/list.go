package crmcom

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// listFilterRequired adds to each call that is to be refused the one thing that it lacks, first.
func listFilterRequired(ctx context.Context, v *vendor) error {
	var errs []error
	for _, insufficient := range []url.Values{
		{},
		{"life_cycle_state": {crmcom.StateRejected}},
		{"url": {"http://127.0.0.1:9080/"}},
		{"created_date": {"2026-01-01"}, paramSize: {"1"}},
	} {
		if err := v.needAccepted(v.list(ctx, with(insufficient, "entity", activities))); err != nil {
			return err
		}
		errs = append(errs, v.wantListRefused(ctx, insufficient))
	}
	return errors.Join(errs...)
}

func (v *vendor) wantListRefused(ctx context.Context, query url.Values) error {
	r, err := v.list(ctx, query)
	if err != nil {
		return err
	}
	return r.wantRefused()
}

func listStateEnum(ctx context.Context, v *vendor) error {
	return v.wantOnlyKnown(ctx, anyOne(), "life_cycle_state", crmcom.StateRejected, "PENDING")
}

func listEntityEnum(ctx context.Context, v *vendor) error {
	return v.wantOnlyKnown(ctx, url.Values{paramSize: {"1"}}, "entity", activities, "UNICORNS")
}

// wantOnlyKnown wants the known value of a parameter accepted, and refused an unknown one and what begins or ends like the known.
func (v *vendor) wantOnlyKnown(ctx context.Context, query url.Values, param, known, unknown string) error {
	if err := v.needAccepted(v.list(ctx, with(query, param, known))); err != nil {
		return err
	}
	var errs []error
	for _, value := range []string{unknown, known[:len(known)-1], known[1:], known + "0", strings.ToLower(known)} {
		errs = append(errs, v.wantListRefused(ctx, with(query, param, value)))
	}
	return errors.Join(errs...)
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
func (m *createdRequest) wantOneField(ctx context.Context, param string, object record) error {
	id, code := "id="+object.text("id"), "alternative_code="+object.text("alternative_code")
	filter := func(identifier ...string) url.Values {
		return url.Values{"entity_id": {m.entityID}, param: identifier}
	}
	if err := m.needAccepted(m.list(ctx, filter(id))); err != nil {
		return err
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
func (m *createdRequest) wantAsShown(ctx context.Context, r *reply, all []record) error {
	i := slices.IndexFunc(all, func(rec record) bool { return rec.id() == m.id })
	if i < 0 {
		return r.WantThat(false, "webhook request "+m.number+" in the list", "a list without it")
	}
	shown, err := m.seen(ctx)
	if err != nil {
		return err
	}
	differ := differing(shown, all[i])
	if m.lent && len(differ) > 0 {
		return needOwn(m) // it may have changed in between
	}
	return r.Want("members that show has otherwise:", []string{}, differ)
}

func listFieldsSet(ctx context.Context, v *vendor) error {
	rejected, _, err := v.pair(ctx)
	if err != nil {
		return err
	}
	alone := !rejected.lent
	fields := []string{"number", "life_cycle_state"}
	r, err := v.list(ctx, url.Values{"entity_id": {rejected.entityID}, "fields_set": {strings.Join(fields, ",")}})
	if err != nil {
		return err
	}
	all, err := r.records()
	if err != nil {
		return err
	}
	page, err := v.list(ctx, url.Values{"entity_id": {rejected.entityID}, "fields_set": {strings.Join(severalFields(), ",")}, paramSize: {"1"}, "offset": {"0"}})
	if err != nil {
		return err
	}
	onPage, err := page.records()
	if err != nil {
		return err
	}
	if err := rejected.wantFieldsBesideFilters(ctx); err != nil {
		return err
	}
	errs := []error{r.WantThat(len(all) == 2 || !alone && len(all) > 2, "two results", fmt.Sprint(len(all)))}
	for _, one := range all {
		errs = append(errs, r.wantProjection(one, fields))
	}
	for _, one := range onPage {
		errs = append(errs, page.wantProjection(one, severalFields()))
	}
	return errors.Join(errs...)
}

// wantFieldsBesideFilters chooses fields in every list that the webhook request belongs to.
func (m *createdRequest) wantFieldsBesideFilters(ctx context.Context) error {
	if m.lent {
		return nil
	}
	shown, err := m.seen(ctx)
	if err != nil {
		return err
	}
	return m.inEveryView(ctx, shown, func(ctx context.Context, filter url.Values) error {
		r, err := m.list(ctx, with(filter, "fields_set", strings.Join(severalFields(), ",")))
		if err != nil {
			return err
		}
		all, err := r.records()
		if err != nil {
			return err
		}
		for _, one := range all {
			err = errors.Join(err, r.wantProjection(one, severalFields()))
		}
		return err
	})
}

// severalFields always have a value.
func severalFields() []string {
	return []string{"number", "life_cycle_state", "entity", "entity_id", "url"}
}

func listNone(ctx context.Context, v *vendor) error {
	var errs []error
	for _, beside := range []url.Values{nil, {"entity": {activities}}, {"life_cycle_state": {crmcom.StateRejected}}} {
		r, err := v.list(ctx, with(beside, "entity_id", v.unknown().value))
		if err != nil {
			return err
		}
		all, err := r.records()
		if err != nil {
			return err
		}
		errs = append(errs, r.Want("number of results", 0, len(all)))
	}
	return errors.Join(errs...)
}

// listPaging reads five webhook requests in pages of two, and with more of the run's own in larger ones.
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
	if len(all) != len(made) && anyLent(made) {
		return &suite.Unavailable{State: "a list of what was lent alone", Reason: fmt.Sprintf("%d webhook requests are about the same entity, and %d are lent", len(all), len(made))}
	}
	if len(all) != len(made) {
		return fmt.Errorf("could not arrange: %d webhook requests in the list instead of %d", len(all), len(made))
	}
	page := func(offset string) url.Values { return with(with(filter, paramSize, "2"), "offset", offset) }
	return errors.Join(
		v.wantPage(ctx, with(filter, paramSize, "2"), all[:2]),
		v.wantPage(ctx, with(filter, "offset", "3"), all[3:]),
		v.wantPage(ctx, with(filter, "offset", "0"), all),
		v.wantPage(ctx, page("0"), all[:2]),
		v.wantPage(ctx, page("2"), all[2:4]),
		v.wantPage(ctx, page("4"), all[4:]),
		v.wantPage(ctx, page("6"), nil),
		v.wantLargerPages(ctx, made),
	)
}

// wantLargerPages makes more webhook requests than many a server gives at once, and reads them in larger pages, beside another filter.
func (v *vendor) wantLargerPages(ctx context.Context, made []*createdRequest) error {
	if anyLent(made) {
		return nil
	}
	const enough, size = 26, 13
	more, err := v.severalAtOnce(ctx, enough)
	if err != nil {
		return err
	}
	filter := url.Values{"entity_id": {more[0].entityID}}
	all, err := v.numbers(ctx, with(filter, paramSize, "50"))
	if err != nil {
		return err
	}
	last := v.last()
	filter = with(with(filter, "life_cycle_state", crmcom.StateRejected), paramSize, fmt.Sprint(size))
	return errors.Join(
		last.Want("number of results", enough, len(all)),
		v.wantPage(ctx, with(filter, "offset", "0"), all[:min(size, len(all))]),
		v.wantPage(ctx, with(filter, "offset", fmt.Sprint(size)), all[min(size, len(all)):]),
	)
}

// numbers lists once and returns the numbers in order. Anything but a list is a violation.
func (v *vendor) numbers(ctx context.Context, filter url.Values) ([]string, error) {
	r, err := v.list(ctx, filter)
	if err != nil {
		return nil, err
	}
	all, err := r.records()
	return numbersOf(all), err
}

func numbersOf(all []record) []string {
	numbers := []string{}
	for _, one := range all {
		numbers = append(numbers, one.number())
	}
	return numbers
}

func (v *vendor) wantPage(ctx context.Context, query url.Values, want []string) error {
	r, err := v.list(ctx, query)
	if err != nil {
		return err
	}
	page, err := r.recordsOrNone(len(want) == 0)
	if err != nil {
		return err
	}
	return r.Want("numbers on this page", append([]string{}, want...), numbersOf(page))
}

// last is the latest exchange.
func (v *vendor) last() *suite.Exchange {
	all := v.Exchanges()
	return all[len(all)-1]
}
