package crmcom

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// A change has to show wherever there is something to see: in show by either field, and in list by every filter. A target that
// keeps several indexes may forget one of them.

// filters are the ways to list a webhook request by what it shows of itself.
func (m *createdRequest) filters(shown record) []url.Values {
	about := url.Values{"entity_id": {m.entityID}}
	all := []url.Values{about}
	for _, reference := range []struct{ param, member string }{{paramDefinition, "webhook_definition"}, {paramRule, "workflow_rule"}} {
		if id := shown.inside(reference.member).text("id"); id != "" {
			one := byID(id).String()
			all = append(all, url.Values{reference.param: {one}}, with(about, reference.param, one))
		}
	}
	for _, field := range []string{"entity", "url", "life_cycle_state"} {
		all = append(all, with(about, field, shown.text(field)))
	}
	return append(all, with(about, "created_date", shown.created()), with(about, paramSize, "1000"))
}

// wantInViews wants a webhook request in every list that it belongs to, or in none.
func (m *createdRequest) wantInViews(ctx context.Context, shown record, there bool) error {
	in, out := []*createdRequest{m}, []*createdRequest(nil)
	if !there {
		in, out = nil, in
	}
	return m.inEveryView(ctx, shown, func(ctx context.Context, filter url.Values) error {
		return m.wantListed(ctx, filter, func(record) bool { return true }, in, out)
	})
}

// lookInViews asks for every list that a webhook request belongs to, whatever they answer: a target that keeps answers has them then.
func (m *createdRequest) lookInViews(ctx context.Context, shown record) error {
	return m.inEveryView(ctx, shown, func(ctx context.Context, filter url.Values) error {
		_, err := m.list(ctx, filter)
		return err
	})
}

// inEveryView looks at the list of each filter, at the same time as far as the run allows.
func (m *createdRequest) inEveryView(ctx context.Context, shown record, look func(context.Context, url.Values) error) error {
	var looks []func(context.Context) error
	for _, filter := range m.filters(shown) {
		looks = append(looks, func(ctx context.Context) error { return look(ctx, filter) })
	}
	return m.Together(ctx, looks...)
}

// wantStates wants so many webhook requests about the same thing in each state. The list is asked for all of them: that it can
// tell states apart is a requirement of its own.
func (m *createdRequest) wantStates(ctx context.Context, rejected, successful int) error {
	return m.Settled(ctx, func(ctx context.Context) error {
		r, err := m.list(ctx, url.Values{"entity_id": {m.entityID}})
		if err != nil {
			return err
		}
		all, err := r.records()
		if err != nil {
			return err
		}
		got := map[string]int{}
		for _, one := range all {
			got[one.text("life_cycle_state")]++
		}
		return r.Want("REJECTED and SUCCESSFUL webhook requests about the entity:", []int{rejected, successful}, []int{got[crmcom.StateRejected], got[crmcom.StateSuccessful]})
	})
}

// wantFoundInState wants so many webhook requests about the same thing listed by a state.
func (m *createdRequest) wantFoundInState(ctx context.Context, state string, n int) error {
	return m.Settled(ctx, func(ctx context.Context) error {
		r, err := m.list(ctx, url.Values{"entity_id": {m.entityID}, "life_cycle_state": {state}})
		if err != nil {
			return err
		}
		all, err := r.recordsOrNone(n == 0)
		return errors.Join(err, r.Want("number of webhook requests about the entity listed as "+state, n, len(all)))
	})
}

// wantOnlyExactly wants a webhook request not listed by what is almost a value that it is listed by.
func (m *createdRequest) wantOnlyExactly(ctx context.Context, nears []string, filter func(near string) url.Values) error {
	var errs []error
	for _, near := range nears {
		r, err := m.list(ctx, filter(near))
		if err != nil {
			return err
		}
		found, _ := r.records() // a refusal, or none, is as good
		errs = append(errs, r.wantAmong(found, []*createdRequest{m}, false))
	}
	return errors.Join(errs...)
}

// neighbours are texts that are almost this one: its beginning, its end, a pattern of it, the other case.
func neighbours(text string) []string {
	if len(text) < 2 {
		return []string{text + "0", "0" + text}
	}
	all := []string{text[:len(text)-1], text[1:], text[:len(text)-1] + "%", suite.Swapped(text)}
	return slices.DeleteFunc(all, func(near string) bool { return near == text })
}
