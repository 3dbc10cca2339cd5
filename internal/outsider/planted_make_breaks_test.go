package outsider_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// ofMake is a bug of a server of Make's, and the requirement that it violates.
func ofMake(name, breaks string, before, after func(*exchange)) *bug {
	return &bug{name: name, api: "makecom", breaks: "makecom/" + breaks, before: before, after: after}
}

// declares reports whether a delivery is declared to be of a media type.
func (e *exchange) declares(media string) bool {
	return e.arrives() && strings.HasPrefix(strings.ToLower(e.header.Get("Content-Type")), media)
}

// plantedMakeBreaks are servers that break at what the documents leave open, and only there.
func plantedMakeBreaks() []*bug {
	brokenJSON := func(e *exchange) bool { return e.declares("application/json") && !json.Valid(e.body) }
	noObject := func(e *exchange) bool {
		return e.declares("application/json") && json.Valid(e.body) && parsed(e.body) == nil
	}
	var bugs []*bug
	for _, c := range []struct {
		what, breaks string
		at           func(*exchange) bool
	}{
		{"JSON that does not parse", "ingest/parsing", brokenJSON},
		{"JSON that is no object", "ingest/parsing", noObject},
		{"a compressed delivery", "ingest/parsing", func(e *exchange) bool { return e.header.Get("Content-Encoding") == "gzip" && len(e.body) < 200 }},
		{"a byte order mark", "ingest/parsing", func(e *exchange) bool { return e.arrives() && bytes.HasPrefix(e.body, []byte("\xef\xbb\xbf")) }},
		{"text in Latin-1", "ingest/parsing", func(e *exchange) bool { return strings.Contains(e.header.Get("Content-Type"), "8859") }},
		{"a delivery to a disabled hook", "http/bad-input", func(e *exchange) bool { return e.arrives() && e.off(e.at(e.path)) }},
		{"a limit below 0", "http/bad-input", func(e *exchange) bool { return e.isList() && e.query.Get("pg[limit]") == "-1" }},
		{"an offset below 0", "http/bad-input", func(e *exchange) bool { return e.isList() && e.query.Get("pg[offset]") == "-1" }},
		{"an unknown key to sort by", "http/bad-input", func(e *exchange) bool { return e.isList() && e.query.Get("pg[sortBy]") == "colour" }},
		{"a deletion that selects nothing", "http/bad-input", func(e *exchange) bool { return e.isDelete() && string(e.body) == "{}" }},
		{"an id that is named twice", "delete/ids-response", func(e *exchange) bool { return e.isDelete() && len(e.ids()) == 2 && e.ids()[0] == e.ids()[1] }},
		{"ids beside all", "http/bad-input", func(e *exchange) bool { return e.isDelete() && e.all() && len(e.ids()) > 0 }},
		{"a trailing slash", "http/bad-input", func(e *exchange) bool { return strings.HasSuffix(e.path, "/incomings/") }},
		{"the scheme Bearer", "http/bad-input", func(e *exchange) bool { return strings.HasPrefix(e.header.Get("Authorization"), "Bearer") }},
	} {
		bugs = append(bugs,
			ofMake(c.what+" ends the connection", c.breaks, func(e *exchange) {
				if c.at(e) {
					drops(e)
				}
			}, nil),
			ofMake(c.what+" is a 500", c.breaks, nil, func(e *exchange) {
				if c.at(e) {
					fails(e)
				}
			}))
	}
	return append(bugs, ofMake("JSON that does not parse is accepted and lost", "list/arrived", func(e *exchange) { e.lost = brokenJSON(e) }, nil))
}

// plantedCRMBreaks are the same for CRM.COM.
func plantedCRMBreaks() []*bug {
	c := func(name string, at func(*exchange) bool) []*bug {
		return []*bug{
			{name: name + " ends the connection", api: "crmcom", before: func(e *exchange) {
				if at(e) {
					drops(e)
				}
			}},
			{name: name + " is a 500", api: "crmcom", after: func(e *exchange) {
				if at(e) {
					fails(e)
				}
			}},
		}
	}
	return slices.Concat(
		c("no results wanted", func(e *exchange) bool { return e.does("list") && e.query.Get("number_of_results") == "0" }),
		c("a field that there is not", func(e *exchange) bool {
			return e.has("fields_set") && strings.Contains(e.query.Get("fields_set"), "colour")
		}),
		c("a trailing slash", func(e *exchange) bool { return e.does("list/") || e.does("show/") }),
		c("an unknown definition", func(e *exchange) bool {
			return e.does("list") && e.has("webhook_definition_identifier") && e.answer != nil && len(e.records()) == 0 && !e.has("life_cycle_state")
		})[1:],
	)
}
