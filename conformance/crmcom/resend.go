package crmcom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func resendRejectedOnly(ctx context.Context, v *vendor) error {
	if err := v.needResent(ctx); err != nil {
		return err
	}
	m, err := v.successfulAt(ctx, accept())
	if err != nil {
		return err
	}
	before, err := m.seen(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for range rounds {
		r, err := v.resend(ctx, m.byNumber().object())
		if err != nil {
			return err
		}
		errs = append(errs, r.wantRefused())
	}
	nothing := errors.Join(m.fixture.wantSent(ctx, m.entityID, 0, v.last()), m.wantUnchanged(ctx, before))
	return errors.Join(append(errs, nothing, v.wantResentOnce(ctx))...)
}

func resendSendsOnce(ctx context.Context, v *vendor) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	r, err := v.resend(ctx, m.byNumber().object())
	if err != nil {
		return err
	}
	if _, err := m.fixture.await(ctx, m.entityID, r.Exchange); err != nil {
		return err
	}
	return m.fixture.wantSent(ctx, m.entityID, 1, r.Exchange)
}

func resendSucceeds(ctx context.Context, v *vendor) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	if err := v.needShown(ctx, m.byNumber()); err != nil {
		return err
	}
	before, err := m.seen(ctx)
	if err != nil {
		return err
	}
	if err := m.lookInViews(ctx, before); err != nil {
		return err
	}
	first, err := v.resend(ctx, m.byNumber().object())
	if err != nil {
		return err
	}
	if _, err := m.fixture.await(ctx, m.entityID, first.Exchange); err != nil {
		return suite.Arranging(err)
	}
	done := errors.Join(first.wantOK(), m.wantNotRejected(ctx), m.wantNowhereRejected(ctx, before))
	if err := m.fixture.mark(ctx); err != nil {
		return err
	}
	sent := m.fixture.count(m.entityID)
	second, err := v.resend(ctx, m.byNumber().object())
	if err != nil {
		return err
	}
	once := errors.Join(done, second.wantRefused(), m.fixture.wantSent(ctx, m.entityID, sent, second.Exchange), m.wantStates(ctx, 0, 1))
	return errors.Join(once, v.wantSuccessAtLast(ctx), v.wantResentOnce(ctx))
}

// wantSuccessAtLast resends to a receiver that refuses several times and accepts then. The accepted delivery has to come once.
func (v *vendor) wantSuccessAtLast(ctx context.Context) error {
	m, err := v.rejectedAt(ctx, refuse(http.StatusServiceUnavailable))
	if err != nil {
		return err
	}
	for range rounds {
		if err := v.needAccepted(m.resendNow(ctx)); err != nil {
			return err
		}
	}
	m.fixture.inbox.Reply(accept())
	taken, err := m.resendNow(ctx)
	if err != nil {
		return err
	}
	again, err := m.resendNow(ctx)
	if err != nil {
		return err
	}
	return errors.Join(taken.wantOK(), again.wantRefused(), m.wantStates(ctx, 0, 1))
}

// resendNow resends whichever record stands for the webhook request now.
func (m *createdRequest) resendNow(ctx context.Context) (*reply, error) {
	r, err := m.resend(ctx, m.byID().object())
	if err != nil || !r.ok() {
		return r, err
	}
	if now, err := r.record(); err == nil && now.id() != "" && now.text("life_cycle_state") == crmcom.StateRejected {
		m.id, m.number = now.id(), now.number()
	}
	return r, nil
}

// wantNotRejected wants no REJECTED webhook request with that number, by show and by list.
func (m *createdRequest) wantNotRejected(ctx context.Context) error {
	return m.Settled(ctx, func(ctx context.Context) error {
		r, err := m.show(ctx, naming(m.byNumber().String()))
		if err != nil {
			return err
		}
		if r.ok() {
			data, err := r.record()
			return errors.Join(err, r.Want("life_cycle_state", crmcom.StateSuccessful, data.text("life_cycle_state")))
		}
		left, err := m.leftRejected(ctx)
		return errors.Join(err, m.last().Want("number of REJECTED webhook requests about the entity", 0, len(left)))
	})
}

// wantNowhereRejected wants no list that the webhook request was in before to show it as REJECTED.
func (m *createdRequest) wantNowhereRejected(ctx context.Context, before record) error {
	return m.inEveryView(ctx, before, func(ctx context.Context, filter url.Values) error {
		return m.Settled(ctx, func(ctx context.Context) error {
			r, err := m.list(ctx, filter)
			if err != nil {
				return err
			}
			found, err := r.recordsOrNone(true)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(found, func(rec record) bool {
				return rec.text("entity_id") == m.entityID && rec.text("life_cycle_state") == crmcom.StateRejected
			})
			return r.WantThat(i < 0, "no REJECTED webhook request about the entity", "one")
		})
	})
}

// leftRejected lists the REJECTED webhook requests about the same thing.
func (m *createdRequest) leftRejected(ctx context.Context) ([]record, error) {
	r, err := m.list(ctx, url.Values{"entity_id": {m.entityID}})
	if err != nil {
		return nil, err
	}
	all, err := r.records()
	return slices.DeleteFunc(all, func(rec record) bool { return rec.text("life_cycle_state") != crmcom.StateRejected }), err
}

func resendFailsAgain(ctx context.Context, v *vendor) error {
	m, err := v.rejectedAt(ctx, refuse(http.StatusServiceUnavailable))
	if err != nil {
		return err
	}
	r, err := v.resend(ctx, m.byNumber().object())
	if err != nil {
		return err
	}
	if _, err := m.fixture.await(ctx, m.entityID, r.Exchange); err != nil {
		return suite.Arranging(err)
	}
	errs := []error{r.wantOK(), m.wantStillRejected(ctx)}
	for range rounds {
		again, err := m.resendNow(ctx)
		if err != nil {
			return err
		}
		errs = append(errs, again.wantOK(), m.wantStillRejected(ctx), m.wantStates(ctx, 1, 0))
	}
	return errors.Join(append(errs, v.wantKeptAtOnce(ctx))...)
}

func (m *createdRequest) wantStillRejected(ctx context.Context) error {
	return m.Settled(ctx, func(ctx context.Context) error {
		left, err := m.leftRejected(ctx)
		if err != nil {
			return err
		}
		if len(left) != 1 {
			return m.last().WantThat(false, "one REJECTED webhook request about the entity", fmt.Sprint(len(left)))
		}
		if err := m.last().WantThat(left[0].says("error_code") || left[0].says("error_description"), "its error", "none"); err != nil {
			return err
		}
		r, err := m.show(ctx, naming(byID(left[0].id()).String()))
		if err != nil {
			return err
		}
		shown, err := r.record()
		return errors.Join(err, r.Want("members that list has otherwise:", []string{}, differing(shown, left[0])))
	})
}

func resendPayload(ctx context.Context, v *vendor) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	if err := m.fixture.wantSecret(); err != nil {
		return err
	}
	r, err := v.resend(ctx, m.byNumber().object())
	if err != nil {
		return err
	}
	d, err := m.fixture.await(ctx, m.entityID, r.Exchange)
	if err != nil {
		return suite.Arranging(err)
	}
	return errors.Join(
		d.Want("entity", m.entity, d.Text(d.layout.Entity)),
		d.Want("entity_id", m.entityID, d.Text(d.layout.EntityID)),
		d.wantVerified(m.secret),
	)
}

func resendResponse(ctx context.Context, v *vendor) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	before, err := m.seen(ctx)
	if err != nil {
		return err
	}
	r, err := v.resend(ctx, m.byNumber().object())
	if err != nil {
		return err
	}
	data, err := r.record()
	if err != nil {
		return err
	}
	complete := recordOf{data, r}.wantFields([]string{"id", "number", "life_cycle_state", "entity", "entity_id", "url"})
	if complete != nil {
		return complete
	}
	shown, err := v.show(ctx, naming(byID(data.id()).String()))
	if err != nil {
		return err
	}
	return errors.Join(
		r.Want("entity and entity_id", []string{m.entity, m.entityID}, []string{data.text("entity"), data.text("entity_id")}),
		shown.wantIs(&createdRequest{id: data.id(), number: data.number(), entityID: m.entityID}),
		shown.wantOrigin(before),
	)
}

// wantOrigin wants a record to have come from where it came from before its resend, and if it is the same one, when.
func (r *reply) wantOrigin(before record) error {
	now, err := r.record()
	if err != nil {
		return err
	}
	origin := func(rec record) []string {
		all := []string{rec.text("entity"), rec.text("url"), rec.inside("webhook_definition").text("id"), rec.inside("workflow_rule").text("id")}
		if now.id() == before.id() {
			all = append(all, rec.created())
		}
		return all
	}
	return r.Want("entity, url, webhook_definition, workflow_rule and created_date", origin(before), origin(now))
}

// resent resends and shows the record that stands for the webhook request afterwards, which may be a new one.
func (m *createdRequest) resent(ctx context.Context) (recordOf, error) {
	answer, err := m.resend(ctx, m.byID().object())
	if err != nil {
		return recordOf{}, err
	}
	data, err := answer.record()
	if err != nil {
		return recordOf{}, suite.Arranging(err)
	}
	r, err := m.show(ctx, naming(byID(data.id()).String()))
	if err != nil {
		return recordOf{}, err
	}
	now, err := r.record()
	return recordOf{now, r}, suite.Arranging(err)
}

func resendSingle(ctx context.Context, v *vendor) error {
	if err := v.needResent(ctx); err != nil {
		return err
	}
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, map[string]any{"url": m.fixture.inbox.URL})
	if err != nil {
		return err
	}
	before, err := other.seen(ctx)
	if err != nil {
		return err
	}
	refused := v.wantIdentified(ctx, (*vendor).resend, m, other)
	nothing := errors.Join(m.fixture.wantSent(ctx, m.entityID, 0, nil), m.fixture.wantSent(ctx, other.entityID, 0, nil))
	r, err := v.resend(ctx, m.byID().object())
	if err != nil {
		return err
	}
	return errors.Join(refused, nothing, r.wantOK(), m.fixture.wantSent(ctx, other.entityID, 0, r.Exchange), other.wantUnchanged(ctx, before))
}

// wantIdentified tries every identifier that names no one webhook request, and wants each refused.
func (v *vendor) wantIdentified(ctx context.Context, call func(*vendor, context.Context, any) (*reply, error), one, other *createdRequest) error {
	identifiers := []any{
		nil,
		map[string]any{},
		one.both(),
		map[string]any{"id": one.id, "number": other.number},
		[]any{one.byID().object(), other.byNumber().object()},
		map[string]any{"entity_id": one.entityID},
		map[string]any{"number": ""},
		v.unknown().object(),
		v.unknownNumber().object(),
	}
	var errs []error
	for _, identifier := range identifiers {
		r, err := call(v, ctx, identifier)
		if err != nil {
			return err
		}
		errs = append(errs, r.wantRefused())
	}
	return errors.Join(errs...)
}

// wantSecret needs the key of the definition to be known.
func (b *webhookFixture) wantSecret() error {
	if b.secret != "" {
		b.Hide(b.secret)
		return nil
	}
	return &suite.Unavailable{State: "the secret key of a definition", Reason: "the provider's values have no \"secret_key\"", Remedy: "let the provider answer with one"}
}
