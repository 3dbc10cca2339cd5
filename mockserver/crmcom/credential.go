package crmcom

import (
	"fmt"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Open finds the world of a request: that of its token, and for a login that of the organisation.
func Open(worlds *world.Registry, r *http.Request, x *exchange.Exchange) (err error) {
	if x.Operation == crmapi.OpLogin {
		return openOrganisation(worlds, r, x)
	}
	token, err := credential(r, x)
	if err != nil {
		return err
	}
	x.World, x.Grant, err = worlds.Open(token)
	return err
}

// credential is the token, from where the operation has it: GET in the query, POST in the body. Where nothing is, both
// are looked at, so that what is wrong is not taken for a missing token.
func credential(r *http.Request, x *exchange.Exchange) (string, error) {
	switch x.Operation {
	case crmapi.OpShow, crmapi.OpList:
		return queryToken(r, x), nil
	case crmapi.OpResend, crmapi.OpDelete, crmapi.OpRelease:
		return bodyToken(r, x)
	}
	if token := queryToken(r, x); token != "" {
		return token, nil
	}
	token, err := bodyToken(r, x)
	if err != nil {
		return "", nil //nolint:nilerr // a body that nobody asked for need not be one
	}
	return token, nil
}

func queryToken(r *http.Request, x *exchange.Exchange) string {
	query, _ := x.Query(r) // what cannot be unescaped is refused later
	return query.Get("token")
}

func bodyToken(r *http.Request, x *exchange.Exchange) (string, error) {
	body, err := parseBody(r, x)
	if err != nil {
		return "", err
	}
	value := body.Get("token")
	token, isString := jsonobject.String(value)
	if value != nil && !isString {
		return "", badBody("token is not a string")
	}
	return token, nil
}

// parseBody parses the body once: who looks for the credential leaves it for whoever looks at the rest.
func parseBody(r *http.Request, x *exchange.Exchange) (jsonobject.Object, error) {
	if body, parsed := x.Prepared.(jsonobject.Object); parsed {
		return body, nil
	}
	body, err := jsonobject.ParseBody(r.Header.Get("Content-Type"), x.Body)
	if err != nil {
		return nil, badBody(err.Error())
	}
	x.Prepared = body
	return body, nil
}

func openOrganisation(worlds *world.Registry, r *http.Request, x *exchange.Exchange) error {
	body, err := parseBody(r, x)
	if err != nil {
		return err
	}
	if err := checkStrings(body, "username", "password", "organisation"); err != nil {
		return err
	}
	organisation, _ := jsonobject.String(body.Get("organisation"))
	x.World, err = login.FindOrganisation(worlds, organisation)
	if err != nil {
		x.World = nil
		return fmt.Errorf("%w: %w", login.ErrRefused, err)
	}
	return nil
}

// checkStrings wants every one of the members to be there and to be a string.
func checkStrings(body jsonobject.Object, names ...string) error {
	for _, name := range names {
		if !body.Has(name) {
			return badBody(name + " is missing")
		}
		if _, ok := jsonobject.String(body.Get(name)); !ok {
			return badBody(name + " is not a string")
		}
	}
	return nil
}

// Admit refuses a token that is over.
func Admit(x *exchange.Exchange, _ *http.Request) error {
	if x.Operation == crmapi.OpLogin {
		return nil
	}
	if err := x.Grant.Valid(x.World.Clock().Now()); err != nil {
		return err
	}
	if x.Grant.User != "" {
		x.Apply(crmapi.AuthLogin)
	}
	return nil
}
