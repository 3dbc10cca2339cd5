package history

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/understudy-mock/understudy/conformance/explore"
)

// Verdict is what porcupine says of a history.
type Verdict string

// The verdicts.
const (
	Legal   Verdict = "legal"   // the model could have answered so
	Illegal Verdict = "illegal" // it could not, in whatever order
	Unknown Verdict = "unknown" // there was no time to try every order
)

// patience is how long one history may be judged.
const patience = 10 * time.Second

// judged is a verdict and what it rests on.
type judged struct {
	verdict Verdict
	model   porcupine.Model
	info    porcupine.LinearizationInfo
}

func judge[S, A any](m explore.Model[S, A], start S, events []Event[A]) judged {
	j := judged{model: asPorcupine(m, start)}
	result, info := porcupine.CheckOperationsVerbose(j.model, operations(events), patience)
	j.info = info
	switch result {
	case porcupine.Ok:
		j.verdict = Legal
	case porcupine.Illegal:
		j.verdict = Illegal
	default:
		j.verdict = Unknown
	}
	return j
}

// asPorcupine is a model as porcupine wants it. States are told apart by how they print.
func asPorcupine[S, A any](m explore.Model[S, A], start S) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			next, err := m.Step(state.(S), input.(explore.Command), output.(*A)) //nolint:errcheck,forcetypeassert // operations makes them
			return err == nil, next
		},
		Equal: func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) },
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%v → %v", input, describe(output.(*A))) //nolint:errcheck,forcetypeassert // operations makes them
		},
		DescribeState: func(state any) string { return fmt.Sprint(state) },
	}
}

// describe is an answer for a reader.
func describe[A any](a *A) string {
	if a == nil {
		return "?"
	}
	return fmt.Sprint(a)
}

// operations gives every event to porcupine. One without an answer never returns: it may have happened at any time.
func operations[A any](events []Event[A]) []porcupine.Operation {
	all := make([]porcupine.Operation, 0, len(events))
	for _, e := range events {
		op := porcupine.Operation{ClientId: e.Client, Input: e.Command, Output: e.Answer, Call: int64(e.Call), Return: int64(e.Return)}
		if e.Answer == nil {
			op.Return = math.MaxInt64
		}
		all = append(all, op)
	}
	return all
}

// page is porcupine's picture of a history.
func (j judged) page() string {
	var b strings.Builder
	if err := porcupine.Visualize(j.model, j.info, &b); err != nil {
		return ""
	}
	return b.String()
}

// lines are the events for a reader, in the order of the calls.
func lines[A any](events []Event[A]) []string {
	var all []string
	for _, e := range events {
		all = append(all, fmt.Sprintf("client %d, %.2f–%.2f ms: %v → %s", e.Client, milliseconds(e.Call), milliseconds(e.Return), e.Command, describe(e.Answer)))
	}
	return all
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
