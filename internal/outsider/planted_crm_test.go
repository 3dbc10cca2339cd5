package outsider_test

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/internal/outsider"
)

func plantedCRM() []*bug {
	c := func(name string, before, after func(*exchange)) *bug {
		return &bug{name: name, api: "crmcom", before: before, after: after}
	}
	bugs := []*bug{
		c("at most 20 results", func(e *exchange) {
			if e.does("list") && (!e.has("number_of_results") || len(e.query.Get("number_of_results")) > 1 && e.query.Get("number_of_results") > "20") {
				e.query.Set("number_of_results", "20")
			}
		}, nil),
		c("at most 10 results", nil, func(e *exchange) {
			if all := e.records(); e.does("list") && len(all) > 10 {
				e.answer["data"] = all[:10]
			}
		}),
		c("filters are alternatives", nil, func(e *exchange) {
			if !e.does("list") || !e.has("entity") || !e.has("entity_id") {
				return
			}
			only := url.Values{"token": e.query["token"], "entity_id": e.query["entity_id"]}
			if more, ok := e.other("GET", e.path, only)["data"].([]any); ok && !e.has("number_of_results") {
				e.answer["data"] = more
			}
		}),
		c("the state is not looked at where an offset is given", func(e *exchange) {
			if e.does("list") && e.has("offset") {
				e.query.Del("life_cycle_state")
			}
		}, nil),
		c("the date is not looked at beside an entity", func(e *exchange) {
			if e.does("list") && e.has("entity") {
				e.query.Del("created_date")
			}
		}, nil),
		c("the url is not looked at beside a definition", func(e *exchange) {
			if e.does("list") && e.has("webhook_definition_identifier") {
				e.query.Del("url")
			}
		}, nil),
		c("the state is not looked at beside a rule", func(e *exchange) {
			if e.does("list") && e.has("workflow_rule_identifier") {
				e.query.Del("life_cycle_state")
			}
		}, nil),
		c("an offset without a number of results is nothing", func(e *exchange) {
			if e.does("list") && !e.has("number_of_results") {
				e.query.Del("offset")
			}
		}, nil),
		c("fields are chosen only without a url", func(e *exchange) {
			if e.does("list") && e.has("url") {
				e.query.Del("fields_set")
			}
		}, nil),
		c("one field only is chosen", func(e *exchange) {
			if first, _, more := strings.Cut(e.query.Get("fields_set"), ","); more {
				e.query.Set("fields_set", first)
			}
		}, nil),
		c("an id in small letters is found", func(e *exchange) {
			if id, ok := strings.CutPrefix(e.query.Get("webhook_request_identifier"), "id="); ok && e.does("show") {
				e.query.Set("webhook_request_identifier", "id="+strings.ToUpper(id))
			}
		}, nil),
		c("a successful resend keeps the old error", nil, func(e *exchange) {
			number := "n" + text(e.record()["number"])
			if e.does("show") && e.ok() && e.record()["error_code"] != nil {
				e.kept[number] = e.record()["error_code"]
			} else if was := e.kept[number]; e.ok() && was != nil && e.record()["life_cycle_state"] == "SUCCESSFUL" {
				e.record()["error_code"] = was
			}
		}),
		c("delete answers without the log information", nil, func(e *exchange) {
			if e.does("delete") && e.ok() {
				e.record()["log_information"] = nil
			}
		}),
		c("delete answers the number alone", nil, func(e *exchange) {
			if e.does("delete") && e.ok() {
				e.answer["data"] = object{"number": e.record()["number"]}
			}
		}),
		c("a deleted one is still shown by its number", nil, func(e *exchange) {
			who := text(e.query.Get("webhook_request_identifier"))
			if e.does("show") && e.ok() && strings.HasPrefix(who, "number=") && !e.has("fields_set") {
				e.kept[who] = string(e.text)
			} else if was, ok := e.kept[who].(string); e.does("show") && !e.ok() && ok && e.query.Get("token") != "" {
				granted(e, was)
			}
		}),
		c("a refusal to resend says nothing", nil, func(e *exchange) {
			if status, ok := e.answer["status"].(object); e.does("resend") && !e.ok() && ok {
				status["message"], status["description"] = "", ""
			}
		}),
		c("no result is null", nil, func(e *exchange) {
			if e.does("list") && e.ok() && len(e.records()) == 0 {
				e.answer["data"] = nil
			}
		}),
		c("numbers are numbers", nil, func(e *exchange) {
			spelt := func(o object) {
				if n, ok := o["number"].(string); ok {
					o["number"] = json.Number(n)
				}
			}
			spelt(e.record())
			each(e.records(), spelt)
		}),
		c("an offset beyond the end gives the last page", func(e *exchange) {
			if e.does("list") && e.has("number_of_results") && (e.query.Get("offset") == "6" || len(e.query.Get("offset")) > 2) {
				e.query.Set("offset", "4")
			}
		}, nil),
		c("any token of 32 digits will do", func(e *exchange) {
			if given := e.query.Get("token"); len(given) == 32 {
				e.query.Set("token", outsider.Token)
			}
		}, nil),
		c("a released token still reads", func(e *exchange) {
			if strings.HasSuffix(e.path, "/release") {
				e.kept[text(e.members["token"])] = true
			} else if e.method == "GET" && e.kept[e.query.Get("token")] == true {
				e.query.Set("token", outsider.Token)
			}
		}, nil),
		c("successful ones have an error that says none", nil, func(e *exchange) {
			said := func(o object) {
				if o["life_cycle_state"] == "SUCCESSFUL" {
					o["error_description"] = "none"
				}
			}
			said(e.record())
			each(e.records(), said)
		}),
		c("the code is that of another key after a resend", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.kept["n"+text(e.record()["number"])] = true
			}
			if e.does("show") && e.kept["n"+text(e.record()["number"])] == true {
				e.record()["authentication_code"] = strings.Repeat("ab", 32)
			}
		}),
		c("list shows another definition than show", nil, func(e *exchange) {
			each(e.records(), func(o object) {
				if d, ok := o["webhook_definition"].(object); ok {
					d["name"] = "another"
				}
			})
		}),
		c("unknown entity ids give everything of the entity", nil, func(e *exchange) {
			if e.does("list") && e.ok() && len(e.records()) == 0 && e.has("entity_id") && e.has("entity") {
				only := url.Values{"token": e.query["token"], "entity": e.query["entity"]}
				e.answer["data"] = e.other("GET", e.path, only)["data"]
			}
		}),
		c("two identifiers of a rule are one", func(e *exchange) {
			if all := e.query["workflow_rule_identifier"]; len(all) > 1 {
				e.query["workflow_rule_identifier"] = all[:1]
			}
		}, nil),
		c("an identifier is read up to its comma", func(e *exchange) {
			for _, name := range []string{"workflow_rule_identifier", "webhook_definition_identifier", "webhook_request_identifier"} {
				if first, _, more := strings.Cut(e.query.Get(name), ","); more {
					e.query.Set(name, first)
				}
			}
		}, nil),
	}
	for _, filter := range []string{"webhook_definition_identifier", "workflow_rule_identifier", "entity", "entity_id", "url", "life_cycle_state", "created_date"} {
		bugs = append(bugs, c("a deleted one is still listed by "+filter, nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			was := text(e.kept[key])
			more, _ := parsed([]byte(was))["data"].([]any)
			switch {
			case e.does("list") && e.has(filter) && e.ok() && len(more) > len(e.records()):
				granted(e, was)
			case e.does("list") && e.has(filter) && e.ok():
				e.kept[key] = string(e.text)
			}
		}))
	}
	return bugs
}
