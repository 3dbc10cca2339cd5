package crmcom

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func envelopeOK(ctx context.Context, v *vendor) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	all, err := v.wantEverywhere(ctx, other, m, (*reply).wantSuccess)
	return errors.Join(all, err, v.wantSuccessfulSession(ctx))
}

// wantSuccessfulSession looks at the login and its end too, where there is somebody to log in as.
func (v *vendor) wantSuccessfulSession(ctx context.Context) error {
	token, err := v.login(ctx)
	if unavailable(err) {
		return nil
	}
	if err != nil {
		return suite.Arranging(err)
	}
	r, err := v.as(token).post(ctx, crmcom.OpRelease, pathRelease, map[string]any{})
	if err != nil {
		return err
	}
	return r.wantSuccess()
}

func (r *reply) wantSuccess() error {
	return errors.Join(r.wantEnvelope(), r.wantOK(), r.WantThat(r.data != nil && string(r.data) != "null", "data", orNone(r.data)))
}

// envelopeError looks at refusals of every method and of several kinds.
func envelopeError(ctx context.Context, v *vendor) error {
	all, err := v.refusals(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range all {
		errs = append(errs, r.wantRefusal())
	}
	return errors.Join(errs...)
}

// refusals are refusals of several methods and kinds, each beside an accepted call of its method. Where nothing can be set up
// or the run may change nothing, they are those of the methods that read.
func (v *vendor) refusals(ctx context.Context) ([]*reply, error) {
	lists, err := v.refusedLists(ctx)
	if err != nil {
		return nil, err
	}
	shows, err1 := v.refusedShows(ctx)
	changes, err2 := v.refusedChanges(ctx)
	for _, err := range []error{err1, err2} {
		if err != nil && !unset(err) {
			return nil, err
		}
	}
	return slices.Concat(lists, shows, changes), nil
}

// unset reports whether err is a state that cannot be set up, and not a call that should have been accepted.
func unset(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u) && !u.Unaccepted
}

func (v *vendor) refusedLists(ctx context.Context) ([]*reply, error) {
	if err := v.needAccepted(v.list(ctx, anyOne())); err != nil {
		return nil, err
	}
	unfiltered, err1 := v.list(ctx, url.Values{})
	unicorns, err2 := v.list(ctx, url.Values{"entity": {"UNICORNS"}})
	nobody, err3 := v.as("").list(ctx, anyOne())
	return []*reply{unfiltered, unicorns, nobody}, errors.Join(err1, err2, err3)
}

func (v *vendor) refusedShows(ctx context.Context) ([]*reply, error) {
	there, err := v.there(ctx)
	if err != nil {
		return nil, err
	}
	if err := v.needShown(ctx, there.byID()); err != nil {
		return nil, err
	}
	unnamed, err1 := v.show(ctx, naming())
	unknown, err2 := v.show(ctx, naming(v.unknown().String()))
	return []*reply{unnamed, unknown}, errors.Join(err1, err2)
}

func (v *vendor) refusedChanges(ctx context.Context) ([]*reply, error) {
	if err := v.needEverything(ctx); err != nil {
		return nil, err
	}
	unknown, err1 := v.delete(ctx, v.unknown().object())
	unsent, err2 := v.resend(ctx, v.unknownNumber().object())
	nobody, err3 := v.as("").resend(ctx, v.unknown().object())
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	strange, err := v.strange(ctx)
	return append([]*reply{unknown, unsent, nobody}, strange...), err
}

// strange is the refusal of a token that the target never gave. One that lets it in gives none: that is for another requirement
// to say.
func (v *vendor) strange(ctx context.Context) ([]*reply, error) {
	token, err := v.refusedToken(ctx)
	if err != nil {
		return nil, err
	}
	r, err := v.as(token).list(ctx, anyOne())
	if err != nil || r.ok() {
		return nil, err
	}
	return []*reply{r}, nil
}

// wantRefusal wants a whole refusal.
func (r *reply) wantRefusal() error {
	if err := r.wantEnvelope(); err != nil {
		return err
	}
	return errors.Join(r.wantRefused(), r.wantWords())
}

// envelopeVerbs tries the wrong verbs first: the right ones have to work afterwards.
func envelopeVerbs(ctx context.Context, v *vendor) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	before, err := m.seen(ctx)
	if err != nil {
		return err
	}
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		for _, path := range []string{pathResend, pathDelete} {
			if err := m.misuse(ctx, method, path); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(m.misuse(ctx, http.MethodDelete, pathShow), m.misuse(ctx, http.MethodPost, pathList)); err != nil {
		return err
	}
	nothing := errors.Join(m.wantUnchanged(ctx, before), m.fixture.wantSent(ctx, m.entityID, 0, nil))
	other, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	right, err := v.wantEverywhere(ctx, other, m, (*reply).wantOK)
	return errors.Join(nothing, right, err)
}

// misuse sends a method by another verb, with everything that could tempt the target in the query as well as in the body.
func (m *createdRequest) misuse(ctx context.Context, method, path string) error {
	query := with(naming(m.byID().String()), paramToken, m.token)
	body, err := json.Marshal(map[string]any{paramToken: m.token, paramRequest: m.byID().object()})
	if err != nil {
		return err
	}
	r := &suite.Request{Method: method, Path: path, Query: query}
	if method != http.MethodGet {
		r.Header, r.Body = http.Header{"Content-Type": {"application/json"}}, body
	}
	_, err = m.Do(ctx, r)
	return err
}

// envelopeBadInput resends and deletes by an id that nothing has: a target that overlooks a fault does nothing by it. It does not
// log in: who fails to is often locked out.
func envelopeBadInput(ctx context.Context, v *vendor) error {
	m, err := v.there(ctx)
	if err != nil {
		return err
	}
	return v.WantBadInputHarmless(ctx, suite.BadInput{
		Operations: []string{crmcom.OpShow, crmcom.OpList, crmcom.OpResend, crmcom.OpDelete},
		Given:      m.given,
		Prepare:    func(r *suite.Request) { dressed(r) },
		Look:       func(ctx context.Context) (any, error) { return m.shown(ctx) },
		Right: func(ctx context.Context, operation string) error {
			switch operation {
			case crmcom.OpShow:
				return v.needShown(ctx, m.byID())
			case crmcom.OpResend:
				return v.needResent(ctx)
			case crmcom.OpDelete:
				return v.needDeleted(ctx)
			default:
				return v.needAccepted(v.list(ctx, anyOne()))
			}
		},
	})
}

// given are the values with which a bad request of an operation is right but for its one fault.
func (m *createdRequest) given(operation string) map[string]any {
	switch operation {
	case crmcom.OpShow:
		return map[string]any{paramToken: m.token, paramRequest: m.byID().String()}
	case crmcom.OpList:
		return map[string]any{paramToken: m.token, "entity_id": m.entityID}
	default:
		return map[string]any{paramToken: m.token, paramRequest: m.unknown().object()}
	}
}
