package conformance

import (
	"regexp"
	"strconv"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Require names what has to be measured: "all", a number of requirements, or a regular expression of their ids. Where some of
// it is not, the run fails with the exit code of what could not be measured.
func Require(what string) Option { return func(o *options) { o.require = what } }

// requirement is what a run has to measure at least.
type requirement struct {
	least   int
	pattern *regexp.Regexp // nil for none
}

func parseRequire(text string, api *contract.API) (requirement, error) {
	if n, err := strconv.Atoi(text); err == nil {
		if n < 1 || n > len(api.Requirements) {
			return requirement{}, configError("require %d: %s has %d requirements; take a number from 1 to that", n, api.Name, len(api.Requirements))
		}
		return requirement{least: n}, nil
	}
	switch text {
	case "":
		return requirement{}, nil
	case "all":
		text = "."
	}
	pattern, err := regexp.Compile(text)
	if err != nil {
		return requirement{}, configError("require %q: it is no regular expression, number or \"all\": %w", text, err)
	}
	for _, r := range api.Requirements {
		if pattern.MatchString(r.ID) {
			return requirement{pattern: pattern}, nil
		}
	}
	return requirement{}, configError("require %q matches no requirement of %s", text, api.Name)
}

// mark notes on a result that it has to be measured.
func (q requirement) mark(r *report.Result) {
	r.Required = q.pattern != nil && q.pattern.MatchString(r.Requirement) && r.Outcome == report.Unverified
}
