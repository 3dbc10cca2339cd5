package outsider

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const layout = "2006-01-02T15:04:05"

// shown is an entry as an answer has it. Needs mu.
func (s *Server) shown(e *entry, fields []string) raw {
	rule := s.rules.byID[e.Rule]
	values := map[string]any{
		"id": e.ID, "number": e.Number, "life_cycle_state": e.state(), "entity": e.Entity, "entity_id": e.EntityID,
		"url": e.URL, "authentication_code": e.Code, "fields_set": nil, "request": nil, "response": nil, "error_code": nil, "error_description": nil,
		"webhook_definition": named(rule.ID, rule.Name, rule.Short), "workflow_rule": named(rule.RuleID, rule.RuleName, rule.RuleShort),
		"log_information": object("created_date", e.At.Format(layout), "updated_date", e.Changed.Format(layout)),
	}
	if len(rule.Fields) > 0 {
		values["fields_set"] = strings.Join(rule.Fields, ",")
	}
	values["request"] = s.form(e.ID, object("url", e.URL, "data", raw(e.Data)))
	if e.Answer != "" {
		values["response"] = s.form(e.ID, object("body", e.Answer))
	}
	if !e.Taken {
		values["error_code"], values["error_description"] = e.Trouble, e.Narrative
	}
	return s.pick(values, fields)
}

// form is what request and response look like.
func (s *Server) form(id string, whole raw) any {
	if s.says("crmcom/request/form", "id-string") {
		return id
	}
	return whole
}

func (s *Server) pick(values map[string]any, fields []string) raw {
	var pairs []any
	for _, name := range columns {
		chosen := fields == nil || slices.Contains(fields, name) || name == "id" && s.says("crmcom/fields-set/id", "yes")
		if !chosen || values[name] == nil && s.says("crmcom/object/null-members", "absent") {
			continue
		}
		pairs = append(pairs, name, values[name])
	}
	return object(pairs...)
}

func named(id, name, short string) raw {
	return object("id", id, "name", name, "alternative_code", short, "description", nil)
}

// filter says which entries a list is to have.
type filter func(*entry) bool

func (s *Server) list(_ *http.Request, c call) (raw, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	filters, err := s.filters(c)
	if err != nil {
		return "", err
	}
	fields, err := s.fields(c)
	if err != nil {
		return "", err
	}
	var found []*entry
	for _, e := range s.shelf.each() {
		if !e.Gone && !slices.ContainsFunc(filters, func(f filter) bool { return !f(e) }) {
			found = append(found, e)
		}
	}
	if !s.says("crmcom/list/order", "oldest-first") {
		slices.Reverse(found)
	}
	if found, err = s.page(c, found); err != nil {
		return "", err
	}
	shown := make([]raw, 0, len(found))
	for _, e := range found {
		shown = append(shown, s.shown(e, fields))
	}
	return array(shown), nil
}

func one(c call, name string) string { return strings.Join(c.query[name], ",") }

// page cuts offset and number_of_results out.
func (s *Server) page(c call, found []*entry) ([]*entry, error) {
	skip, err := number(c, "offset", 0)
	if err != nil {
		return nil, err
	}
	most := len(found)
	if s.says("crmcom/list/default-size", "100") {
		most = 100
	}
	if one(c, "number_of_results") != "" {
		if most, err = number(c, "number_of_results", 0); err != nil {
			return nil, err
		}
		if most == 0 {
			switch {
			case s.says("crmcom/list/zero-size", "empty"):
			case s.says("crmcom/list/zero-size", "error"):
				return nil, refuse(http.StatusBadRequest, "PAGE", "number_of_results is 0")
			default:
				most = len(found)
			}
		}
	}
	found = found[min(skip, len(found)):]
	return found[:min(most, len(found))], nil
}

func number(c call, name string, absent int) (int, error) {
	text := one(c, name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, refuse(http.StatusBadRequest, "PAGE", name+" is no number")
	}
	return n, nil
}

// kinds are the entities that webhook requests can be about.
const kinds = " ACCOUNTSRECEIVABLE ACTIVITIES CONTACTINFORMATION CREDITNOTES INVOICES INVOICECANCELLATIONS JOBS LEADS PAYMENTS PAYMENTCANCELLATIONS" +
	" REFUNDS REWARDOFFERS SERVICEREQUESTS SUBSCRIPTIONS WALLETS WALLETTRANSACTIONS WRITEOFFS "

// filters reads the filters. At least one of the first four has to be given. Needs mu.
func (s *Server) filters(c call) ([]filter, error) {
	var all []filter
	for _, name := range []string{"webhook_definition_identifier", "workflow_rule_identifier"} {
		if len(c.query[name]) == 0 {
			continue
		}
		f, err := s.byName(name, c.query[name])
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if kind := one(c, "entity"); kind != "" {
		if !strings.Contains(kinds, " "+kind+" ") {
			return nil, refuse(http.StatusBadRequest, "ENTITY", "there is no entity "+kind)
		}
		all = append(all, func(e *entry) bool { return e.Entity == kind })
	}
	if id := one(c, "entity_id"); id != "" {
		all = append(all, func(e *entry) bool { return e.EntityID == id })
	}
	if len(all) == 0 {
		return nil, refuse(http.StatusBadRequest, "FILTER", "one of four filters has to be given")
	}
	return s.narrowed(c, all)
}

func (s *Server) narrowed(c call, all []filter) ([]filter, error) {
	if at := one(c, "url"); at != "" {
		prefix := s.says("crmcom/list/url-match", "prefix")
		all = append(all, func(e *entry) bool { return e.URL == at || prefix && strings.HasPrefix(e.URL, at) })
	}
	switch state := one(c, "life_cycle_state"); state {
	case "":
	case "SUCCESSFUL", "REJECTED":
		all = append(all, func(e *entry) bool { return e.state() == state })
	default:
		return nil, refuse(http.StatusBadRequest, "STATE", "there is no state "+state)
	}
	day := one(c, "created_date")
	if day == "" {
		return all, nil
	}
	at, err := time.Parse(layout, day)
	if err != nil {
		if at, err = time.Parse(time.DateOnly, day); err != nil {
			return nil, refuse(http.StatusBadRequest, "DATE", "created_date is no date")
		}
	}
	return append(all, func(e *entry) bool { return s.created(e, at) }), nil
}

func (s *Server) created(e *entry, at time.Time) bool {
	switch made := e.At.Truncate(time.Second); {
	case s.says("crmcom/list/created-date", "from"):
		return !made.Before(at)
	case s.says("crmcom/list/created-date", "exact"):
		return made.Equal(at)
	default:
		return made.Format(time.DateOnly) == at.Format(time.DateOnly)
	}
}

// byName reads the identifier of a definition or a rule.
func (s *Server) byName(param string, given []string) (filter, error) {
	field, value, ok := strings.Cut(given[0], "=")
	fields := map[string]func(*sender) string{
		"id": func(r *sender) string { return r.ID }, "name": func(r *sender) string { return r.Name },
		"alternative_code": func(r *sender) string { return r.Short },
	}
	if param == "workflow_rule_identifier" {
		fields = map[string]func(*sender) string{
			"id": func(r *sender) string { return r.RuleID }, "name": func(r *sender) string { return r.RuleName },
			"alternative_code": func(r *sender) string { return r.RuleShort },
		}
	}
	get := fields[field]
	if !ok || len(given) != 1 || get == nil || strings.Contains(value, ",") {
		return nil, refuse(http.StatusBadRequest, "IDENTIFIER", param+" names one by id, name or alternative_code")
	}
	known := slices.ContainsFunc(s.rules.each(), func(r *sender) bool { return get(r) == value })
	if !known && s.says("crmcom/list/unknown-definition", "error") {
		return nil, refuse(http.StatusNotFound, "UNKNOWN", "nothing has this "+field)
	}
	return func(e *entry) bool { return get(s.rules.byID[e.Rule]) == value }, nil
}
