package cli

import (
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver/store"
)

// A mock that keeps its worlds passes its own suite, explorations and histories among it, and afterwards the commands that look after
// the directory find it whole.
func TestTheSuiteOnADirectory(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the suite on both APIs")
	}
	dir := filepath.Join(t.TempDir(), "worlds")
	s := serveProcess(t, "--data", dir)
	kept := ""
	for _, api := range tested() {
		kept = api.contract().Name
		out, err := exec.CommandContext(t.Context(), "understudy", "verify", kept, "--url", "http://"+s.addr+api.contract().BasePath, "--token", kept, "--explore", "--rounds", "3",
			"--state-url", "http://"+s.addr+"/_understudy/v1/provider-states").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "CONFORMS") {
			t.Errorf("%s: %v\n%s", kept, err, out)
		}
	}
	ask(t, http.MethodPost, s.addr, "/_understudy/v1/worlds/"+kept+"/fork", `{"as":"kept"}`)
	s.stop(t, time.Minute)
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"list"}, "kept"},
		{[]string{"export", "kept"}, `"seed"`},
		{[]string{"check"}, "all of them whole"},
		{[]string{"compact"}, "bytes before"},
		{[]string{"check"}, "all of them whole"},
	} {
		out, err := exec.CommandContext(t.Context(), "understudy", append([]string{"data", dir}, c.words...)...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("data %q: %v\n%s", c.words, err, out)
		}
	}
}

// A directory that was copied while no server had it, and is put in its place again, has the worlds as they were then, and goes on.
func TestBackupOfADirectory(t *testing.T) {
	dir, copied := filepath.Join(t.TempDir(), "worlds"), filepath.Join(t.TempDir(), "copy")
	run := func(change string) string {
		t.Helper()
		s := serveProcess(t, "--data", dir)
		if change != "" {
			ask(t, http.MethodPut, s.addr, "/_understudy/v1/worlds/demo/sinks/"+change, `{"answers":[{"status":503}]}`)
		}
		s.stop(t, time.Minute)
		out, err := exec.CommandContext(t.Context(), "understudy", "data", dir, "export", "demo").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	was := run("before")
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if later := run("after"); later == was || !strings.Contains(later, "after") {
		t.Fatalf("the second run changed nothing: %s", later)
	}
	if err := errors.Join(os.RemoveAll(dir), os.Rename(copied, dir)); err != nil {
		t.Fatal(err)
	}
	if got := run(""); got != was {
		t.Errorf("restored:\n%s\nwant\n%s", got, was)
	}
	if again := run("again"); !strings.Contains(again, "again") || strings.Contains(again, "after") {
		t.Errorf("after the restore: %s", again)
	}
}

// What the commands cannot do is an error that says why, and exit code 2 where the words make no sense.
func TestDataRefuses(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ verb, want string }{
		{"compact", "another process has it"},
		{"list", "another process has it"},
		{"lst", `unknown word "lst"`},
		{"export", "takes 1 more words"},
	} {
		if err := runData(io.Discard, nil, dir, c.verb, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.verb, err, c.want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := runData(io.Discard, nil, "", "list", nil); err == nil || !strings.Contains(err.Error(), "is empty; give one") {
		t.Errorf("no name: %v", err)
	}
	empty := t.TempDir()
	if err := runData(io.Discard, nil, empty, "list", nil); err == nil || !strings.Contains(err.Error(), empty) {
		t.Errorf("an empty directory: %v", err)
	}
}

func ask(t *testing.T, method, addr, path, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode >= http.StatusMultipleChoices {
		t.Errorf("%s %s: %d %s %v", method, path, answer.StatusCode, text, err)
	}
}
