package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// TestMoreChecksRunWhereAnswersTakeLong wants the number of checks at a time to follow the quickest of the first answers, whichever way
// the run came to know that its target is the right one.
func TestMoreChecksRunWhereAnswersTakeLong(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mock.Close() })
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(2 * conformance.Long)
		mock.ServeHTTP(w, r)
	}))
	t.Cleanup(far.Close)
	for api, base := range map[string]string{makecom.Contract.Name: makecom.BasePath, crmcom.Contract.Name: crmcom.BasePath} {
		for _, states := range []string{"", far.URL + "/_understudy/v1/provider-states"} {
			target := conformance.Target{API: api, URL: far.URL + base, Token: "demo", States: conformance.States{URL: states}}
			got, err := conformance.WorkersAfterPreflight(t.Context(), target)
			if err != nil {
				t.Fatalf("%s, states at %q: %v", api, states, err)
			}
			if got != conformance.WorkersFar {
				t.Errorf("%s, states at %q: %d checks at a time, want %d", api, states, got, conformance.WorkersFar)
			}
		}
	}
}
