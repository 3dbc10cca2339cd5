package makecom_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	checkmake "github.com/understudy-mock/understudy/conformance/makecom"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/audit"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// property is what the world holds that the run did not make.
type property struct {
	Makecom struct {
		Hooks []struct {
			ID    int              `json:"id"`
			UDID  string           `json:"udid"`
			Items []map[string]any `json:"items"`
		} `json:"hooks"`
	} `json:"makecom"`
}

// otherUDID is in the address of the second hook of the base world.
const otherUDID = "q4x7mhd2kv9ne5tb8wsz3jy6fr1gpc0a"

// lentHook is the hook of the base world that the runs below are lent.
const lentHook = 654

// safetyRun is what a run did, and what it found and left.
type safetyRun struct {
	mode          suite.Mode
	before, after property
	calls         []audit.Call
	left          []string
}

// audited verifies a fresh mock that lends its first hook, by the catalog.
func audited(t *testing.T, c *suite.Catalog, mode suite.Mode, states bool) *safetyRun {
	t.Helper()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	open := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/api/v2/hooks/654/incomings/stats", http.NoBody)
	open.Header.Set("Authorization", "Token demo")
	mock.ServeHTTP(httptest.NewRecorder(), open)
	run := &safetyRun{mode: mode}
	audit.World(t, mock, "demo", &run.before)
	recorder := &audit.Recorder{Vendor: mock}
	s := httptest.NewServer(recorder)
	defer s.Close()
	target := conformance.Target{API: "makecom", URL: s.URL + makecom.BasePath, Token: "demo", Mode: mode}
	target.States.Hooks = []conformance.Hook{{ID: fmt.Sprint(lentHook), URL: s.URL + "/wh/" + run.before.Makecom.Hooks[0].UDID}}
	if states {
		target.States.URL = s.URL + "/_understudy/v1/provider-states"
	}
	r := verify(t, target, conformance.Catalogs(c))
	audit.World(t, mock, "demo", &run.after)
	run.calls, run.left = recorder.Calls(), r.Left
	return run
}

// The rules of a run.
const (
	ruleReadOnly = "read-only changes nothing"
	ruleNotLent  = "a hook that was not lent is left alone"
	ruleTheirs   = "on a lent hook an owned run deletes only what it made"
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
	for i, hook := range r.before.Makecom.Hooks {
		emptied := hook.ID == lentHook && r.mode == suite.Disposable
		now := r.after.Makecom.Hooks[i].Items
		for _, item := range hook.Items {
			if !emptied && !slices.ContainsFunc(now, func(other map[string]any) bool { return cmp.Equal(item, other) }) {
				all = append(all, fmt.Sprintf("%s: hook %d lacks %v", ruleKept, hook.ID, item["id"]))
			}
		}
		if len(now) > len(hook.Items) {
			all = append(all, fmt.Sprintf("%s: %d items more on hook %d", ruleTidy, len(now)-len(hook.Items), hook.ID))
		}
	}
	for _, what := range r.left {
		all = append(all, ruleTidy+": "+what)
	}
	return all
}

// breach is the rule that a call breaks, "" for none.
func (r *safetyRun) breach(c audit.Call) string {
	delivery := strings.HasPrefix(c.Path, "/wh/")
	if c.Method == http.MethodGet && !delivery {
		return ""
	}
	if r.mode == suite.ReadOnly {
		return ruleReadOnly
	}
	for _, hook := range r.before.Makecom.Hooks {
		on := delivery && c.Path == "/wh/"+hook.UDID || strings.HasPrefix(c.Path, fmt.Sprintf("%s/hooks/%d/", makecom.BasePath, hook.ID))
		theirs := slices.ContainsFunc(hook.Items, func(item map[string]any) bool { return strings.Contains(c.Rest, fmt.Sprint(item["id"])) })
		switch {
		case !on:
		case hook.ID != lentHook:
			return ruleNotLent
		case r.mode == suite.Owned && !delivery && (theirs || strings.Contains(c.Rest, `"all"`)):
			return ruleTheirs
		}
	}
	return ""
}

// reached counts the calls to the lent hook.
func (r *safetyRun) reached() int {
	n := 0
	for _, c := range r.calls {
		if strings.Contains(c.Path, fmt.Sprintf("/hooks/%d/", lentHook)) || strings.HasSuffix(c.Path, r.before.Makecom.Hooks[0].UDID) {
			n++
		}
	}
	return n
}

var modes = []suite.Mode{suite.ReadOnly, suite.Owned, suite.Disposable}

// TestSafety records every request of every check and probe in each mode, on a lent hook alone and beside a state provider.
func TestSafety(t *testing.T) {
	for _, mode := range modes {
		for _, states := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, states %t", mode, states), func(t *testing.T) {
				run := audited(t, checkmake.Catalog(), mode, states)
				for _, breach := range run.breaches() {
					t.Error(breach)
				}
				if !states && run.reached() < 20 {
					t.Errorf("%d calls to the lent hook: nothing was tried", run.reached())
				}
			})
		}
	}
}

// recklessness is a request that no check may send in a mode.
type recklessness struct {
	mode    suite.Mode
	request suite.Request
}

// reckless are such requests, by the rule that each breaks.
func reckless() map[string]recklessness {
	deletion := func(hook, query, body string) suite.Request {
		r := suite.Request{Operation: "deleteHookIncomings", Method: http.MethodDelete, Path: "/hooks/" + hook + "/incomings", Body: []byte(body)}
		if query != "" {
			r.Query = map[string][]string{"confirmed": {query}}
		}
		return r
	}
	return map[string]recklessness{
		ruleReadOnly + "/deletion": {suite.ReadOnly, deletion("654", "", `{"ids":["0123456789abcdef0123456789abcdef"]}`)},
		ruleReadOnly + "/delivery": {suite.ReadOnly, suite.Request{Operation: "ingest", Method: http.MethodPost, Path: "lent"}},
		ruleNotLent + "/deletion":  {suite.Disposable, deletion("655", "true", `{"all":true}`)},
		ruleNotLent + "/delivery":  {suite.Disposable, suite.Request{Operation: "ingest", Method: http.MethodPost, Path: otherUDID}},
		ruleTheirs + "/named":      {suite.Owned, deletion("654", "", `{"ids":["7a567f385d1a4f5ab7bff89162b7605e"]}`)},
		ruleTheirs + "/all":        {suite.Owned, deletion("654", "true", `{"all":true}`)},
		ruleKept + "/deletion":     {suite.Owned, deletion("655", "true", `{"all":true}`)},
	}
}

// TestTheLedgerStopsRecklessChecks has a check send each of them. The ledger stops them all, and the rules above notice each
// one where the ledger is told that it only reads.
func TestTheLedgerStopsRecklessChecks(t *testing.T) {
	for name, c := range reckless() {
		t.Run(name, func(t *testing.T) {
			rule, _, _ := strings.Cut(name, "/")
			if guarded := audited(t, planted(c.request, false), c.mode, false).breaches(); len(guarded) > 0 {
				t.Errorf("the ledger let it through: %q", guarded)
			}
			unguarded := audited(t, planted(c.request, true), c.mode, false).breaches()
			if !slices.ContainsFunc(unguarded, func(breach string) bool { return strings.HasPrefix(breach, rule) }) {
				t.Errorf("not noticed: %q", unguarded)
			}
		})
	}
}

// planted is a catalog with one check, which sends the request. Unguarded, the ledger takes it for a read.
func planted(r suite.Request, unguarded bool) *suite.Catalog {
	c := checkmake.Catalog()
	c.Probes = nil
	c.Checks = []suite.Check{{Requirement: makecom.DeleteIDs, Verify: func(ctx context.Context, s *suite.Session) (err error) {
		s.Ledger().Lend(fmt.Sprintf("hook %d", lentHook))
		request := r
		request.Header = http.Header{"Authorization": {"Token " + s.Token()}, "Content-Type": {"application/json"}}
		if !strings.HasPrefix(request.Path, "/") {
			if request.Path, err = addressOf(ctx, s, request.Path); err != nil {
				return err
			}
		}
		_, err = s.Do(ctx, &request)
		return err
	}}}
	c.API = &contract.API{Name: c.API.Name, BasePath: c.API.BasePath, Document: c.API.Document, Requirements: []*contract.Requirement{makecom.DeleteIDs}}
	if unguarded {
		c.Effect = func(*suite.Request) suite.Effect { return suite.Effect{Reads: true} }
	}
	return c
}

// addressOf is the address of the lent hook, or of the other one of the base world.
func addressOf(ctx context.Context, s *suite.Session, which string) (string, error) {
	st, err := s.Setup(ctx, "a hook", map[string]any{})
	if err != nil {
		return "", err
	}
	lent, err := st.Text("hookUrl")
	s.Ledger().Lend(lent)
	if which == "lent" {
		return lent, err
	}
	return lent[:strings.LastIndex(lent, "/")+1] + which, err
}

// careless lends the same hook to whoever asks, and takes nothing back.
type careless struct{ lender func() suite.Provider }

func (c careless) Setup(ctx context.Context, s *suite.Session, name string, params map[string]any) (*suite.State, error) {
	st, err := c.lender().Setup(ctx, s, name, params)
	if st != nil {
		st.Undo = nil
	}
	return st, err
}

// TestSafetyNoticesWhatIsNotTakenBack plants a clean-up that does nothing.
func TestSafetyNoticesWhatIsNotTakenBack(t *testing.T) {
	c := checkmake.Catalog()
	lend := c.Lend
	c.Lend = func(l suite.Loan) suite.Provider { return careless{func() suite.Provider { return lend(l) }} }
	found := audited(t, c, suite.Owned, false).breaches()
	if !slices.ContainsFunc(found, func(breach string) bool { return strings.HasPrefix(breach, ruleTidy) }) {
		t.Errorf("not noticed: %q", found)
	}
}
