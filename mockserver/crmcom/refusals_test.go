package crmcom_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

const asJSON = "application/json"

// A refusal says what is wrong, cites the rule, and leaves everything as it was.
func TestRefusals(t *testing.T) {
	identifier := func(inner string) string {
		return `{"token":"demo","webhook_request_identifier":` + inner + `}`
	}
	for name, test := range map[string]struct {
		method, path, kind, body string
		code                     crmapi.Code
		cites                    *contract.Requirement
		says                     string
	}{
		"show without token":            {method: "GET", path: show + "?webhook_request_identifier=number=7", code: crmapi.CodeTokenMissing, cites: crmapi.AuthTokenRequired, says: "token"},
		"show with an empty token":      {method: "GET", path: show + "?token=&webhook_request_identifier=number=7", code: crmapi.CodeTokenMissing, cites: crmapi.AuthTokenRequired, says: "token"},
		"resend with token in query":    {method: "POST", path: resend + "?token=demo", kind: asJSON, body: `{"webhook_request_identifier":{"number":"14"}}`, code: crmapi.CodeTokenMissing, cites: crmapi.AuthTokenRequired, says: "token"},
		"resend with token in capitals": {method: "POST", path: resend, kind: asJSON, body: `{"TOKEN":"demo","webhook_request_identifier":{"number":"14"}}`, code: crmapi.CodeTokenMissing, cites: crmapi.AuthTokenRequired, says: "token"},
		"resend with a number as token": {method: "POST", path: resend, kind: asJSON, body: `{"token":1,"webhook_request_identifier":{"number":"14"}}`, code: crmapi.CodeBodyInvalid, says: "token is not a string"},

		"unknown path":      {method: "GET", path: "/webhook_requests/nothing?token=demo", code: crmapi.CodeMethodUnknown, says: "method"},
		"path of the base":  {method: "GET", path: "?token=demo", code: crmapi.CodeMethodUnknown, says: "method"},
		"delete by GET":     {method: "GET", path: del + "?token=demo&webhook_request_identifier=number=14", code: crmapi.CodeVerbNotAllowed, cites: crmapi.EnvelopeVerbs, says: "verb"},
		"delete by DELETE":  {method: "DELETE", path: del + "?token=demo&webhook_request_identifier=number=14", code: crmapi.CodeVerbNotAllowed, cites: crmapi.EnvelopeVerbs, says: "verb"},
		"resend by GET":     {method: "GET", path: resend + "?token=demo&webhook_request_identifier=number=14", code: crmapi.CodeVerbNotAllowed, cites: crmapi.EnvelopeVerbs, says: "verb"},
		"show by POST":      {method: "POST", path: show, kind: asJSON, body: identifier(`{"number":"7"}`), code: crmapi.CodeVerbNotAllowed, cites: crmapi.EnvelopeVerbs, says: "verb"},
		"list by PUT":       {method: "PUT", path: list + "?token=demo", code: crmapi.CodeVerbNotAllowed, cites: crmapi.EnvelopeVerbs, says: "verb"},
		"broken JSON":       {method: "POST", path: resend, kind: asJSON, body: `{"token":"demo"`, code: crmapi.CodeBodyInvalid, says: "body: it is not JSON"},
		"no object":         {method: "POST", path: resend, kind: asJSON, body: `["demo"]`, code: crmapi.CodeBodyInvalid, says: "body: it is not a JSON object"},
		"no body":           {method: "POST", path: resend, kind: asJSON, code: crmapi.CodeBodyInvalid, says: "body"},
		"no JSON declared":  {method: "POST", path: resend, kind: "text/plain", body: identifier(`{"number":"14"}`), code: crmapi.CodeBodyInvalid, says: "application/json"},
		"a member twice":    {method: "POST", path: resend, kind: asJSON, body: `{"token":"demo","token":"demo"}`, code: crmapi.CodeBodyInvalid, says: `"token" twice`},
		"a broken query":    {method: "GET", path: show + "?token=demo&webhook_request_identifier=%zz", code: crmapi.CodeParameterInvalid, says: "query"},
		"an oversized body": {method: "POST", path: resend, kind: asJSON, body: strings.Repeat(" ", 1<<10), code: crmapi.CodeBodyInvalid, says: "larger"},

		"show without identifier":    {method: "GET", path: show + "?token=demo", code: crmapi.CodeIdentifierMissing, cites: crmapi.ShowIdentifierRequired, says: "webhook_request_identifier: it is missing, give id or number"},
		"show with an empty one":     {method: "GET", path: show + "?token=demo&webhook_request_identifier=", code: crmapi.CodeIdentifierMissing, cites: crmapi.ShowIdentifierRequired, says: "webhook_request_identifier"},
		"show without field":         {method: "GET", path: show + "?token=demo&webhook_request_identifier=7", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ShowIdentifierOneField, says: `"7" is not written field=value`},
		"show with an unknown field": {method: "GET", path: show + "?token=demo&webhook_request_identifier=name=7", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ShowIdentifierOneField, says: `"name" is no field of it, use id or number`},
		"show with no value":         {method: "GET", path: show + "?token=demo&webhook_request_identifier=number=", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ShowIdentifierOneField, says: "number is empty"},
		"show with both fields":      {method: "GET", path: show + "?token=demo&webhook_request_identifier=id=1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E,number=7", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ShowIdentifierOneField, says: "it has id and number"},
		"show with one field twice":  {method: "GET", path: show + "?token=demo&webhook_request_identifier=number=7,number=7", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ShowIdentifierOneField, says: "it has number and number"},
		"show with it twice":         {method: "GET", path: show + "?token=demo&webhook_request_identifier=number=7&webhook_request_identifier=number=7", code: crmapi.CodeParameterInvalid, cites: crmapi.ShowIdentifierOneField, says: "webhook_request_identifier: it is given 2 times"},
		"show of an unknown number":  {method: "GET", path: show + "?token=demo&webhook_request_identifier=number=99", code: crmapi.CodeRequestNotFound, cites: crmapi.ShowUnknown, says: `number "99"`},
		"show of another spelling":   {method: "GET", path: show + "?token=demo&webhook_request_identifier=number=07", code: crmapi.CodeRequestNotFound, cites: crmapi.ShowUnknown, says: `number "07"`},

		"resend without identifier":  {method: "POST", path: resend, kind: asJSON, body: `{"token":"demo"}`, code: crmapi.CodeIdentifierMissing, cites: crmapi.ResendSingle, says: "webhook_request_identifier"},
		"resend with an empty one":   {method: "POST", path: resend, kind: asJSON, body: identifier(`{}`), code: crmapi.CodeIdentifierMissing, cites: crmapi.ResendSingle, says: "webhook_request_identifier"},
		"resend with null":           {method: "POST", path: resend, kind: asJSON, body: identifier(`null`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: "webhook_request_identifier: it is not a JSON object"},
		"resend with the GET form":   {method: "POST", path: resend, kind: asJSON, body: identifier(`"number=14"`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: "webhook_request_identifier: it is not a JSON object"},
		"resend with both fields":    {method: "POST", path: resend, kind: asJSON, body: identifier(`{"id":"2F8E6D4C0B1A4F3E9D7C5B3A19F8E7D6","number":"14"}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: "it has id and number"},
		"resend with a field twice":  {method: "POST", path: resend, kind: asJSON, body: identifier(`{"number":"14","number":"7"}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: `"number" twice`},
		"resend with unknown field":  {method: "POST", path: resend, kind: asJSON, body: identifier(`{"Number":"14"}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: `"Number" is no field of it`},
		"resend with one too many":   {method: "POST", path: resend, kind: asJSON, body: identifier(`{"number":"14","name":"x"}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: `"name" is no field of it`},
		"resend with an empty value": {method: "POST", path: resend, kind: asJSON, body: identifier(`{"number":""}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: "number is empty"},
		"resend with a bare number":  {method: "POST", path: resend, kind: asJSON, body: identifier(`{"number":14}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.ResendSingle, says: "number is not a string"},
		"resend of an unknown one":   {method: "POST", path: resend, kind: asJSON, body: identifier(`{"number":"99"}`), code: crmapi.CodeRequestNotFound, cites: crmapi.ResendSingle, says: `number "99"`},
		"resend of a successful one": {method: "POST", path: resend, kind: asJSON, body: identifier(`{"number":"15"}`), code: crmapi.CodeNotRejected, cites: crmapi.ResendRejectedOnly, says: `number "15"`},
		"delete without identifier":  {method: "POST", path: del, kind: asJSON, body: `{"token":"demo"}`, code: crmapi.CodeIdentifierMissing, cites: crmapi.DeleteIdentifier, says: "webhook_request_identifier"},
		"delete with both fields":    {method: "POST", path: del, kind: asJSON, body: identifier(`{"number":"14","id":"x"}`), code: crmapi.CodeIdentifierInvalid, cites: crmapi.DeleteIdentifier, says: "it has number and id"},
		"delete of an unknown one":   {method: "POST", path: del, kind: asJSON, body: identifier(`{"id":"99"}`), code: crmapi.CodeRequestNotFound, cites: crmapi.DeleteIdentifier, says: `id "99"`},

		"list without filter":            {method: "GET", path: list + "?token=demo", code: crmapi.CodeFilterMissing, cites: crmapi.ListFilterRequired, says: "filter"},
		"list by optional filters alone": {method: "GET", path: list + "?token=demo&url=x&life_cycle_state=REJECTED&created_date=2015-11-06", code: crmapi.CodeFilterMissing, cites: crmapi.ListFilterRequired, says: "filter"},
		"list of an unknown entity":      {method: "GET", path: list + "?token=demo&entity=activities", code: crmapi.CodeParameterInvalid, cites: crmapi.ListEntityEnum, says: `"activities" is none of ACCOUNTSRECEIVABLE`},
		"list of an empty entity":        {method: "GET", path: list + "?token=demo&entity=", code: crmapi.CodeParameterInvalid, cites: crmapi.ListEntityEnum, says: "entity"},
		"list of an unknown state":       {method: "GET", path: list + "?token=demo&entity=JOBS&life_cycle_state=NEW", code: crmapi.CodeParameterInvalid, cites: crmapi.ListStateEnum, says: `"NEW" is neither SUCCESSFUL nor REJECTED`},
		"list of no day":                 {method: "GET", path: list + "?token=demo&entity=JOBS&created_date=06/11/2015", code: crmapi.CodeParameterInvalid, cites: crmapi.ListByCreatedDate, says: "2015-11-06"},
		"list of a definition's number":  {method: "GET", path: list + "?token=demo&webhook_definition_identifier=number=1", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ListIdentifierOneField, says: "webhook_definition_identifier: \"number\" is no field of it, use id, name or alternative_code"},
		"list of two fields":             {method: "GET", path: list + "?token=demo&workflow_rule_identifier=name=a,id=b", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ListIdentifierOneField, says: "workflow_rule_identifier: it has name and id"},
		"list of an empty field":         {method: "GET", path: list + "?token=demo&workflow_rule_identifier=name=", code: crmapi.CodeIdentifierInvalid, cites: crmapi.ListIdentifierOneField, says: "name is empty"},
		"list of an empty identifier":    {method: "GET", path: list + "?token=demo&workflow_rule_identifier=", code: crmapi.CodeIdentifierMissing, cites: crmapi.ListIdentifierOneField, says: "workflow_rule_identifier"},
		"list of two definitions":        {method: "GET", path: list + "?token=demo&webhook_definition_identifier=id=a&webhook_definition_identifier=id=b", code: crmapi.CodeParameterInvalid, cites: crmapi.ListIdentifierOneField, says: "2 times"},
		"list of a negative size":        {method: "GET", path: list + "?token=demo&entity=JOBS&number_of_results=-1", code: crmapi.CodeParameterInvalid, cites: crmapi.ListPaging, says: "number_of_results: -1"},
		"list of a size in words":        {method: "GET", path: list + "?token=demo&entity=JOBS&number_of_results=ten", code: crmapi.CodeParameterInvalid, says: `number_of_results: "ten" is not an integer`},
		"list of a negative offset":      {method: "GET", path: list + "?token=demo&entity=JOBS&offset=-1", code: crmapi.CodeParameterInvalid, cites: crmapi.ListPaging, says: "offset: -1"},
		"list with fields_set twice":     {method: "GET", path: list + "?token=demo&entity=JOBS&fields_set=id&fields_set=url", code: crmapi.CodeParameterInvalid, says: "fields_set"},

		"login without password":       {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","organisation":"demo"}`, code: crmapi.CodeBodyInvalid, says: "password is missing"},
		"login with an empty password": {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":"","organisation":"demo"}`, code: crmapi.CodeLoginFailed, says: "login"},
		"login with no organisation":   {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":"demo","organisation":"no such name"}`, code: crmapi.CodeLoginFailed, says: "login"},
		"login with a unit of no text": {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":"demo","organisation":"demo","unit":1}`, code: crmapi.CodeBodyInvalid, says: "unit is not a string"},
		"release without token":        {method: "POST", path: release, kind: asJSON, body: `{}`, code: crmapi.CodeTokenMissing, cites: crmapi.AuthTokenRequired, says: "token"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, mockserver.WithMaxBody(1<<9))
			before := c.snapshot()
			got := c.do(test.method, test.path, test.kind, test.body)
			if got.http != http.StatusOK || got.Status.Code != test.code.ExceptionClass || got.Data != nil {
				t.Errorf("got %d %s, want code %s", got.http, got.text, test.code.ExceptionClass)
			}
			if said := got.Status.Message + " " + got.Status.Description; !strings.Contains(said, test.says) {
				t.Errorf("it says %q, want %q", said, test.says)
			}
			if !cites(got, crmapi.EnvelopeError) || test.cites != nil && !cites(got, test.cites) {
				t.Errorf("cited are %s", got.cited)
			}
			if after := c.snapshot(); after != before {
				t.Errorf("it changed\n%s\ninto\n%s", before, after)
			}
		})
	}
}

func cites(r reply, want *contract.Requirement) bool {
	for _, id := range strings.Split(r.cited, ", ") {
		if id == want.ID {
			return true
		}
	}
	return false
}

// snapshot is the whole log, and how often the sink was called.
func (c *client) snapshot() string {
	c.t.Helper()
	return c.get(list, "entity=ACTIVITIES").text + strings.Repeat("!", len(c.deliveries("warehouse")))
}

func TestTokens(t *testing.T) {
	c := newClient(t)
	if err := c.world.Freeze(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	asked := func(given string) reply {
		return c.do(http.MethodGet, list+"?entity=ACTIVITIES&token="+given, "", "")
	}
	logIn := func() string {
		var data struct{ Token string }
		c.post(login, `{"username":"demo","password":"demo","organisation":"demo"}`).into(t, &data)
		return data.Token
	}
	first, second := logIn(), logIn()
	if first == second || strings.Count(first, ".") != 2 {
		t.Errorf("got tokens %q and %q", first, second)
	}
	if got := asked(first); got.numbers(t) != "15 14 7" || !cites(got, crmapi.AuthLogin) {
		t.Errorf("a new token: %s", got.text)
	}
	if got := c.post(release, `{"token":"`+first+`"}`); got.Status.Code != "OK" {
		t.Errorf("release: %s", got.text)
	}
	if got := asked(first); got.Status.Code != crmapi.CodeTokenUnknown.ExceptionClass || !cites(got, crmapi.AuthRelease) {
		t.Errorf("a released token: %s", got.text)
	}
	if err := c.world.Advance(crmapi.TokenLifetime - time.Second); err != nil {
		t.Fatal(err)
	}
	if got := asked(second); got.Status.Code != "OK" {
		t.Errorf("just before two hours: %s", got.text)
	}
	if err := c.world.Advance(time.Second); err != nil {
		t.Fatal(err)
	}
	if got := asked(second); got.Status.Code != crmapi.CodeTokenExpired.ExceptionClass || !cites(got, crmapi.AuthExpiry) {
		t.Errorf("after two hours: %s", got.text)
	}
	if got := c.post(release, `{"token":"`+second+`"}`); got.Status.Code != crmapi.CodeTokenExpired.ExceptionClass {
		t.Errorf("release of an expired token: %s", got.text)
	}
}

func TestResendIsSignedByWhoLoggedIn(t *testing.T) {
	c := newClient(t)
	var data struct{ Token string }
	c.post(login, `{"username":"demo","password":"demo","organisation":"demo","unit":"north"}`).into(t, &data)
	got := c.post(resend, `{"token":"`+data.Token+`","webhook_request_identifier":{"number":"14"}}`).record(t)
	if got.Log.UpdatedBy.Username != "demo" {
		t.Errorf("updated by %q", got.Log.UpdatedBy.Username)
	}
}

func TestDeclaredTokensOnly(t *testing.T) {
	c := newClient(t)
	declared, err := mockserver.New(mockserver.WithDeclaredTokens())
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(declared)
	t.Cleanup(listening.Close)
	c.base = listening.URL
	for _, got := range []reply{
		c.get(show, "webhook_request_identifier=number=7"),
		c.byNumber(del, "7"),
	} {
		if got.Status.Code != crmapi.CodeTokenUnknown.ExceptionClass || !cites(got, crmapi.AuthUnknownToken) {
			t.Errorf("got %s, cited %s", got.text, got.cited)
		}
	}
	if got := c.post(login, `{"username":"demo","password":"demo","organisation":"demo"}`); got.Status.Code != crmapi.CodeLoginFailed.ExceptionClass {
		t.Errorf("a login of an undeclared organisation: %s", got.text)
	}
}

func TestOneThatIsNotEffectiveIsNotSentAgain(t *testing.T) {
	c := newClient(t)
	at := newReceiver(t, status(http.StatusInternalServerError))
	rule := c.define(requestlog.Definition{URL: at.URL, Effective: true})
	c.fire(t.Context(), rule, "J1", `{}`)
	c.redefine(rule, func(d *requestlog.Definition) { d.Effective = false })
	if got := c.byNumber(resend, "16"); got.Status.Code == "OK" || !cites(got, crmapi.DeliveryEffectiveOnly) {
		t.Errorf("got %s", got.text)
	}
	if n := len(at.got()); n != 1 {
		t.Errorf("the receiver got %d requests", n)
	}
}
