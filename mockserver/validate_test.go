package mockserver

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// A handler that breaks the document stands in for the bug that validation is there to find.
func TestValidateTurnsABreachIntoThe500(t *testing.T) {
	var log strings.Builder
	s, err := New(WithValidateResponses(), WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	broken := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchange.From(r.Context()).Cite(makeapi.StatsShape)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"incomingStat":{"queue":"many"}}`))
	})
	front := s.front(s.surfaces[0], broken, "getHookIncomingStats")
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v2/hooks/654/incomings/stats", nil)
	req.Header.Set("Authorization", "Token demo")
	answer := httptest.NewRecorder()
	front.ServeHTTP(answer, req)
	if answer.Code != http.StatusInternalServerError || !strings.Contains(answer.Body.String(), `"code":"SC500"`) {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
	w, err := s.Worlds().Find(makecom.Credential(req))
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Violations(); len(got) != 1 || !strings.Contains(got[0], "getHookIncomingStats") {
		t.Errorf("the world notes %q", got)
	}
	if !strings.Contains(log.String(), "does not follow the document") {
		t.Errorf("the log says %q", log.String())
	}
	if w.Reached(makeapi.StatsShape) {
		t.Error("the breach counts as coverage")
	}
	if entry := w.Journal.Entries()[0]; entry.Response.Status != http.StatusInternalServerError {
		t.Errorf("the journal has status %d", entry.Response.Status)
	}
}
