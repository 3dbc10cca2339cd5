package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"go/build"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// TestServes starts the program as a suite does: wait for the ready line, call it, stop it.
func TestServes(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	portFile := filepath.Join(t.TempDir(), "port")
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"--port-file", portFile, "--token", "secret"}, in, io.Discard)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var ready map[string]string
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatal(err)
	}
	if got, want := wholePort(t, portFile), portOf(t, ready["makecom"]); got != want {
		t.Errorf("port file says %s, ready line %s", got, want)
	}
	if got := statusOf(t, ready["makecom"]+"/hooks?teamId=1"); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	stop()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d", got)
	}
}

func wholePort(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(text), "\n")
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

func statusOf(t *testing.T, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token secret")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

func TestUsage(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for _, c := range []struct {
		name     string
		args     []string
		code     int
		out, err string
	}{
		{"help", []string{"--help"}, 0, "", "-port-file"},
		{"defects", []string{"--defects"}, 0, "crmcom/delivery/hmac", ""},
		{"unknown defect", []string{"--defect", "slow"}, exitUsage, "", `no defect "slow", take one of delete-all-unconfirmed`},
		{"unknown flag", []string{"--port", "1"}, exitUsage, "", "-port"},
		{"argument", []string{"serve"}, exitUsage, "", `"serve"`},
		{"port in use", []string{"--addr", taken.Addr().String()}, exitFailed, "", "address already in use"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			if got := run(t.Context(), c.args, &out, &errOut); got != c.code {
				t.Errorf("exit code %d, want %d", got, c.code)
			}
			if !strings.Contains(out.String(), c.out) || !strings.Contains(errOut.String(), c.err) {
				t.Errorf("printed %q and %q", out.String(), errOut.String())
			}
		})
	}
}

// TestImportsNothingOfOurs keeps the second implementation independent of the first.
func TestImportsNothingOfOurs(t *testing.T) {
	pkg, err := build.ImportDir("server", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range pkg.Imports {
		if strings.Contains(path, ".") {
			t.Errorf("%s is not in the standard library", path)
		}
	}
}

// TestReadme holds the table of answers against the questions: legal, and none the default.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	dialect := contract.Dialect{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\w+/[\w-]+/[\w-]+) \| ([^ :|]+)`).FindAllSubmatch(text, -1) {
		dialect[string(row[1])] = string(row[2])
	}
	if len(dialect) == 0 {
		t.Error("README names no answers")
	}
	apis := openapi.APIs()
	if err := dialect.Validate(apis...); err != nil {
		t.Error(err)
	}
	for _, api := range apis {
		for _, q := range api.Questions {
			if answer, named := dialect[q.ID]; named && answer == q.Default() {
				t.Errorf("%s: %s is the default", q.ID, answer)
			}
		}
	}
}
