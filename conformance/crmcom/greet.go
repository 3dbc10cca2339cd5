package crmcom

import (
	"context"
	"net/http"
	"net/url"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// providerStates are the names of the states that a provider may know. The first ones need no params.
func providerStates() []string {
	return []string{stateDefinition, stateRejected, stateSuccessful, stateFires, stateExpired, stateRefused, stateNoLogin}
}

// greet asks for a list that any credential may see. Its error says why none came.
func greet(ctx context.Context, s *suite.Session) error {
	v := newVendor(s)
	first, err := v.list(ctx, url.Values{"entity": {activities}, paramSize: {"1"}})
	if err != nil || first.ok() || len(first.data) > 0 { // a refusal has no data, whatever its code is called
		return err
	}
	second, err1 := v.list(ctx, url.Values{"entity_id": {v.thing()}})
	third, err2 := v.show(ctx, naming(v.unknown().String()))
	if err1 != nil || err2 != nil || second.ok() {
		return err1
	}
	if closed := suite.Strange(crmcom.Contract.BasePath, enveloped, first.Exchange, second.Exchange, third.Exchange); closed != nil {
		return closed
	}
	if m, err := v.rejected(ctx, nil); err == nil {
		if _, err := m.shown(ctx); err == nil {
			return nil // the log can be seen, if not listed
		}
	}
	return s.RefusedWith(first.said())
}

// neutral lists one webhook request.
func neutral(s *suite.Session) *suite.Request {
	query := url.Values{"entity": {activities}, paramSize: {"1"}, paramToken: {s.Token()}}
	return dressed(&suite.Request{Operation: crmcom.OpList, Method: http.MethodGet, Path: pathList, Query: query})
}

// enveloped reports whether an answer is anything like an envelope.
func enveloped(e *suite.Exchange) bool { return read(e).status != nil }

// logIn takes a token for the run.
func logIn(ctx context.Context, s *suite.Session) (string, error) {
	v := newVendor(s)
	v.entry = true
	return v.login(ctx)
}

// logOut gives it back.
func logOut(ctx context.Context, s *suite.Session, token string) error {
	v := newVendor(s)
	v.entry = true
	r, err := v.as(token).post(ctx, crmcom.OpRelease, pathRelease, map[string]any{})
	if err != nil {
		return err
	}
	return r.wantOK()
}
