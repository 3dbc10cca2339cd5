package crmcom

import (
	"encoding/json"
	"strconv"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
)

// checkFile finds what the schema cannot say.
func checkFile(raw json.RawMessage, c *filecheck.Checker) {
	s, err := readFile(raw)
	if err != nil {
		c.Say(err.Error(), "crmcom")
		return
	}
	definitions := map[string]bool{}
	ids := c.Names()
	for i, d := range s.Definitions {
		definitions[d.ID] = true
		ids.Add(d.ID, "crmcom", "definitions", i, "id")
		c.Span(d.Timeout, "crmcom", "definitions", i, "timeout")
	}
	rules := map[string]bool{}
	for i, r := range s.Rules {
		rules[r.ID] = true
		ids.Add(r.ID, "crmcom", "rules", i, "id")
		c.Refers(definitions, r.Definition, "definition", "crmcom", "rules", i, "definition")
	}
	numbers := c.Names()
	for i, r := range s.Requests {
		ids.Add(r.ID, "crmcom", "requests", i, "id")
		numbers.Add(strconv.Itoa(r.Number), "crmcom", "requests", i, "number")
		c.Refers(definitions, r.Definition, "definition", "crmcom", "requests", i, "definition")
		c.Refers(rules, r.Rule, "rule", "crmcom", "requests", i, "rule")
		checkErrors(c, r, i)
	}
	entities := c.Names()
	for i, e := range s.Entities {
		entities.Add(string(e.Entity)+" "+e.EntityID, "crmcom", "entities", i, "entity_id")
		if _, err := jsonobject.Parse(e.Data); err != nil {
			c.Say(err.Error(), "crmcom", "entities", i, "data")
		}
	}
	checkLogins(c, s.Logins)
}

func checkErrors(c *filecheck.Checker, r control.WebhookRequest, i int) {
	if r.LifeCycleState != control.REJECTED && r.ErrorCode+r.ErrorDescription != "" {
		c.Say("only a REJECTED request has an error_code or error_description", "crmcom", "requests", i)
	}
}

func checkLogins(c *filecheck.Checker, logins []control.Login) {
	seen := c.Names()
	for i, l := range logins {
		seen.Add(l.Organisation+"/"+l.Unit+"/"+l.Username, "crmcom", "logins", i, "username")
	}
}
