package jsonobject_test

import (
	"errors"
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
