package makecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// providerStates are the names of the states that a provider may know. The first one needs no params.
func providerStates() []string {
	return []string{"a hook", "items waiting", "an item being processed", "processing finished", stateDisabled, "a token", "an expired token", stateRefused, "a rate limit"}
}

// greet lists a queue, of any hook that can be had, with the credential and without, and says what stands in the way.
func greet(ctx context.Context, s *suite.Session) error {
	v := newVendor(s)
	h, err := v.hook(ctx, map[string]any{})
	id := v.unknownHook()
	if err == nil {
		id = h.id
	}
	inside, err1 := v.list(ctx, id, nil)
	if err1 != nil || inside.Status == http.StatusOK && enveloped(inside) {
		if err == nil && err1 == nil {
			err1 = h.wantNew(ctx, inside)
		}
		return err1
	}
	outside, err2 := v.as("").list(ctx, id, nil)
	if err2 != nil {
		return err2
	}
	if closed := suite.Strange(makecom.Contract.BasePath, enveloped, inside, outside); closed != nil {
		return closed
	}
	if isShut(inside) && v.takesOnly(ctx, bearer, id) {
		return nil // which is for the check of the scheme to say
	}
	switch {
	case inside.Status == http.StatusNotFound && outside.Status == http.StatusNotFound:
		return &suite.Closed{
			Reason: "the target answers 404 with a credential and without, as if the API were not there: " + inside.Said(),
			Remedy: "correct --url: on the vendor's own server it ends in " + makecom.Contract.BasePath,
		}
	case isShut(inside) && (err == nil || inside.Status == outside.Status):
		return s.RefusedWith(inside.Said())
	}
	return nil
}

// isShut reports whether an answer refuses the credential.
func isShut(e *suite.Exchange) bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// wantNew wants nothing on a hook that the provider says to have made. Where list and stats agree that there is, it is somebody's, and
// is left alone, also when the session closes.
func (h *hook) wantNew(ctx context.Context, e *suite.Exchange) error {
	page, err := readListing(e)
	if err != nil || h.lent || len(page.Incomings) == 0 {
		return nil //nolint:nilerr // what is wrong with a list is for the checks to say
	}
	stat, err := h.readStats(ctx)
	if err != nil || stat.Queue < len(page.Incomings) {
		return nil //nolint:nilerr // as above
	}
	h.state.Undo = nil
	return &suite.Closed{
		Reason: fmt.Sprintf("the provider of states says to have made hook %s, on which %d items wait already: nothing on it was touched", h.id, stat.Queue),
		Remedy: "let the state \"a hook\" make a hook of its own, or lend this one with --hook-id",
	}
}

// takesOnly tries another scheme than the documented one. Where it opens the door, all but the check of the scheme go in by it.
func (v *vendor) takesOnly(ctx context.Context, scheme, hookID string) bool {
	other, err := v.as(scheme+" "+v.Token()).list(ctx, hookID, nil)
	if v.Token() == "" || err != nil || other.Status != http.StatusOK || !enveloped(other) {
		return false
	}
	v.UseScheme(scheme)
	return true
}

// neutral lists the queue of a hook that there is not.
func neutral(s *suite.Session) *suite.Request {
	return newVendor(s).dressed(suite.Request{Operation: opList, Method: http.MethodGet, Path: incomings("1")})
}

// enveloped reports whether an answer is anything like one of this API.
func enveloped(e *suite.Exchange) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(e.ResponseBody, &members) != nil {
		return false
	}
	for _, name := range []string{"incomings", "incoming", "incomingStat", "message", "detail", "code"} {
		if members[name] != nil {
			return true
		}
	}
	return false
}
