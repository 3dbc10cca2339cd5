package control

import (
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/mockserver/journal"
)

// unread is what the client of an exchange sent that nobody read. The documents are read when somebody asks for the first time.
func (s *server) unread(e *journal.Entry) ([]controlapi.Unread, error) {
	if e.Command || e.Operation == "" {
		return nil, nil
	}
	documents, err := s.documents()
	if err != nil {
		return nil, err
	}
	_, query, _ := strings.Cut(e.Request.Path, "?")
	var shown []controlapi.Unread
	for _, u := range documents.Unread(e.Operation, document.Sent{Query: query, Header: e.Request.Header, Body: e.Request.Body.Bytes}) {
		shown = append(shown, controlapi.Unread{In: u.In, Name: u.Name})
	}
	return shown, nil
}
