package mockapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// RestView shows the state of an API that [Rest] serves and that can be rebuilt ([world.Rebuilder]): the objects that make it again are
// the cards, in columns by their state or status where they have one. What can be done with them is what the document lists.
func RestView(api *contract.API, part world.Part) func(*world.World, Look) ([]Board, error) {
	document := sync.OnceValues(func() (*restDocument, error) { return readRest(api) })
	return func(w *world.World, look Look) ([]Board, error) {
		if !look.Wants(part.Name, "") {
			return nil, nil
		}
		known, err := document()
		if err != nil {
			return nil, err
		}
		var things []thing
		err = world.View(w, part.Name, nil, func(s world.Rebuilder) (err error) {
			things, err = thingsOf(s)
			return err
		})
		board := Board{ID: part.Name, Title: api.Title, Actions: known.board, Columns: known.columnsOf(things, part.Name, look)}
		return []Board{board}, err
	}
}

// thing is an object of the state, with the order of its members.
type thing struct {
	members map[string]json.RawMessage
	order   []string
}

// thingsOf are the objects in the lists of the commands that make a state again, or else the commands.
func thingsOf(s world.Rebuilder) ([]thing, error) {
	var all []thing
	for c := range s.Rebuild() {
		text, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Kind(), err)
		}
		command, isObject := readThing(text)
		if !isObject {
			continue
		}
		listed, isList := command.listed()
		if !isList {
			listed = []thing{command}
		}
		all = append(all, listed...)
	}
	return all, nil
}

// listed are the objects of the members that are lists, and whether there is such a member.
func (t thing) listed() (all []thing, isList bool) {
	for _, name := range t.order {
		var elements []json.RawMessage
		if json.Unmarshal(t.members[name], &elements) != nil {
			continue
		}
		isList = true
		for _, element := range elements {
			if one, isObject := readThing(element); isObject {
				all = append(all, one)
			}
		}
	}
	return all, isList
}

func readThing(text []byte) (t thing, isObject bool) {
	if json.Unmarshal(text, &t.members) != nil || t.members == nil {
		return t, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	_, _ = d.Token() // the brace
	for d.More() {
		name, _ := d.Token()
		word, _ := name.(string) // the text is an object
		t.order = append(t.order, word)
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return t, false
		}
	}
	return t, true
}

// text is a member as people read it.
func (t thing) text(name string) string {
	var text string
	if json.Unmarshal(t.members[name], &text) == nil {
		return text
	}
	return string(t.members[name])
}

// first is the first of some members that there is, "" for none.
func (t thing) first(names ...string) string {
	for _, name := range names {
		if text := t.text(name); text != "" {
			return text
		}
	}
	return ""
}

func (t thing) state() string { return t.first("state", "status") }

func (t thing) id() string { return t.first("id", "ID", "Id") }

// key is what its card is known by: its id, or else its place.
func (t thing) key(place int) string { return cmp.Or(t.id(), fmt.Sprint(place)) }

// restDocument is what a document says of what can be seen and done.
type restDocument struct {
	states []string // in the order of the document
	board  []Action
	card   []cardAction
}

// cardAction is an action whose path has the id of a card.
type cardAction struct {
	Action

	before, after string
}

func (a cardAction) on(id string) Action {
	action := a.Action
	action.Path = a.before + url.PathEscape(id) + a.after
	return action
}

func readRest(api *contract.API) (*restDocument, error) {
	document, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w", api.Name, err)
	}
	d := &restDocument{states: statesIn(document)}
	for _, path := range document.Paths.InMatchingOrder() {
		operations := document.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			if method != http.MethodGet && method != http.MethodHead {
				d.add(api.BasePath+path, method, operations[method])
			}
		}
	}
	return d, nil
}

// statesIn are the values that the first schema with a state lists for it.
func statesIn(document *openapi3.T) (states []string) {
	if document.Components == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(document.Components.Schemas)) {
		for _, member := range []string{"state", "status"} {
			property := document.Components.Schemas[name].Value.Properties[member]
			if property == nil || len(property.Value.Enum) == 0 {
				continue
			}
			for _, value := range property.Value.Enum {
				states = append(states, fmt.Sprint(value))
			}
			return states
		}
	}
	return nil
}

func (d *restDocument) add(path, method string, o *openapi3.Operation) {
	action := Action{Label: words(o), Method: method, Path: path, Vendor: true, Header: map[string]string{"Authorization": "Bearer {token}"}}
	if o.RequestBody != nil {
		action.Label += " …"
		action.Inputs = []Input{{Label: "the body, JSON", Kind: InputJSON, Value: Example(o.RequestBody.Value)}}
	}
	before, rest, hasID := strings.Cut(path, "{")
	_, after, _ := strings.Cut(rest, "}")
	switch {
	case !hasID:
		d.board = append(d.board, action)
	case !strings.Contains(after, "{"):
		d.card = append(d.card, cardAction{action, before, after})
	}
}

// words are the summary of an operation, or its id: cancelJob is "Cancel job".
func words(o *openapi3.Operation) string {
	if o.Summary != "" {
		return o.Summary
	}
	var b strings.Builder
	for i, r := range o.OperationID {
		switch {
		case i == 0:
			r = unicode.ToUpper(r)
		case unicode.IsUpper(r):
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Example is a body to begin with: the document's own, or the members that it wants.
func Example(body *openapi3.RequestBody) string {
	media := body.Content.Get("application/json")
	if media == nil {
		return "{}"
	}
	value := media.Example
	if value == nil {
		members := map[string]any{}
		if media.Schema != nil {
			for _, name := range media.Schema.Value.Required {
				members[name] = sample(name, media.Schema.Value.Properties[name])
			}
		}
		value = members
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return "{}"
	}
	return string(text)
}

func sample(name string, of *openapi3.SchemaRef) any {
	switch {
	case of == nil || of.Value == nil || of.Value.Type == nil:
		return nil
	case len(of.Value.Enum) > 0:
		return of.Value.Enum[0]
	case of.Value.Type.Is("integer"), of.Value.Type.Is("number"):
		return 1
	case of.Value.Type.Is("boolean"):
		return false
	case of.Value.Type.Is("array"):
		return []any{}
	case of.Value.Type.Is("object"):
		return map[string]any{}
	}
	return "a " + name
}

// columnsOf has a column for each state of the document, and for those that things have beside them.
func (d *restDocument) columnsOf(things []thing, all string, look Look) []Column {
	ids := slices.Clone(d.states)
	for _, t := range things {
		if id := t.state(); !slices.Contains(ids, id) && id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 || slices.ContainsFunc(things, func(t thing) bool { return t.state() == "" }) {
		ids = append(ids, "")
	}
	var columns []Column
	for _, id := range ids {
		column := Column{ID: id, Title: id, Cards: []Card{}}
		if id == "" {
			column.ID, column.Title = all, all
		}
		if look.Column == "" || look.Column == column.ID {
			columns = append(columns, d.filled(column, things, id, look))
		}
	}
	return columns
}

func (d *restDocument) filled(column Column, things []thing, state string, look Look) Column {
	for i, t := range things {
		if t.state() != state || look.Card != "" && look.Card != t.key(i) {
			continue
		}
		if column.Total >= look.Offset && column.Total < look.Offset+look.Limit {
			column.Cards = append(column.Cards, d.cardOf(t, i))
		}
		column.Total++
	}
	return column
}

func (d *restDocument) cardOf(t thing, place int) Card {
	id := t.id()
	card := Card{ID: t.key(place), Title: t.first("title", "name", "id", "ID"), Note: id}
	for _, name := range t.order {
		card.Fields = append(card.Fields, Field{Name: name, Value: t.text(name)})
	}
	if id == "" {
		return card
	}
	for _, a := range d.card {
		card.Actions = append(card.Actions, a.on(id))
	}
	return card
}
