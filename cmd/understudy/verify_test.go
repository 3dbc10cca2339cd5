package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/mockserver"
)

// understudy runs the program and returns its exit code and what it printed.
func understudy(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = run(t.Context(), args, &out, &errOut)
	return code, out.String(), errOut.String()
}

func startMock(t *testing.T) string {
	t.Helper()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(mock)
	t.Cleanup(s.Close)
	return s.URL
}

func startAlternative(t *testing.T, d server.Defect) string {
	t.Helper()
	s := httptest.NewServer(server.New(server.Options{Defect: d}))
	t.Cleanup(s.Close)
	return s.URL
}

func mockFlags(base string) []string {
	return []string{"--url", base + "/api/v2", "--token", "demo", "--state-url", base + "/_understudy/v1/provider-states"}
}

func alternativeFlags(base string) []string {
	return []string{"--url", base + "/api/v2", "--token", "demo", "--state-url", base + "/states"}
}

func with(command []string, flags ...[]string) []string {
	for _, f := range flags {
		command = append(command, f...)
	}
	return command
}

func TestVerifyExitCodes(t *testing.T) {
	mock, broken := mockFlags(startMock(t)), alternativeFlags(startAlternative(t, server.DeletesProcessing))
	baseline := filepath.Join(t.TempDir(), "known.yaml")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"conforms", with([]string{"verify", "makecom"}, mock), 0, "CONFORMS"},
		{"violates", with([]string{"verify", "makecom", "--write-baseline", baseline}, broken), 1, "makecom/delete/processing-refused"},
		{"known failures", with([]string{"verify", "makecom", "--baseline", baseline}, broken), 0, "known: not looked into yet"},
		{"stale baseline", with([]string{"verify", "makecom", "--baseline", baseline}, mock), 1, "did not fail"},
		{"closed port", []string{"verify", "makecom", "--url", "http://127.0.0.1:1"}, 3, "nothing was compared"},
		{"one group", with([]string{"verify", "makecom", "--run", "/list/"}, mock), 0, "19 pass"},
		{"no api", []string{"verify"}, 2, "makecom"},
		{"wrong api", []string{"verify", "makecon", "--url", "http://127.0.0.1:1"}, 2, "makecon"},
		{"wrong flag", []string{"verify", "makecom", "--ulr", "x"}, 2, "--ulr"},
		{"wrong mode", []string{"verify", "makecom", "--url", "http://127.0.0.1:1", "--mode", "bold"}, 2, "bold"},
		{"wrong pattern", with([]string{"verify", "makecom", "--run", "nonsense"}, mock), 2, "nonsense"},
		{"wrong report", with([]string{"verify", "makecom", "--report", "pdf=x"}, mock), 2, "pdf=x"},
		{"no target file", []string{"verify", "makecom", "--target", "/no/such/file"}, 2, "/no/such/file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := understudy(t, c.args...)
			if code != c.code || !strings.Contains(stdout+stderr, c.says) {
				t.Errorf("exit %d, want %d and something about %q:\n%s%s", code, c.code, c.says, stdout, stderr)
			}
		})
	}
}

func TestReportsAreWritten(t *testing.T) {
	dir := t.TempDir()
	args := with([]string{"verify", "makecom"}, mockFlags(startMock(t)))
	for kind, begins := range map[string]string{"json": "{", "junit": "<?xml", "html": "<!doctype html>", "jsonl": `{"result"`} {
		file := filepath.Join(dir, kind)
		if code, _, stderr := understudy(t, append(args, "--report", kind+"="+file)...); code != 0 {
			t.Fatalf("exit %d %s", code, stderr)
		}
		data, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(data), begins) {
			t.Errorf("%s: %v, begins with %.30q", kind, err, data)
		}
	}
}

func TestAReportIsVerifiedOffline(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.json"), filepath.Join(dir, "bad.json")
	understudy(t, with([]string{"verify", "makecom", "--report", "json=" + good}, mockFlags(startMock(t)))...)
	understudy(t, with([]string{"verify", "makecom", "--report", "json=" + bad}, alternativeFlags(startAlternative(t, server.PartialFailsWhole)))...)
	if code, stdout, stderr := understudy(t, "verify-report", good); code != 0 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, _ := understudy(t, "verify-report", bad); code != 1 || !strings.Contains(stdout, "makecom/delete/partial") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if code, stdout, _ := understudy(t, "drift", good, bad); code != 1 || !strings.Contains(stdout, "the server changed") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if code, _, stderr := understudy(t, "verify-report", filepath.Join(dir, "none.json")); code != 2 || !strings.Contains(stderr, "none.json") {
		t.Errorf("exit %d %s", code, stderr)
	}
}

func TestLearnWritesADialectWithEvidence(t *testing.T) {
	code, stdout, stderr := understudy(t, with([]string{"learn", "makecom"}, alternativeFlags(startAlternative(t, "")))...)
	if code != 0 || !strings.Contains(stderr, "21 of 21") {
		t.Errorf("exit %d %s", code, stderr)
	}
	for _, wanted := range []string{"makecom/auth/status: \"403\"", "seen once, ", "makecom/list/includes-processing: \"no\""} {
		if !strings.Contains(stdout, wanted) {
			t.Errorf("the dialect has no %q", wanted)
		}
	}
}

func TestDiffShowsWhereTwoTargetsDiffer(t *testing.T) {
	dir := t.TempDir()
	file := func(name, base, states string) string {
		path := filepath.Join(dir, name)
		text := "url: " + base + "/api/v2\ntoken: demo\nstates: {url: " + base + states + "}\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := file("a.yaml", startMock(t), "/_understudy/v1/provider-states")
	b := file("b.yaml", startAlternative(t, ""), "/states")
	code, stdout, stderr := understudy(t, "diff", "makecom", "--a", a, "--b", b)
	if code != 0 || !strings.Contains(stdout, "A status 401, B status 403") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if code, _, stderr := understudy(t, "diff", "makecom", "--a", a); code != 2 || !strings.Contains(stderr, "--b") {
		t.Errorf("exit %d %s", code, stderr)
	}
}

func TestTargetInitWritesWhatVerifyReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.yaml")
	if code, _, stderr := understudy(t, "target", "init", "makecom", "-o", path); code != 0 {
		t.Fatalf("exit %d %s", code, stderr)
	}
	t.Setenv("UNDERSTUDY_TOKEN", "demo")
	base := startMock(t)
	code, stdout, stderr := understudy(t, "verify", "makecom", "--target", path, "--url", base+"/api/v2", "--state-url", base+"/_understudy/v1/provider-states")
	if code != 0 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}
