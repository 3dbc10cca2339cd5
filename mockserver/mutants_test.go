package mockserver_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
)

const (
	emptyBeyondEnd = "/api/v2/hooks/654/incomings?pg%5Boffset%5D=9"
	notFoundMutant = "makecom/list/beyond-end/not-found"
	openStats      = "makecom/auth/token-required/open-stats"
)

func TestServerPlaysAMutant(t *testing.T) {
	c := newClient(t, mockserver.WithMutant(notFoundMutant))
	got := c.do(http.MethodGet, emptyBeyondEnd, "")
	if diff := cmp.Diff([]any{http.StatusNotFound, notFoundMutant}, []any{got.Status, got.Header.Get("Understudy-Mutant")}); diff != "" {
		t.Errorf("status and header (-want +got):\n%s", diff)
	}
	journal := c.do(http.MethodGet, "/_understudy/v1/worlds/demo/journal", "")
	if !strings.Contains(journal.Body, `"mutant":"`+notFoundMutant+`"`) {
		t.Errorf("the journal does not name the mutant: %s", journal.Body)
	}
}

func TestMutantOfRequestsWithoutAWorld(t *testing.T) {
	c := newClient(t, mockserver.WithMutant(openStats))
	c.do(http.MethodGet, "/api/v2/hooks/654/incomings", "")
	c.token = ""
	stranger := c.request(http.MethodGet, "/api/v2/hooks/654/incomings/stats", "")
	stranger.Header.Del("Authorization")
	if got := c.send(stranger); got.Status != http.StatusOK {
		t.Errorf("status %d: %s", got.Status, got.Body)
	}
}

func TestUnknownMutantIsRefused(t *testing.T) {
	_, err := mockserver.New(mockserver.WithMutant("makecom/list/beyond"))
	if !errors.Is(err, catalog.ErrUnknown) || !strings.Contains(err.Error(), notFoundMutant) {
		t.Errorf("error %v", err)
	}
}

func TestWorldPlaysAMutant(t *testing.T) {
	c := newClient(t)
	mutants := func(world string) string { return "/_understudy/v1/worlds/" + world + "/mutants" }
	status := func(token string) int {
		c.token = token
		return c.do(http.MethodGet, emptyBeyondEnd, "").Status
	}
	if got := c.do(http.MethodPut, mutants("demo"), `{"id":"`+notFoundMutant+`"}`); got.Status != http.StatusOK {
		t.Fatalf("put: %s", got.Body)
	}
	c.do(http.MethodPost, "/_understudy/v1/worlds/demo/fork", `{"as":"fork"}`)
	exported := c.do(http.MethodGet, "/_understudy/v1/worlds/demo", "").Body
	c.do(http.MethodPut, "/_understudy/v1/worlds/import", strings.ReplaceAll(exported, `"token": "demo"`, `"token": "import"`))
	got := map[string]int{"demo": status("demo"), "other": status("other"), "fork": status("fork"), "import": status("import")}
	want := map[string]int{"demo": http.StatusNotFound, "other": http.StatusOK, "fork": http.StatusNotFound, "import": http.StatusNotFound}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status by world (-want +got):\n%s", diff)
	}
	c.do(http.MethodPost, "/_understudy/v1/worlds/demo/reset", "")
	c.do(http.MethodPut, mutants("fork"), `{}`)
	if demo, fork := status("demo"), status("fork"); demo != http.StatusOK || fork != http.StatusOK {
		t.Errorf("after reset %d, after {} %d", demo, fork)
	}
}

func TestWorldRefusesMutants(t *testing.T) {
	c := newClient(t)
	for _, test := range []struct{ id, code, says string }{
		{"makecom/list/beyond", "unknown-mutant", notFoundMutant},
		{openStats, "server-wide-mutant", "--mutant " + openStats},
	} {
		got := c.do(http.MethodPut, "/_understudy/v1/worlds/demo/mutants", `{"id":"`+test.id+`"}`)
		if got.Status != http.StatusBadRequest || !strings.Contains(got.Body, test.code) || !strings.Contains(got.Body, test.says) {
			t.Errorf("%s: %d %s", test.id, got.Status, got.Body)
		}
	}
}

// A mutant that is not asked for does nothing.
func TestOtherAPIIsHonest(t *testing.T) {
	c := newClient(t, mockserver.WithMutant("makecom/http/request-id/missing"))
	got := c.do(http.MethodGet, "/crmapi/rest/v2/webhook_requests/show?token=demo&webhook_request_identifier=number=7", "")
	if got.Header.Get("Understudy-Mutant") != "" || got.Status != http.StatusOK {
		t.Errorf("%d %v %s", got.Status, got.Header, got.Body)
	}
}

// What a mutant has to know of a call must not be looked up for somebody whom the control API refuses.
func TestRefusedCallsOpenNoWorld(t *testing.T) {
	c := newClient(t)
	r := c.request(http.MethodPost, "/_understudy/v1/provider-states", `{"state":"a hook","params":{"token":"stranger"}}`)
	r.Host = "rebound.example"
	if got := c.send(r); got.Status != http.StatusForbidden {
		t.Errorf("status %d, want 403", got.Status)
	}
	if w, err := c.mock.Worlds().Lookup("stranger"); err == nil {
		t.Errorf("there is a world %q", w.Name)
	}
}
