package makecom_test

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance/makecom"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func TestTheTableIsComplete(t *testing.T) {
	catalog := makecom.Catalog()
	checked := map[string]int{}
	for _, c := range catalog.Checks {
		checked[c.Requirement.ID]++
		if (c.Verify == nil) == (c.Untestable == "") {
			t.Errorf("%s: it needs either a check or a reason for having none", c.Requirement.ID)
		}
	}
	for _, r := range makeapi.Contract.Requirements {
		if checked[r.ID] != 1 {
			t.Errorf("%s has %d checks", r.ID, checked[r.ID])
		}
	}
	asked := map[string]int{}
	for _, p := range catalog.Probes {
		asked[p.Question.ID]++
	}
	for _, q := range makeapi.Contract.Questions {
		if asked[q.ID] != 1 {
			t.Errorf("%s has %d probes", q.ID, asked[q.ID])
		}
	}
	if len(catalog.Checks) != len(makeapi.Contract.Requirements) || len(catalog.Probes) != len(makeapi.Contract.Questions) {
		t.Errorf("%d checks for %d requirements, %d probes for %d questions", len(catalog.Checks), len(makeapi.Contract.Requirements), len(catalog.Probes), len(makeapi.Contract.Questions))
	}
}
