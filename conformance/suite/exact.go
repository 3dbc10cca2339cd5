package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// longestNumber is how long a number may be spelt to be compared by value. A longer one is compared by its spelling, so that
// 1e999999999 costs nothing.
const longestNumber = 64

// Exact reads JSON without losing anything: numbers are [json.Number] in one spelling for one value, however many digits they have.
func Exact(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	return spelt(value), nil
}

// spelt gives every number in a value its one spelling.
func spelt(value any) any {
	switch v := value.(type) {
	case json.Number:
		return speltNumber(v)
	case map[string]any:
		for name, member := range v {
			v[name] = spelt(member)
		}
	case []any:
		for i, element := range v {
			v[i] = spelt(element)
		}
	}
	return value
}

func speltNumber(n json.Number) json.Number {
	f, err := n.Float64()
	if len(n) > longestNumber || err != nil || f != 0 && (f < 1e-64 && f > -1e-64 || f > 1e64 || f < -1e64) {
		return n
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return n
	}
	return json.Number(r.RatString())
}

// WantExactly compares two values that [Exact] read, and shows the first place at which they differ.
func (e *Exchange) WantExactly(what string, want, got any) error {
	place, wanted, found := firstDifference(what, want, got)
	if place == "" {
		return nil
	}
	return e.violation(place+" "+wanted, place+" "+found)
}

// absent stands for a member that is not there, which is not the same as null.
type absent struct{}

func firstDifference(place string, want, got any) (where, wanted, found string) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return firstOfMembers(place, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok && len(g) == len(w) {
			return firstOfElements(place, w, g)
		}
	default:
		if scalar(got) && want == got {
			return "", "", ""
		}
	}
	return place, written(want), written(got)
}

func firstOfElements(place string, want, got []any) (where, wanted, found string) {
	for i := range want {
		if where, wanted, found = firstDifference(fmt.Sprintf("%s[%d]", place, i), want[i], got[i]); where != "" {
			return where, wanted, found
		}
	}
	return "", "", ""
}

// scalar reports whether a value can be compared with ==.
func scalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	default:
		return true
	}
}

func firstOfMembers(place string, want, got map[string]any) (where, wanted, found string) {
	names := slices.Sorted(maps.Keys(want))
	for name := range got {
		if _, there := want[name]; !there {
			names = append(names, name)
		}
	}
	for _, name := range names {
		where, wanted, found = firstDifference(fmt.Sprintf("%s.%s", place, name), member(want, name), member(got, name))
		if where != "" {
			return where, wanted, found
		}
	}
	return "", "", ""
}

func member(object map[string]any, name string) any {
	if value, there := object[name]; there {
		return value
	}
	return absent{}
}

// written is a value for a reader.
func written(value any) string {
	if _, none := value.(absent); none {
		return "nothing"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	const most = 120
	if len(text) > most {
		return fmt.Sprintf("%s… (%d bytes)", text[:most], len(text))
	}
	return string(text)
}
