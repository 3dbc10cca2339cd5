package crmcom_test

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance/crmcom"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func TestTheTableIsComplete(t *testing.T) {
	catalog := crmcom.Catalog()
	checked := map[string]int{}
	for _, c := range catalog.Checks {
		checked[c.Requirement.ID]++
		if c.Verify == nil {
			t.Errorf("%s has no check", c.Requirement.ID)
		}
	}
	for _, r := range crmapi.Contract.Requirements {
		if checked[r.ID] != 1 {
			t.Errorf("%s has %d checks", r.ID, checked[r.ID])
		}
	}
	asked := map[string]int{}
	for _, p := range catalog.Probes {
		asked[p.Question.ID]++
	}
	for _, q := range crmapi.Contract.Questions {
		if asked[q.ID] != 1 {
			t.Errorf("%s has %d probes", q.ID, asked[q.ID])
		}
	}
	if len(checked) != len(crmapi.Contract.Requirements) || len(asked) != len(crmapi.Contract.Questions) {
		t.Errorf("%d checks for %d requirements, %d probes for %d questions",
			len(checked), len(crmapi.Contract.Requirements), len(asked), len(crmapi.Contract.Questions))
	}
}
