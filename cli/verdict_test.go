package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/internal/outsider"
	"github.com/understudy-mock/understudy/mockserver"
)

// What was once wrong in a stranger's hands, a row for each, with its right outcome.

// strangers are the servers that the rows speak to.
type strangers struct {
	account, broken, mock, mutant string // addresses
	folder                        string
}

const (
	makePath = "/api/v2"
	crmPath  = "/crmapi/rest/v2"
)

// onAccount and onMock are the flags that say where an API is, and with what credential.
func (s strangers) onAccount(api string) string {
	return at(s.account, api) + " --state-url " + s.account + "/prepare --token " + outsider.Token
}

func (s strangers) onMock(api string) string {
	return at(s.mock, api) + " --state-url " + states(s.mock) + " --token demo"
}

// lent are the flags that lend the documented hook of a world of the mock.
func (s strangers) lent(world string) string {
	return " --token " + world + " --hook-id 654 --hook-url " + s.mock + "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k." + world
}

func at(server, api string) string {
	return api + " --url " + server + map[string]string{"makecom": makePath, "crmcom": crmPath}[api]
}

func states(mock string) string { return mock + "/_understudy/v1/provider-states" }

// verdictRow is a command line, and what has to come of it.
type verdictRow struct {
	name string
	args string
	code int
	says string // a regular expression that standard output or the one line on standard error matches
}

// unmeasurable are command lines that find nothing out, each of which says so in one line.
func (s strangers) unmeasurable() []verdictRow {
	login := outsider.Token + ":" + outsider.Token + "@" + outsider.Token
	refused := `^understudy: could not measure: the target refuses the credential: .*--token`
	none := `^understudy: configuration: there is no credential; give --token `
	return []verdictRow{
		{"a credential that is refused, Make", "verify " + at(s.account, "makecom") + " --token no", codeUnmeasured, refused},
		{"a credential that is refused, CRM.COM", "verify " + at(s.account, "crmcom") + " --token no --state-url " + s.account + "/prepare", codeUnmeasured, refused},
		{"a credential that is refused, read-only", "verify " + at(s.account, "crmcom") + " --token no --mode read-only", codeUnmeasured, refused},
		{"a credential that is refused, exploring", "verify " + at(s.account, "makecom") + " --token no --explore --concurrent", codeUnmeasured, refused},
		{"a credential that is refused, learning", "learn " + at(s.account, "crmcom") + " --token no -o " + s.folder + "/learnt.yaml", codeUnmeasured, refused},
		{"a login that is refused", "verify " + at(s.account, "crmcom") + " --login " + strings.Replace(login, ":", ":x", 1), codeUnmeasured, `^understudy: could not measure: the login was refused: .*--login`},
		{"no credential, CRM.COM", "verify " + at(s.account, "crmcom"), codeUsage, none + `or --login .*--anonymous`},
		{"no credential, read-only", "verify " + at(s.account, "crmcom") + " --mode read-only", codeUsage, none + `or --login`},
		{"no credential, Make", "verify " + at(s.account, "makecom"), codeUsage, none + `.*--anonymous`},
		{"no credential, learning", "learn " + at(s.account, "crmcom") + " -o " + s.folder + "/learnt.yaml", codeUsage, none},
		{"no credential where one is needed", "verify " + at(s.account, "makecom") + " --anonymous", codeUnmeasured, `refuses calls without a credential: .*give --token instead of --anonymous`},
		{"the path is missing", "verify makecom --url " + s.mock + " --token demo --state-url " + states(s.mock), codeUnmeasured, `does not answer as this API does.*was http://127.0.0.1:\d+/api/v2 meant\?`},
		{"the path is another API's", "verify crmcom --url " + s.mock + makePath + " --token demo", codeUnmeasured, `does not answer as this API does.*/crmapi/rest/v2`},
		{"the address has a query", "verify makecom --url " + s.mock + makePath + "?x=1 --token demo", codeUsage, `has a query, a fragment or a user in it`},
		{"the address has a fragment", "verify makecom --url " + s.mock + makePath + "#x --token demo", codeUsage, `has a query, a fragment or a user in it`},
		{"nobody is there", "verify makecom --url http://127.0.0.1:1/api/v2 --token demo", codeUnmeasured, `nothing answers at http://127.0.0.1:1/api/v2: .*--url`},
		{"the state URL is mistyped", "verify " + at(s.mock, "makecom") + " --token demo --state-url " + s.mock + "/_understudy/v1/provider-state", codeUnmeasured, `no state of this API is known at .*is this the provider-state URL\?`},
		{"the state URL is the API's", "verify " + at(s.mock, "crmcom") + " --token demo --state-url " + s.mock + crmPath, codeUnmeasured, `is this the provider-state URL\?`},
		{"no state is known", "verify " + at(s.mock, "makecom") + " --token demo --state-url " + s.account + "/none", codeUnmeasured, `no state of this API is known at .*is this the provider-state URL\?`},
	}
}

// runs are command lines that measure, and what they say first or last.
func (s strangers) runs() []verdictRow {
	login := outsider.Token + ":" + outsider.Token + "@" + outsider.Token
	fully := " --state-url " + s.account + "/prepare"
	return []verdictRow{
		{"an account that remembers earlier runs, CRM.COM", "verify " + s.onAccount("crmcom") + " --login " + login + " --explore --rounds 1", codeOK, `(?s)\n\d+ pass\n.*\nCONFORMS\n`},
		{"the same seed again", "verify " + s.onAccount("crmcom") + " --login " + login + " --explore --rounds 1", codeOK, `(?s)\n\d+ pass\n.*\nCONFORMS\n`},
		{"an account that remembers earlier runs, Make", "verify " + s.onAccount("makecom"), codeOK, `(?m)^CONFORMS`},
		{"a login alone", "verify " + at(s.account, "crmcom") + fully + " --login " + login, codeOK, `(?s)\n\d+ pass\n.*\nCONFORMS\n`},
		{"a login alone, read-only", "verify " + at(s.account, "crmcom") + " --login " + login + " --mode read-only", codeOK, `(?m)^ONLY \d+ OF \d+ REQUIREMENTS WERE MEASURED`},
		{"no states at all, CRM.COM", "verify " + at(s.account, "crmcom") + " --token " + outsider.Token, codeOK, `(?m)^ONLY \d+ OF \d+ REQUIREMENTS WERE MEASURED`},
		{"no states at all, Make", "verify " + at(s.account, "makecom") + " --token " + outsider.Token, codeUnmeasured, `(?m)^COULD NOT MEASURE: nothing was compared`},
		{"the mock without states", "verify " + at(s.mock, "crmcom") + " --token demo", codeOK, `(?m)^ONLY \d+ OF \d+ REQUIREMENTS WERE MEASURED, and nothing violates`},
		{"a hook that is lent on the mock, where any token opens something", "verify " + at(s.mock, "makecom") + s.lent("lent"), codeOK, `(?m)^CONFORMS, as far as it was measured`},
		{"the same, read-only", "verify " + at(s.mock, "makecom") + " --token lent --hook-id 654 --mode read-only", codeOK, `(?m)^(ONLY|CONFORMS, as far)`},
		{"the address of the lent hook is mistyped", "verify " + at(s.mock, "makecom") + " --token lent --hook-id 654 --hook-url " + s.mock + "/wh/nobody", codeUnmeasured, `could not measure: .*what was given for the lent hook 654 answers 410 .*--hook-url`},
		{"what is required was not measured", "verify " + at(s.mock, "crmcom") + " --token demo --require all", codeUnmeasured, `(?m)^COULD NOT MEASURE: \d+ of the requirements that are required are unverified`},
		{"a connection that dies every time, Make", "verify " + at(s.broken, "makecom") + " --token " + outsider.Token + " --state-url " + s.broken + "/prepare --run delete/", codeViolates, `(?m)FAIL +makecom/delete/malformed`},
		{"a connection that dies every time, the mock", "verify " + at(s.mutant, "makecom") + " --token demo --state-url " + states(s.mutant) + " --run delete/ --report json=" + s.folder + "/report.json", codeViolates, `(?m)FAIL +makecom/delete/malformed`},
		{"a failure shown again", "reproduce " + s.folder + "/report.json makecom/delete/malformed", codeOK, `(?s)^#!/bin/sh.*provider-states.*curl.*teardown`},
	}
}

// rowPatience is how long a command line may take before it is interrupted, and fails: one that waits for a limit of a minute never ends.
const rowPatience = 90 * time.Second

func (s strangers) run(t *testing.T, row verdictRow) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), rowPatience)
	defer cancel()
	code := tested().run(ctx, strings.Fields(row.args), &out, &errs)
	said := out.String()
	if row.code == codeUsage || said == "" {
		said = errs.String()
	}
	if code != row.code || !regexp.MustCompile(row.says).MatchString(said) {
		t.Errorf("understudy %s\nexit %d, want %d; want %s\n%s%s", row.args, code, row.code, row.says, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func startStrangers(t *testing.T) strangers {
	t.Helper()
	serve := func(h http.Handler, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	account := func(o outsider.Options) string {
		h, err := outsider.New(o)
		return serve(h, err)
	}
	mock := func(opts ...mockserver.Option) string {
		h, err := mockserver.New(opts...)
		return serve(h, err)
	}
	return strangers{
		account: account(outsider.Options{}), broken: account(outsider.Options{Wrong: outsider.Breaking("drop")}),
		mock: mock(), mutant: mock(mockserver.WithMutant("makecom/delete/malformed/drops-the-connection")),
		folder: filepath.ToSlash(t.TempDir()),
	}
}

// What stands in the way is one line on standard error, and nothing else is written.
func TestVerdictsThatCannotBe(t *testing.T) {
	t.Parallel()
	s := startStrangers(t)
	for _, row := range s.unmeasurable() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr := s.run(t, row)
			if stdout != "" || strings.Count(stderr, "\n") != 1 {
				t.Errorf("standard output %q, standard error %q", stdout, stderr)
			}
			if _, err := os.Stat(s.folder + "/learnt.yaml"); err == nil {
				t.Error("a dialect was written")
			}
		})
	}
}

func TestVerdictsOfStrangers(t *testing.T) {
	s := startStrangers(t)
	for _, row := range s.runs() {
		t.Run(row.name, func(t *testing.T) { // one after the other: some need what those before left
			stdout, _ := s.run(t, row)
			if row.code != codeViolates && strings.Contains(stdout, " FAIL") {
				t.Errorf("an honest server is accused:\n%s", stdout)
			}
		})
	}
}

// Two runs at once use a hook that is lent to both, and meet there: neither accuses the vendor of what the other does.
func TestTwoRunsOnOneLentHook(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	s := strangers{mock: server.URL}
	before := contentsOf(t, server.URL)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			s.run(t, verdictRow{"", "verify " + at(s.mock, "makecom") + s.lent("demo"), codeOK, `(?m)^(ONLY|CONFORMS, as far)`})
		})
	}
	both.Wait()
	if diff := cmp.Diff(before, contentsOf(t, server.URL)); diff != "" {
		t.Errorf("what the runs left (-before +after):\n%s", diff)
	}
}

// entries counts what went through the doors of an account.
type entries struct {
	http.Handler
	mu     sync.Mutex
	counts map[string]int
}

func (e *entries) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	e.mu.Lock()
	switch {
	case strings.HasSuffix(r.URL.Path, "/authentication/token"):
		e.counts["logins"]++
	case strings.HasSuffix(r.URL.Path, "/token/release"):
		e.counts["releases"]++
	case r.URL.Query().Get("token") == "" && !bytes.Contains(body, []byte(`"token"`)):
		e.counts["without a token"]++
	}
	e.mu.Unlock()
	e.Handler.ServeHTTP(w, r)
}

// A login is used, in the mode in which a run is most careful too, and given back.
func TestALoginIsUsedAndGivenBack(t *testing.T) {
	t.Parallel()
	h, err := outsider.New(outsider.Options{})
	if err != nil {
		t.Fatal(err)
	}
	door := &entries{Handler: h, counts: map[string]int{}}
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	login := outsider.Token + ":" + outsider.Token + "@" + outsider.Token
	args := "verify " + at(server.URL, "crmcom") + " --mode read-only --run list/ --login " + login
	strangers{}.run(t, verdictRow{"", args, codeOK, `\d+ pass`})
	door.mu.Lock()
	defer door.mu.Unlock()
	if diff := cmp.Diff(map[string]int{"logins": 1, "releases": 1}, door.counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// reads is an account of which everybody may see everything, and nobody may change anything.
type reads struct {
	http.Handler
	changes atomic.Int64
}

func (r *reads) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet {
		r.changes.Add(1)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	r.Handler.ServeHTTP(w, req)
}

// What is in the log is enough to measure much of what the documents say of reading, and is left as it is.
func TestWhatIsLentIsRead(t *testing.T) {
	t.Parallel()
	h, err := outsider.New(outsider.Options{})
	if err != nil {
		t.Fatal(err)
	}
	account := &reads{Handler: h}
	server := httptest.NewServer(account)
	t.Cleanup(server.Close)
	var lent, definitions []string
	for _, state := range []string{"a rejected webhook request", "a rejected webhook request", "a successful webhook request"} {
		id, definition := prepare(t, h, state, "MONTHS-OLD")
		lent, definitions = append(lent, "--request-id "+id), append(definitions, "--definition-id "+definition)
	}
	base := "verify " + at(server.URL, "crmcom") + " --mode read-only --token " + outsider.Token
	s := strangers{}
	t.Cleanup(func() { // when all have run
		if n := account.changes.Load(); n > 0 {
			t.Errorf("%d requests would have changed something", n)
		}
	})
	for name, row := range map[string]verdictRow{
		"nothing":          {"", base, codeOK, `\n[1-9] pass, `},
		"webhook requests": {"", base + " " + strings.Join(lent, " "), codeOK, `\n2[0-9] pass, `},
		"definitions":      {"", base + " " + strings.Join(definitions, " "), codeOK, `\n2[0-9] pass, `},
		"a hook":           {"", base + " --hook-id 7", codeUsage, `--hook-id: crmcom cannot be lent that; give --request-id or --definition-id`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t, row)
		})
	}
}

// prepare has an account make a webhook request about a thing, and says which it is and of which definition.
func prepare(t *testing.T, account http.Handler, state, about string) (id, definition string) {
	t.Helper()
	body := `{"state":"` + state + `","action":"setup","params":{"entity":"ACTIVITIES","entity_id":"` + about + `","data":{"n":1}}}`
	w := httptest.NewRecorder()
	account.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:9/prepare", strings.NewReader(body)))
	var values struct {
		ID         string `json:"id"`
		Definition struct {
			ID string `json:"id"`
		} `json:"webhook_definition"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &values); err != nil || values.ID == "" {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return values.ID, values.Definition.ID
}

// A provider that names somebody's hook as one that it made does no harm.
func TestSomebodysHookIsLeftAlone(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case bytes.Contains(body, []byte(`"teardown"`)):
			t.Errorf("torn down: %s", body)
		case bytes.Contains(body, []byte(`"a hook"`)):
			_, _ = io.WriteString(w, `{"hookId":654}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(provider.Close)
	before := contentsOf(t, server.URL)
	args := "verify " + at(server.URL, "makecom") + " --token demo --mode disposable --state-url " + provider.URL
	strangers{}.run(t, verdictRow{"", args, codeUnmeasured, `says to have made hook 654, on which \d+ items wait already: .*--hook-id`})
	if diff := cmp.Diff(before, contentsOf(t, server.URL)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

// refusing counts the answers of a mock that refuse because of too many requests.
type refusing struct {
	http.Handler
	mu      sync.Mutex
	refused int
}

func (c *refusing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	seen := &statusWriter{ResponseWriter: w}
	c.Handler.ServeHTTP(seen, r)
	if seen.status == http.StatusTooManyRequests {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.refused++
	}
}

func (c *refusing) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// A run leaves a world as it was, so that the next one meets no limit of it: it is refused as often, and waits for as little.
func TestARunLeavesTheMockAsItWas(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	counted := &refusing{Handler: mock}
	server := httptest.NewServer(counted)
	t.Cleanup(server.Close)
	s := strangers{mock: server.URL}
	for _, api := range []string{"makecom", "crmcom"} {
		before := contentsOf(t, server.URL)
		var refused []int
		for range 2 {
			from := counted.count()
			s.run(t, verdictRow{"", "verify " + s.onMock(api), codeOK, `(?m)^CONFORMS`})
			refused = append(refused, counted.count()-from)
			if t.Failed() {
				return // what a run left would hold the next one up, too
			}
		}
		if refused[0] != refused[1] {
			t.Errorf("%s: the first run was refused %d times, the second %d", api, refused[0], refused[1])
		}
		if diff := cmp.Diff(before, contentsOf(t, server.URL)); diff != "" {
			t.Errorf("%s: what the runs left (-before +after):\n%s", api, diff)
		}
	}
}

// contentsOf is the world of the credential demo, as a file of it says, without what counts on for good: ids, numbers and tokens that
// were given are never given again.
func contentsOf(t *testing.T, mock string) map[string]any {
	t.Helper()
	world := get(t, mock+makePath+"/hooks?teamId=1", nil).Get("Understudy-World")
	var all map[string]any
	get(t, mock+"/_understudy/v1/worlds/"+world, &all)
	for _, counted := range []string{"tokens", "state", "makecom.nextHookId", "crmcom.state", "crmcom.nextNumber"} {
		forget(all, counted)
	}
	return all
}

func get(t *testing.T, address string, into any) http.Header {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Token demo")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatal(address, answer.Status)
	}
	if into != nil {
		err = json.NewDecoder(answer.Body).Decode(into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return answer.Header
}

func forget(all map[string]any, path string) {
	first, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		delete(all, first)
		return
	}
	if inner, ok := all[first].(map[string]any); ok {
		forget(inner, rest)
	}
}
