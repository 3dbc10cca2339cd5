package crmcom_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

const (
	pathShow    = crmcom.BasePath + "/webhook_requests/show"
	pathList    = crmcom.BasePath + "/webhook_requests/list"
	pathResend  = crmcom.BasePath + "/webhook_requests/resend"
	pathDelete  = crmcom.BasePath + "/webhook_requests/delete"
	pathLogin   = crmcom.BasePath + "/authentication/token"
	pathRelease = crmcom.BasePath + "/authentication/token/release"
	identifier  = "webhook_request_identifier"
)

func wrongs() []wrong {
	var expired once
	var shown any // the id that show answered last
	return []wrong{
		{requirement: "crmcom/auth/token-required", got: "status.code OK", before: admits(func(token any) bool { return token == nil || token == "" })},
		{requirement: "crmcom/auth/unknown-token", got: "status.code OK", before: admits(func(token any) bool { return token != nil && token != "" })},
		{requirement: "crmcom/auth/login", got: "status.code INVALID_TOKEN", after: each(pathLogin, with("token", "0123456789ABCDEF"))},
		{requirement: "crmcom/auth/login", got: "status.code LOGIN_FAILED", before: at(pathLogin, func(c *call) { c.body["password"] = "" })},
		{requirement: "crmcom/auth/refused-login", got: "status.code OK", after: at(pathLogin, func(c *call) {
			if c.refused() {
				c.accept(object{"token": "0123456789ABCDEF"})
			}
		})},
		{requirement: "crmcom/auth/refused-login", got: "one of 16 characters", after: at(pathLogin, func(c *call) {
			if c.refused() {
				c.answer["data"] = object{"token": "0123456789ABCDEF"}
			}
		})},
		{requirement: "crmcom/auth/expiry", got: "status.code OK", before: admits(expired.is), after: func(c *call) {
			if c.state == "an expired token" {
				expired.keep(c.answer["token"])
			}
		}},
		{requirement: "crmcom/auth/release", got: "status.code OK", before: at(pathRelease, func(c *call) { c.body["token"] = "demo" })},

		{requirement: "crmcom/envelope/ok", got: "none", after: at(pathResend, func(c *call) { delete(c.answer, "data") })},
		{requirement: "crmcom/envelope/ok", got: "status.code", after: at(pathDelete, func(c *call) { c.answer = in(c.answer, "data") })},
		{requirement: "crmcom/envelope/error", got: "neither", after: at(pathList, func(c *call) { delete(in(c.answer, "status"), "message") })},
		{requirement: "crmcom/envelope/error", got: "HTTP status 40", after: at(pathShow, func(c *call) {
			if c.refused() {
				delete(c.answer, "status")
			}
		})},
		{requirement: "crmcom/envelope/error", got: "status.code OK", after: at(pathDelete, func(c *call) { c.accept(object{}) })},
		{requirement: "crmcom/envelope/verbs", got: "status.code NOT_FOUND", before: at(pathDelete, func(c *call) {
			if c.method == http.MethodGet {
				field, value, _ := strings.Cut(c.query.Get(identifier), "=")
				c.method, c.body = http.MethodPost, object{"token": "demo", identifier: object{field: value}}
			}
		})},

		{requirement: "crmcom/envelope/bad-input", got: "it cannot be seen any more", after: func(c *call) {
			if c.path == pathShow && !c.refused() {
				shown = c.records()[0]["id"]
			}
			if c.path == pathDelete && c.refused() {
				c.deleteToo(shown)
			}
		}},

		{requirement: "crmcom/show/by-id", got: "id, number and entity_id", after: at(pathShow, func(c *call) {
			if strings.HasPrefix(c.query.Get(identifier), "id=") {
				in(c.answer, "data")["number"] = "0"
			}
		})},
		{requirement: "crmcom/show/by-number", got: "status.code NOT_FOUND", before: at(pathShow, func(c *call) {
			c.query.Set(identifier, strings.Replace(c.query.Get(identifier), "number=", "number=0", 1))
		})},
		{requirement: "crmcom/show/identifier-required", got: "status.code OK", after: at(pathShow, func(c *call) { c.accept(object{}) })},
		{requirement: "crmcom/show/identifier-one-field", got: "status.code OK", before: takesFirst(pathShow, identifier)},
		{requirement: "crmcom/show/unknown", got: "status.code OK", after: at(pathShow, func(c *call) {
			if c.code() == "NOT_FOUND" {
				c.accept(object{})
			}
		})},
		{requirement: "crmcom/show/shape", got: "[request]", after: each(pathShow, without("request"))},
		{requirement: "crmcom/show/shape", got: "[fields_set]", after: each(pathShow, with("fields_set", ""))},
		{requirement: "crmcom/show/shape", got: "yesterday", after: each(pathShow, func(o object) { in(o, "log_information")["created_date"] = "yesterday" })},
		{requirement: "crmcom/show/shape", got: "at /data/url", after: each(pathShow, with("url", 7))},
		{requirement: "crmcom/show/fields-set", got: "authentication_code", before: at(pathShow, func(c *call) { c.query.Del("fields_set") })},
		{requirement: "crmcom/show/states", got: "REJECTED", after: each(pathShow, with("life_cycle_state", "REJECTED"))},
		{requirement: "crmcom/show/entity", got: "ACTIVITY", after: each(pathShow, with("entity", "ACTIVITY"))},
		{requirement: "crmcom/show/error-only-rejected", got: "old news", after: each(pathShow, inState("SUCCESSFUL", with("error_description", "old news")))},
		{requirement: "crmcom/show/authentication-code", got: `"00"`, after: each(pathShow, with("authentication_code", "00"))},
		{requirement: "crmcom/show/read-only", got: "status.code NOT_FOUND", after: at(pathList, func(c *call) {
			for _, r := range c.records() {
				c.deleteToo(r["id"])
			}
		})},

		{requirement: "crmcom/list/filter-required", got: "status.code OK", after: at(pathList, func(c *call) { c.accept([]any{}) })},
		{requirement: "crmcom/list/by-definition", got: "which does not", before: ofAll("webhook_definition_identifier")},
		{requirement: "crmcom/list/by-rule", got: "which does not", before: ofAll("workflow_rule_identifier")},
		{requirement: "crmcom/list/by-entity", got: "without it", after: at(pathList, func(c *call) { c.accept([]any{}) })},
		{requirement: "crmcom/list/by-entity-id", got: "which does not", before: ofAll("entity_id")},
		{requirement: "crmcom/list/combined", got: "which does not", before: at(pathList, func(c *call) {
			if c.query.Has("workflow_rule_identifier") {
				c.query.Del("entity_id")
			}
		})},
		{requirement: "crmcom/list/by-url", got: "which does not", before: dropped("url")},
		{requirement: "crmcom/list/by-created-date", got: "a list with it", before: dropped("created_date")},
		{requirement: "crmcom/list/by-created-date", got: "without it", before: at(pathList, func(c *call) { c.query.Set("created_date", "2099-01-01") })},
		{requirement: "crmcom/list/state-enum", got: "status.code OK", before: dropped("life_cycle_state")},
		{requirement: "crmcom/list/entity-enum", got: "status.code OK", before: at(pathList, func(c *call) { c.query.Set("entity", "JOBS") })},
		{requirement: "crmcom/list/identifier-one-field", got: "status.code OK", before: takesFirst(pathList, "workflow_rule_identifier")},
		{requirement: "crmcom/list/shape", got: "[url]", after: each(pathList, without("url"))},
		{requirement: "crmcom/list/shape", got: "an object", after: at(pathList, func(c *call) { c.answer["data"] = object{"an object": "of results"} })},
		{requirement: "crmcom/list/fields-set", got: "authentication_code", before: dropped("fields_set")},
		{requirement: "crmcom/list/none", got: "status.code NOTHING_FOUND", after: at(pathList, func(c *call) {
			if len(c.records()) == 0 {
				c.refuse("NOTHING_FOUND")
			}
		})},
		{requirement: "crmcom/list/paging", got: "numbers on this page", before: dropped("offset")},
		{requirement: "crmcom/list/paging", got: "numbers on this page", before: dropped("number_of_results")},

		{requirement: "crmcom/resend/sends-once", got: "2", sends: 2},
		{requirement: "crmcom/resend/sends-once", got: "none", before: at(pathResend, func(c *call) {
			c.method, c.path = http.MethodGet, pathShow
			c.query = url.Values{"token": {"demo"}, identifier: {fmt.Sprint("number=", in(c.body, identifier)["number"])}}
		})},
		{requirement: "crmcom/resend/succeeds", got: "status.code OK", after: at(pathResend, func(c *call) {
			if c.code() == "NOT_FOUND" {
				c.accept(object{})
			}
		})},
		{requirement: "crmcom/resend/succeeds", got: "number of REJECTED", after: each(pathList, with("life_cycle_state", "REJECTED"))},
		{requirement: "crmcom/resend/fails-again", got: "status.code DELIVERY_FAILED", after: at(pathResend, func(c *call) {
			if in(c.answer, "data")["life_cycle_state"] == "REJECTED" {
				c.refuse("DELIVERY_FAILED")
			}
		})},
		{requirement: "crmcom/resend/fails-again", got: "none", after: each(pathList, func(o object) { delete(o, "error_code"); delete(o, "error_description") })},
		{requirement: "crmcom/resend/payload", got: "JOBS", sends: 1, sent: func(_ http.Header, body object) { body["entity"] = "JOBS" }},
		{requirement: "crmcom/resend/payload", got: "in the body", sends: 1, sent: func(_ http.Header, body object) { in(body, "data")["more"] = 1 }},
		{requirement: "crmcom/resend/response", got: "entity_id", after: each(pathResend, without("entity_id"))},
		{requirement: "crmcom/resend/response", got: "status.code NOT_FOUND", after: each(pathResend, with("id", "0123456789ABCDEF0123456789ABCDEF"))},
		{requirement: "crmcom/resend/single", got: "status.code OK", before: takesID(pathResend)},

		{requirement: "crmcom/delete/successful", got: "status.code STILL_NEEDED", after: at(pathDelete, func(c *call) { c.refuse("STILL_NEEDED") })},
		{requirement: "crmcom/delete/rejected", got: "status.code NOT_FOUND", before: at(pathDelete, func(c *call) { in(c.body, identifier)["number"] = "0" })},
		{requirement: "crmcom/delete/response", got: "[entity_id]", after: each(pathDelete, without("entity_id"))},
		{requirement: "crmcom/delete/gone", got: "status.code OK", after: at(pathShow, func(c *call) {
			if c.refused() {
				c.accept(object{"life_cycle_state": "SUCCESSFUL"})
			}
		})},
		{requirement: "crmcom/delete/others", got: "status.code NOT_FOUND", after: at(pathDelete, func(c *call) {
			about := fmt.Sprint(in(c.answer, "data")["entity_id"])
			left := call{answer: c.ask(http.MethodGet, pathList, url.Values{"token": {"demo"}, "entity_id": {about}}, nil)}
			for _, other := range left.records() {
				c.deleteToo(other["id"])
			}
		})},
		{requirement: "crmcom/delete/identifier", got: "status.code OK", before: takesID(pathDelete)},
		{requirement: "crmcom/delete/resend-after", got: "status.code OK", after: at(pathResend, func(c *call) { c.accept(object{}) })},

		{requirement: "crmcom/delivery/logged", got: "2", sends: 2},
		{requirement: "crmcom/delivery/logged", got: "0", after: at("/states", func(c *call) {
			if c.state == "a workflow rule fires" {
				c.deleteToo(c.answer["id"])
			}
		})},
		{requirement: "crmcom/delivery/successful", got: "[response]", after: each(pathShow, without("response"))},
		{requirement: "crmcom/delivery/successful", got: "REJECTED", after: each(pathShow, with("life_cycle_state", "REJECTED"))},
		{requirement: "crmcom/delivery/rejected", got: "[error_description]", after: each(pathList, without("error_description"))},
		{requirement: "crmcom/delivery/rejected", got: "SUCCESSFUL", after: each(pathList, with("life_cycle_state", "SUCCESSFUL"))},
		{requirement: "crmcom/delivery/hmac", got: `"" in the header`, sends: 1, sent: func(h http.Header, _ object) { h.Del(crmcom.HeaderAuthenticationCode) }},
		{requirement: "crmcom/delivery/effective-only", got: "1", before: at("/states", func(c *call) { in(c.body, "params")["effective"] = true })},
		{requirement: "crmcom/delivery/fields-set", got: "fields that are sent", sends: 1, sent: func(_ http.Header, body object) { in(body, "data")["more"] = 1 }},
		{requirement: "crmcom/delivery/fields-set", got: "[number]", sends: 1, sent: func(_ http.Header, body object) { in(body, "data")["number"] = "0" }},
	}
}

func TestWrongServersAreFound(t *testing.T) {
	t.Parallel()
	for _, w := range wrongs() {
		t.Run(w.requirement+"/"+w.got, func(t *testing.T) {
			t.Parallel()
			server := target(t, w.wrap(t, alternative(time.Second, "")))
			only := conformance.Select(regexp.MustCompile("^" + w.requirement + "$"))
			r := verify(t, server, conformance.OnlyChecks(), only)
			result := outcome(t, r, w.requirement)
			if result.Outcome != report.Fail && result.Outcome != report.Warn {
				t.Fatalf("%s: %s", result.Outcome, result.Reason)
			}
			var got []string
			for _, f := range result.Findings {
				got = append(got, f.Got)
			}
			if !strings.Contains(strings.Join(got, "\n"), w.got) {
				t.Errorf("want %q among the findings, got %q", w.got, got)
			}
		})
	}
}

// outcome finds one result.
func outcome(t *testing.T, r *report.Report, id string) *report.Result {
	t.Helper()
	for i := range r.Results {
		if r.Results[i].Requirement == id {
			return &r.Results[i]
		}
	}
	t.Fatalf("the report has no %s", id)
	return nil
}

// TestEveryCheckCanFail holds the list of wrong servers against the requirements.
func TestEveryCheckCanFail(t *testing.T) {
	missing := map[string]bool{}
	for _, r := range crmcom.Contract.Requirements {
		missing[r.ID] = true
	}
	for _, w := range wrongs() {
		delete(missing, w.requirement)
	}
	for id := range maps.Keys(defects()) {
		delete(missing, id)
	}
	for id := range missing {
		t.Errorf("no wrong server violates %s", id)
	}
}
