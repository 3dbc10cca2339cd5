package conformance_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// reproduced is how many mutants of an API are drawn.
var reproduced = flag.Int("scripts", 0, "broken vendors of an API whose scripts are run, 0 for none; make scripts")

// reproduceSeed is what they are drawn by.
const reproduceSeed = 13

// A script shows the same wrong answer again, on a server that has forgotten the run.
func TestScriptsShowFailuresAgain(t *testing.T) {
	t.Parallel()
	if *reproduced == 0 {
		t.Skip("make scripts runs it")
	}
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("there is no " + program + " here")
		}
	}
	for _, api := range conformance.APIs() {
		for m, r := range drawn(t, api) {
			t.Run(m.ID, func(t *testing.T) {
				t.Parallel()
				showAgain(t, m, r)
			})
		}
	}
}

// drawn are mutants that one client notices, each with a report of it. Left out are those that only show with other credentials than
// the run's, which a report does not hold.
func drawn(t *testing.T, api string) map[*mutant.Mutant]*report.Report {
	t.Helper()
	known := catalog.New(mockserver.APIs()...)
	all := slices.DeleteFunc(known.Of(api), func(m *mutant.Mutant) bool { return m.Needs != mutant.Checks })
	r := rand.New(rand.NewPCG(reproduceSeed, 0)) //nolint:gosec // choices of a test
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	chosen := map[*mutant.Mutant]*report.Report{}
	for _, m := range all {
		r := noticed(t, m)
		if len(chosen) < *reproduced && !report.OtherTokens(result(t, r, m.Breaks.ID).Exchanges) {
			chosen[m] = r
		}
		if len(chosen) == *reproduced {
			break
		}
	}
	return chosen
}

// broken is a target that plays the mutant.
func broken(t *testing.T, m *mutant.Mutant) conformance.Target {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithMutant(m.ID))
	if err != nil {
		t.Fatal(err)
	}
	target := serve(t, mock)
	if m.API() == crmcom.Contract.Name {
		target = delivering(target)
		target.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: target.Token}
	}
	return target.Patient()
}

// noticed is the report of the one check that notices the mutant.
func noticed(t *testing.T, m *mutant.Mutant) *report.Report {
	t.Helper()
	r := recorded(t, run(t, broken(t, m), conformance.Select(pattern("^"+m.Breaks.ID+"$")), conformance.OnlyChecks()))
	if len(result(t, r, m.Breaks.ID).Findings) == 0 {
		t.Fatalf("it is not noticed: %s", report.Summary(r))
	}
	return r
}

func showAgain(t *testing.T, m *mutant.Mutant, r *report.Report) {
	t.Helper()
	result := result(t, r, m.Breaks.ID)
	script, err := r.Reproduce(m.Breaks.ID)
	if err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(&repeating{answers: received(result.Exchanges)})
	t.Cleanup(receiver.Close)
	target := broken(t, m)
	cmd := exec.CommandContext(t.Context(), "sh", "-s")
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = append(os.Environ(), "UNDERSTUDY_TOKEN="+target.Token, "UNDERSTUDY_URL="+target.URL,
		"UNDERSTUDY_STATE_URL="+target.States.URL, "UNDERSTUDY_RECEIVER="+receiver.URL)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, errs.String(), script)
	}
	wantSameAnswers(t, result, out.String(), script)
}

func wantSameAnswers(t *testing.T, result *report.Result, out, script string) {
	t.Helper()
	again := answers(out)
	n := 0
	for i := range result.Exchanges {
		e := &result.Exchanges[i]
		if e.Received || e.Status == 0 {
			continue
		}
		if n >= len(again) {
			t.Fatalf("the script shows %d answers and no more:\n%s\n%s", len(again), out, script)
		}
		now := again[n]
		n++
		if now.status != e.Status {
			t.Errorf("%s %s: %d, in the run %d\n%s", e.Method, e.URL, now.status, e.Status, now.body)
		}
		if accused(result, e) && !shownAt(result, again, e) {
			t.Errorf("%s %s\nshown:   %s\nthe run: %s", e.Method, e.URL, masked(now.body), masked(e.ResponseBody))
		}
	}
}

// shownAt reports whether a script showed the answer of an exchange in its place, or in that of an alike one that the run sent at the
// same time: a script sends one after the other, and which of them meets a target's mistake is another one then.
func shownAt(result *report.Result, again []shownAnswer, e *report.Exchange) bool {
	n := -1
	for i := range result.Exchanges {
		other := &result.Exchanges[i]
		if other.Received || other.Status == 0 {
			continue
		}
		n++
		alike := other.Method == e.Method && other.URL == e.URL && other.Body == e.Body && overlap(other, e)
		if n < len(again) && alike && masked(again[n].body) == masked(e.ResponseBody) {
			return true
		}
	}
	return false
}

// overlap reports whether two exchanges were under way at the same time.
func overlap(a, b *report.Exchange) bool {
	end := func(e *report.Exchange) time.Time {
		return e.At.Add(time.Duration(e.Milliseconds * float64(time.Millisecond)))
	}
	return !a.At.After(end(b)) && !b.At.After(end(a))
}

// accused reports whether a finding is about this exchange.
func accused(result *report.Result, e *report.Exchange) bool {
	for i := range result.Findings {
		if f := result.Findings[i].Exchange; f != nil && f.URL == e.URL && f.Method == e.Method && f.At.Equal(e.At) {
			return true
		}
	}
	return false
}

// shownAnswer is an answer that a script printed.
type shownAnswer struct {
	status int
	body   string
}

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.1 (\d{3}) [^\n]*$`)

// answers takes apart what a script printed.
func answers(out string) (all []shownAnswer) {
	places := statusLine.FindAllStringSubmatchIndex(out, -1)
	for i, at := range places {
		end := len(out)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		status, _ := strconv.Atoi(out[at[2]:at[3]]) // three digits
		if status == http.StatusContinue {
			continue
		}
		_, body, _ := strings.Cut(strings.ReplaceAll(out[at[0]:end], "\r", ""), "\n\n")
		body, _, _ = strings.Cut(body, "\n\n")
		all = append(all, shownAnswer{status, body})
	}
	return all
}

// madeUp are ids, dates, codes, tokens and addresses: they are others every time.
var madeUp = regexp.MustCompile(`REDACTED|hook \d+|\w{3}, \d\d \w{3} \d{4} [0-9:]{8} GMT|\d{4}/\d\d/\d\dT[0-9:]{8}|a-token-that-is-secret|[0-9a-fA-F]{16,}(-[0-9a-f]+)?|\d{4}-\d\d-\d\dT[0-9:.]+Z?|127\.0\.0\.1:\d+|[A-Za-z0-9_~-]{20,}`)

// masked is a body without what is made up and counted. The order of a list is left out too: it may hang on a millisecond.
func masked(body string) string {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return strings.TrimSpace(madeUp.ReplaceAllString(body, "…"))
	}
	text, _ := json.Marshal(maskedValue(v)) // it was read from JSON
	return string(text)
}

func maskedValue(v any) any {
	switch v := v.(type) {
	case string:
		return madeUp.ReplaceAllString(v, "…")
	case map[string]any:
		for name, each := range v {
			v[name] = maskedValue(each)
			if slices.Contains([]string{"number", "id", "hookId"}, name) {
				v[name] = "…"
			}
		}
	case []any:
		texts := make([]string, len(v))
		for i, each := range v {
			text, _ := json.Marshal(maskedValue(each)) // as above
			texts[i] = string(text)
		}
		slices.Sort(texts)
		return texts
	}
	return v
}

// repeating is a receiver that answers as the receiver of a run did.
type repeating struct {
	mu      sync.Mutex
	answers []int
}

func received(exchanges []report.Exchange) (statuses []int) {
	for i := range exchanges {
		if exchanges[i].Received {
			statuses = append(statuses, exchanges[i].Status)
		}
	}
	return statuses
}

func (r *repeating) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	r.mu.Lock()
	status := http.StatusOK
	if len(r.answers) > 0 {
		status, r.answers = r.answers[0], r.answers[1:]
	}
	r.mu.Unlock()
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status == http.StatusOK {
		_, _ = w.Write([]byte(`{"status":{"code":"OK","message":"","description":""},"data":{}}`))
	}
}
