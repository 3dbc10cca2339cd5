package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"testing"
	"unicode/utf8"
)

// FuzzFromJSON holds the reader against the tokens of encoding/json.
func FuzzFromJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, ` { "a" : [ 1 , 2.5e3 , -0 , "x" ] , "b" : { } , "a" : null } `, `"\ud83d\ude00\\\"\/"`, "\"\xff\"", `[[],[[true,false]]]`, `1e400`,
		`18446744073709551615`, "\t-12\n", `{"é":"\u0000","":[]}`, `{"a":"b\\"}`, `[1`, ``, `{"a":1} 2`, "\u00a01",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			if _, err := FromJSON(text); err == nil {
				t.Error("it was read, and is no UTF-8")
			}
			return
		}
		got, err := readJSON(text, Options{LastWins: true, ReplaceInvalid: true})
		if valid := json.Valid(text); !valid {
			if !errors.Is(err, ErrNotJSON) {
				t.Errorf("error %v for what is no JSON", err)
			}
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		want := byToken(t, decoder)
		if err != nil || !reflect.DeepEqual(want, got) { // cmp.Diff takes twice as long for each array in an array
			t.Errorf("error %v\nby tokens %#v\nby reader %#v", err, want, got)
		}
		if kept, err := FromJSON(text); err == nil {
			wantSame(t, text, kept)
		}
	})
}

// wantSame wants a value to be written as the text that it was read from, but for white space and the spelling of strings.
func wantSame(t *testing.T, text []byte, value any) {
	t.Helper()
	want, got := tokens(t, text), tokens(t, appendValue(nil, value, Buffer))
	if !reflect.DeepEqual(want, got) {
		t.Errorf("sent %s\nwant %v\ngot  %v", text, want, got)
	}
}

// tokens are what a text consists of. Numbers keep their digits.
func tokens(t *testing.T, text []byte) (all []json.Token) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		all = append(all, token)
	}
}

func byToken(t *testing.T, decoder *json.Decoder) any {
	t.Helper()
	token, err := decoder.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch v := token.(type) {
	case json.Number:
		return number(string(v))
	case json.Delim:
		return within(t, decoder, v)
	}
	return token
}

// within reads an array, or an object, up to its end.
func within(t *testing.T, decoder *json.Decoder, start json.Delim) any {
	t.Helper()
	found, values := collector{object: Object{}}, []any{}
	for decoder.More() {
		name := byToken(t, decoder)
		if start == '[' {
			values = append(values, name)
			continue
		}
		text, _ := name.(string)
		found.set(text, byToken(t, decoder))
	}
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	if start == '[' {
		return values
	}
	return found.object
}
