package server

import (
	"encoding/json"
	"fmt"
	"math"
)

// size is the length in bytes of the MessagePack encoding of v: shortest headers, integers in their smallest form,
// other numbers as float64. Nothing is encoded, because nobody asks for the bytes.
func size(v any) int {
	switch v := v.(type) {
	case nil, bool:
		return 1
	case json.Number:
		return numberSize(v)
	case string:
		return stringHeader(len(v)) + len(v)
	case []byte:
		return bytesHeader(len(v)) + len(v)
	case []any:
		n := containerHeader(len(v))
		for _, element := range v {
			n += size(element)
		}
		return n
	case map[string]any:
		n := containerHeader(len(v))
		for name, member := range v {
			n += size(name) + size(member)
		}
		return n
	}
	panic(fmt.Sprintf("size: payloads hold no %T", v))
}

func stringHeader(n int) int {
	if n < 32 {
		return 1
	}
	return bytesHeader(n)
}

func bytesHeader(n int) int {
	switch {
	case n <= math.MaxUint8:
		return 2
	case n <= math.MaxUint16:
		return 3
	}
	return 5
}

func containerHeader(n int) int {
	switch {
	case n < 16:
		return 1
	case n <= math.MaxUint16:
		return 3
	}
	return 5
}

func numberSize(n json.Number) int {
	f, err := n.Float64()
	switch {
	case err != nil || f != math.Trunc(f):
		return 9
	case f >= -32 && f <= math.MaxInt8:
		return 1
	case f >= math.MinInt8 && f <= math.MaxUint8:
		return 2
	case f >= math.MinInt16 && f <= math.MaxUint16:
		return 3
	case f >= math.MinInt32 && f <= math.MaxUint32:
		return 5
	}
	return 9
}
