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
	return requirement{}, configError("require %q (--require) matches no requirement of %s%s", text, api.Name, nearIDs(api, text))
}

// required is what the user wants measured by a flag, or else by the target file. That of a file is for whole runs.
func (o options) required(t Target, api *contract.API) (requirement, error) {
	if o.require == "" {
		return parseRequire(t.Require, api)
	}
	q, err := parseRequire(o.require, api)
	if err != nil {
		return q, err
	}
	return q, q.within(o, api)
}

// within says that what a user requires is not left out by what is to be run.
func (q requirement) within(o options, api *contract.API) error {
	chosen, missing := 0, ""
	for _, r := range api.Requirements {
		switch {
		case o.selects(r.ID):
			chosen++
		case missing == "" && q.pattern != nil && q.pattern.MatchString(r.ID):
			missing = r.ID
		}
	}
	switch {
	case missing != "":
		return configError("--require %q wants %s measured, and --run %q leaves it out; require the same ids as are run, or leave --run out", o.require, missing, o.selection)
	case q.least > chosen:
		return configError("--require %d: --run %q leaves %d requirements; require so many at most, or leave --run out", q.least, o.selection, chosen)
	}
	return nil
}

// mark notes on a result that it has to be measured.
func (q requirement) mark(r *report.Result) {
	r.Required = q.pattern != nil && q.pattern.MatchString(r.Requirement) && r.Outcome == report.Unverified
}
