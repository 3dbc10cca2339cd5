package dialect_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func TestReadTakesWordsForWhatTheyLookLike(t *testing.T) {
	got, err := dialect.Read("d.yaml", strings.NewReader(`
# What somebody saw.
makecom/list/includes-processing: no
makecom/auth/status: 403
makecom/list/total-count: false
crmcom/error/data: null
crmcom/delivery/timeout: 1m30s
"makecom/detail/processing": "404"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := contract.Dialect{
		"makecom/list/includes-processing": "no", "makecom/auth/status": "403", "makecom/list/total-count": "false",
		"crmcom/error/data": "null", "crmcom/delivery/timeout": "1m30s", "makecom/detail/processing": "404",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dialect (-want +got):\n%s", diff)
	}
}

func TestReadTakesNothingForTheDefaults(t *testing.T) {
	for _, text := range []string{"", "# nothing yet\n", "---\n", "{}", "null"} {
		if d, err := dialect.Read("d.yaml", strings.NewReader(text)); err != nil || len(d) != 0 {
			t.Errorf("%q is read as %v, %v", text, d, err)
		}
	}
}

// Every answer of every question can stand in a file without quotes.
func TestReadTakesEveryAnswer(t *testing.T) {
	for _, api := range openapi.APIs() {
		for _, q := range api.Questions {
			for _, a := range q.Answers {
				d, err := dialect.Read("d.yaml", strings.NewReader(q.ID+": "+plain(a.Name)+"\n"))
				if err != nil || d.Answer(q) != a.Name {
					t.Errorf("%s: %s is read as %q, %v", q.ID, a.Name, d.Answer(q), err)
				}
			}
		}
	}
}

// plain quotes the one answer that is YAML's own.
func plain(answer string) string {
	if answer == "{}" {
		return `"{}"`
	}
	return answer
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no mapping", "- a\n", "d.yaml:1: want a mapping from question to answer, such as " + openapi.APIs()[0].Questions[0].ID + ": " + openapi.APIs()[0].Questions[0].Default()},
		{"an unknown question", "\nmakecom/delete/unknown: omitted\n", `d.yaml:2: makecom/delete/unknown: no open question "makecom/delete/unknown"`},
		{"an unknown answer", "makecom/delete/unknown-id: gone\n", `d.yaml:1: makecom/delete/unknown-id: "gone" is no answer, take one of omitted, echoed, error-4xx`},
		{"no answer", "makecom/delete/unknown-id:\n", `d.yaml:1: makecom/delete/unknown-id: "" is no answer, take one of omitted, echoed, error-4xx`},
		{"a list", "makecom/delete/unknown-id: [a]\n", "d.yaml:1: makecom/delete/unknown-id: want one word for an answer"},
		{
			"twice", "makecom/delete/unknown-id: echoed\nmakecom/delete/unknown-id: omitted\n",
			"d.yaml:2: makecom/delete/unknown-id: it is answered in line 1 already",
		},
		{"two things", "a: b\nc: d\n", "d.yaml:1: a: no open question \"a\"\nd.yaml:2: c: no open question \"c\""},
		{
			"two documents", "makecom/delete/unknown-id: echoed\n---\ncrmcom/list/order: oldest-first\n",
			"d.yaml:2:1: a second document begins; write one file for each",
		},
		{"no YAML", "a: b: c\n", "d.yaml: not YAML: mapping values are not allowed in this context"},
		{"no YAML further on", "a: b\nc: d: e\n", "d.yaml:2:1: not YAML: mapping values are not allowed in this context"},
		{"a tab", "makecom/delete/unknown-id:\n\techoed\n", "d.yaml:2:1: the line is indented with a tab; YAML wants spaces"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := dialect.Read("d.yaml", strings.NewReader(test.text))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestHostileIsLegalAndFollowsFromTheSeed(t *testing.T) {
	asked, unusual := 0, 0
	for seed := range int64(200) {
		d := dialect.Hostile(seed)
		if err := d.Validate(openapi.APIs()...); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if diff := cmp.Diff(d, dialect.Hostile(seed)); diff != "" {
			t.Fatalf("seed %d: a second time:\n%s", seed, diff)
		}
		for _, api := range openapi.APIs() {
			for _, q := range api.Questions {
				if asked++; d.Answer(q) != q.Default() {
					unusual++
				}
			}
		}
	}
	if unusual*2 < asked {
		t.Errorf("%d of %d answers are unusual", unusual, asked)
	}
}

func TestLoad(t *testing.T) {
	name := filepath.Join(t.TempDir(), "d.yaml")
	if err := os.WriteFile(name, []byte("makecom/delete/unknown-id: echoed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err := dialect.Load(name, 1); err != nil || d["makecom/delete/unknown-id"] != "echoed" {
		t.Errorf("got %v, %v", d, err)
	}
	if d, err := dialect.Load(dialect.HostileName, 1); err != nil || !cmp.Equal(d, dialect.Hostile(1)) {
		t.Errorf("got %v, %v", d, err)
	}
	if _, err := dialect.Load(name+".gone", 1); err == nil || !strings.HasSuffix(err.Error(), "; give a dialect file, or hostile") {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("makecom/delete/unknown-id: echoed\n")
	f.Add("? [a]\n: b\n")
	f.Add("a: &x b\n<<: *x\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := dialect.Read("d.yaml", strings.NewReader(text))
		if err != nil {
			return
		}
		if err := d.Validate(openapi.APIs()...); err != nil {
			t.Errorf("%q gives %v: %v", text, d, err)
		}
	})
}
