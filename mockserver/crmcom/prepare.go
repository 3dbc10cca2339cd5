package crmcom

import (
	"bytes"
	"io"
	"net/http"
	"net/url"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Prepare refuses what the generated server would let through, before it parses the request.
func Prepare(x *exchange.Exchange, r *http.Request) error {
	if hasSlash(r) && x.Dialect().Answer(crmapi.ShowTrailingSlash) == crmapi.AnswerNo {
		x.Operation = "" // it is no path of the document
		return exchange.ErrNoRoute
	}
	switch x.Operation {
	case crmapi.OpShow, crmapi.OpList:
		return checkQuery(x, r)
	case crmapi.OpResend, crmapi.OpDelete:
		return prepareSelection(x, r)
	case crmapi.OpLogin:
		return prepareBody(x, r, checkCredentials, "username", "password", "organisation", "unit")
	case crmapi.OpRelease:
		return prepareBody(x, r, checkRelease, "token")
	}
	return nil
}

// parameters are those of the operations by GET. None may be given twice.
func parameters() []string {
	return []string{
		"token", parameterRequest, parameterDefinition, parameterRule, "entity", "entity_id", "url", "life_cycle_state",
		"created_date", "number_of_results", "offset", "fields_set",
	}
}

func repeats(values url.Values) bool {
	for _, v := range values {
		if len(v) > 1 {
			return true
		}
	}
	return false
}

func checkQuery(x *exchange.Exchange, r *http.Request) error {
	values, err := x.Query(r)
	if err != nil {
		return badParameter("query", "it cannot be unescaped, percent-encode it")
	}
	if !repeats(values) {
		return nil
	}
	for _, name := range parameters() {
		if len(values[name]) > 1 {
			citeIdentifier(x, name)
			return badParameter(name, exchange.GivenTwice(r, name))
		}
	}
	return nil
}

// prepareBody checks the body, and hands on the members with exactly the given names: Go would take others for them that
// differ in case only.
func prepareBody(x *exchange.Exchange, r *http.Request, check func(*exchange.Exchange, jsonobject.Object) error, names ...string) error {
	body, err := parseBody(r, x)
	if err != nil {
		return err
	}
	if err := check(x, body); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body.Only(names...).JSON()))
	return nil
}

// prepareSelection checks the body that names one webhook request, and hands it on as it was read.
func prepareSelection(x *exchange.Exchange, r *http.Request) error {
	body, err := parseBody(r, x)
	if err != nil {
		return err
	}
	if err := checkStrings(body, "token"); err != nil {
		return err
	}
	key, err := fromJSON(body.Get(parameterRequest))
	if err != nil {
		citeIdentifier(x, parameterRequest)
		return err
	}
	token, _ := jsonobject.String(body.Get("token")) // it is one
	x.Prepared = &crmgen.WebhookRequestSelection{Token: token, WebhookRequestIdentifier: identifier(key)}
	return nil
}

func checkCredentials(_ *exchange.Exchange, body jsonobject.Object) error {
	if body.Has("unit") {
		return checkStrings(body, "unit")
	}
	return nil // openOrganisation has looked at the others
}

func checkRelease(_ *exchange.Exchange, body jsonobject.Object) error {
	return checkStrings(body, "token")
}
