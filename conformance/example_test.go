package conformance_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/conformance"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	return compile(t, conformance.TargetSchema)
}

func compile(t *testing.T, definition []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(definition))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// commented finds the settings that the example shows as comments.
var commented = regexp.MustCompile(`(?m)^( *)# ( *(?:- )?(?:\{|[a-zA-Z]+: ).*|hooks:|receiver:)$`)

func TestTheExampleIsATargetFile(t *testing.T) {
	environment := func(string) (string, bool) { return "a-value", true }
	for _, api := range conformance.APIs() {
		var b bytes.Buffer
		if err := conformance.WriteExample(&b, api); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"as it is": b.String(), "with every setting": commented.ReplaceAllString(b.String(), "$1$2")} {
			target, err := conformance.ParseTarget([]byte(text), environment)
			if err != nil || target.API != api || target.Token != "a-value" {
				t.Errorf("%s %s: %v\n%s", api, name, err, text)
			}
			if name != "as it is" && (target.MaxRequests == 0 || target.States.URL == "" || target.Consistency.Successes == 0) {
				t.Errorf("%s: the example does not show every setting: %+v", api, target)
			}
			var value any
			if err := yaml.Unmarshal([]byte(strings.ReplaceAll(text, "${UNDERSTUDY_TOKEN}", "x")), &value); err != nil {
				t.Fatal(err)
			}
			if err := schema(t).Validate(value); err != nil {
				t.Errorf("%s %s: %v", api, name, err)
			}
		}
	}
	if err := conformance.WriteExample(new(bytes.Buffer), "nocom"); err == nil {
		t.Error("there is an example of an API that there is not")
	}
}

func TestTheSchemaRefusesWhatTheParserRefuses(t *testing.T) {
	for _, text := range []string{"url: ftp://x", "{url: 'http://x', mode: careful}", "{url: 'http://x', tokn: y}", "{url: 'http://x', timeout: soon}"} {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if schema(t).Validate(value) == nil {
			t.Errorf("%s is valid", text)
		}
	}
}
