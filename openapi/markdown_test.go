package openapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

var update = flag.Bool("update", false, "rewrite REQUIREMENTS.md")

func TestRequirementsPageIsCurrent(t *testing.T) {
	const page = "REQUIREMENTS.md"
	var got bytes.Buffer
	if err := openapi.Markdown(&got, openapi.APIs()...); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s is out of date, run go test ./openapi -update (-file +printed):\n%s", page, diff)
	}
}

func TestMarkdownAnchorsEveryID(t *testing.T) {
	for _, api := range openapi.APIs() {
		var page strings.Builder
		if err := openapi.Markdown(&page, api); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids(api) {
			if n := strings.Count(page.String(), `<a id="`+id+`"></a>`); n != 1 {
				t.Errorf("%d anchors for %s, want 1", n, id)
			}
		}
	}
}

func TestMarkdownKeepsItsTables(t *testing.T) {
	api := sample()
	var page strings.Builder
	if err := openapi.Markdown(&page, api); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| sample | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 1 | 1 |",
		`| <a id="sample/a/b"></a>sample/a/b | MUST | seen | a \| b MUST hold.<br>Relaxed by [sample/a/q](#sample/a/q). | here |`,
		"| <a id=\"sample/a/q\"></a>sample/a/q | why? | `one` (default): the first<br>`two`: the second<br>or any positive duration, such as `1m30s` | Nothing. |",
	} {
		if !strings.Contains(page.String(), want+"\n") {
			t.Errorf("missing line %s in:\n%s", want, page.String())
		}
	}
}

func TestWriteJSON(t *testing.T) {
	var out bytes.Buffer
	if err := openapi.WriteJSON(&out, sample()); err != nil {
		t.Fatal(err)
	}
	const want = `{"apis":[{"name":"sample","title":"Sample",
		"requirements":[{"id":"sample/a/b","operation":"op","level":"MUST","basis":"seen","text":"a | b MUST hold.",
			"source":"here","relaxed":["sample/a/q"]}],
		"questions":[{"id":"sample/a/q","text":"why?","default":"one","answers":[{"name":"one","meaning":"the first"},
			{"name":"two","meaning":"the second"}],"durations":true}]}]}`
	if diff := cmp.Diff(decode(t, []byte(want)), decode(t, out.Bytes())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPrintersReportAFullDisk(t *testing.T) {
	full := errors.New("no space left")
	for name, print := range map[string]func() error{
		"markdown": func() error { return openapi.Markdown(failing{full}, sample()) },
		"json":     func() error { return openapi.WriteJSON(failing{full}, sample()) },
	} {
		if err := print(); !errors.Is(err, full) {
			t.Errorf("%s: got %v, want it to wrap %v", name, err, full)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func sample() *contract.API {
	q := &contract.Question{
		ID: "sample/a/q", Text: "why?", Durations: true,
		Answers: []contract.Answer{{Name: "one", Meaning: "the first"}, {Name: "two", Meaning: "the second"}},
	}
	r := &contract.Requirement{
		ID: "sample/a/b", Operation: "op", Level: contract.Must, Basis: contract.Seen, Text: "a | b MUST hold.", Source: "here",
		Relaxed: []*contract.Question{q},
	}
	return &contract.API{
		Name: "sample", Title: "Sample",
		Requirements: []*contract.Requirement{r}, Questions: []*contract.Question{q},
	}
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}
