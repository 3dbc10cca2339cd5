package killmatrix_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/killmatrix"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// No check accuses the honest mock: not under any single answer that is legal, not in hostile dialects, not with other data.
func TestNoFalseAlarms(t *testing.T) {
	t.Parallel()
	for _, api := range conformance.APIs() {
		all := dialects(t, api)
		for _, name := range sweep.Of(slices.Sorted(maps.Keys(all)), 2) {
			d := all[name]
			t.Run(api+"/"+name, func(t *testing.T) {
				t.Parallel()
				wantNoAlarm(t, api, seed, d)
			})
		}
		for _, s := range sweep.Of([]uint64{0, 1, 2, 3}, 1) {
			t.Run(fmt.Sprintf("%s/seed-%d", api, s+2), func(t *testing.T) {
				t.Parallel()
				wantNoAlarm(t, api, s+2, nil)
			})
		}
	}
}

func wantNoAlarm(t *testing.T, api string, seed uint64, d contract.Dialect) {
	t.Helper()
	r, err := killmatrix.Honest(t.Context(), api, seed, d)
	if err != nil {
		t.Fatal(err)
	}
	if r.Compared() == 0 {
		t.Error("nothing was compared")
	}
	for i := range r.Results {
		if o := r.Results[i].Outcome; o == report.Fail || o == report.Warn || o == report.Error {
			t.Errorf("%s: %s %s %+v", r.Results[i].Requirement, o, r.Results[i].Reason, r.Results[i].Findings)
		}
	}
}

// dialects are every single answer that is not the default, and some hostile dialects.
func dialects(t *testing.T, name string) map[string]contract.Dialect {
	t.Helper()
	all := map[string]contract.Dialect{}
	a, err := openapi.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range a.Questions {
		for _, answer := range q.Answers[1:] {
			all[q.ID+"="+answer.Name] = contract.Dialect{q.ID: answer.Name}
		}
	}
	for s := range int64(3) {
		hostile, err := dialect.Load("hostile", s)
		if err != nil {
			t.Fatal(err)
		}
		all[fmt.Sprintf("hostile-%d", s)] = hostile
	}
	return all
}
