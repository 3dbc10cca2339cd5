package journal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Pattern describes exchanges. What it leaves empty may be anything.
type Pattern struct {
	Operation   string
	Method      string
	Path        string // without query; a trailing * stands for anything
	Status      int
	Requirement string
	Body        any // as encoding/json decodes it: contained in the JSON body of the request
}

// Difference is one point in which an exchange is not what a pattern describes.
type Difference struct {
	Field string // "status", or a place in the body: "body/ids/0"
	Want  string
	Got   string
}

// Select returns the entries that p describes, in their order.
func (p Pattern) Select(entries []*Entry) []*Entry {
	var found []*Entry
	for _, e := range entries {
		if len(p.Differences(e)) == 0 {
			found = append(found, e)
		}
	}
	return found
}

// Differences lists in which points an exchange is another than p describes: none when it is such a one.
func (p Pattern) Differences(e *Entry) []Difference {
	var d differences
	d.text("operation", p.Operation, e.Operation)
	d.text("method", strings.ToUpper(p.Method), e.Request.Method)
	d.path(p.Path, e.Request.Path)
	if p.Status != 0 && p.Status != e.Response.Status {
		d.add("status", strconv.Itoa(p.Status), strconv.Itoa(e.Response.Status))
	}
	d.requirement(p.Requirement, e.Requirements)
	if p.Body != nil {
		d.body(p.Body, e.Request.Body.Bytes)
	}
	return d
}

type differences []Difference

func (d *differences) add(field, want, got string) {
	*d = append(*d, Difference{Field: field, Want: want, Got: got})
}

func (d *differences) text(field, want, got string) {
	if want != "" && want != got {
		d.add(field, want, got)
	}
}

func (d *differences) path(want, got string) {
	path, _, _ := strings.Cut(got, "?")
	prefix, open := strings.CutSuffix(want, "*")
	if want == "" || want == path || open && strings.HasPrefix(path, prefix) {
		return
	}
	d.add("path", want, path)
}

func (d *differences) requirement(want string, got []*contract.Requirement) {
	if want == "" || slices.ContainsFunc(got, func(r *contract.Requirement) bool { return r.ID == want }) {
		return
	}
	ids := make([]string, len(got))
	for i, r := range got {
		ids[i] = r.ID
	}
	d.add("requirement", want, strings.Join(ids, ", "))
}

func (d *differences) body(want any, text []byte) {
	var got any
	if err := json.Unmarshal(text, &got); err != nil {
		d.add("body", shown(want), "no JSON")
		return
	}
	d.value("body", want, got)
}

// value wants objects contained and everything else equal.
func (d *differences) value(place string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			d.add(place, shown(want), shown(got))
			return
		}
		d.members(place, want, object)
	case []any:
		array, ok := got.([]any)
		if !ok || len(array) != len(want) {
			d.add(place, shown(want), shown(got))
			return
		}
		for i := range want {
			d.value(fmt.Sprintf("%s/%d", place, i), want[i], array[i])
		}
	default:
		if want != got {
			d.add(place, shown(want), shown(got))
		}
	}
}

func (d *differences) members(place string, want, got map[string]any) {
	names := make([]string, 0, len(want))
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value, there := got[name]
		if !there {
			d.add(place+"/"+name, shown(want[name]), "nothing")
			continue
		}
		d.value(place+"/"+name, want[name], value)
	}
}

func shown(value any) string {
	const most = 200
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
