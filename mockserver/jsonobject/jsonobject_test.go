package jsonobject_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
)

func TestParseKeepsOrderAndBytes(t *testing.T) {
	o, err := jsonobject.Parse([]byte(" {\"b\": 1.50, \"a\" : {\"x\": [1, 2]},\n \"<\": \"\\u00e9<\"} "))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"b":1.50,"a":{"x":[1,2]},"<":"\u00e9<"}`, string(o.JSON())); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(`{"b":1.50,"<":"\u00e9<"}`, string(o.Only("<", "b", "c").JSON())); diff != "" {
		t.Errorf("some members (-want +got):\n%s", diff)
	}
}

// Many members are read in a moment, and the one that comes twice is found among them.
func TestParseManyMembers(t *testing.T) {
	text := []byte("{")
	const many = 100_000
	for i := range many {
		text = fmt.Appendf(text, `"%x":1,`, i)
	}
	o, err := jsonobject.Parse(append(text, `"last":1}`...))
	if err != nil || len(o) != many+1 {
		t.Errorf("%d members, %v", len(o), err)
	}
	var twice *jsonobject.DuplicateError
	if _, err := jsonobject.Parse(append(text, `"ff":1}`...)); !errors.As(err, &twice) || twice.Name != "ff" {
		t.Errorf("a member twice: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"":                     jsonobject.ErrSyntax,
		`{"a":1`:               jsonobject.ErrSyntax,
		`{"a":1} {}`:           jsonobject.ErrSyntax,
		`[]`:                   jsonobject.ErrNoObject,
		`null`:                 jsonobject.ErrNoObject,
		`"{}"`:                 jsonobject.ErrNoObject,
		`{"a":1,"\u0061":"2"}`: nil,
	} {
		_, err := jsonobject.Parse([]byte(text))
		var twice *jsonobject.DuplicateError
		switch {
		case want != nil && !errors.Is(err, want):
			t.Errorf("%s: got error %v, want %v", text, err, want)
		case want == nil && (!errors.As(err, &twice) || twice.Name != "a"):
			t.Errorf("%s: got error %v, want the member that stands twice", text, err)
		}
	}
}

func TestParseBodyWantsJSON(t *testing.T) {
	for contentType, ok := range map[string]bool{
		"application/json": true, "application/json; charset=UTF-8": true, "": false, "text/plain": false, "application/x-www-form-urlencoded": false,
	} {
		if _, err := jsonobject.ParseBody(contentType, []byte(`{}`)); (err == nil) != ok {
			t.Errorf("%q: got error %v", contentType, err)
		}
	}
}

func TestAppendStringWritesWhatReadsBack(t *testing.T) {
	for _, s := range []string{"", "plain", "a\"b\\c", "line\nbreak", "é😀", "<&>"} {
		if got, ok := jsonobject.String(jsonobject.AppendString(nil, s)); !ok || got != s {
			t.Errorf("%q came back as %q, %t", s, got, ok)
		}
	}
}

func TestNamesAreExact(t *testing.T) {
	o, err := jsonobject.Parse([]byte(`{"TOKEN":"x","token":"y"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := jsonobject.String(o.Get("token")); !ok || got != "y" {
		t.Errorf("got %q, %t", got, ok)
	}
	if o.Has("Token") {
		t.Error("a name in another case is found")
	}
	for _, value := range []string{"14", "null", `["a"]`, ""} {
		if got, ok := jsonobject.String([]byte(value)); ok {
			t.Errorf("%s is taken for the string %q", value, got)
		}
	}
}

func TestIsStrings(t *testing.T) {
	for value, want := range map[string]bool{
		`[]`: true, `["a"]`: true, `["a","b\"]","\\"]`: true, ``: false, `null`: false, `"a"`: false, `[1]`: false,
		`["a",null]`: false, `[["a"]]`: false, `{"a":"b"}`: false,
	} {
		if got := jsonobject.IsStrings([]byte(value)); got != want {
			t.Errorf("%s: got %t", value, got)
		}
	}
}

// FuzzParse holds the reading of members against encoding/json.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"]},\\"}],"c\"":"\u00e9","d":null,"é":{}}`))
	f.Add([]byte(` {"a" : 1 , "a" : 2 } `))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := jsonobject.Parse(text)
		var want map[string]json.RawMessage
		wantErr := json.Unmarshal(text, &want)
		if wantErr != nil || want == nil {
			if err == nil {
				t.Errorf("%q was read as %s", text, o.JSON())
			}
			return
		}
		var twice *jsonobject.DuplicateError
		if errors.As(err, &twice) {
			return
		}
		if err != nil || len(o) != len(want) {
			t.Fatalf("%q: error %v, %d members for %d", text, err, len(o), len(want))
		}
		for _, m := range o {
			var compact bytes.Buffer
			if err := json.Compact(&compact, want[m.Name]); err != nil || compact.String() != string(m.Value) {
				t.Errorf("%q: member %q is %s, want %s (%v)", text, m.Name, m.Value, want[m.Name], err)
			}
		}
	})
}

// TestAppendStringQuotesWhatNeedsIt puts every byte at every place of texts of several lengths.
func TestAppendStringQuotesWhatNeedsIt(t *testing.T) {
	for length := 1; length < 20; length++ {
		for at := range length {
			for c := range 256 {
				text := bytes.Repeat([]byte{'a'}, length)
				text[at] = byte(c)
				want, err := json.Marshal(string(text))
				if err != nil {
					t.Fatal(err)
				}
				if got := jsonobject.AppendString(nil, string(text)); !bytes.Equal(got, want) && c != '<' && c != '>' && c != '&' {
					t.Errorf("%q: got %s, want %s", text, got, want)
				}
			}
		}
	}
}

func BenchmarkAppendString(b *testing.B) {
	to := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		jsonobject.AppendString(to, "0123456789abcdef0123456789abcdef")
	}
}
