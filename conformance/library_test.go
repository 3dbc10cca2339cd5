package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
)

func pattern(text string) *regexp.Regexp { return regexp.MustCompile(text) }

func TestConfigurationErrors(t *testing.T) {
	for name, c := range map[string]struct {
		target conformance.Target
		says   string
	}{
		"no api":       {conformance.Target{URL: "http://127.0.0.1:1"}, "api"},
		"no url":       {conformance.Target{API: "makecom"}, "url is missing"},
		"no http":      {conformance.Target{API: "makecom", URL: "ftp://x"}, "ftp://x"},
		"no such mode": {conformance.Target{API: "makecom", URL: "http://127.0.0.1:1", Mode: "careful"}, "careful"},
		"no hook id":   {conformance.Target{API: "makecom", URL: "http://127.0.0.1:1", States: conformance.States{Hooks: []conformance.Hook{{}}}}, "states.hooks[0].id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := conformance.Run(t.Context(), c.target)
			if !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			if code := conformance.ExitCode(nil, err); code != report.ExitUsage {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

func TestAPatternThatMatchesNothingIsAnError(t *testing.T) {
	_, err := conformance.Run(t.Context(), at("http://127.0.0.1:1"), conformance.Select(pattern("lits/")))
	if !errors.Is(err, conformance.ErrConfig) {
		t.Errorf("got %v", err)
	}
}

func TestTargetFiles(t *testing.T) {
	environment := func(name string) (string, bool) { return "s3cret", name == "TOKEN" }
	target, err := conformance.ParseTarget([]byte("api: makecom\nurl: http://h\ntoken: ${TOKEN}\nunclaimed: [process]\nconsistency: {within: 2s}\n"), environment)
	if err != nil || target.Token != "s3cret" || target.Consistency.Within.Seconds() != 2 || target.Unclaimed[0] != "process" {
		t.Errorf("%+v %v", target, err)
	}
	for text, says := range map[string]string{
		"token: ${OTHER}": "OTHER", "tokn: x": "tokn", "rate: fast": "fast",
		"api: makecom\n---\nurl: http://h\n": ":2:1: a second document begins",
	} {
		if _, err := conformance.ParseTarget([]byte(text), environment); !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want something about %s", text, err, says)
		}
	}
}

func TestWhatIsNotClaimedIsNotFailed(t *testing.T) {
	target := serve(t, newMock(t))
	target.Unclaimed = []string{"ingest", "process"}
	r := run(t, target)
	if r.Count(report.NotClaimed) != 13 || r.Verdict != report.Conforms {
		t.Errorf("%d not claimed, %s", r.Count(report.NotClaimed), r.Verdict)
	}
}

func TestSecretsStayOutOfReports(t *testing.T) {
	target := serve(t, newMock(t))
	r := run(t, target)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"json":    func(b *bytes.Buffer) error { return r.WriteJSON(b) },
		"junit":   func(b *bytes.Buffer) error { return r.WriteJUnit(b) },
		"console": func(b *bytes.Buffer) error { return report.Console{Verbose: true}.Write(b, r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), target.Token) {
			t.Errorf("the %s report shows the token", name)
		}
		if b.Len() == 0 {
			t.Errorf("the %s report is empty", name)
		}
	}
}

func TestReportsFollowTheirSchema(t *testing.T) {
	for _, target := range []conformance.Target{serve(t, newMock(t)), stateless(serve(t, parrot()))} {
		var b bytes.Buffer
		if err := run(t, target).WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		written, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := compile(t, report.Schema).Validate(written); err != nil {
			t.Error(err)
		}
	}
}

func TestStatesAreTakenBackWhenARunIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var made, undone atomic.Int32
	mock := newMock(t)
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/provider-states") {
			body := new(bytes.Buffer)
			_, _ = body.ReadFrom(r.Body)
			if bytes.Contains(body.Bytes(), []byte(`"action":"setup"`)) {
				made.Add(1)
			} else {
				undone.Add(1)
			}
			r.Body = readCloser{body}
			mock.ServeHTTP(w, r)
			return
		}
		cancel() // the first call of a check comes after its states
		mock.ServeHTTP(w, r)
	}))
	target.Workers = 1
	r, err := conformance.Run(ctx, target)
	if err != nil {
		t.Fatal(err)
	}
	if made.Load() == 0 || made.Load() != undone.Load() {
		t.Errorf("%d states set up, %d taken back", made.Load(), undone.Load())
	}
	if len(r.Left) > 0 {
		t.Errorf("left behind: %v", r.Left)
	}
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }

func TestWhatCannotBeTakenBackIsReported(t *testing.T) {
	mock := newMock(t)
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/provider-states") {
			body := new(bytes.Buffer)
			_, _ = body.ReadFrom(r.Body)
			if bytes.Contains(body.Bytes(), []byte(`"action":"teardown"`)) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			r.Body = readCloser{body}
		}
		mock.ServeHTTP(w, r)
	}))
	r := run(t, target, conformance.Select(pattern("makecom/list/limit$")))
	if r.Verdict != report.LeftBehind || len(r.Left) != 3 { // the preflight's hook as well
		t.Errorf("%s %q", r.Verdict, r.Left)
	}
}
