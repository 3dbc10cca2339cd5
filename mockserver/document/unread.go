package document

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// Places in which a request carries what a client sends.
const (
	InQuery  = "query"
	InHeader = "header"
	InBody   = "body"
)

// Sent is a request as a client sent it.
type Sent struct {
	Query  string
	Header http.Header
	Body   []byte // may be the beginning of one that was longer
}

// Unread is something that a client sent and that an operation's document has no place for, so that nobody read it.
type Unread struct {
	In   string
	Name string // of a parameter or a header, or the path of a member; "" for the whole body
}

// mostUnread bounds what is told of one request.
const mostUnread = 100

// Unread lists what the document of an operation has no place for: parameters, headers of the client's own, members of a JSON body. It
// says nothing of an operation that no document has, nor of one that takes every media type, because that one takes whatever comes.
func (c *Checker) Unread(operation string, s Sent) []Unread {
	route := c.routes[operation]
	if route == nil || takesEverything(route.Operation) {
		return nil
	}
	found := slices.Concat(unreadParameters(route, s.Query), unreadHeaders(route, s.Header), unreadBody(route.Operation, s.Body))
	return found[:min(len(found), mostUnread)]
}

func takesEverything(o *openapi3.Operation) bool {
	return o.RequestBody != nil && o.RequestBody.Value.Content["*/*"] != nil
}

func unreadParameters(route *routers.Route, query string) []Unread {
	query = strings.ReplaceAll(query, ";", "%3B") // a character like any other, where net/url takes the whole parameter for broken
	given, _ := url.ParseQuery(query)             // what cannot be parsed has no name
	known := namesIn(route, openapi3.ParameterInQuery)
	return missing(InQuery, given, func(name string) bool { return slices.Contains(known, name) })
}

// missing lists the names that are not known, sorted.
func missing(in string, given map[string][]string, known func(string) bool) []Unread {
	var found []Unread
	for name := range given {
		if !known(name) {
			found = append(found, Unread{in, name})
		}
	}
	slices.SortFunc(found, func(a, b Unread) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// namesIn are the parameters of an operation in one place, and the keys that stand there.
func namesIn(route *routers.Route, in string) (names []string) {
	for _, p := range slices.Concat(route.PathItem.Parameters, route.Operation.Parameters) {
		if p.Value.In == in {
			names = append(names, p.Value.Name)
		}
	}
	for _, scheme := range schemes(route) {
		switch {
		case scheme.Type == "apiKey" && scheme.In == in:
			names = append(names, scheme.Name)
		case scheme.Type != "apiKey" && in == openapi3.ParameterInHeader:
			names = append(names, "Authorization")
		}
	}
	return names
}

// schemes are those by which an operation may be called.
func schemes(route *routers.Route) (all []*openapi3.SecurityScheme) {
	wanted := route.Spec.Security
	if route.Operation.Security != nil {
		wanted = *route.Operation.Security
	}
	for _, alternative := range wanted {
		for name := range alternative {
			if scheme := route.Spec.Components.SecuritySchemes[name]; scheme != nil {
				all = append(all, scheme.Value)
			}
		}
	}
	return all
}

// machinery reports whether clients and proxies send a header by themselves, or to have the answer in some form: such a header is not the
// client's own.
func machinery(name string) bool {
	switch name {
	case "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "Dnt",
		"Expect", "Forwarded", "Host", "Keep-Alive", "Origin", "Pragma", "Priority", "Proxy-Connection", "Referer", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", "Upgrade-Insecure-Requests", "User-Agent", "Via", "X-Real-Ip":
		return true
	}
	return strings.HasPrefix(name, "Sec-") || strings.HasPrefix(name, "X-Forwarded-")
}

func unreadHeaders(route *routers.Route, header http.Header) []Unread {
	known := namesIn(route, openapi3.ParameterInHeader)
	return missing(InHeader, header, func(name string) bool {
		return machinery(http.CanonicalHeaderKey(name)) || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
	})
}

// unreadBody walks along the text, so that the beginning of a body that was cut is judged, too. What is no JSON was read, and refused.
func unreadBody(o *openapi3.Operation, body []byte) []Unread {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if o.RequestBody == nil {
		return []Unread{{InBody, ""}}
	}
	w := walker{decoder: json.NewDecoder(bytes.NewReader(body))}
	w.decoder.UseNumber()
	for name, media := range o.RequestBody.Value.Content {
		if name == "application/json" || strings.HasSuffix(name, "+json") {
			w.value(form(media.Schema), "")
			break
		}
	}
	return w.found
}

// walker goes through a JSON text beside the schemas that speak of it. No schemas stand for anything.
type walker struct {
	decoder *json.Decoder
	found   []Unread
}

// value reads a value, and reports whether the text goes on behind it. What may be anything is passed over.
func (w *walker) value(schemas []*openapi3.Schema, path string) bool {
	if len(schemas) == 0 {
		var anything json.RawMessage
		return w.decoder.Decode(&anything) == nil
	}
	token, err := w.decoder.Token()
	if err != nil {
		return false
	}
	switch token {
	case json.Delim('{'):
		return w.members(schemas, path)
	case json.Delim('['):
		return w.elements(schemas, path)
	}
	return true
}

func (w *walker) members(schemas []*openapi3.Schema, path string) bool {
	for w.decoder.More() {
		token, err := w.decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return false
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		below, known := member(schemas, name)
		if !known && len(w.found) < mostUnread {
			w.found = append(w.found, Unread{InBody, at})
		}
		if !w.value(below, at) {
			return false
		}
	}
	_, err := w.decoder.Token()
	return err == nil
}

func (w *walker) elements(schemas []*openapi3.Schema, path string) bool {
	var below []*openapi3.Schema
	for _, s := range schemas {
		below = append(below, form(s.Items)...)
	}
	for i := 0; w.decoder.More(); i++ {
		if !w.value(below, path+"["+strconv.Itoa(i)+"]") {
			return false
		}
	}
	_, err := w.decoder.Token()
	return err == nil
}

// member are the schemas of a member, and whether there is a place for it: where a schema names no member at all, there is for any.
func member(schemas []*openapi3.Schema, name string) (below []*openapi3.Schema, known bool) {
	open := true
	for _, s := range schemas {
		if property := s.Properties[name]; property != nil {
			below, known = append(below, form(property)...), true
		}
		open = open && len(s.Properties) == 0
	}
	if known {
		return below, true
	}
	for _, s := range schemas {
		if more := s.AdditionalProperties; more.Schema != nil || more.Has != nil && *more.Has {
			return form(more.Schema), true
		}
	}
	return nil, open
}

// form is a schema and all of which it is made up.
func form(ref *openapi3.SchemaRef) []*openapi3.Schema {
	var all []*openapi3.Schema
	for next := []*openapi3.SchemaRef{ref}; len(next) > 0; {
		if at := next[0]; at != nil && at.Value != nil && !slices.Contains(all, at.Value) {
			all = append(all, at.Value)
			next = slices.Concat(next, at.Value.AllOf, at.Value.OneOf, at.Value.AnyOf)
		}
		next = next[1:]
	}
	return all
}
