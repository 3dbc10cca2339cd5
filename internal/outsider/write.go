package outsider

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// raw is JSON that was written already.
type raw string

// object writes names and values that follow one another.
func object(pairs ...any) raw {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(write(pairs[i])) + ": " + string(write(pairs[i+1])))
	}
	return raw("{" + b.String() + "}")
}

func array[T any](items []T) raw {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = string(write(item))
	}
	return raw("[" + strings.Join(texts, ", ") + "]")
}

func write(v any) raw {
	switch v := v.(type) {
	case nil:
		return "null"
	case raw:
		return v
	case string:
		return quoted(v)
	case bool:
		return raw(strconv.FormatBool(v))
	case blob:
		return quoted(v.shown())
	case json.Number:
		return raw(v.String())
	case []any:
		return array(v)
	case []string:
		return array(v)
	case map[string]any:
		var pairs []any
		for _, name := range slices.Sorted(maps.Keys(v)) {
			pairs = append(pairs, name, v[name])
		}
		return object(pairs...)
	default:
		return raw(fmt.Sprint(v))
	}
}

func quoted(text string) raw {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return raw(b.String())
}

// parse reads one JSON value, numbers as they are spelt.
func parse(text []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("more follows after %d bytes", d.InputOffset())
	}
	return v, nil
}
