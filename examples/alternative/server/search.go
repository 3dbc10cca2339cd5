package server

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

const defaultResults = 100

type predicate func(*record) bool

// criterion is one filter of the list.
type criterion struct {
	name     string
	suffices bool // one of these has to be given
	parse    func(value string) (predicate, error)
}

func (s *server) criteria() []criterion {
	return []criterion{
		{"webhook_definition_identifier", true, s.ofDefinition},
		{"workflow_rule_identifier", true, s.ofRule},
		{"entity", true, ofEntity},
		{"entity_id", true, ofEntityID},
		{"url", false, toURL},
		{"life_cycle_state", false, s.inState},
		{"created_date", false, createdFrom},
	}
}

// listRecords shows what satisfies every filter, oldest first.
func (s *server) listRecords(q url.Values) (any, error) {
	predicates, err := s.predicates(q)
	if err != nil {
		return nil, err
	}
	project, err := projection(q)
	if err != nil {
		return nil, err
	}
	offset, size, err := page(q)
	if err != nil {
		return nil, err
	}
	views := []map[string]any{}
	for _, r := range s.records {
		if r.satisfies(predicates) {
			views = append(views, project(r.view()))
		}
	}
	views = views[min(offset, len(views)):]
	return views[:min(size, len(views))], nil
}

func (r *record) satisfies(predicates []predicate) bool {
	return !slices.ContainsFunc(predicates, func(holds predicate) bool { return !holds(r) })
}

func (s *server) predicates(q url.Values) ([]predicate, error) {
	var all []predicate
	enough := false
	for _, c := range s.criteria() {
		given := q[c.name]
		switch {
		case len(given) == 0:
			continue
		case len(given) > 1:
			return nil, invalid(c.name, "is given %d times", len(given))
		case given[0] == "":
			return nil, invalid(c.name, "has no value")
		}
		p, err := c.parse(given[0])
		if err != nil {
			return nil, err
		}
		all, enough = append(all, p), enough || c.suffices
	}
	if !enough {
		return nil, invalid("filter", "give webhook_definition_identifier, workflow_rule_identifier, entity or entity_id")
	}
	return all, nil
}

func page(q url.Values) (offset, size int, err error) {
	if offset, err = count(q, "offset", 0); err != nil {
		return 0, 0, err
	}
	size, err = count(q, "number_of_results", defaultResults)
	return offset, size, err
}

func count(q url.Values, name string, absent int) (int, error) {
	n, err := integer(q, name, int64(absent))
	if err != nil || n < 0 {
		return 0, invalid(name, "%q is not an integer from 0", q.Get(name))
	}
	return int(n), nil
}

func (s *server) ofDefinition(value string) (predicate, error) {
	const name = "webhook_definition_identifier"
	i, err := queryIdentifier(url.Values{name: {value}}, name, "id", "name", "alternative_code")
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.definitions, func(d *definition) bool { return d.is(i) }) {
		return nil, invalid(name, "nothing has %s", i)
	}
	return func(r *record) bool { return r.definition.is(i) }, nil
}

func (s *server) ofRule(value string) (predicate, error) {
	const name = "workflow_rule_identifier"
	i, err := queryIdentifier(url.Values{name: {value}}, name, "id", "name", "alternative_code")
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.definitions, func(d *definition) bool { return d.rule.is(i) }) {
		return nil, invalid(name, "nothing has %s", i)
	}
	return func(r *record) bool { return r.definition.rule.is(i) }, nil
}

func ofEntity(value string) (predicate, error) {
	if !isEntity(value) {
		return nil, invalid("entity", "%q is none of %s", value, entityNames)
	}
	return func(r *record) bool { return r.delivery.entity == value }, nil
}

func isEntity(name string) bool { return slices.Contains(strings.Fields(entityNames), name) }

func ofEntityID(value string) (predicate, error) {
	return func(r *record) bool { return r.delivery.entityID == value }, nil
}

func toURL(value string) (predicate, error) {
	return func(r *record) bool { return r.delivery.url == value }, nil
}

func (s *server) inState(value string) (predicate, error) {
	if value != successful && value != rejected {
		return nil, invalid("life_cycle_state", "%q is neither %s nor %s", value, successful, rejected)
	}
	ignored := s.has(FilterIgnored)
	return func(r *record) bool { return ignored || r.state() == value }, nil
}

// createdFrom takes a date, or a date and time: that instant and everything after it.
func createdFrom(value string) (predicate, error) {
	for _, layout := range []string{time.DateOnly, crmcomTime} {
		if from, err := time.Parse(layout, value); err == nil {
			return func(r *record) bool { return !r.created.Truncate(time.Second).Before(from) }, nil
		}
	}
	return nil, invalid("created_date", "%q is neither 2006-01-02 nor 2006-01-02T15:04:05", value)
}
