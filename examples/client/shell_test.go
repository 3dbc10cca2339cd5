package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// build compiles a command of the module.
func build(t *testing.T, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), filepath.Base(pkg))
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, pkg).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return binary
}

// serve starts the mock and waits for its ready line.
func serve(t *testing.T) (url string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // it is stopped as users stop it
	mock := exec.CommandContext(ctx, build(t, "github.com/understudy-mock/understudy/cmd/understudy"), "serve", "--addr", "127.0.0.1:0", "--validate-responses")
	out, err := mock.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = mock.Process.Signal(os.Interrupt) // Wait says whether it worked
		if err := mock.Wait(); err != nil {
			t.Errorf("the mock: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var ready struct{ Addr string }
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return "http://" + ready.Addr
}

func TestShellScript(t *testing.T) {
	script := exec.CommandContext(t.Context(), "sh", "janitor.sh", serve(t), build(t, "github.com/understudy-mock/understudy/examples/client"))
	if out, err := script.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	} else {
		t.Logf("%s", out)
	}
}
