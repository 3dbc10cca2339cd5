package schemafile_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/internal/schemafile"
)

const document = `{"$defs": {
  "Shelf": {"type": "object", "additionalProperties": false, "properties": {
    "books": {"type": "array", "items": {"$ref": "#/$defs/Book"}}}},
  "Any": {},
  "Book": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}}}}}`

func TestReadKeepsOrderAndNumbers(t *testing.T) {
	text, err := definition(t, "Book").Read("book", []byte("weight: 1.50\ntitle: <Emma>\nisbn: 0x10\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"weight":1.50,"title":"<Emma>","isbn":16}`; string(text.JSON) != want {
		t.Errorf("JSON %s, want %s", text.JSON, want)
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	_, err := definition(t, "Shelf").Read("shelf", []byte("books:\n  - title: 1984\n"))
	var got *schemafile.Error
	if !errors.As(err, &got) {
		t.Fatalf("error %v", err)
	}
	want := &schemafile.Error{Name: "shelf", Line: 2, Column: 12, Field: "books[0].title", Message: "want a string, got 1984; put it in quotes"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestErrorsFollowAliases(t *testing.T) {
	_, err := definition(t, "Shelf").Read("shelf", []byte("books: [&a {title: x, pages: many}, *a]"))
	want := "shelf:1:30: books[0].pages: want an integer, got \"many\"\nshelf:1:30: books[1].pages: want an integer, got \"many\""
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant %s", err, want)
	}
}

func TestDecodeRefusesWhatGoCannotHold(t *testing.T) {
	text, err := definition(t, "Shelf").Read("shelf", []byte("books: [{title: x, pages: 3}, {title: y, pages: 300}]"))
	if err != nil {
		t.Fatal(err)
	}
	var shelf struct {
		Books []struct{ Pages uint8 }
	}
	err = text.Decode(&shelf)
	if want := "shelf:1:49: books[1].pages: 300 does not fit; want uint8"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestWrongPutsFindingsInPlace(t *testing.T) {
	text, err := definition(t, "Shelf").Read("shelf", []byte(`{"books": [{"title": "Emma"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := text.Wrong(nil); err != nil {
		t.Errorf("error %v for nothing", err)
	}
	err = text.Wrong([]schemafile.Wrong{{Path: []string{"books", "0", "title"}, Message: "read it already"}})
	if want := "shelf:1:22: books[0].title: read it already"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestUnknownDefinition(t *testing.T) {
	schemas, err := schemafile.New([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := schemas.Definition("Film"); err == nil {
		t.Error("it was found")
	}
}

func definition(t *testing.T, name string) *schemafile.Schema {
	t.Helper()
	schemas, err := schemafile.New([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Definition(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
