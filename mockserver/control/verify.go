package control

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
)

// maxNearest bounds the near misses that are shown of one expectation.
const maxNearest = 3

// VerifyJournal holds a world's journal against expectations.
func (s *server) VerifyJournal(_ context.Context, req api.VerifyJournalRequestObject) (api.VerifyJournalResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	for i, e := range req.Body.Expectations {
		if err := checkCounts(i, e); err != nil {
			return nil, err
		}
	}
	result := verify(w.Journal.Entries(), *req.Body)
	if n := len(result.Unsatisfied); n > 0 {
		result.Error = api.ProblemError{
			Code:    "unsatisfied",
			Message: fmt.Sprintf("%d of %d expectations are not satisfied; the first: %s", n, len(req.Body.Expectations), result.Unsatisfied[0].Reason),
			Field:   fmt.Sprintf("expectations[%d]", result.Unsatisfied[0].Index),
		}
		return api.VerifyJournal409JSONResponse(result), nil
	}
	return api.VerifyJournal200JSONResponse(result), nil
}

// checkCounts refuses counts that contradict each other.
func checkCounts(i int, e api.Expectation) error {
	field := fmt.Sprintf("expectations[%d]", i)
	switch {
	case e.Never && (e.Exactly != nil || e.AtLeast != nil || e.AtMost != nil):
		return badValue(field, "never excludes atLeast, atMost and exactly")
	case e.Exactly != nil && (e.AtLeast != nil || e.AtMost != nil):
		return badValue(field, "exactly excludes atLeast and atMost")
	case e.AtLeast != nil && e.AtMost != nil && *e.AtLeast > *e.AtMost:
		return badValue(field, "atLeast is above atMost")
	}
	return nil
}

func verify(entries []*journal.Entry, asked api.Verify) api.Verification {
	result := api.Verification{Satisfied: []api.Finding{}, Unsatisfied: []api.Finding{}}
	var after uint64 // in order: exchanges up to this number are spent
	for i, e := range asked.Expectations {
		finding, last := judge(entries, e, after)
		finding.Index = i
		if finding.Reason != "" {
			result.Unsatisfied = append(result.Unsatisfied, finding)
			continue
		}
		result.Satisfied = append(result.Satisfied, finding)
		if asked.InOrder {
			after = max(after, last)
		}
	}
	return result
}

// judge counts the exchanges after a number that one expectation describes, and returns the number of the last that
// it needs.
func judge(entries []*journal.Entry, e api.Expectation, after uint64) (finding api.Finding, last uint64) {
	pattern := journal.Pattern{
		Operation: e.Operation, Method: e.Method, Path: e.Path, Status: e.Status, Requirement: e.Requirement, Body: e.Body,
	}
	later := slices.DeleteFunc(slices.Clone(entries), func(entry *journal.Entry) bool { return entry.Number <= after })
	found := pattern.Select(later)
	least, most := bounds(e)
	finding = api.Finding{Expectation: e, Found: len(found)}
	switch {
	case len(found) < least:
		finding.Reason = fmt.Sprintf("%s, want %s", times(len(found)), wanted(least, most))
		finding.Nearest = nearest(pattern, later)
	case most >= 0 && len(found) > most:
		finding.Reason = fmt.Sprintf("%s, want %s", times(len(found)), wanted(least, most))
	}
	if needed := min(max(least, 0), len(found)); needed > 0 {
		last = found[needed-1].Number
	}
	return finding, last
}

// bounds are how many exchanges an expectation wants; most is -1 for any number.
func bounds(e api.Expectation) (least, most int) {
	switch {
	case e.Never:
		return 0, 0
	case e.Exactly != nil:
		return *e.Exactly, *e.Exactly
	case e.AtLeast == nil && e.AtMost == nil:
		return 1, -1
	}
	most = -1
	if e.AtLeast != nil {
		least = *e.AtLeast
	}
	if e.AtMost != nil {
		most = *e.AtMost
	}
	return least, most
}

func wanted(least, most int) string {
	switch {
	case most == 0:
		return "none"
	case least == most:
		return fmt.Sprintf("exactly %d", least)
	case most < 0:
		return fmt.Sprintf("at least %d", least)
	case least == 0:
		return fmt.Sprintf("at most %d", most)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

func times(n int) string {
	if n == 1 {
		return "1 exchange is like this"
	}
	return fmt.Sprintf("%d exchanges are like this", n)
}

// nearest are the exchanges that differ in the fewest points, the latest first among equals.
func nearest(p journal.Pattern, entries []*journal.Entry) []api.NearMiss {
	var misses []api.NearMiss
	for _, e := range slices.Backward(entries) {
		if differences := p.Differences(e); len(differences) > 0 {
			misses = append(misses, api.NearMiss{Entry: shownEntry(e), Differences: shownDifferences(differences)})
		}
	}
	slices.SortStableFunc(misses, func(a, b api.NearMiss) int { return cmp.Compare(len(a.Differences), len(b.Differences)) })
	return misses[:min(len(misses), maxNearest)]
}

func shownDifferences(differences []journal.Difference) []api.Difference {
	shown := make([]api.Difference, len(differences))
	for i, d := range differences {
		shown[i] = api.Difference{Field: d.Field, Want: d.Want, Got: d.Got}
	}
	return shown
}
