package outsider_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/outsider"
)

var all = flag.Bool("all", false, "every dialect, and every moment at which processes are killed; make outsider") //nolint:gochecknoglobals // a flag of go test

// dialects are six accounts that answer otherwise, and conform.
func dialects() map[string]map[string]string {
	return map[string]map[string]string{
		"its own": nil,
		"4xx, new records, oldest first": {
			"crmcom/error/http-status": "4xx", "crmcom/resend/identity": "new-record", "crmcom/list/order": "oldest-first", "crmcom/hmac/carrier": "header",
			"makecom/delete/unknown-id": "echoed", "makecom/auth/status": "403", "makecom/list/limit-range": "clamped",
		},
		"pages of 100, oldest first": {
			"crmcom/list/default-size": "100", "crmcom/list/order": "oldest-first", "crmcom/list/url-match": "prefix", "crmcom/fields-set/id": "yes",
			"makecom/list/includes-processing": "no", "makecom/delete/unknown-id": "error-4xx", "makecom/auth/bearer": "no", "makecom/http/head": "no",
		},
		"pages of 100, newest first": {
			"crmcom/list/default-size": "100", "crmcom/list/zero-size": "empty", "crmcom/list/created-date": "from", "crmcom/error/data": "null",
			"makecom/stats/counts-processing": "no", "makecom/delete/duplicate-id": "twice", "makecom/delete/ids-with-all": "all-wins",
		},
		"absent members, short codes": {
			"crmcom/object/null-members": "absent", "crmcom/error/code-style": "short-code", "crmcom/request/form": "id-string", "crmcom/hmac/algorithm": "sha1-hex",
			"makecom/detail/processing": "404", "makecom/delete/no-selector": "nothing-deleted-200", "makecom/ingest/broken-json": "as-text",
		},
		"strict": {
			"crmcom/delivery/success": "2xx-and-status-code-OK", "crmcom/list/unknown-definition": "error", "crmcom/fields-set/unknown": "error",
			"crmcom/list/created-date": "exact", "crmcom/resend/identity": "new-record", "crmcom/hmac/algorithm": "sha256-base64", "crmcom/list/zero-size": "error",
			"makecom/delete/partial-incomings": "all-requested", "makecom/delete/confirmed-values": "truthy", "makecom/ingest/disabled": "400",
			"makecom/delete/ids-with-all": "ids-win", "makecom/delete/except-without-all": "ignored", "makecom/list/offset-range": "as-zero",
		},
	}
}

// paths are the APIs and where they are.
func paths() map[string]string {
	return map[string]string{"makecom": "/api/v2", "crmcom": "/crmapi/rest/v2"}
}

func start(t *testing.T, o outsider.Options) string {
	t.Helper()
	s, err := outsider.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.Close(); _ = s.Close() })
	return server.URL
}

func target(api, url string) conformance.Target {
	return conformance.Target{
		API: api, URL: url + paths()[api], Token: outsider.Token, States: conformance.States{URL: url + "/prepare"},
		Login: conformance.Login{Username: outsider.Token, Password: outsider.Token, Organisation: outsider.Token},
	}
}

// verify runs the whole suite and wants no accusation and no error.
func verify(t *testing.T, api, url string, opts ...conformance.Option) *report.Report {
	t.Helper()
	r, err := conformance.Run(t.Context(), target(api, url), opts...)
	if err != nil {
		t.Error(err)
		return nil
	}
	honest(t, r)
	return r
}

func honest(t *testing.T, r *report.Report) {
	t.Helper()
	accused := r.Count(report.Fail) + r.Count(report.Warn) + r.Count(report.Error)
	if x := r.Exploration; x != nil {
		if x.Commands == 0 {
			t.Error("nothing was explored")
		}
		accused += len(x.Findings)
		if x.Stopped != "" {
			t.Errorf("exploration: %s", x.Stopped)
		}
	}
	if h := r.History; h != nil {
		accused += h.Illegal + h.Lost + h.Duplicated + h.Resurrected
		if h.Stopped != "" {
			t.Errorf("histories: %s", h.Stopped)
		}
	}
	if accused == 0 {
		return
	}
	var b bytes.Buffer
	if err := (report.Console{}).Write(&b, r); err != nil {
		t.Fatal(err)
	}
	t.Error(b.String())
}

// Everything that a run needs to have sent before it looks fresh is there from earlier runs.
func TestItIsNotAccusedWhateverItRemembers(t *testing.T) {
	t.Parallel()
	for name, d := range dialects() {
		if name != "its own" && !*all {
			continue
		}
		for api := range paths() {
			t.Run(api+" "+name, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "journal")
				url := start(t, outsider.Options{File: file, Dialect: d})
				for range 2 {
					verify(t, api, url, conformance.Seed(7), conformance.Explore(), conformance.Concurrent(), conformance.Rounds(rounds()))
				}
				again := start(t, outsider.Options{File: file, Dialect: d}) // as after an end without a goodbye
				verify(t, api, again, conformance.Seed(7), conformance.Explore(), conformance.Rounds(rounds()))
			})
		}
	}
}

// rounds is how many sequences and histories each run has.
func rounds() int {
	if *all {
		return 8
	}
	return 2
}

// A token that expires in the middle of a run is replaced, and what was asked with it is asked again.
func TestTheLoginIsRepeated(t *testing.T) {
	if passed := withTokensOf(t, 150); passed < 55 {
		t.Errorf("%d passed", passed)
	}
}

// Tokens that do not last for one check accuse nobody.
func TestTokensThatExpireTooSoonAccuseNobody(t *testing.T) {
	if passed := withTokensOf(t, 20); passed == 0 || passed > 50 {
		t.Errorf("%d passed", passed)
	}
}

// withTokensOf runs the suite with tokens that are over after so many calls, and says how many checks passed.
func withTokensOf(t *testing.T, uses int) int {
	t.Helper()
	to := target("crmcom", start(t, outsider.Options{Uses: uses}))
	to.Token = ""
	r, err := conformance.Run(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	honest(t, r)
	return r.Count(report.Pass)
}

func TestTwoRunsAtOnceDoNotMeet(t *testing.T) {
	t.Parallel()
	for api := range paths() {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			url := start(t, outsider.Options{})
			stop := bustle(t, url)
			defer stop()
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					verify(t, api, url, conformance.Explore(), conformance.Concurrent(), conformance.Rounds(rounds()))
				})
			}
			both.Wait()
		})
	}
}

// bustle lets others use the account at the same time.
func bustle(t *testing.T, url string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			entity := []string{"ACTIVITIES", "SUBSCRIPTIONS", "SERVICEREQUESTS"}[n%3]
			body := fmt.Sprintf(`{"state":"a rejected webhook request","action":"setup","params":{"entity":%q,"data":{"n":%d}}}`, entity, n)
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/prepare", bytes.NewBufferString(body))
			if err != nil {
				return
			}
			if answer, err := http.DefaultClient.Do(r); err == nil {
				_ = answer.Body.Close()
			}
			pause := time.NewTimer(20 * time.Millisecond)
			select {
			case <-pause.C:
			case <-ctx.Done():
			}
		}
	})
	return func() { cancel(); done.Wait() }
}
