package journal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Difference is one way in which an exchange is not what a filter describes.
type Difference struct {
	Field string // of the filter, in lower case, or a place in the body such as body/ids/0
	Want  string
	Got   string
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: want %s, got %s", d.Field, d.Want, d.Got)
}

// condition is one member of a filter that is given.
type condition struct {
	field  string
	want   string
	far    int // how far off an exchange is that differs here
	differ func(*Entry) []Difference
}

// differences says what keeps the filter from describing the exchange.
func (f Filter) differences(e *Entry) []Difference {
	all, _ := f.distance(e)
	return all
}

func (f Filter) distance(e *Entry) (all []Difference, far int) {
	for _, c := range f.conditions() {
		if d := c.differ(e); d != nil {
			all = append(all, d...)
			far += c.far
		}
	}
	return all, far
}

func (f Filter) conditions() []condition {
	var all []condition
	text := func(field, want string, far int, got func(*Entry) string, same func(want, got string) bool) {
		if want == "" {
			return
		}
		all = append(all, condition{field, want, far, func(e *Entry) []Difference {
			if g := got(e); !same(want, g) {
				return []Difference{{field, want, cmp.Or(g, "none")}}
			}
			return nil
		}})
	}
	text("operation", f.Operation, 4, func(e *Entry) string { return e.Operation }, equal)
	text("method", f.Method, 2, func(e *Entry) string { return e.Request.Method }, strings.EqualFold)
	text("path", f.Path, 3, func(e *Entry) string { return e.Request.plainPath() }, pathMatches)
	text("status", number(f.Status), 1, func(e *Entry) string { return strconv.Itoa(e.Response.Status) }, equal)
	text("requirement", f.Requirement, 1, func(e *Entry) string { return requirementIDs(e.Requirements) }, listed)
	text("fault", f.Fault, 1, func(e *Entry) string { return e.Fault }, marked)
	if f.Body != nil {
		all = append(all, condition{"body", written(f.Body), 1, func(e *Entry) []Difference { return bodyDifferences(f.Body, e.Request.Body) }})
	}
	return all
}

func equal(want, got string) bool { return want == got }

func number(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

func (r Request) plainPath() string {
	path, _, _ := strings.Cut(r.Path, "?")
	return path
}

func pathMatches(want, got string) bool {
	if start, open := strings.CutSuffix(want, "*"); open {
		return strings.HasPrefix(got, start)
	}
	return want == got
}

func requirementIDs(requirements []*contract.Requirement) string {
	ids := make([]string, len(requirements))
	for i, r := range requirements {
		ids[i] = r.ID
	}
	return strings.Join(ids, ", ")
}

func listed(want, got string) bool { return strings.Contains(", "+got+", ", ", "+want+", ") }

func marked(want, got string) bool {
	if want == "*" {
		return got != ""
	}
	return strings.Contains(got, want)
}

// bodyDifferences compares decoded JSON: objects may have more members than wanted, everything else is equal.
func bodyDifferences(want any, body Body) []Difference {
	if body.Size > len(body.Bytes) {
		return []Difference{{"body", written(want), fmt.Sprintf("%d bytes, more than the journal keeps", body.Size)}}
	}
	got, err := jsonobject.Exact(body.Bytes)
	if err != nil {
		return []Difference{{"body", written(want), "no JSON"}}
	}
	return contained("body", normal(want), got)
}

// normal is a value as [jsonobject.Exact] would read it.
func normal(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return value
	}
	decoded, err := jsonobject.Exact(text)
	if err != nil {
		return value
	}
	return decoded
}

func contained(place string, want, got any) []Difference {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return containedMembers(place, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok && len(w) == len(g) {
			return containedElements(place, w, g)
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && jsonobject.SameNumber(w, g) {
			return nil
		}
	default:
		if want == got {
			return nil
		}
	}
	return []Difference{{place, written(want), written(got)}}
}

func containedMembers(place string, want, got map[string]any) (all []Difference) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, there := got[name]
		if !there {
			all = append(all, Difference{place + "/" + name, written(want[name]), "none"})
			continue
		}
		all = append(all, contained(place+"/"+name, want[name], value)...)
	}
	return all
}

func containedElements(place string, want, got []any) (all []Difference) {
	for i := range want {
		all = append(all, contained(fmt.Sprint(place, "/", i), want[i], got[i])...)
	}
	return all
}

func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
