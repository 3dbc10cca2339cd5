package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dialect is one target's answers to the open questions: question id to answer name.
// A question that it does not name has its default answer. The nil Dialect is all defaults.
type Dialect map[string]string

// Answer is the dialect's answer to q.
func (d Dialect) Answer(q *Question) string {
	if name, ok := d[q.ID]; ok {
		return name
	}
	return q.Default()
}

// Validate reports every id that none of the apis asks and every answer that its question does not have.
func (d Dialect) Validate(apis ...*API) error {
	var wrong []string
	for _, id := range slices.Sorted(maps.Keys(d)) {
		switch q := find(id, apis); {
		case q == nil:
			wrong = append(wrong, fmt.Sprintf("no open question %q", id))
		case !q.Allows(d[id]):
			wrong = append(wrong, fmt.Sprintf("%s: %q is no answer, take one of %s", id, d[id], answerNames(q)))
		}
	}
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("dialect: %s", strings.Join(wrong, "; "))
}

func find(id string, apis []*API) *Question {
	for _, a := range apis {
		if q := a.Question(id); q != nil {
			return q
		}
	}
	return nil
}

func answerNames(q *Question) string {
	var names []string
	for _, a := range q.Answers {
		names = append(names, a.Name)
	}
	if q.Durations {
		names = append(names, "any positive duration")
	}
	return strings.Join(names, ", ")
}
