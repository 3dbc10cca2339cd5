package crmcom

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// askCreatedDate looks from the day before, which only `from` finds, and from another moment of the same day, which `exact`
// does not find.
func askCreatedDate(ctx context.Context, v *vendor) (string, error) {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return "", err
	}
	at, err := m.creation(ctx)
	if err != nil {
		return "", err
	}
	dayBefore, err := m.foundOn(ctx, at.AddDate(0, 0, -1))
	if err != nil {
		return "", err
	}
	sameDay, err := m.foundOn(ctx, otherMoment(at))
	if err != nil {
		return "", err
	}
	switch {
	case dayBefore:
		return crmcom.AnswerFrom, nil
	case sameDay:
		return crmcom.AnswerSameDay, nil
	default:
		return crmcom.AnswerExact, nil
	}
}

// otherMoment is later on the same day, or earlier where the day has no later one.
func otherMoment(at time.Time) time.Time {
	if later := at.Add(time.Hour); later.Day() == at.Day() {
		return later
	}
	return at.Add(-time.Hour)
}

func (m *createdRequest) foundOn(ctx context.Context, at time.Time) (bool, error) {
	numbers, err := m.numbers(ctx, url.Values{"entity_id": {m.entityID}, "created_date": {at.Format(crmcom.DateLayout)}})
	return slices.Contains(numbers, m.number), err
}

func askURLMatch(ctx context.Context, v *vendor) (string, error) {
	inbox, err := v.Inbox(ctx, accept())
	if err != nil {
		return "", err
	}
	m, err := v.rejected(ctx, map[string]any{"url": inbox.URL})
	if err != nil {
		return "", err
	}
	numbers, err := v.numbers(ctx, url.Values{"entity_id": {m.entityID}, "url": {inbox.URL[:len(inbox.URL)-2]}})
	return either(len(numbers) > 0, crmcom.AnswerPrefix, crmcom.AnswerExact), err
}

func askOrder(ctx context.Context, v *vendor) (string, error) {
	made, err := v.several(ctx, 3)
	if err != nil {
		return "", err
	}
	oldest := []string{made[0].number, made[1].number, made[2].number}
	newest := []string{made[2].number, made[1].number, made[0].number}
	got, err := v.numbers(ctx, url.Values{"entity_id": {made[0].entityID}})
	switch {
	case slices.Equal(got, newest):
		return crmcom.AnswerNewestFirst, err
	case slices.Equal(got, oldest):
		return crmcom.AnswerOldestFirst, err
	default:
		return fmt.Sprintf("%v, created in the order %v", got, oldest), err
	}
}

// askDefaultSize makes one more than the largest page that is expected.
func askDefaultSize(ctx context.Context, v *vendor) (string, error) {
	const enough = crmcom.DefaultListSize + 1
	made, err := v.severalAtOnce(ctx, enough)
	if err != nil {
		return "", err
	}
	numbers, err := v.numbers(ctx, url.Values{"entity_id": {made[0].entityID}})
	return either(len(numbers) == enough, crmcom.AnswerAll, fmt.Sprint(len(numbers))), err
}

func askZeroSize(ctx context.Context, v *vendor) (string, error) {
	made, err := v.several(ctx, 2)
	if err != nil {
		return "", err
	}
	filter := url.Values{"entity_id": {made[0].entityID}}
	if err := v.needAccepted(v.list(ctx, with(filter, paramSize, "2"))); err != nil {
		return "", err
	}
	return v.askList(ctx, with(filter, paramSize, "0"), crmcom.AnswerAll)
}

func askUnknownDefinition(ctx context.Context, v *vendor) (string, error) {
	if err := v.needAccepted(v.list(ctx, anyOne())); err != nil {
		return "", err
	}
	return v.askList(ctx, url.Values{paramDefinition: {v.unknown().String()}}, "results")
}

// askList tells whether a list is refused, empty, or something.
func (v *vendor) askList(ctx context.Context, query url.Values, something string) (string, error) {
	r, err := v.list(ctx, query)
	if err != nil {
		return "", err
	}
	if r.refused() {
		return crmcom.AnswerError, nil
	}
	all, err := r.records()
	return either(len(all) == 0, crmcom.AnswerEmpty, something), err
}
