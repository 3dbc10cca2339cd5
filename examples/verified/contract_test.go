// Package verified holds a server of one's own against the contract, in go test.
package verified

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

func TestContract(t *testing.T) {
	mine := httptest.NewServer(server.New(server.Options{}))
	t.Cleanup(mine.Close)
	conformance.Test(t, target(mine.URL))
}

// target describes the server: its address, a credential, and how its states are set up.
func target(address string) conformance.Target {
	return conformance.Target{
		API: "makecom", URL: address + "/api/v2", Token: "demo",
		States: conformance.States{URL: address + "/states"},
	}
}

// TestDeletionsAlone looks at the report instead of making subtests.
func TestDeletionsAlone(t *testing.T) {
	mine := httptest.NewServer(server.New(server.Options{Defect: server.PartialFailsWhole}))
	t.Cleanup(mine.Close)
	r, err := conformance.Run(t.Context(), target(mine.URL), conformance.Select(regexp.MustCompile(`/delete/`)))
	if err != nil {
		t.Fatal(err) // the target is described wrongly
	}
	if r.Verdict != report.Violates || r.Count(report.Fail) != 3 {
		t.Errorf("%s: %s", r.Verdict, report.Summary(r))
	}
}

// TestClient plays the vendor for code that calls it.
func TestClient(t *testing.T) {
	bench := mocktest.Start(t)
	ids := bench.Hook(654).Deliver(map[string]any{"order": 1})
	bench.Hook(654).Begin(ids[0]) // now it cannot be deleted
	refused := deleteItem(t, bench, ids[0])
	if !strings.Contains(refused, "being processed right now") {
		t.Errorf("the vendor answered %s", refused)
	}
	bench.Verify(mocktest.Exactly(1, journal.Filter{Operation: "deleteHookIncomings"}))
}

// deleteItem is the code under test.
func deleteItem(t *testing.T, bench *mocktest.Bench, id string) string {
	t.Helper()
	body := strings.NewReader(`{"ids":["` + id + `"]}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, bench.MakecomURL+"/hooks/654/incomings", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token "+bench.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := bench.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
