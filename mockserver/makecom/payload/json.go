package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrNotJSON is returned for text that is no JSON value, or more than one.
var ErrNotJSON = errors.New("not a JSON value")

// FromJSON reads one JSON value: an Object where it is an object. It refuses what would be lost: a member that is named twice,
// bytes that are no UTF-8, half of a surrogate pair.
func FromJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("it holds bytes that are no UTF-8")
	}
	return readJSON(text, Options{})
}

// readJSON reads a text in UTF-8.
//
// encoding/json says whether the text is valid; what is valid is read without its tokens, which were a quarter of the time of
// BenchmarkOperation/deliver.
func readJSON(text []byte, opts Options) (any, error) {
	if !json.Valid(text) { // bounds the depth too
		return nil, notJSON(text)
	}
	r := reader{rest: text, opts: opts}
	value := r.value()
	return value, r.err
}

// notJSON says where a text stops being JSON.
func notJSON(text []byte) error {
	var value json.RawMessage
	err := json.Unmarshal(text, &value)
	if wrong := new(json.SyntaxError); errors.As(err, &wrong) {
		return fmt.Errorf("%w: %w, at byte %d", ErrNotJSON, err, wrong.Offset)
	}
	return ErrNotJSON
}

// reader reads what is left of a valid text.
type reader struct {
	rest []byte
	opts Options
	err  error // the first thing that would be lost
}

func (r *reader) lose(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

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

// usualMembers is room for the members of the usual object.
const usualMembers = 4

func (r *reader) object() Object {
	found := collector{object: make(Object, 0, usualMembers)}
	for r.skip('{'); !r.skip('}'); r.skip(',') {
		r.next()
		name := r.text()
		r.skip(':')
		if value := r.value(); !found.set(name, value) && !r.opts.LastWins {
			r.lose("the member %q is there twice", name)
		}
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
	if !r.opts.ReplaceInvalid && strings.ContainsRune(s, utf8.RuneError) && hasHalfPair(quoted) {
		r.lose("the text %s has half of a surrogate pair", quoted)
	}
	return s
}

// hasHalfPair reports whether one of the escapes of a text is half of a surrogate pair.
func hasHalfPair(quoted []byte) bool {
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		if i++; quoted[i] != 'u' {
			continue
		}
		r := hexRune(quoted[i+1:])
		if i += 4; !utf16.IsSurrogate(r) {
			continue
		}
		if next := quoted[i+1:]; len(next) < 6 || next[0] != '\\' || next[1] != 'u' || utf16.DecodeRune(r, hexRune(next[2:])) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

func hexRune(digits []byte) rune {
	n, _ := strconv.ParseUint(string(digits[:4]), 16, 16) // of a valid text
	return rune(n)
}

// Number is a number in the digits in which it was given. It stands for those that no other type would show in the same way,
// such as 1.0, 1e400 and integers of 30 digits.
type Number string

func number(n string) any {
	if n == "-0" {
		return Number(n) // a float64 would show it, and no integer is kept as one
	}
	if i, err := strconv.ParseInt(n, 10, 64); err == nil {
		return i
	}
	if u, err := strconv.ParseUint(n, 10, 64); err == nil {
		return u
	}
	if f, err := strconv.ParseFloat(n, 64); err == nil && string(appendFloat(nil, f)) == n {
		return f
	}
	return Number(n)
}

// largestExact bounds the integers that a float64 holds exactly.
const largestExact = 1 << 53

// plain is the number that the vendor's MessagePack holds: an integer where it is whole, otherwise a float64.
func (n Number) plain() any {
	f, err := strconv.ParseFloat(string(n), 64)
	if err == nil && f == math.Trunc(f) && math.Abs(f) <= largestExact {
		return int64(f)
	}
	return f
}
