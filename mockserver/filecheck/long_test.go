package filecheck_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/filecheck"
)

func seq(values ...any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func TestLong(t *testing.T) {
	inner := filecheck.Long{Head: map[string]any{}, Name: "in<ner", Items: seq(1, "<&>\u2028", nil)}
	for want, value := range map[string]any{
		`{"a":1,"list":[{"in\u003cner":[1,"<&>\u2028",null]},{"b":[]}]}`: filecheck.Long{Head: map[string]any{"a": 1}, Name: "list", Items: seq(inner, map[string]any{"b": []int{}})},
		`{"a<":[1,[]],"b":{},"c":{"list":[]}}`: filecheck.Object(func(yield func(string, any) bool) {
			_ = yield("a<", filecheck.List(seq(1, filecheck.List(seq())))) &&
				yield("b", filecheck.Object(func(func(string, any) bool) {})) &&
				yield("c", filecheck.Long{Head: struct{}{}, Name: "list", Items: seq()})
		}),
		`{"list":[]}`: filecheck.Long{Head: struct{}{}, Name: "list", Items: seq()},
	} {
		var got bytes.Buffer
		if err := filecheck.Write(&got, value); err != nil || got.String() != want {
			t.Errorf("got %s, %v, want %s", got.String(), err, want)
		}
	}
	failed := errors.New("failed")
	broken := filecheck.Long{Head: struct{}{}, Name: "list", Items: func(yield func(any, error) bool) { yield(nil, failed) }}
	if err := filecheck.Write(new(bytes.Buffer), broken); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	if err := filecheck.Write(new(bytes.Buffer), filecheck.Long{Head: 1, Items: seq()}); err == nil {
		t.Error("a head that is no object is taken")
	}
}

// FuzzIndenter holds the indenter against the standard library's, whatever the pieces are that it gets.
func FuzzIndenter(f *testing.F) {
	f.Add([]byte(`{"a":[],"b":{},"c":[1,{"d":"\\\"{[,:"}],"e":null}`), 3)
	f.Add([]byte(`"text"`), 1)
	f.Add([]byte(`[[[]]]`), 2)
	f.Fuzz(func(t *testing.T, text []byte, piece int) {
		var compact, want, got bytes.Buffer
		if json.Compact(&compact, text) != nil || json.Indent(&want, compact.Bytes(), "", "  ") != nil {
			t.Skip()
		}
		out := filecheck.Indented(&got)
		for rest := compact.Bytes(); len(rest) > 0; {
			n := min(len(rest), max(1, piece))
			if _, err := out.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if got.String() != want.String() {
			t.Errorf("got  %s\nwant %s", got.String(), want.String())
		}
	})
}
