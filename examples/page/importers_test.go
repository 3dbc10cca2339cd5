package page_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// The documents can be imported by URL with the programs that people do it with, and what these make of them calls the mock. A server whose
// documents name another one is found out by each.
func TestImporters(t *testing.T) {
	script := os.Getenv("UNDERSTUDY_IMPORTERS")
	if script == "" {
		t.Skip("SKIPPED: UNDERSTUDY_IMPORTERS names no import.mjs, so nothing imports the documents; make page-full does")
	}
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	if said, err := exec.CommandContext(t.Context(), "node", script, server.URL).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	broken := httptest.NewServer(elsewhere(mock))
	t.Cleanup(broken.Close)
	said, err := exec.CommandContext(t.Context(), "node", script, broken.URL).CombinedOutput()
	if err == nil || bytes.Contains(said, []byte("as it should be")) {
		t.Errorf("documents that name another server: %v\n%s", err, said)
	}
}

// elsewhere serves documents that name another server.
func elsewhere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		_, _ = strings.NewReplacer("http://"+r.Host, "http://127.0.0.1:9").WriteString(w, answer.Body.String()) // an error means that the client has left
	})
}
