package report

import (
	"fmt"
	"strings"
)

// Summary says in a few lines what is not green: for a test's log.
func Summary(r *Report) string {
	var b strings.Builder
	for i := range r.Results {
		result := &r.Results[i]
		if result.Outcome == Pass {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s\n", result.Outcome, result.Requirement, result.Reason)
		for _, f := range result.Findings {
			fmt.Fprintf(&b, "  want %s\n  got  %s\n", f.Want, f.Got)
		}
	}
	return b.String()
}
