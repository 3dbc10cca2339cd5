package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"unicode/utf8"
)

// ErrNotJSON is returned for text that is no JSON value, or more than one.
var ErrNotJSON = errors.New("not a JSON value")

// FromJSON reads one JSON value: an Object where it is an object. The last of several members of one name wins.
//
// encoding/json says whether the text is valid; what is valid is read without its tokens, which were a quarter of the time of
// BenchmarkOperation/deliver.
func FromJSON(text []byte) (any, error) {
	if !json.Valid(text) { // bounds the depth too
		return nil, ErrNotJSON
	}
	r := reader{text}
	return r.value(), nil
}

// reader reads what is left of a valid text.
type reader struct{ rest []byte }

// next is the next byte that is no space.
func (r *reader) next() byte {
	r.rest = bytes.TrimLeft(r.rest, " \t\r\n")
	return r.rest[0]
}

// skip passes over the next byte that is no space, if it is the one given.
func (r *reader) skip(c byte) bool {
	if r.next() != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

func (r *reader) value() any {
	switch r.next() {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		return r.text()
	case 'n':
		r.rest = r.rest[len("null"):]
		return nil
	case 't':
		r.rest = r.rest[len("true"):]
		return true
	case 'f':
		r.rest = r.rest[len("false"):]
		return false
	}
	end := bytes.IndexAny(r.rest, " \t\r\n,]}")
	if end < 0 {
		end = len(r.rest)
	}
	n := number(string(r.rest[:end]))
	r.rest = r.rest[end:]
	return n
}

func (r *reader) object() Object {
	found := collector{object: Object{}}
	for r.skip('{'); !r.skip('}'); r.skip(',') {
		r.next()
		name := r.text()
		r.skip(':')
		found.set(name, r.value())
	}
	return found.object
}

func (r *reader) array() []any {
	values := []any{}
	for r.skip('['); !r.skip(']'); r.skip(',') {
		values = append(values, r.value())
	}
	return values
}

func (r *reader) text() string {
	end, plain := 1, true
	for ; r.rest[end] != '"'; end++ {
		if r.rest[end] == '\\' {
			end++
			plain = false
		}
		plain = plain && r.rest[end] < utf8.RuneSelf
	}
	quoted := r.rest[:end+1]
	r.rest = r.rest[end+1:]
	if plain {
		return string(quoted[1:end])
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // it is valid
	return s
}

// largestExact bounds the integers that a float64 holds exactly.
const largestExact = 1 << 53

// number keeps integers exact as far as 64 bits go. A number that is written otherwise but is whole, such as 1.0 or
// 1e3, is an integer too.
func number(n string) any {
	if i, err := strconv.ParseInt(n, 10, 64); err == nil {
		return i
	}
	if u, err := strconv.ParseUint(n, 10, 64); err == nil {
		return u
	}
	f, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return n // beyond float64: kept as it was written
	}
	if f == math.Trunc(f) && math.Abs(f) <= largestExact {
		return int64(f)
	}
	return f
}
