package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// VerifyJournal holds a world's journal against expectations.
func (s *server) VerifyJournal(_ context.Context, req controlapi.VerifyJournalRequestObject) (controlapi.VerifyJournalResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	findings, err := w.Verify(req.Body.InOrder, expectationsOf(req.Body.Expectations)...)
	if err != nil {
		return nil, badExpectation(err)
	}
	result := controlapi.Verification{Satisfied: []controlapi.Finding{}, Unsatisfied: []controlapi.Finding{}}
	for i, f := range findings {
		finding := shownFinding(f, req.Body.Expectations[i])
		if f.Reason == "" {
			result.Satisfied = append(result.Satisfied, finding)
		} else {
			result.Unsatisfied = append(result.Unsatisfied, finding)
		}
	}
	if err := journal.Refusal(findings); err != nil {
		result.Error = controlapi.ProblemError{
			Code:    "unsatisfied",
			Message: err.Error(),
			Field:   fmt.Sprintf("expectations[%d]", result.Unsatisfied[0].Index),
		}
		return controlapi.VerifyJournal409JSONResponse(result), nil //nolint:nilerr // the refusal is the answer
	}
	return controlapi.VerifyJournal200JSONResponse(result), nil
}

func badExpectation(err error) error {
	var wrong *journal.ExpectationError
	if unknown := new(journal.NameError); errors.As(err, &wrong) && errors.As(err, &unknown) {
		return unknownName(fmt.Sprintf("expectations[%d].", wrong.Index), unknown)
	}
	if errors.As(err, &wrong) {
		return refusal.BadValue(fmt.Sprintf("expectations[%d]", wrong.Index), wrong.Err.Error())
	}
	return err
}

func unknownName(within string, e *journal.NameError) error {
	return refusal.New(refusal.Invalid, refusal.CodeBadValue, fmt.Sprintf("there is no %s %q", e.Member, e.Given), e.Remedy).At(within + e.Member)
}

func expectationsOf(asked []controlapi.Expectation) []journal.Expectation {
	expectations := make([]journal.Expectation, len(asked))
	for i, e := range asked {
		expectations[i] = journal.Expectation{
			Filter: journal.Filter{
				Operation: e.Operation, Method: e.Method, Path: e.Path, Status: e.Status, Requirement: e.Requirement, Fault: e.Fault, Body: wantedBody(e.Body),
			},
			AtLeast: e.AtLeast, AtMost: e.AtMost, Exactly: e.Exactly, Never: e.Never, EveryFault: e.EveryFault,
		}
	}
	return expectations
}

// wantedBody is nil where none is wanted, and not the JSON null.
func wantedBody(body json.RawMessage) any {
	if len(body) == 0 {
		return nil
	}
	return body
}

func shownFinding(f journal.Finding, asked controlapi.Expectation) controlapi.Finding {
	shown := controlapi.Finding{Index: f.Index, Expectation: asked, Found: f.Found, Reason: f.Reason}
	for _, m := range f.Nearest {
		miss := controlapi.NearMiss{Entry: shownEntry(m.Entry), Differences: make([]controlapi.Difference, len(m.Differences))}
		for i, d := range m.Differences {
			miss.Differences[i] = controlapi.Difference{Field: d.Field, Want: d.Want, Got: d.Got}
		}
		shown.Nearest = append(shown.Nearest, miss)
	}
	return shown
}
