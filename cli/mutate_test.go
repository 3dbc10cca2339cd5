package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/cli/trial"
	"github.com/understudy-mock/understudy/internal/sweep"
)

func TestProgressOffATerminalIsALineEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := newTrialProgress(&out, 7, 2)
		p.begin(trial.Finding{Took: 3 * time.Second})
		<-time.After(4 * time.Second)
		p.count(1, 1, 7)
		p.count(2, 1, 7)
		p.count(1, 1, 7) // told late
		<-time.After(17 * time.Second)
		p.stop()
		p.stop()
		want := `the honest run took 3s; 7 vendors, 2 at a time, take about 12s
2 of 7 vendors, 1 noticed, about 25s left
2 of 7 vendors, 1 noticed, about 50s left
`
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// moduleTest is written as docs/go-test.md recommends.
const moduleTest = `package shop

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

func TestClient(t *testing.T) {
	bench := mocktest.Start(t)
	ids := bench.Hook(654).Deliver(map[string]any{"order": 1})
	bench.Hook(654).Begin(ids[0]) // now it cannot be deleted
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, bench.MakecomURL+"/hooks/654/incomings", strings.NewReader(` + "`{\"ids\":[\"`+ids[0]+`\"]}`" + `))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token "+bench.Token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := bench.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	refused, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(refused), "being processed right now") {
		t.Errorf("the vendor answered %s", refused)
	}
	bench.Verify(mocktest.Exactly(1, journal.Filter{Operation: "deleteHookIncomings"}))
}
`

// module is somebody's module that has the mock in its go.mod.
func module(t *testing.T, test string) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	theirs := regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(string(ours), "module shop")
	theirs += "\nrequire github.com/understudy-mock/understudy v0.0.0\nreplace github.com/understudy-mock/understudy => " + root + "\n"
	for name, text := range map[string]string{"go.mod": theirs, "go.sum": string(sums), "shop_test.go": test} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// mutateIn runs the program in a folder and returns what it printed and its exit code.
func mutateIn(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	t.Chdir(dir)
	var out, errs bytes.Buffer
	code = tested().run(t.Context(), append([]string{"mutate", "makecom"}, args...), &out, &errs)
	return out.String(), errs.String(), code
}

// partialError are broken vendors that a test of the refusal's text notices.
const partialError = "makecom/delete/partial-error-text/*"

func TestMutateMeetsTestsThatStartTheirOwnMock(t *testing.T) {
	out, errs, code := mutateIn(t, "..", "--only", partialError, "--sample", "1", "--", "go", "test", "-run", "^TestClient$", "./examples/verified")
	if !strings.Contains(out, "your tests noticed 1 of 1 broken vendors; they missed 0 and never came near 0") || code != codeOK {
		t.Errorf("code %d: %s%s", code, out, errs)
	}
	if !strings.Contains(errs, "the honest run took ") {
		t.Errorf("got %s", errs)
	}
}

func TestMutateMeetsTheTestsOfAnotherModule(t *testing.T) {
	sweep.Skip(t) // another module compiles every package anew
	dir := module(t, moduleTest)
	out, errs, code := mutateIn(t, dir, "--only", partialError, "--", "go", "test", "-mod=mod", "./...")
	if !regexp.MustCompile(`your tests noticed [1-9]\d* of \d+ broken vendors; they missed \d+ and never came near 0`).MatchString(out) || code == codeUnmeasured {
		t.Errorf("code %d: %s%s", code, out, errs)
	}
}

func TestMutateSaysThatNoRequestReachedTheVendor(t *testing.T) {
	for name, flags := range map[string][]string{"broken vendors": {"--sample", "1"}, "dialects": {"--dialects"}} {
		t.Run(name, func(t *testing.T) {
			out, errs, code := mutateIn(t, t.TempDir(), append(flags, "--", "true")...)
			if code != codeUnmeasured || out != "" || !strings.Contains(errs, "no request reached the vendor") {
				t.Errorf("%d %s %s", code, out, errs)
			}
		})
	}
}
