package openapi_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

var (
	idShape     = regexp.MustCompile(`^[a-z]+/[a-z]+(-[a-z]+)*/[a-z0-9]+(-[a-z0-9]+)*$`)
	answerShape = regexp.MustCompile(`^[a-z0-9]+(-[A-Za-z0-9]+)*$`)
)

func TestIDsAreUniqueAndWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, api := range openapi.APIs() {
		for _, id := range ids(api) {
			if seen[id] {
				t.Errorf("%s is used twice", id)
			}
			seen[id] = true
			if !idShape.MatchString(id) || !strings.HasPrefix(id, api.Name+"/") {
				t.Errorf("%q is no kebab path %s/group/name", id, api.Name)
			}
		}
	}
	if len(seen) == 0 {
		t.Error("there is nothing to look at")
	}
}

func ids(api *contract.API) []string {
	var all []string
	for _, r := range api.Requirements {
		all = append(all, r.ID)
	}
	for _, q := range api.Questions {
		all = append(all, q.ID)
	}
	return all
}

func TestRequirementsAreComplete(t *testing.T) {
	bases := []contract.Basis{
		contract.Documented, contract.Reference, contract.Sibling, contract.Recorded, contract.Seen,
	}
	for _, r := range allRequirements() {
		t.Run(r.ID, func(t *testing.T) {
			if r.Level != contract.Must && r.Level != contract.Should {
				t.Errorf("level %q is neither MUST nor SHOULD", r.Level)
			}
			if !slices.Contains(strings.FieldsFunc(r.Text, notLetter), string(r.Level)) {
				t.Errorf("the text does not say %s: %s", r.Level, r.Text)
			}
			if !slices.Contains(bases, r.Basis) {
				t.Errorf("unknown basis %q", r.Basis)
			}
			if r.Source == "" {
				t.Error("the source is missing")
			}
		})
	}
}

// TestOneLevelPerSentence keeps a SHOULD from demanding something with a MUST, and the other way round.
func TestOneLevelPerSentence(t *testing.T) {
	other := map[contract.Level]contract.Level{contract.Must: contract.Should, contract.Should: contract.Must}
	for _, r := range allRequirements() {
		if slices.Contains(strings.FieldsFunc(r.Text, notLetter), string(other[r.Level])) {
			t.Errorf("%s is a %s and says %s", r.ID, r.Level, other[r.Level])
		}
	}
}

func notLetter(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }

func allRequirements() []*contract.Requirement {
	var all []*contract.Requirement
	for _, api := range openapi.APIs() {
		all = append(all, api.Requirements...)
	}
	return all
}

func TestRelaxingQuestionsAreOfTheSameAPI(t *testing.T) {
	for _, api := range openapi.APIs() {
		for _, r := range api.Requirements {
			for _, q := range r.Relaxed {
				if api.Question(q.ID) != q {
					t.Errorf("%s is relaxed by %s, which %s does not ask", r.ID, q.ID, api.Name)
				}
			}
		}
	}
}

func TestQuestionsAreComplete(t *testing.T) {
	for _, api := range openapi.APIs() {
		for _, q := range api.Questions {
			t.Run(q.ID, func(t *testing.T) {
				if !strings.Contains(q.Text, "?") {
					t.Errorf("%q is no question", q.Text)
				}
				if len(q.Answers) < 2 && !q.Durations {
					t.Errorf("%d answers are no choice", len(q.Answers))
				}
				wantDistinctAnswers(t, q)
			})
		}
	}
}

func wantDistinctAnswers(t *testing.T, q *contract.Question) {
	t.Helper()
	names := map[string]bool{}
	for _, a := range q.Answers {
		if names[a.Name] || !answerShape.MatchString(a.Name) || a.Meaning == "" {
			t.Errorf("answer %+v is repeated, misspelt or without meaning", a)
		}
		names[a.Name] = true
	}
}

func TestLookup(t *testing.T) {
	for _, want := range openapi.APIs() {
		if got, err := openapi.Lookup(want.Name); err != nil || got != want {
			t.Errorf("Lookup(%q) = %v, %v", want.Name, got, err)
		}
	}
	_, err := openapi.Lookup("makecon")
	if want := `unknown API "makecon", take one of makecom, crmcom`; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}
