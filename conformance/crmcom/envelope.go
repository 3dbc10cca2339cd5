package crmcom

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-mock/understudy/conformance/suite"
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
	r, err := v.as(token).post(ctx, opRelease, pathRelease, map[string]any{})
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
	token, err := v.refusedToken(ctx)
	if err != nil {
		return err
	}
	unnamed, err1 := v.show(ctx, naming())
	unfiltered, err2 := v.list(ctx, url.Values{})
	unknown, err3 := v.delete(ctx, v.unknown().object())
	unsent, err4 := v.resend(ctx, v.unknownNumber().object())
	strange, err5 := v.as(token).list(ctx, url.Values{"entity": {activities}})
	nobody, err6 := v.as("").resend(ctx, v.unknown().object())
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return err
	}
	return errors.Join(
		unnamed.wantRefusal(), unfiltered.wantRefusal(), unknown.wantRefusal(),
		unsent.wantRefusal(), strange.wantRefusal(), nobody.wantRefusal(),
	)
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
	nothing := errors.Join(m.wantUnchanged(ctx, before), m.box.wantSent(ctx, m.entityID, 0, nil))
	other, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	right, err := v.wantEverywhere(ctx, other, m, (*reply).wantOK)
	return errors.Join(nothing, right, err)
}

// misuse sends a method by another verb, with everything that could tempt the target in the query as well as in the body.
func (m *made) misuse(ctx context.Context, method, path string) error {
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
