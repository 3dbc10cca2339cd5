package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
)

// Test verifies a target inside a Go test: one subtest per requirement, named by its id, so that
//
//	go test -run 'TestContract/printshop/cancel'
//
// runs only those. A violated MUST fails its subtest, a violated SHOULD is logged, and what could not be verified is
// skipped with the reason.
//
//nolint:tparallel // whether it runs beside others is the caller's decision
func Test(t *testing.T, target Target, opts ...Option) {
	t.Helper()
	r, err := open(t.Context(), target, newOptions(opts))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.finish(t) })
	for i := range r.catalog.Checks {
		c := &r.catalog.Checks[i]
		t.Run(c.Requirement.ID, func(t *testing.T) {
			t.Parallel()
			result := r.check(t.Context(), c)
			r.options.baseline.mark(&result, r.started)
			hand(t, &result)
		})
	}
}

// finish tells what only the whole run shows.
func (r *runner) finish(t *testing.T) {
	t.Helper()
	r.logOut(context.Background())
	r.run.Close()
	for requirement, found := range r.beside {
		for _, f := range found {
			if violated(string(requirement.Level)) == report.Fail {
				t.Errorf("%s: %s", requirement.ID, findingText(&f))
			}
		}
	}
	for _, what := range r.clean(r.run.Left()) {
		t.Errorf("left behind: %s", what)
	}
}

// hand gives a result to the testing package.
func hand(t *testing.T, r *report.Result) {
	t.Helper()
	switch {
	case r.Stale:
		t.Errorf("the baseline expects this to fail, and it passed: take it out of the baseline")
	case r.Outcome == report.Fail && r.Known == nil, r.Outcome == report.Error:
		t.Error(text(r))
	case r.Outcome == report.Fail, r.Outcome == report.Warn:
		t.Log(text(r))
	case r.Outcome != report.Pass:
		t.Skip(text(r))
	}
}

func text(r *report.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", r.Outcome, r.Text)
	if r.Reason != "" {
		fmt.Fprintf(&b, "\n%s", r.Reason)
	}
	for i := range r.Findings {
		fmt.Fprintf(&b, "\n%s", findingText(&r.Findings[i]))
	}
	return b.String()
}

func findingText(f *report.Finding) string {
	out := fmt.Sprintf("want %s\ngot  %s", f.Want, f.Got)
	if f.Exchange != nil {
		out += "\n" + f.Exchange.Curl()
	}
	return out
}
