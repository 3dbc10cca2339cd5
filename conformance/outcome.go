package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// judge turns what a check returned into an outcome.
func judge(r *contract.Requirement, err error) (outcome report.Outcome, reason string) {
	switch {
	case err == nil:
		return report.Pass, ""
	case len(suite.Violations(err)) > 0 && r.Level == contract.Must:
		return report.Fail, ""
	case len(suite.Violations(err)) > 0:
		return report.Warn, ""
	case unmeasurable(err):
		return report.Unverified, reasons(err)
	default:
		return report.Error, reasons(err)
	}
}

// reasons says each reason of joined errors once.
func reasons(err error) string {
	var unique []string
	for reason := range strings.SplitSeq(err.Error(), "\n") {
		if !slices.Contains(unique, reason) {
			unique = append(unique, reason)
		}
	}
	return strings.Join(unique, "; ")
}

// unmeasurable reports whether err is the target's or the user's restriction, not a fault of the suite.
func unmeasurable(err error) bool {
	var unavailable *suite.Unavailable
	var interrupted *suite.Interrupted
	var unsteady *suite.Unsteady
	return errors.As(err, &unavailable) || errors.As(err, &interrupted) || errors.As(err, &unsteady) ||
		errors.Is(err, errInterrupted) || errors.Is(err, suite.ErrBudget) || errors.Is(err, suite.ErrThrottled)
}

// errInterrupted is what could not be found out because the run was ended.
var errInterrupted = errors.New("the run was interrupted")

// ended is errInterrupted when the run was ended.
func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return interruptedBy(ctx)
	}
	return nil
}

// interruptedBy is errInterrupted, with the deadline where that is the reason.
func interruptedBy(ctx context.Context) error {
	var late *deadlineError
	if errors.As(context.Cause(ctx), &late) {
		return fmt.Errorf("%w: %w", errInterrupted, late)
	}
	return errInterrupted
}

// cutOff is err, or errInterrupted where the end of the run explains it.
func cutOff(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || len(suite.Violations(err)) > 0 {
		return err
	}
	return interruptedBy(ctx)
}

// describe copies what a requirement says into a result.
func describe(r *contract.Requirement) report.Result {
	return report.Result{
		Requirement: r.ID, Operation: r.Operation, Level: string(r.Level), Basis: string(r.Basis), Text: r.Text, Source: r.Source,
	}
}

// unknownAnswer begins what is said of an answer that the question does not have.
const unknownAnswer = "none of the known answers: "

// observed turns what a probe returned into an answer.
func observed(q *contract.Question, answer string, err error) report.Question {
	out := report.Question{ID: q.ID, Text: q.Text, Default: q.Default()}
	switch {
	case err != nil:
		out.Observed = err.Error()
	case q.Allows(answer):
		out.Answer = answer
	default:
		out.Observed = unknownAnswer + answer
	}
	return out
}
