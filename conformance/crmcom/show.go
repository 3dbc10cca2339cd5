package crmcom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func showByID(ctx context.Context, v *vendor) error {
	return v.wantShownBy(ctx, (*createdRequest).byID)
}

func showByNumber(ctx context.Context, v *vendor) error {
	return v.wantShownBy(ctx, (*createdRequest).byNumber)
}

// wantShownBy wants the right one of two webhook requests, with the inner `=` of the identifier escaped and as it is.
func (v *vendor) wantShownBy(ctx context.Context, by func(*createdRequest) key) error {
	all, err := v.several(ctx, 2)
	if err != nil {
		return err
	}
	first, second := all[0], all[1]
	escaped, err1 := v.show(ctx, naming(by(first).String()))
	literal, err2 := v.showLiterally(ctx, by(second))
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return errors.Join(escaped.wantIs(first), literal.wantIs(second))
}

// showLiterally sends show with the inner `=` of the identifier as it is.
func (v *vendor) showLiterally(ctx context.Context, k key) (*reply, error) {
	query := "?" + paramToken + "=" + url.QueryEscape(v.token) + "&" + paramRequest + "=" + k.field + "=" + url.QueryEscape(k.value)
	return v.call(ctx, &suite.Request{Operation: crmcom.OpShow, Method: http.MethodGet, Path: pathShow + query})
}

// wantIs wants one certain webhook request.
func (r *reply) wantIs(m *createdRequest) error {
	data, err := r.record()
	if err != nil {
		return err
	}
	return r.Want("id, number and entity_id", []string{m.id, m.number, m.entityID}, []string{data.id(), data.number(), data.text("entity_id")})
}

func showIdentifierRequired(ctx context.Context, v *vendor) error {
	there, err := v.there(ctx)
	if err != nil {
		return err
	}
	if err := v.needShown(ctx, there.byID()); err != nil {
		return err
	}
	return v.wantNotShown(ctx)
}

func showIdentifierOneField(ctx context.Context, v *vendor) error {
	m, err := v.there(ctx)
	if err != nil {
		return err
	}
	if err := v.needShown(ctx, m.byID(), m.byNumber()); err != nil {
		return err
	}
	id, number := m.byID().String(), m.byNumber().String()
	return errors.Join(
		v.wantNotShown(ctx, id+","+number),
		v.wantNotShown(ctx, number+","+id),
		v.wantNotShown(ctx, id, number),
		v.wantNotShown(ctx, number, id),
		v.wantNotShown(ctx, ""),
		v.wantNotShown(ctx, "entity_id="+m.entityID),
		v.wantNotShown(ctx, "number="),
	)
}

// wantNotShown wants show refused for an identifier written so.
func (v *vendor) wantNotShown(ctx context.Context, identifier ...string) error {
	r, err := v.show(ctx, naming(identifier...))
	if err != nil {
		return err
	}
	return r.wantRefused()
}

func showUnknown(ctx context.Context, v *vendor) error {
	m, err := v.there(ctx)
	if err != nil {
		return err
	}
	if err := v.needShown(ctx, m.byID(), m.byNumber()); err != nil {
		return err
	}
	unknown := errors.Join(v.wantNotShown(ctx, v.unknown().String()), v.wantNotShown(ctx, v.unknownNumber().String()))
	return errors.Join(unknown, m.wantNeighboursApart(ctx))
}

// wantNeighboursApart shows what is called almost like the webhook request, and wants none of that to be it.
func (m *createdRequest) wantNeighboursApart(ctx context.Context) error {
	var errs []error
	for _, k := range []key{m.byID(), m.byNumber()} {
		for _, value := range neighbours(k.value) {
			near := key{k.field, value}
			r, err := m.show(ctx, naming(near.String()))
			if err != nil {
				return err
			}
			errs = append(errs, r.wantNot(m, near))
		}
	}
	return errors.Join(errs...)
}

// wantNot wants a webhook request not to be answered for.
func (r *reply) wantNot(m *createdRequest, near key) error {
	data, err := r.record()
	other := err != nil || data.id() != m.id
	return r.WantThat(other, "not webhook request "+m.number+" for "+near.String(), "it")
}

// showShape looks at two webhook requests which together have a value for every field: one that was accepted, one that was
// not, both sent for a definition with a fields set.
func showShape(ctx context.Context, v *vendor) error {
	b, err := v.newFixture(ctx, accept(), map[string]any{"fields_set": []string{"id", "number"}})
	if err != nil {
		return err
	}
	accepted, err := b.outcome(ctx)
	if err != nil {
		return err
	}
	b.inbox.Reply(refuse(http.StatusInternalServerError))
	refused, err := b.outcome(ctx)
	if err != nil {
		return err
	}
	failing := []string{"error_code", "error_description"}
	always := slices.DeleteFunc(crmcom.Fields(), func(field string) bool { return slices.Contains(failing, field) })
	return errors.Join(
		accepted.wantFields(always), accepted.wantReferences(b), accepted.wantDate(),
		refused.wantFields(failing),
	)
}

func showFieldsSet(ctx context.Context, v *vendor) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(
		m.wantOnly(ctx, "number", "life_cycle_state"),
		m.wantOnly(ctx, "entity_id"),
		m.wantOnly(ctx, severalFields()...),
	)
}

// wantOnly shows the fields named, which all have a value, and wants no others.
func (m *createdRequest) wantOnly(ctx context.Context, fields ...string) error {
	r, err := m.show(ctx, with(naming(m.byID().String()), "fields_set", strings.Join(fields, ",")))
	if err != nil {
		return err
	}
	data, err := r.record()
	if err != nil {
		return err
	}
	return r.wantProjection(data, fields)
}

func showStates(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	if err := needOwn(rejected, successful); err != nil {
		return err
	}
	return errors.Join(
		rejected.wantMember(ctx, "life_cycle_state", crmcom.StateRejected),
		successful.wantMember(ctx, "life_cycle_state", crmcom.StateSuccessful),
	)
}

// wantMember shows the record and compares one of its texts.
func (m *createdRequest) wantMember(ctx context.Context, field, want string) error {
	r, err := m.show(ctx, naming(m.byID().String()))
	if err != nil {
		return err
	}
	data, err := r.record()
	if err != nil {
		return err
	}
	return r.Want(field, want, data.text(field))
}

// showEntity looks at two kinds of entity: the oldest, and one of the others.
func showEntity(ctx context.Context, v *vendor) error {
	var errs []error
	for _, entity := range []string{activities, v.anyEntity()} {
		m, err := v.rejected(ctx, map[string]any{"entity": entity})
		if err != nil {
			return err
		}
		if err := needOwn(m); err != nil {
			return err
		}
		errs = append(errs, m.wantMember(ctx, "entity", entity))
	}
	return errors.Join(errs...)
}

// anyEntity is one of the 17, whichever the seed says.
func (v *vendor) anyEntity() string {
	all := crmcom.Entities()
	return all[v.Rand().IntN(len(all))]
}

// showErrorOnlyRejected looks at a webhook request that was successful at once and at one that is after a resend.
func showErrorOnlyRejected(ctx context.Context, v *vendor) error {
	first, err := v.successful(ctx, nil)
	if err != nil {
		return err
	}
	second, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	if _, err := second.seen(ctx); err != nil { // a target that keeps what it showed has the error then
		return err
	}
	resent, err := second.resent(ctx)
	if err != nil {
		return err
	}
	if resent.text("life_cycle_state") != crmcom.StateSuccessful {
		return &suite.Unavailable{State: "a resend that succeeds", Reason: "webhook request " + second.number + " is still " + resent.text("life_cycle_state")}
	}
	return errors.Join(first.wantNoError(ctx), resent.wantNoError())
}

func (m *createdRequest) wantNoError(ctx context.Context) error {
	r, err := m.show(ctx, naming(m.byID().String()))
	if err != nil {
		return err
	}
	data, err := r.record()
	if err != nil {
		return err
	}
	return recordOf{data, r}.wantNoError()
}

func (r recordOf) wantNoError() error {
	said := record{}
	for _, field := range []string{"error_code", "error_description"} {
		if r.says(field) {
			said[field] = r.record[field]
		}
	}
	return r.WantThat(len(said) == 0, "no error on a SUCCESSFUL webhook request", fmt.Sprintf("%.200v", map[string]any(said)))
}

func showAuthenticationCode(ctx context.Context, v *vendor) error {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return err
	}
	if err := b.wantSecret(); err != nil {
		return err
	}
	e, d, err := b.delivered(ctx)
	if err != nil {
		return suite.Arranging(err)
	}
	data, err := d.data()
	if err != nil {
		return suite.Arranging(err)
	}
	listed, err := b.logged(ctx, e)
	if err != nil {
		return suite.Arranging(err)
	}
	shown, err := b.shown(ctx, e)
	if err != nil {
		return err
	}
	return errors.Join(shown.wantCode(data, b.secret), listed.wantCode(data, b.secret), v.wantCodeAfterResend(ctx))
}

// wantCodeAfterResend wants the record that stands for a webhook request after its resend to have the code of what was sent then.
func (v *vendor) wantCodeAfterResend(ctx context.Context) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	if err := m.fixture.wantSecret(); err != nil {
		return err
	}
	resent, err := m.resent(ctx)
	if err != nil {
		return err
	}
	d, err := m.fixture.await(ctx, m.entityID, resent.Exchange)
	if err != nil {
		return suite.Arranging(err)
	}
	data, err := d.data()
	if err != nil {
		return suite.Arranging(err)
	}
	return resent.wantCode(data, m.secret)
}

// wantCode wants the authentication code of the data.
func (r recordOf) wantCode(data []byte, secret string) error {
	code := r.text("authentication_code")
	return r.WantThat(verified(code, data, secret) != "", "the HMAC of the data that was sent as authentication_code", fmt.Sprintf("%q", code))
}

// showReadOnly looks twice at everything there is to see.
func showReadOnly(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	first, err1 := rejected.seen(ctx)
	second, err2 := successful.seen(ctx)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	filter := url.Values{"entity_id": {rejected.entityID}}
	for range 2 {
		if _, err := v.list(ctx, filter); err != nil {
			return err
		}
	}
	everything := func(record) bool { return true }
	return errors.Join(
		rejected.wantUnchanged(ctx, first),
		successful.wantUnchanged(ctx, second),
		v.wantListed(ctx, filter, everything, []*createdRequest{rejected, successful}, nil),
	)
}
