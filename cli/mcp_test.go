//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// overHTTP starts `understudy mcp --http`, and returns its address and how to end it, as a signal does.
func overHTTP(t *testing.T) (url string, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stderr, said := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- tested().run(ctx, []string{"mcp", "--http", "127.0.0.1:0", "--commands"}, io.Discard, said)
		_ = said.Close()
	}()
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	return regexp.MustCompile(`http://\S+`).FindString(line), func() {
		cancel()
		inTime(t, "the server to end", ended)
	}
}

func inTime[T any](t *testing.T, what string, happened <-chan T) (it T) {
	t.Helper()
	select {
	case it = <-happened:
	case <-time.After(30 * time.Second):
		t.Fatalf("waited 30 s for %s", what)
	}
	return it
}

// longCommand begins a check_client whose command would take ten minutes, and returns what tells that the call is over.
func longCommand(t *testing.T, url string) (*mcp.ClientSession, <-chan struct{}, running) {
	t.Helper()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: url}, nil)
	if err != nil {
		t.Fatal(err)
	}
	begun, over := filepath.Join(t.TempDir(), "begun"), make(chan struct{})
	go func() {
		defer close(over)
		arguments := map[string]any{"api": tested()[0].contract().Name, "command": []string{"sh", "-c", `echo $$ >"$0.part" && mv "$0.part" "$0" && exec sleep 600`, begun}}
		_, _ = session.CallTool(t.Context(), &mcp.CallToolParams{Name: "check_client", Arguments: arguments}) // how it ends is not what counts
	}()
	for look, late := time.NewTicker(5*time.Millisecond), time.After(30*time.Second); ; {
		select {
		case <-look.C:
			if text, err := os.ReadFile(begun); err == nil {
				id, err := strconv.Atoi(strings.TrimSpace(string(text)))
				if err != nil {
					t.Fatal(err)
				}
				return session, over, running(id)
			}
		case <-late:
			t.Fatal("waited 30 s for the command to begin")
		}
	}
}

// running is a process.
type running int

// wantGone wants the process to be there no more: whoever ended it has waited for it.
func (p running) wantGone(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(int(p), 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the command still runs: %v", err)
		_ = syscall.Kill(int(p), syscall.SIGKILL)
	}
}

// A session that is deleted ends the command that it runs, and is not waited for.
func TestADeletedSessionEndsItsCommand(t *testing.T) {
	t.Parallel()
	url, end := overHTTP(t)
	session, over, command := longCommand(t, url)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Mcp-Session-Id", session.ID())
	answered := make(chan int, 1)
	go func() {
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		_ = answer.Body.Close()
		answered <- answer.StatusCode
	}()
	if status := inTime(t, "the session to be deleted", answered); status != http.StatusNoContent {
		t.Errorf("deleting the session is answered with %d", status)
	}
	inTime(t, "the call to end", over)
	command.wantGone(t)
	end()
}

// The server ends whatever runs.
func TestTheServerEndsWithItsCommands(t *testing.T) {
	t.Parallel()
	url, end := overHTTP(t)
	session, over, command := longCommand(t, url)
	end()
	command.wantGone(t)
	inTime(t, "the call to end", over)
	_ = session.Close() // there is nobody to close it
}

// A web page of another origin gets nothing, a program does.
func TestWebPagesReachNoAgentServer(t *testing.T) {
	t.Parallel()
	url, end := overHTTP(t)
	defer end()
	for header, value := range map[string]string{"Origin": "http://evil.example", "origin": "null", "Sec-Fetch-Site": "cross-site", "X-Program": "yes"} {
		body := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		r.Header.Set(header, value)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		want := http.StatusForbidden
		if header == "X-Program" {
			want = http.StatusOK
		}
		if answer.StatusCode != want {
			t.Errorf("%s: %s is answered with %d, want %d", header, value, answer.StatusCode, want)
		}
	}
}
