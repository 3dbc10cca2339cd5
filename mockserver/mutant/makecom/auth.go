package makecom

import (
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/openapi/contract"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func auth() []*mutant.Mutant {
	return []*mutant.Mutant{
		stranger(makeapi.AuthTokenRequired, "taken-for-the-last-caller", "A call without a token is served as one of the last caller's.",
			wrap.If(anonymous, asOwner())),
		stranger(makeapi.AuthTokenRequired, "refused-too-late", "A deletion without a token is refused after it was carried out.",
			onDelete(wrap.If(anonymous, wrap.AndYet(becomeOwner)))),
		stranger(makeapi.AuthTokenRequired, "open-stats", "The stats ask for no token.",
			onStats(wrap.If(anonymous, asOwner()))),
		stranger(makeapi.AuthTokenScheme, "any-scheme", "Whatever the scheme is, what follows is taken for a token.",
			wrap.If(oddScheme, wrap.Before(asToken))),
		stranger(makeapi.AuthTokenScheme, "empty-token", "An empty token is served as the last caller's.",
			wrap.If(emptyToken, asOwner())),
		mutant.Of(makeapi.AuthTokenScheme, "bearer-only", "Only Bearer is taken, Token is refused.",
			onAPI(wrap.If(hasScheme("Token "), wrap.Before(func(c *wrap.Call) { c.SetHeader(authorization, "") })))),
		mutant.Of(makeapi.AuthUnknownToken, "accepted", "A revoked token is served like any other.",
			onAPI(unauthorized(asOwner()))),
		mutant.Of(makeapi.AuthUnknownToken, "refused-too-late", "A deletion with a revoked token is refused after it was carried out.",
			onDelete(unauthorized(wrap.AndYet(becomeOwner)))),
		mutant.Of(makeapi.AuthUnknownToken, "detail-forgets-to-ask", "The detail of an item serves a revoked token.",
			onDetail(unauthorized(asOwner()))),
		mutant.Of(makeapi.AuthReadScope, "not-asked-for", "Reading needs no scope at all.",
			wrap.On(forbidden(asOwner()), makeapi.OpList, makeapi.OpDetail, makeapi.OpStats)),
		mutant.Of(makeapi.AuthReadScope, "not-for-stats", "The stats need no scope.",
			onStats(forbidden(asOwner()))),
		mutant.Of(makeapi.AuthReadScope, "write-implies-read", "The detail takes hooks:write for hooks:read.",
			onDetail(forbidden(asOwner()))),
		mutant.Of(makeapi.AuthWriteScope, "read-is-enough", "A token that may only read deletes.",
			onDelete(forbidden(asOwner()))),
		mutant.Of(makeapi.AuthWriteScope, "unauthorized", "A token that may only read is refused with 401.",
			onDelete(wrap.RefusedWith(http.StatusForbidden, status(http.StatusUnauthorized)))),
		mutant.Of(makeapi.AuthWriteScope, "refused-too-late", "A token that may only read is refused after the deletion was carried out.",
			onDelete(forbidden(wrap.AndYet(becomeOwner)))),
	}
}

const authorization = "Authorization"

func anonymous(c *wrap.Call) bool {
	return c.R.Header.Get(authorization) == "" && !c.Is(makeapi.OpIngest)
}

func emptyToken(c *wrap.Call) bool {
	return strings.TrimSpace(c.R.Header.Get(authorization)) == "Token"
}

func hasScheme(scheme string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return strings.HasPrefix(c.R.Header.Get(authorization), scheme) }
}

func oddScheme(c *wrap.Call) bool {
	return !anonymous(c) && !hasScheme("Token")(c) && !hasScheme("Bearer")(c)
}

func asToken(c *wrap.Call) {
	_, token, _ := strings.Cut(c.R.Header.Get(authorization), " ")
	c.SetHeader(authorization, "Token "+token)
}

// becomeOwner gives the call a token that may do everything.
func becomeOwner(c *wrap.Call) { c.SetHeader(authorization, "Token "+c.Grant()) }

func asOwner() wrap.Wrap { return wrap.Before(becomeOwner) }

// stranger is a mutant of calls that open no world: it takes the one that was called last for theirs.
func stranger(breaks *contract.Requirement, word, text string, w wrap.Wrap) *mutant.Mutant {
	noting := wrap.Before((*wrap.Call).NoteWorld)
	return mutant.Of(breaks, word, text, wrap.All(noting, w)).WithSetup(noting).AcrossWorlds()
}

// unauthorized plays w where the token is over.
func unauthorized(w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool { return c.World() != nil && c.Token().Valid(c.World().Clock().Now()) != nil }, w)
}

// forbidden plays w where the token is good and lacks the scope.
func forbidden(w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool {
		scope := makeapi.ScopeRead
		if c.Is(makeapi.OpDelete) {
			scope = makeapi.ScopeWrite
		}
		return c.World() != nil && !c.Token().Allows(scope)
	}, w)
}
