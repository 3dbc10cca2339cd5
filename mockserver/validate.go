package mockserver

import (
	"errors"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/mockserver/exchange"
)

var errOffDocument = errors.New("the answer does not follow the document")

// validate replaces an answer that does not follow its document by the vendor's 500.
func (s *Server) validate(of *surface, answer *recorder, r *http.Request, x *exchange.Exchange) {
	if s.checker == nil || x.Fault != nil || x.Mutant != "" {
		return
	}
	err := s.checker.Check(r.Context(), document.Answer{
		Operation: x.Operation, Request: r, Status: answer.status, Header: answer.header, Body: answer.body.Bytes(),
	})
	if err == nil {
		return
	}
	s.log.ErrorContext(r.Context(), "an answer does not follow the document", "operation", x.Operation, "status", answer.status, "cause", err)
	if x.World != nil {
		x.World.NoteViolation(x.Operation + ": " + err.Error())
	}
	answer.reset()
	x.Forget()
	of.Refuse(answer, r, errOffDocument)
}
