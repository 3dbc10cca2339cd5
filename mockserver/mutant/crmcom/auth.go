package crmcom

import (
	"errors"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func auth() []*mutant.Mutant {
	return []*mutant.Mutant{
		stranger(crmapi.AuthTokenRequired, "taken-for-the-last-caller", "A call without a token is served as one of the last caller's.",
			onAll(wrap.If(anonymous, asOwner()))),
		stranger(crmapi.AuthTokenRequired, "refused-too-late", "A deletion without a token is refused after it was carried out.",
			onDelete(wrap.If(anonymous, wrap.AndYet(becomeOwner)))),
		mutant.Of(crmapi.AuthUnknownToken, "accepted", "A token that was never given is served like any other.",
			onAll(wrap.If(unknown, asOwner()))),
		mutant.Of(crmapi.AuthUnknownToken, "list-forgets-to-ask", "list serves a token that was never given.",
			onList(wrap.If(unknown, asOwner()))),
		mutant.Of(crmapi.AuthUnknownToken, "refused-too-late", "A resend with a token that was never given is refused after it was carried out.",
			onResend(wrap.If(unknown, wrap.AndYet(becomeOwner)))),
		mutant.Of(crmapi.AuthLogin, "reads-only", "A token from the login only reads.",
			wrap.On(wrap.If(fromLogin, refuse()), crmapi.OpResend, crmapi.OpDelete)),
		mutant.Of(crmapi.AuthLogin, "works-once", "A token from the login works once.",
			onAll(wrap.If(usedBefore, refuse()))),
		mutant.Of(crmapi.AuthRefusedLogin, "accepted", "A login whose password is wrong gets a token.",
			wrap.On(refusedLogin(func(_ *wrap.Call, a *wrap.Answer) { a.SetJSON(ok(wrap.Object{"token": strangersToken})) }), crmapi.OpLogin)),
		mutant.Of(crmapi.AuthRefusedLogin, "token-beside", "A login whose password is wrong is refused, with a token beside the refusal.",
			wrap.On(refusedLogin(func(_ *wrap.Call, a *wrap.Answer) { a.Edit(set("data", wrap.Object{"token": strangersToken})) }), crmapi.OpLogin)),
		mutant.Of(crmapi.AuthExpiry, "never", "A token never expires.",
			onAll(wrap.If(expired, asOwner()))),
		mutant.Of(crmapi.AuthExpiry, "still-deletes", "An expired token still deletes.",
			onDelete(wrap.If(expired, asOwner()))),
		mutant.Of(crmapi.AuthRelease, "without-effect", "A released token works as before.",
			wrap.All(notingReleases(), onAll(wrap.If(released, asOwner())))),
		mutant.Of(crmapi.AuthRelease, "still-reads", "A released token still shows and lists.",
			wrap.All(notingReleases(), wrap.On(wrap.If(released, asOwner()), crmapi.OpShow, crmapi.OpList))),
	}
}

// strangersToken is what a login gives that should give nothing.
const strangersToken = "4AD9C84FA60F9FE407140E20F707726B"

// refusedLogin changes the refusal of a login that names a user and a password.
func refusedLogin(change func(c *wrap.Call, a *wrap.Answer)) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool {
		body := c.Body()
		return wrap.String(body["username"]) != "" && wrap.String(body["password"]) != ""
	}, refusal(change))
}

// token is the credential of a call: in the query of a GET, in the body of a POST.
func token(c *wrap.Call) string {
	if c.R.Method == http.MethodGet {
		return c.Query(paramToken)
	}
	return wrap.String(c.Body()[paramToken])
}

func setToken(c *wrap.Call, token string) {
	if c.R.Method == http.MethodGet {
		c.SetQuery(paramToken, token)
		return
	}
	c.Change(set(paramToken, token))
}

func anonymous(c *wrap.Call) bool { return token(c) == "" }

func fromLogin(c *wrap.Call) bool { return c.Token().User != "" }

// state is what is wrong with the token of a call, nil for nothing.
func state(c *wrap.Call) error {
	if c.World() == nil {
		return nil
	}
	return c.Token().Valid(c.World().Clock().Now())
}

func expired(c *wrap.Call) bool { return errors.Is(state(c), world.ErrExpired) }

func released(c *wrap.Call) bool { return errors.Is(state(c), world.ErrRevoked) && wasReleased(c) }

func unknown(c *wrap.Call) bool { return errors.Is(state(c), world.ErrRevoked) && !wasReleased(c) }

func becomeOwner(c *wrap.Call) { setToken(c, c.Grant()) }

func asOwner() wrap.Wrap { return wrap.Before(becomeOwner) }

type (
	releasedTokens map[string]bool
	usedTokens     map[string]bool
)

func notingReleases() wrap.Wrap {
	return wrap.On(wrap.Before(func(c *wrap.Call) {
		wrap.Remember(c, func(tokens *releasedTokens) { wrap.Put(tokens, token(c), true) })
	}), crmapi.OpRelease)
}

func wasReleased(c *wrap.Call) (yes bool) {
	wrap.Remember(c, func(tokens *releasedTokens) { yes = (*tokens)[token(c)] })
	return yes
}

func usedBefore(c *wrap.Call) (yes bool) {
	if !fromLogin(c) {
		return false
	}
	wrap.Remember(c, func(tokens *usedTokens) {
		yes = (*tokens)[token(c)]
		wrap.Put(tokens, token(c), true)
	})
	return yes
}

// stranger is a mutant of calls that open no world: it takes the one that was called last for theirs.
func stranger(breaks *contract.Requirement, word, text string, w wrap.Wrap) *mutant.Mutant {
	noting := wrap.Before((*wrap.Call).NoteWorld)
	return mutant.Of(breaks, word, text, wrap.All(noting, w)).WithSetup(noting).AcrossWorlds()
}
