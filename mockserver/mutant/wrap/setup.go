package wrap

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// Setup is a call of the control API that plays the other side of a vendor: what begins to be processed, for one.
type Setup struct {
	State  string // the provider state that it brings about, also where an operation was called that does so
	Params Object // of the state, or the body and the path's variables of the operation
	// Operation says that an operation was called, which answers with ids where the state answers with an id.
	Operation bool
}

// IDs are those that the call names.
func (s Setup) IDs() []string { return idsIn(s.Params) }

// Setup is the call as one of the control API; zero for a call of the vendor's API.
func (c *Call) Setup() Setup { return c.stage.Setup }

// When plays w where the control API is asked for one of these states.
func When(w Wrap, states ...string) Wrap {
	return If(func(c *Call) bool { return slices.Contains(states, c.Setup().State) }, w)
}

// Answer answers the call with these ids, in the form that its operation has.
func (s Setup) Answer(ids ...string) *Answer {
	if s.Operation {
		return JSON(http.StatusOK, Object{"ids": ids})
	}
	return JSON(http.StatusOK, Object{"id": ids[0], "ids": ids})
}

// Answered lists the ids in an answer of the control API.
func (a *Answer) Answered() []string {
	body, _ := a.Object() // what is none names no ids
	return idsIn(body)
}

func idsIn(object Object) []string {
	if id := String(object["id"]); id != "" {
		return []string{id}
	}
	return Strings(object["ids"])
}

// String is a JSON value as a string, "" for one that is none.
func String(value any) string {
	text, _ := value.(string)
	return text
}

// Strings are the strings in a JSON array.
func Strings(value any) []string {
	list, _ := value.([]any) // nil for what is no array
	var all []string
	for _, v := range list {
		if text, ok := v.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// Integer is a JSON number, or text that stands for one, as an integer; 0 for what is none.
func Integer(value any) int {
	text := String(value)
	if n, ok := value.(json.Number); ok {
		text = n.String()
	}
	n, _ := strconv.Atoi(text) // what is no number names nothing
	return n
}
