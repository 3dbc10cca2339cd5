package makecom

import (
	"fmt"
	"math"
	"strings"
)

// measured are payloads at the borders where MessagePack changes from one form to the next.
var measured = []any{
	map[string]any{},
	map[string]any{"name": "test"},
	map[string]any{"up": []any{127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296}},
	map[string]any{"down": []any{-1, -32, -33, -128, -129, -32768, -32769, -2147483649}},
	map[string]any{"other": []any{1.5, 0.1, true, false, nil}},
	map[string]any{"texts": []any{strings.Repeat("a", 31), strings.Repeat("b", 32), strings.Repeat("c", 256), "žluťoučký kůň"}},
	map[string]any{"nested": map[string]any{"list": make([]any, 16), "deep": map[string]any{"x": []any{map[string]any{}}}}},
}

// sizes are the lengths of the payloads' encodings, as the list spells them.
func sizes(payloads []any) []string {
	var all []string
	for _, p := range payloads {
		all = append(all, fmt.Sprint(packed(p)))
	}
	return all
}

// packed is the length of the MessagePack encoding of a value: integers in their smallest form, other numbers as float64,
// the shortest headers.
func packed(v any) int {
	switch v := v.(type) {
	case string:
		return header(len(v), 31, true) + len(v)
	case []any:
		n := header(len(v), 15, false)
		for _, element := range v {
			n += packed(element)
		}
		return n
	case map[string]any:
		n := header(len(v), 15, false)
		for name, member := range v {
			n += packed(name) + packed(member)
		}
		return n
	case int:
		return packedInt(int64(v))
	case float64:
		return 9
	default:
		return 1 // nil, true, false
	}
}

// header is the length of what stands before n bytes or elements; only strings have a form with an 8-bit length.
func header(n, fixed int, short bool) int {
	switch {
	case n <= fixed:
		return 1
	case short && n <= math.MaxUint8:
		return 2
	case n <= math.MaxUint16:
		return 3
	default:
		return 5
	}
}

func packedInt(n int64) int {
	switch {
	case n >= -32 && n <= math.MaxInt8:
		return 1
	case n >= math.MinInt8 && n <= math.MaxUint8:
		return 2
	case n >= math.MinInt16 && n <= math.MaxUint16:
		return 3
	case n >= math.MinInt32 && n <= math.MaxUint32:
		return 5
	default:
		return 9
	}
}
