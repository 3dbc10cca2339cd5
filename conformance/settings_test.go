package conformance_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
)

// refusals are how the readers of the two kinds of files refuse a text.
func refusals(t *testing.T) map[string]struct {
	schema []byte
	read   func(string) error
} {
	t.Helper()
	return map[string]struct {
		schema []byte
		read   func(string) error
	}{
		"target": {conformance.TargetSchema, func(text string) error {
			_, err := conformance.ParseTarget([]byte(text), func(string) (string, bool) { return "s3cret", true })
			return err
		}},
		"baseline": {conformance.BaselineSchema, func(text string) error {
			_, err := conformance.ParseBaseline([]byte(text))
			return err
		}},
	}
}

// TestEveryMistakeInASettingIsNamed makes every kind of mistake with every setting that the schemas name.
func TestEveryMistakeInASettingIsNamed(t *testing.T) {
	for kind, c := range refusals(t) {
		definition := compile(t, c.schema)
		for _, f := range fields("", definition) {
			for value, says := range f.wrong() {
				text, line := f.document(value)
				t.Run(kind+"/"+f.path+"="+value, func(t *testing.T) {
					wantMistake(t, c.read(text), text, line, f.path, says)
					wantInvalid(t, definition, text)
				})
			}
		}
	}
}

// TestEveryMissingSettingIsNamed leaves out, one after the other, what has to be there.
func TestEveryMissingSettingIsNamed(t *testing.T) {
	for kind, c := range refusals(t) {
		definition := compile(t, c.schema)
		for _, f := range fields("", definition) {
			for _, name := range f.schema.Required {
				text, line := f.document("{}")
				t.Run(kind+"/"+f.path+"."+name, func(t *testing.T) {
					wantMistake(t, c.read(text), text, line, f.path, fmt.Sprintf("member %q is missing", name))
					wantInvalid(t, definition, text)
				})
			}
		}
	}
}

func wantMistake(t *testing.T, err error, text string, line int, path, says string) {
	t.Helper()
	if !errors.Is(err, conformance.ErrConfig) || conformance.ExitCode(nil, err) != report.ExitUsage {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{fmt.Sprintf(":%d:", line), path, says} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v\n%s", want, err, text)
		}
	}
}

// wantInvalid holds the text against the published schema as well.
func wantInvalid(t *testing.T, s *jsonschema.Schema, text string) {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	if s.Validate(value) == nil {
		t.Errorf("the published schema has nothing against\n%s", text)
	}
}

// TestEverySettingIsRead wants each setting of the schemas in the structures, and no others.
func TestEverySettingIsRead(t *testing.T) {
	for kind, c := range map[string]struct {
		schema []byte
		into   any
	}{
		"target":   {conformance.TargetSchema, conformance.Target{}},
		"baseline": {conformance.BaselineSchema, conformance.Baseline{}},
	} {
		var described []string
		for _, f := range fields("", compile(t, c.schema)) {
			if f.path != "" && !strings.HasSuffix(f.path, "[0]") && f.name() != "X-Name" {
				described = append(described, f.path)
			}
		}
		slices.Sort(described)
		if read := slices.Sorted(slices.Values(members("", reflect.TypeOf(c.into)))); !slices.Equal(read, described) {
			t.Errorf("%s: the schema has %q, read are %q", kind, described, read)
		}
	}
}

// members lists the paths of what YAML fills in.
func members(path string, t reflect.Type) []string {
	var all []string
	if t.Kind() == reflect.Slice {
		return members(path+"[0]", t.Elem())
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name == "" {
			continue
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		all = append(append(all, at), members(at, t.Field(i).Type)...)
	}
	return all
}

func TestFilesThatAreNoSettings(t *testing.T) {
	for kind, c := range refusals(t) {
		for name, broken := range map[string]struct{ text, says string }{
			"empty":            {"", "it is empty; "},
			"only comments":    {"# nothing yet\n", "it is empty; "},
			"two documents":    {"{}\n---\n{}\n", ":2:1: a second document begins; write one file for each"},
			"a tab":            {"states:\n\turl: http://h\n", ":2:1: the line is indented with a tab; YAML wants spaces"},
			"a tab after":      {"states:\n  \turl: http://h\n", ":2:1: the line is indented with a tab"},
			"a list":           {"- api: makecom\n", ":1:1: want an object, got an array"},
			"a word":           {"makecom\n", `:1:1: want an object, got "makecom"`},
			"no YAML":          {"url: [http://h\n", "not YAML: did not find expected"},
			"a quote too many": {"api: makecom\nurl: \"http://h\n", "not YAML: "},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				err := c.read(broken.text)
				if !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), broken.says) {
					t.Errorf("got %v, want something like %s", err, broken.says)
				}
			})
		}
	}
}

func TestWhatSettingsMayLookLike(t *testing.T) {
	environment := func(name string) (string, bool) { return map[string]string{"RATE": "2.5", "PIN": "0123"}[name], true }
	target, err := conformance.ParseTarget([]byte(`
api: makecom
token: ${PIN}
rate: ${RATE}
maxRequests: "30"
login: &me {username: 12, password: true, organisation: o}
states: {hooks: [{id: 654}], params: {anything: [goes]}, headers: {X-Number: 7}}
timeout: 1m30s
`), environment)
	if err != nil {
		t.Fatal(err)
	}
	if target.Token != "0123" || target.Rate != 2.5 || target.MaxRequests != 30 || target.Login.Username != "12" || target.Login.Password != "true" ||
		target.States.Hooks[0].ID != "654" || target.States.Headers["X-Number"] != "7" || target.Timeout.Seconds() != 90 {
		t.Errorf("%+v", target)
	}
}

func TestSettingsMayBeMerged(t *testing.T) {
	target, err := conformance.ParseTarget([]byte(`
api: makecom
url: http://127.0.0.1:1
states:
  hooks:
    - &first {id: 654, url: http://127.0.0.1:1/wh/a}
    - {<<: *first, url: http://127.0.0.1:1/wh/b}
    - {<<: [*first]}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if h := target.States.Hooks; h[1].ID != "654" || h[1].URL != "http://127.0.0.1:1/wh/b" || h[2] != h[0] {
		t.Errorf("%+v", h)
	}
	_, err = conformance.ParseTarget([]byte("states: {hooks: [&first {nonsense: 1, id: 1}, {<<: *first}]}\n"), nil)
	if err == nil || strings.Count(err.Error(), "nonsense: unknown member") != 2 {
		t.Errorf("what is merged is not checked: %v", err)
	}
}

func TestSettingsThatNameThemselves(t *testing.T) {
	for _, text := range []string{"&all {<<: *all}\n", "&all {api: makecom, states: *all}\n", "states: &s {hooks: &h [*h]}\n"} {
		if _, err := conformance.ParseTarget([]byte(text), nil); !errors.Is(err, conformance.ErrConfig) {
			t.Errorf("%q: got %v, want it refused", text, err)
		}
	}
}

func TestMistakesAreToldAtOnceAndKeepSecrets(t *testing.T) {
	secret := func(string) (string, bool) { return "s3cret", true }
	_, err := conformance.ParseTarget([]byte("rate: ${TOKEN}\nmode: careful\nrate: 3\n"), secret)
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		":1:7: rate: want a number, got ${TOKEN} with an unfit value",
		`:2:7: mode: "careful" is none of read-only, owned, disposable`,
		`:3:1: rate: it stands in line 1 already`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

func TestGroupsThatNobodyCouldClaim(t *testing.T) {
	target := at("http://127.0.0.1:1")
	target.Unclaimed = []string{"ingest", "ingst"}
	_, err := conformance.Run(t.Context(), target)
	if !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), `unclaimed[1]: makecom has no group "ingst"; there are `) {
		t.Errorf("got %v", err)
	}
}
