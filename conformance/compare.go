package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/shown"
)

// Compare runs the same checks with the same seed and run id on two targets and holds what they answered side by side.
func Compare(ctx context.Context, a, b Target, opts ...Option) (*report.Comparison, error) {
	opts = append([]Option{RunID(suite.NewRunID()), wholeAnswers()}, opts...) // what the caller says wins
	first, err := Run(ctx, a, opts...)
	if err != nil {
		return nil, fmt.Errorf("target a: %w", err)
	}
	second, err := Run(ctx, b, opts...)
	if err != nil {
		return nil, fmt.Errorf("target b: %w", err)
	}
	return compare(first, second), nil
}

// wholeAnswers keeps answers as long as the suite reads them. What is cut is no JSON: it could be held against the other's letter by letter alone.
func wholeAnswers() Option { return func(o *options) { o.answers = math.MaxInt } }

func compare(a, b *report.Report) *report.Comparison {
	out := &report.Comparison{API: a.API, A: a.Target, B: b.Target, Seed: a.Seed, Left: append(leftOn("A", a), leftOn("B", b)...)}
	for i := range a.Results {
		out.Results = append(out.Results, compareResults(a, b, i))
	}
	for _, q := range a.Questions {
		i := slices.IndexFunc(b.Questions, func(other report.Question) bool { return other.ID == q.ID })
		if i >= 0 {
			out.Questions = append(out.Questions, compareQuestions(&q, &b.Questions[i]))
		}
	}
	return out
}

func leftOn(target string, r *report.Report) []string {
	var all []string
	for _, what := range r.Left {
		all = append(all, target+": "+what)
	}
	return all
}

func compareQuestions(a, b *report.Question) report.ComparedQuestion {
	return report.ComparedQuestion{ID: a.ID, A: answerOf(a), B: answerOf(b)}
}

func answerOf(q *report.Question) string {
	if q.Answer == "" {
		return "? " + q.Observed
	}
	return q.Answer
}

func compareResults(first, second *report.Report, i int) report.Compared {
	a, b := &first.Results[i], &second.Results[i]
	c := report.Compared{Requirement: a.Requirement, A: a.Outcome, B: b.Outcome}
	brokenA, brokenB := broken(a), broken(b)
	switch {
	case !compared(a) || !compared(b):
		c.Verdict = report.NotComparable
		c.Difference = strings.TrimSpace(a.Reason + " " + b.Reason)
	case brokenA && brokenB:
		c.Verdict = report.BothViolate
	case brokenA:
		c.Verdict = report.AViolates
	case brokenB:
		c.Verdict = report.BViolates
	default:
		c.Verdict, c.Difference = sameConversation(conversation(first, a.Exchanges), conversation(second, b.Exchanges))
	}
	return c
}

func broken(r *report.Result) bool { return r.Outcome == report.Fail || r.Outcome == report.Warn }

func compared(r *report.Result) bool { return broken(r) || r.Outcome == report.Pass }

// sameConversation compares what two targets that both keep a requirement answered on the way, exchange by exchange, until
// one gets an answer of another status: from there on the two have other things to say.
func sameConversation(first, second []turn) (verdict report.ComparedVerdict, difference string) {
	var found []string
	for i := range min(len(first), len(second)) {
		one, other := first[i], second[i]
		if one.request != other.request || one.status != other.status {
			found = append(found, fmt.Sprintf("%s: A %s, B %s", one.operation, one.outcome(other), other.outcome(one)))
			break
		}
		for _, d := range differences("", one.body, other.body) {
			found = append(found, one.operation+" "+d)
		}
	}
	if len(found) == 0 {
		return report.Same, ""
	}
	slices.Sort(found)
	return report.Differs, strings.Join(slices.Compact(found), "\n")
}

// turn is one exchange in a form in which two targets can be compared: a [binder] replaces what each target made up.
type turn struct {
	operation, request string
	status             int
	body               any
}

func (t turn) outcome(other turn) string {
	if t.request != other.request {
		return "was asked " + t.request
	}
	return fmt.Sprintf("status %d", t.status)
}

func conversation(of *report.Report, exchanges []report.Exchange) []turn {
	b := newBinder(of)
	var all []turn
	for i := range exchanges {
		e := &exchanges[i]
		switch {
		case e.Setup:
			b.learnState(e.ResponseBody)
		case !e.Received && e.Err == "":
			t := turn{operation: e.Operation, status: e.Status, request: e.Method + " " + b.address(e.URL) + " " + b.bind(e.Body)}
			t.body = plainBody(b.bind(e.ResponseBody), e.Status)
			all = append(all, t)
		}
	}
	return all
}

// plainBody is what a body says to a program. The words of a refusal are nobody's promise.
func plainBody(text string, status int) any {
	if status >= http.StatusBadRequest {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return text
	}
	return value
}

// differences lists where two JSON values differ, by path; the elements of an array have one path.
func differences(path string, a, b any) []string {
	objectA, isA := a.(map[string]any)
	objectB, isB := b.(map[string]any)
	listA, isListA := a.([]any)
	listB, isListB := b.([]any)
	switch {
	case isA && isB:
		return memberDifferences(path, objectA, objectB)
	case isListA && isListB && len(listA) == len(listB):
		var all []string
		for i := range listA {
			all = append(all, differences(path+"[]", listA[i], listB[i])...)
		}
		return all
	case isListA && isListB:
		return []string{fmt.Sprintf("%s: A %d elements, B %d", path, len(listA), len(listB))}
	case !reflect.DeepEqual(a, b):
		one, other := shown.Apart(spelt(a), spelt(b))
		return []string{fmt.Sprintf("%s: A %s, B %s", path, one, other)}
	}
	return nil
}

func memberDifferences(path string, a, b map[string]any) []string {
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, differences(path+"."+name, present(a, name), present(b, name))...)
	}
	return all
}

// nothing stands for a member that is not there, which is not the same as null.
type nothing struct{}

func present(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	return nothing{}
}

// spelt is a value as JSON, and "nothing" for none.
func spelt(value any) string {
	if value == (nothing{}) {
		return "nothing"
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
