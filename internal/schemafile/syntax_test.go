package schemafile_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/internal/schemafile"
)

// What YAML reads and JSON does not have is refused as JSON, with the member.
func TestWhatIsNoJSON(t *testing.T) {
	type place struct {
		Line, Column int
		Field        string
		Message      string
	}
	for text, want := range map[string]place{
		`{"data": [1, NaN]}`:             {1, 14, "data[1]", "not JSON: NaN is no value that JSON has"},
		"{\n \"a\": {\"b\": -Infinity}}": {2, 14, "a.b", "not JSON: -Infinity is no value that JSON has"},
		`{"a b": {"": .inf}}`:            {1, 14, `["a b"][""]`, "not JSON: .inf is no value that JSON has"},
		`{"a": +1}`:                      {1, 7, "a", "not JSON: +1 is no value that JSON has"},
		`{"a": 0x10}`:                    {1, 8, "", "not JSON: 0x10 is no value that JSON has"},
		`{"a": [01]}`:                    {1, 9, "a[1]", "not JSON: 01 is no value that JSON has"},
		`{"a": 1., "b": 2}`:              {1, 9, "a", "not JSON: 1. is no value that JSON has"},
		`{"a": True}`:                    {1, 7, "a", "not JSON: True is no value that JSON has"},
		`{"a": nul}`:                     {1, 10, "a", "not JSON: nul is no value that JSON has"},
		`{"a": 'x'}`:                     {1, 7, "a", `not JSON: invalid character '\'' looking for beginning of value`},
		`{"a": /* x */ 1}`:               {1, 7, "a", "not JSON: invalid character '/' looking for beginning of value"},
		"{\"a\": 1 # x\n}":               {1, 9, "", "not JSON: invalid character '#' after object key:value pair"},
		`{"a": {'b': 1}}`:                {1, 8, "a", `not JSON: invalid character '\'' looking for beginning of object key string`},
		`{"a": [{b: 1}]}`:                {1, 9, "a[0]", "not JSON: invalid character 'b' looking for beginning of object key string"},
		`{"a": [1,]}`:                    {1, 10, "a[1]", "not JSON: invalid character ']' looking for beginning of value"},
		`{"a": {"b": 1,}}`:               {1, 15, "a", "not JSON: invalid character '}' looking for beginning of object key string"},
		`{"a": [1 2]}`:                   {1, 10, "a[1]", "not JSON: 2 is no value that JSON has"},
		`{"a": `:                         {1, 6, "a", "not JSON: unexpected end of JSON input"},
		`{} {}`:                          {1, 4, "", "not JSON: invalid character '{' after top-level value"},
		"{\"a\": \"x\ty\"}":              {1, 9, "a", `not JSON: invalid character '\t' in string literal`},
		"by: 72h":                        {1, 1, "", "not JSON: by is no value that JSON has"},
		"\xef\xbb\xbf{}":                 {1, 1, "", "not JSON: it begins with a byte order mark; leave it out"},
	} {
		t.Run(text, func(t *testing.T) {
			var got *schemafile.Error
			if err := schemafile.JSON("text", []byte(text)); !errors.As(err, &got) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(want, place{got.Line, got.Column, got.Field, got.Message}); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// What JSON has, and Go would change without a word, is refused however the text is declared.
func TestTextsThatGoWouldChange(t *testing.T) {
	for text, want := range map[string]string{
		"{\"a\": [\"\xff\"]}":            "text:1:9: not JSON: the byte 0xff is not UTF-8",
		`{"a": ["\ud83d"]}`:              `text:1:8: a[0]: not JSON: half of a surrogate pair is no character`,
		`{"a": {"\udc00": 1}}`:           `text:1:8: a: not JSON: half of a surrogate pair is no character`,
		`{"a": "\\\ud83d\ufffd\\ufffd"}`: `text:1:7: a: not JSON: half of a surrogate pair is no character`,
		`{"a": 1, "\u0061": 2}`:          `text:1:10: a: it stands in line 1 already`,
		`{"a": [{"b": 1, "b": 2}]}`:      `text:1:17: a[0].b: it stands in line 1 already`,
	} {
		if _, err := definition(t, "Any").Read("text", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{`{"a": "\ud83d\ude00 �  \ufffd \\ud83d"}`, `{"a": "\uFFFD"}`, "{\"a\": \"\ufeff\"}"} {
		if _, err := definition(t, "Any").Read("text", []byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if err := schemafile.JSON("text", []byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A refusal may not take more than what it refuses: a million brackets are no deeper than the bound.
func TestDeepNestingIsRefusedAtTheBound(t *testing.T) {
	for _, text := range []string{strings.Repeat("[", 1_000_000), strings.Repeat(`{"a":`, 200_000)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := schemafile.JSON("body", []byte(text))
		runtime.ReadMemStats(&after)
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; err == nil || took > 32 {
			t.Errorf("%.10s… took %d MiB: %.100v", text, took, err)
		}
	}
}
