package server_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

const okStatus = `"status":{"code":"OK","message":"","description":""}`

// TestCrmcomWire holds the documents' calls: show a rejected request, send it again, delete what came of it.
func TestCrmcomWire(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusOK)
	made := v.state("a rejected webhook request", object{"url": to.URL, "entity_id": "E1", "data": object{"a": 1}})
	number := text(made["number"])
	code := text(member(v.crm("show", "webhook_request_identifier=number="+number).object(t)["data"], "authentication_code"))
	sent := `"request":{"method":"POST","url":"` + to.URL + `","headers":{"X-Authentication-Code":"` + code + `"},
		"body":{"entity":"ACTIVITIES","entity_id":"E1","data":{"a":1}}},`
	common := sent + `"id":"<id>","entity":"ACTIVITIES","entity_id":"E1","url":"` + to.URL + `","authentication_code":"` + code + `",
		"webhook_definition":` + marshal(t, made["webhook_definition"]) + `,"workflow_rule":` + marshal(t, made["workflow_rule"]) + `,
		"log_information":{"created_date":"<time>","updated_date":"<time>"}`
	common = strings.ReplaceAll(common, text(member(made["webhook_definition"], "id"))+`"`, `<id>"`)
	common = strings.ReplaceAll(common, text(member(made["workflow_rule"], "id"))+`"`, `<id>"`)
	failed := `{` + okStatus + `,"data":{"number":"1","life_cycle_state":"REJECTED","error_code":"LazyInitializationException",
		"error_description":"could not initialize proxy - no Session",` + common + `}}`
	taken := `{` + okStatus + `,"data":{"number":"2","life_cycle_state":"SUCCESSFUL","response":{"status":200,"body":""},` + common + `}}`
	v.crm("show", "webhook_request_identifier=number=1").wantJSON(t, failed)
	v.crm("show", "webhook_request_identifier=id%3D"+text(made["id"])).wantJSON(t, failed)
	v.post("resend", "1").wantJSON(t, taken)
	v.post("delete", "2").wantJSON(t, taken)
	equal(t, v.post("delete", "2").code(t), "NOT_FOUND")
	equal(t, len(to.deliveries()), 1)
}

func TestLogin(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	v := start(t, server.Options{Now: func() time.Time { return now }})
	login := func(password string) answer {
		return v.send(http.MethodPost, "/crmapi/rest/v2/authentication/token", `{"username":"demo","password":"`+password+`","organisation":"demo"}`)
	}
	show := func(token string) string {
		return v.send(http.MethodGet, "/crmapi/rest/v2/webhook_requests/list?entity=JOBS&token="+token, "").code(t)
	}
	release := func(token string) answer {
		return v.send(http.MethodPost, "/crmapi/rest/v2/authentication/token/release", `{"token":"`+token+`"}`)
	}
	equal(t, login("wrong").code(t), "LOGIN_FAILED")
	token := text(member(login("demo").object(t)["data"], "token"))
	equal(t, show(token), "OK")
	equal(t, show(strings.ToLower(token)), "INVALID_TOKEN")
	equal(t, show(""), "TOKEN_REQUIRED")
	release(token).wantJSON(t, `{`+okStatus+`,"data":{}}`)
	equal(t, show(token), "INVALID_TOKEN")
	equal(t, release(token).code(t), "INVALID_TOKEN")
	token = text(member(login("demo").object(t)["data"], "token"))
	now = now.Add(2*time.Hour - time.Second)
	equal(t, show(token), "OK")
	now = now.Add(time.Second)
	equal(t, show(token), "INVALID_TOKEN")
}

// TestCrmcomRefusals holds that every refusal has the envelope, names what is wrong and changes nothing.
func TestCrmcomRefusals(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusOK)
	made := v.state("a rejected webhook request", object{"url": to.URL})
	before := v.crm("list", "entity=ACTIVITIES").body
	id := text(made["id"])
	for _, c := range []struct {
		name, method, path, body, code, names string
	}{
		{"no token", "GET", "show?webhook_request_identifier=number=1", "", "TOKEN_REQUIRED", "token"},
		{"unknown token", "GET", "show?token=x&webhook_request_identifier=number=1", "", "INVALID_TOKEN", "token"},
		{"token in the query of a POST", "POST", "delete?token=demo", `{"webhook_request_identifier":{"number":"1"}}`, "TOKEN_REQUIRED", "token"},
		{"number as token", "POST", "delete", `{"token":1}`, "INVALID_PARAMETER", "token"},
		{"no identifier", "GET", "show?token=demo", "", "INVALID_PARAMETER", "is missing"},
		{"empty identifier", "GET", "show?token=demo&webhook_request_identifier=", "", "INVALID_PARAMETER", "webhook_request_identifier"},
		{"no value", "GET", "show?token=demo&webhook_request_identifier=number=", "", "INVALID_PARAMETER", "number has no value"},
		{"no field", "GET", "show?token=demo&webhook_request_identifier=1", "", "INVALID_PARAMETER", "none of id, number"},
		{"unknown field", "GET", "show?token=demo&webhook_request_identifier=name=1", "", "INVALID_PARAMETER", "none of id, number"},
		{"both fields", "GET", "show?token=demo&webhook_request_identifier=id=" + id + ",number=1", "", "INVALID_PARAMETER", "more than one"},
		{"twice", "GET", "show?token=demo&webhook_request_identifier=id=" + id + "&webhook_request_identifier=number=1", "", "INVALID_PARAMETER", "2 times"},
		{"unknown number", "GET", "show?token=demo&webhook_request_identifier=number=9", "", "NOT_FOUND", "number=9"},
		{"unknown fields_set", "GET", "show?token=demo&webhook_request_identifier=number=1&fields_set=id,foo", "", "INVALID_PARAMETER", "foo"},
		{"POST show", "POST", "show?token=demo&webhook_request_identifier=number=1", "", "WRONG_VERB", "POST"},
		{"GET delete", "GET", "delete?token=demo&webhook_request_identifier=number=1", "", "WRONG_VERB", "GET"},
		{"GET resend", "GET", "resend?token=demo&webhook_request_identifier=number=1", "", "WRONG_VERB", "GET"},
		{"unknown method", "GET", "update?token=demo", "", "UNKNOWN_METHOD", "update"},
		{"trailing slash", "GET", "list/?token=demo&entity=JOBS", "", "UNKNOWN_METHOD", "list/"},
		{"broken body", "POST", "delete", `{"token":"demo"`, "INVALID_PARAMETER", "body"},
		{"null body", "POST", "delete", `null`, "INVALID_PARAMETER", "body"},
		{"large body", "POST", "delete", strings.Repeat(" ", 2<<20), "INVALID_PARAMETER", "too large"},
		{"body without identifier", "POST", "resend", `{"token":"demo"}`, "INVALID_PARAMETER", "is missing"},
		{"body with both", "POST", "resend", `{"token":"demo","webhook_request_identifier":{"id":"` + id + `","number":"1"}}`, "INVALID_PARAMETER", "2 members"},
		{"body with neither", "POST", "resend", `{"token":"demo","webhook_request_identifier":{}}`, "INVALID_PARAMETER", "0 members"},
		{"body with a number", "POST", "resend", `{"token":"demo","webhook_request_identifier":{"number":1}}`, "INVALID_PARAMETER", "not a string"},
		{"body with the GET form", "POST", "resend", `{"token":"demo","webhook_request_identifier":"number=1"}`, "INVALID_PARAMETER", "not a JSON object"},
		{"body with null", "POST", "delete", `{"token":"demo","webhook_request_identifier":{"number":null}}`, "INVALID_PARAMETER", "no value"},
		{"resend unknown", "POST", "resend", `{"token":"demo","webhook_request_identifier":{"number":"9"}}`, "NOT_FOUND", "number=9"},
		{"delete unknown", "POST", "delete", `{"token":"demo","webhook_request_identifier":{"id":"9"}}`, "NOT_FOUND", "id=9"},
		{"no filter", "GET", "list?token=demo&life_cycle_state=REJECTED", "", "INVALID_PARAMETER", "entity_id"},
		{"empty filter", "GET", "list?token=demo&entity=", "", "INVALID_PARAMETER", "entity"},
		{"filter twice", "GET", "list?token=demo&entity=JOBS&entity=LEADS", "", "INVALID_PARAMETER", "entity"},
		{"unknown entity", "GET", "list?token=demo&entity=DOGS", "", "INVALID_PARAMETER", "DOGS"},
		{"unknown state", "GET", "list?token=demo&entity=JOBS&life_cycle_state=PENDING", "", "INVALID_PARAMETER", "PENDING"},
		{"bad date", "GET", "list?token=demo&entity=JOBS&created_date=today", "", "INVALID_PARAMETER", "today"},
		{"bad size", "GET", "list?token=demo&entity=JOBS&number_of_results=-1", "", "INVALID_PARAMETER", "number_of_results"},
		{"bad offset", "GET", "list?token=demo&entity=JOBS&offset=x", "", "INVALID_PARAMETER", "offset"},
		{"unknown definition", "GET", "list?token=demo&webhook_definition_identifier=name=x", "", "INVALID_PARAMETER", "name=x"},
		{"unknown rule", "GET", "list?token=demo&workflow_rule_identifier=id=x", "", "INVALID_PARAMETER", "id=x"},
		{"rule by number", "GET", "list?token=demo&workflow_rule_identifier=number=1", "", "INVALID_PARAMETER", "alternative_code"},
		{"rule by two", "GET", "list?token=demo&workflow_rule_identifier=id=1,name=2", "", "INVALID_PARAMETER", "more than one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := v.send(c.method, "/crmapi/rest/v2/webhook_requests/"+c.path, c.body)
			equal(t, a.code(t), c.code)
			equal(t, a.status/100, 4)
			equal(t, a.object(t)["data"], any(object{}))
			if message := text(member(a.object(t)["status"], "message")); !strings.Contains(message, c.names) {
				t.Errorf("%q does not name %q", message, c.names)
			}
			equal(t, v.crm("list", "entity=ACTIVITIES").body, before)
			equal(t, len(to.deliveries()), 0)
		})
	}
}

func TestSearch(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	v := start(t, server.Options{Now: func() time.Time { return now }})
	job := v.state("a rejected webhook request", object{"entity": "JOBS", "entity_id": "A"})
	now = now.Add(24 * time.Hour)
	lead := v.state("a successful webhook request", object{"entity": "LEADS", "entity_id": "A", "url": "http://127.0.0.1:1/x"})
	now = now.Add(time.Hour)
	v.state("a rejected webhook request", object{"entity": "LEADS", "entity_id": "B"})
	definition, rule := member(job["webhook_definition"], "name"), member(lead["workflow_rule"], "alternative_code")
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"entity=LEADS", []string{"2", "3"}},
		{"entity_id=A", []string{"1", "2"}},
		{"entity=LEADS&entity_id=A", []string{"2"}},
		{"entity=PAYMENTS", nil},
		{query("webhook_definition_identifier", "name="+text(definition)), []string{"1"}},
		{query("workflow_rule_identifier", "alternative_code="+text(rule)), []string{"2"}},
		{query("workflow_rule_identifier", "alternative_code="+text(rule), "entity_id", "B"), nil},
		{"entity_id=A&life_cycle_state=SUCCESSFUL", []string{"2"}},
		{query("entity", "LEADS", "url", "http://127.0.0.1:1/x"), []string{"2"}},
		{query("entity", "LEADS", "url", "http://127.0.0.1:1/"), nil},
		{"entity_id=A&created_date=2026-01-02", []string{"2"}},
		{"entity=LEADS&created_date=2026-01-02T12:00:01", []string{"3"}},
		{"entity=LEADS&number_of_results=1", []string{"2"}},
		{"entity=LEADS&number_of_results=1&offset=1", []string{"3"}},
		{"entity=LEADS&number_of_results=0", nil},
		{"entity=LEADS&offset=7", nil},
	} {
		t.Run(c.query, func(t *testing.T) {
			a := v.crm("list", c.query)
			equal(t, a.code(t), "OK")
			equal(t, a.numbers(t), c.want)
		})
	}
	v.crm("list", "entity=JOBS&fields_set=number,%20entity,error_code,response").
		wantJSON(t, `{`+okStatus+`,"data":[{"id":"<id>","number":"1","entity":"JOBS","error_code":"LazyInitializationException"}]}`)
	v.crm("list", "entity=WALLETS").wantJSON(t, `{`+okStatus+`,"data":[]}`)
}

// numbers are those of the records in a list.
func (a answer) numbers(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, r := range list(a.object(t)["data"]) {
		all = append(all, text(member(r, "number")))
	}
	return all
}

func TestListHoldsAHundred(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusOK)
	rule := v.state("a webhook definition", object{"url": to.URL})["workflow_rule"]
	for range 101 {
		v.state("a workflow rule fires", object{"workflow_rule": rule, "entity": "WALLETS"})
	}
	equal(t, len(v.crm("list", "entity=WALLETS").numbers(t)), 100)
	equal(t, len(v.crm("list", "entity=WALLETS&number_of_results=200").numbers(t)), 101)
}

// TestShowIsWhatListShows holds that both methods show the same object.
func TestShowIsWhatListShows(t *testing.T) {
	v := start(t, server.Options{})
	made := v.state("a successful webhook request", object{"entity": "REFUNDS"})
	shown := v.crm("show", "webhook_request_identifier="+url.QueryEscape("id="+text(made["id"]))).object(t)["data"]
	equal(t, v.crm("list", "entity=REFUNDS").object(t)["data"], any([]any{shown}))
	names := []string{}
	o, _ := shown.(object)
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	equal(t, names, []string{
		"authentication_code", "entity", "entity_id", "id", "life_cycle_state", "log_information", "number",
		"request", "response", "url", "webhook_definition", "workflow_rule",
	})
}
