package dialect

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
)

// Vary writes a JSON answer in another way that the documents allow: the members of objects in another order, members
// that no document names, an empty list of sub-errors left out, the deleted ids in another order, and white space. What
// a client delivered is never touched: inside the top only what is formed has a form that is the vendor's. An answer that is no JSON
// object comes back as it is.
func Vary(body []byte, formed func(member string) bool, random *rand.Rand) []byte {
	top, ok := members(body)
	if !ok {
		return body
	}
	v := varier{random, formed}
	if string(top["suberrors"]) == "[]" && v.happens() {
		delete(top, "suberrors")
	}
	for _, name := range slices.Sorted(maps.Keys(top)) {
		top[name] = v.inside(name, top[name])
	}
	varied := v.object(top)
	if !v.happens() {
		return varied
	}
	var spaced bytes.Buffer
	if err := json.Indent(&spaced, varied, "", "\t"); err != nil {
		return varied
	}
	return append(spaced.Bytes(), '\n')
}

// Addition is the member that no document names.
const Addition = "addedLater"

type varier struct {
	random *rand.Rand
	formed func(member string) bool // whether its form is the vendor's
}

// happens is true half of the time.
func (v varier) happens() bool { return v.random.IntN(2) == 0 }

// inside varies the members whose form is the vendor's. All others may hold what a client delivered.
func (v varier) inside(name string, value json.RawMessage) json.RawMessage {
	if v.formed == nil || !v.formed(name) {
		return value
	}
	if object, ok := members(value); ok {
		return v.object(object)
	}
	return v.list(value)
}

// list varies the objects of a list in their places, for their order is promised, and the order of plain ids.
func (v varier) list(value json.RawMessage) json.RawMessage {
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) != nil || len(elements) == 0 {
		return value
	}
	if elements[0][0] == '"' {
		v.random.Shuffle(len(elements), func(i, j int) { elements[i], elements[j] = elements[j], elements[i] })
	}
	for i, e := range elements {
		if object, ok := members(e); ok {
			elements[i] = v.object(object)
		}
	}
	return slices.Concat([]byte("["), bytes.Join(raw(elements), []byte(",")), []byte("]"))
}

func raw(elements []json.RawMessage) [][]byte {
	texts := make([][]byte, len(elements))
	for i, e := range elements {
		texts[i] = e
	}
	return texts
}

// object writes members in any order, and sometimes one more.
func (v varier) object(object map[string]json.RawMessage) json.RawMessage {
	if _, taken := object[Addition]; !taken && v.happens() {
		object[Addition] = json.RawMessage(`{"since":1}`)
	}
	names := slices.Sorted(maps.Keys(object))
	v.random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	pairs := make([][]byte, len(names))
	for i, name := range names {
		quoted, err := json.Marshal(name)
		if err != nil {
			continue // strings have no error
		}
		pairs[i] = slices.Concat(quoted, []byte(":"), object[name])
	}
	return slices.Concat([]byte("{"), bytes.Join(pairs, []byte(",")), []byte("}"))
}

// members takes an object apart; the values keep their bytes.
func members(text []byte) (map[string]json.RawMessage, bool) {
	if text = bytes.TrimSpace(text); len(text) == 0 || text[0] != '{' {
		return nil, false
	}
	var object map[string]json.RawMessage
	err := json.Unmarshal(text, &object)
	return object, err == nil
}
