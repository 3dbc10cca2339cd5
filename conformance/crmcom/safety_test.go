package crmcom_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	checkcrm "github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/audit"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// property is what the world holds that the run did not make.
type property struct {
	Crmcom struct {
		Requests []map[string]any `json:"requests"`
	} `json:"crmcom"`
}

// safetyRun is what a run did, and what it found and left.
type safetyRun struct {
	mode          suite.Mode
	before, after property
	calls         []audit.Call
	left          []string
}

// audited verifies a fresh mock by the catalog.
func audited(t *testing.T, c *suite.Catalog, mode suite.Mode) *safetyRun {
	t.Helper()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	open := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1"+crmcom.BasePath+"/webhook_requests/list?entity=ACTIVITIES&token=demo", http.NoBody)
	mock.ServeHTTP(httptest.NewRecorder(), open)
	run := &safetyRun{mode: mode}
	audit.World(t, mock, "demo", &run.before)
	recorder := &audit.Recorder{Vendor: mock}
	s := httptest.NewServer(recorder)
	defer s.Close()
	r := verify(t, conformance.Target{
		API: "crmcom", URL: s.URL + crmcom.BasePath, Token: "demo", Mode: mode,
		States:   conformance.States{URL: s.URL + "/_understudy/v1/provider-states"},
		Login:    conformance.Login{Username: "demo", Password: "demo", Organisation: "demo"},
		Receiver: conformance.Receiver{Wait: time.Second},
	}, conformance.Catalogs(c))
	audit.World(t, mock, "demo", &run.after)
	run.calls, run.left = recorder.Calls(), r.Left
	return run
}

// The rules of a run.
const (
	ruleReadOnly = "read-only changes nothing"
	ruleTheirs   = "a webhook request of somebody else is left alone"
	ruleKept     = "what others have is there afterwards"
	ruleTidy     = "what the run made is gone afterwards"
)

// breaches lists what broke a rule, each with its rule at the beginning.
func (r *safetyRun) breaches() []string {
	var all []string
	for _, c := range r.calls {
		if rule := r.breach(c); rule != "" {
			all = append(all, fmt.Sprintf("%s: %s %s %.200s", rule, c.Method, c.Path, c.Rest))
		}
	}
	for _, theirs := range r.before.Crmcom.Requests {
		if !slices.ContainsFunc(r.after.Crmcom.Requests, func(other map[string]any) bool { return cmp.Equal(theirs, other) }) {
			all = append(all, fmt.Sprintf("%s: %v is gone or changed", ruleKept, theirs["number"]))
		}
	}
	if more := len(r.after.Crmcom.Requests) - len(r.before.Crmcom.Requests); more > 0 {
		all = append(all, fmt.Sprintf("%s: %d webhook requests more", ruleTidy, more))
	}
	for _, what := range r.left {
		all = append(all, ruleTidy+": "+what)
	}
	return all
}

var reading = regexp.MustCompile(`/webhook_requests/(show|list)/?$`)

// breach is the rule that a call breaks, "" for none.
func (r *safetyRun) breach(c audit.Call) string {
	switch {
	case c.Method == http.MethodGet && reading.MatchString(c.Path):
		return ""
	case r.mode == suite.ReadOnly:
		return ruleReadOnly
	}
	for _, theirs := range r.before.Crmcom.Requests {
		number := regexp.MustCompile(fmt.Sprintf(`number"?[=:] *"?%v\b`, theirs["number"]))
		if strings.Contains(c.Rest, fmt.Sprint(theirs["id"])) || number.MatchString(c.Rest) {
			return ruleTheirs
		}
	}
	return ""
}

// TestSafety records every request of every check and probe in each mode.
func TestSafety(t *testing.T) {
	for mode, tries := range map[suite.Mode]int{suite.ReadOnly: 5, suite.Owned: 100, suite.Disposable: 100} {
		t.Run(string(mode), func(t *testing.T) {
			run := audited(t, checkcrm.Catalog(), mode)
			for _, breach := range run.breaches() {
				t.Error(breach)
			}
			if len(run.calls) < tries || len(run.before.Crmcom.Requests) < 3 {
				t.Errorf("%d calls, %d webhook requests to lose: nothing was tried", len(run.calls), len(run.before.Crmcom.Requests))
			}
		})
	}
}

// TestTheLedgerStopsRecklessChecks has a check send what breaks each rule. The ledger stops it, and the rules above notice it
// where the ledger is told that it only reads.
func TestTheLedgerStopsRecklessChecks(t *testing.T) {
	const rejected = "1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E"
	for name, c := range map[string]struct {
		mode suite.Mode
		path string
		body string
	}{
		ruleReadOnly + "/deletion": {suite.ReadOnly, "/webhook_requests/delete", `{"id":"00000000000000000000000000000000"}`},
		ruleReadOnly + "/resend":   {suite.ReadOnly, "/webhook_requests/resend", `{"id":"00000000000000000000000000000000"}`},
		ruleTheirs + "/by id":      {suite.Owned, "/webhook_requests/delete", `{"id":"` + rejected + `"}`},
		ruleTheirs + "/by number":  {suite.Disposable, "/webhook_requests/delete", `{"number":"7"}`},
		ruleTheirs + "/resend":     {suite.Owned, "/webhook_requests/resend", `{"id":"` + rejected + `"}`},
		ruleKept + "/deletion":     {suite.Owned, "/webhook_requests/delete", `{"id":"` + rejected + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			rule, _, _ := strings.Cut(name, "/")
			r := suite.Request{Method: http.MethodPost, Path: c.path, Query: url.Values{"token": {"demo"}}, Body: []byte(wrapped(c.body))}
			if guarded := audited(t, planted(r, false), c.mode).breaches(); len(guarded) > 0 {
				t.Errorf("the ledger let it through: %q", guarded)
			}
			unguarded := audited(t, planted(r, true), c.mode).breaches()
			if !slices.ContainsFunc(unguarded, func(breach string) bool { return strings.HasPrefix(breach, rule) }) {
				t.Errorf("not noticed: %q", unguarded)
			}
		})
	}
}

// wrapped is the body that names a webhook request.
func wrapped(identifier string) string {
	return `{"token":"demo","webhook_request_identifier":` + identifier + `}`
}

// planted is a catalog with one check, which sends the request. Unguarded, the ledger takes it for a read.
func planted(r suite.Request, unguarded bool) *suite.Catalog {
	c := checkcrm.Catalog()
	c.Probes = nil
	c.Checks = []suite.Check{{Requirement: crmcom.DeleteGone, Verify: func(ctx context.Context, s *suite.Session) error {
		request := r
		request.Operation, request.Header = "resendWebhookRequest", http.Header{"Content-Type": {"application/json"}}
		if strings.HasSuffix(r.Path, "delete") {
			request.Operation = "deleteWebhookRequest"
		}
		_, err := s.Do(ctx, &request)
		return err
	}}}
	c.API = &contract.API{Name: c.API.Name, BasePath: c.API.BasePath, Document: c.API.Document, Requirements: []*contract.Requirement{crmcom.DeleteGone}}
	if unguarded {
		c.Effect = func(*suite.Request) suite.Effect { return suite.Effect{Reads: true} }
	}
	return c
}
