package conformance_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

const bellDocument = `{openapi: 3.0.3, info: {title: bell, version: "1"}, paths: {/bell: {get: {operationId: ring, responses: {"200": {description: ok}}}}}}`

var bellRings = &contract.Requirement{ID: "bell/ring/rings", Operation: "ring", Level: contract.Must, Text: "A bell MUST ring."}

// bell is an API that this module knows nothing of.
func bell() *suite.Catalog {
	return &suite.Catalog{
		API: &contract.API{Name: "bell", Document: []byte(bellDocument), Requirements: []*contract.Requirement{bellRings}},
		Checks: []suite.Check{{Requirement: bellRings, Verify: func(ctx context.Context, s *suite.Session) error {
			e, err := s.Do(ctx, &suite.Request{Operation: "ring", Method: http.MethodGet, Path: "/bell"})
			if err != nil {
				return err
			}
			return e.WantText("ding")
		}}},
	}
}

func ringing(t *testing.T, sound string) conformance.Target {
	t.Helper()
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(sound)) }))
	return conformance.Target{API: "bell", URL: strings.TrimSuffix(target.URL, "/api/v2"), Anonymous: true}
}

func TestSomebodysOwnAPIIsVerified(t *testing.T) {
	conformance.Test(t, ringing(t, "ding"), conformance.Catalogs(bell()))
	if r := run(t, ringing(t, "dong"), conformance.Catalogs(bell())); r.Verdict != report.Violates || r.Results[0].Findings[0].Want != `body "ding"` {
		t.Errorf("%s %+v", r.Verdict, r.Results)
	}
	replayed, err := conformance.Replay(t.Context(), run(t, ringing(t, "dong"), conformance.Catalogs(bell())), conformance.Catalogs(bell()))
	if err != nil || replayed.Verdict != report.Violates {
		t.Errorf("replayed: %v %v", replayed, err)
	}
}

// TestOnlyTheGivenAPIsAreKnown wants a message that lists them.
func TestOnlyTheGivenAPIsAreKnown(t *testing.T) {
	given := conformance.Catalogs(bell())
	_, fromFile := conformance.ParseTarget([]byte("api: makecom\nurl: http://h\n"), nil, given)
	_, fromRun := conformance.Run(t.Context(), at("http://127.0.0.1:1"), given)
	for _, err := range []error{fromFile, fromRun} {
		if !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), "bell") {
			t.Errorf("got %v", err)
		}
	}
	if target, err := conformance.ParseTarget([]byte("api: bell\nurl: http://h\n"), nil, given); err != nil || target.API != "bell" {
		t.Errorf("%+v %v", target, err)
	}
	if err := conformance.WriteExample(new(strings.Builder), "bell", given); err != nil {
		t.Error(err)
	}
}

// TestWithoutAModelNothingIsExplored has the request refused instead of passed over.
func TestWithoutAModelNothingIsExplored(t *testing.T) {
	for _, beyond := range []conformance.Option{conformance.Explore(), conformance.Concurrent()} {
		_, err := conformance.Run(t.Context(), ringing(t, "ding"), beyond, conformance.Catalogs(bell()))
		if !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), "has no model") {
			t.Errorf("got %v", err)
		}
	}
}
