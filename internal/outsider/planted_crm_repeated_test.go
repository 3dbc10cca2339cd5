package outsider_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// plantedCRMResends are bugs of a second round: caches, orders, spellings and repetition.
func plantedCRMResends() []*bug {
	c := func(name string, before, after func(*exchange)) *bug {
		return &bug{name: name, api: "crmcom", before: before, after: after}
	}
	number := func(e *exchange) string { return "n" + text(e.record()["number"]) }
	return []*bug{
		c("the third resend answers success and does nothing", func(e *exchange) {
			if e.does("resend") {
				key := "r" + string(e.body)
				if e.count[key]++; e.count[key] == 3 {
					e.kept["skip"] = true
					e.path = "/crmapi/rest/v2/webhook_requests/show"
				}
			}
		}, nil),
		c("show remembers what it showed", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			switch was, ok := e.kept[key].(string); {
			case e.does("show") && e.ok() && ok:
				granted(e, was)
			case e.does("show") && e.ok():
				e.kept[key] = string(e.text)
			}
		}),
		c("a list remembers what it showed while there are as many", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			was, _ := e.kept[key].(string)
			before, _ := parsed([]byte(was))["data"].([]any)
			switch {
			case e.does("list") && e.ok() && len(before) > 0 && len(before) == len(e.records()):
				granted(e, was)
			case e.does("list") && e.ok():
				e.kept[key] = string(e.text)
			}
		}),
		c("a list by state is made anew when something is deleted", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			switch was, ok := e.kept[key].(string); {
			case e.does("list") && e.has("life_cycle_state") && ok && (e.ok() && len(e.records()) > 0 || e.kept["d"+e.query.Get("entity_id")] == nil):
				granted(e, was)
			case e.does("list") && e.has("life_cycle_state") && e.ok() && e.has("entity_id"):
				e.kept[key] = string(e.text)
			}
			if e.does("delete") && e.ok() {
				e.kept["d"+text(e.record()["entity_id"])] = true
			}
		}),
		c("a url filter takes the beginning", nil, func(e *exchange) {
			if u := e.query.Get("url"); e.does("list") && e.ok() && u != "" && !e.has("number_of_results") {
				q := url.Values{}
				for k, v := range e.query {
					if k != "url" {
						q[k] = v
					}
				}
				all, _ := e.other("GET", e.path, q)["data"].([]any)
				e.answer["data"] = slices.DeleteFunc(all, func(one any) bool { o, _ := one.(object); return !strings.HasPrefix(text(o["url"]), u) })
			}
		}),
		c("an entity id in another case is found", nil, func(e *exchange) {
			if id := e.query.Get("entity_id"); e.does("list") && e.ok() && id != "" && !e.has("number_of_results") {
				q := url.Values{}
				for k, v := range e.query {
					if k != "entity_id" {
						q[k] = v
					}
				}
				all, _ := e.other("GET", e.path, q)["data"].([]any)
				e.answer["data"] = slices.DeleteFunc(all, func(one any) bool { o, _ := one.(object); return !strings.EqualFold(text(o["entity_id"]), id) })
			}
		}),
		c("a resend gives another number", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.record()["number"] = "9" + text(e.record()["number"])
			}
		}),
		c("a resend forgets the rule", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.kept[number(e)] = true
			}
			if e.kept[number(e)] == true && e.does("show") {
				e.record()["workflow_rule"] = nil
			}
		}),
		c("a resend forgets the entity id", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.kept[number(e)] = true
			}
			if e.kept[number(e)] == true && e.does("show") {
				e.record()["entity_id"] = nil
			}
		}),
		c("a resend changes the date of creation", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.kept[number(e)] = true
			}
			if e.kept[number(e)] == true && e.does("show") {
				log, _ := e.record()["log_information"].(object)
				log["created_date"] = "2020-01-01T00:00:00"
			}
		}),
		c("a resend that fails again loses the error", nil, func(e *exchange) {
			if e.does("resend") && e.ok() && e.record()["life_cycle_state"] == "REJECTED" {
				e.kept[number(e)] = true
			}
			if e.kept[number(e)] == true && e.does("show") {
				e.record()["error_code"], e.record()["error_description"] = nil, nil
			}
		}),
		c("a number with zeros before it is found", func(e *exchange) {
			if n, ok := strings.CutPrefix(e.query.Get("webhook_request_identifier"), "number="); ok && e.does("show") {
				e.query.Set("webhook_request_identifier", "number="+strings.TrimLeft(n, "0"))
			}
		}, nil),
		c("blanks round an identifier are taken away", func(e *exchange) {
			if id := e.query.Get("webhook_request_identifier"); id != "" {
				e.query.Set("webhook_request_identifier", strings.ReplaceAll(id, " ", ""))
			}
		}, nil),
		c("the second page begins one too late", func(e *exchange) {
			if e.does("list") && e.query.Get("offset") != "" && e.query.Get("offset") != "0" && e.has("number_of_results") {
				if n, err := strconv.Atoi(e.query.Get("offset")); err == nil && n > 3 {
					e.query.Set("offset", strconv.Itoa(n+1))
				}
			}
		}, nil),
		c("a list has the definition of the first for all", nil, func(e *exchange) {
			if all := e.records(); e.does("list") && len(all) > 1 {
				first, _ := all[0].(object)
				each(all, func(o object) {
					if o["webhook_definition"] != nil {
						o["webhook_definition"] = first["webhook_definition"]
					}
				})
			}
		}),
		c("a list has the rule of the first for all", nil, func(e *exchange) {
			if all := e.records(); e.does("list") && len(all) > 1 {
				first, _ := all[0].(object)
				each(all, func(o object) {
					if o["workflow_rule"] != nil {
						o["workflow_rule"] = first["workflow_rule"]
					}
				})
			}
		}),
		c("a list says rejected of those that succeeded by a resend", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.kept[number(e)] = true
			}
			if e.does("list") {
				each(e.records(), func(o object) {
					if e.kept["n"+text(o["number"])] == true && o["life_cycle_state"] == "SUCCESSFUL" {
						o["life_cycle_state"] = "REJECTED"
					}
				})
			}
		}),
		c("the definition's url in capitals", nil, func(e *exchange) {
			up := func(o object) {
				if u := text(o["url"]); u != "" {
					o["url"] = strings.ToUpper(u[:4]) + u[4:]
				}
			}
			up(e.record())
			each(e.records(), up)
		}),
		c("a deletion of a successful one is answered and not done", func(e *exchange) {
			if !e.does("delete") {
				return
			}
			id, _ := e.members["webhook_request_identifier"].(object)
			q := url.Values{"token": {text(e.members["token"])}}
			for k, v := range id {
				q.Set("webhook_request_identifier", k+"="+text(v))
			}
			one, _ := e.other("GET", "/crmapi/rest/v2/webhook_requests/show", q)["data"].(object)
			if one["life_cycle_state"] == "SUCCESSFUL" {
				e.method, e.path, e.query, e.body, e.members = "GET", "/crmapi/rest/v2/webhook_requests/show", q, nil, nil
			}
		}, nil),
		c("a successful one may be resent", nil, func(e *exchange) {
			if e.does("resend") && !e.ok() {
				id, _ := e.members["webhook_request_identifier"].(object)
				q := url.Values{"token": {text(e.members["token"])}}
				for k, v := range id {
					q.Set("webhook_request_identifier", k+"="+text(v))
				}
				if one := e.other("GET", "/crmapi/rest/v2/webhook_requests/show", q); one["data"] != nil {
					e.answer = one
				}
			}
		}),
	}
}
