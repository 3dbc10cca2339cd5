package agent_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// watched is a session that hands on what it is told of the progress of its calls.
func watched(t *testing.T) (*mcp.ClientSession, <-chan *mcp.ProgressNotificationParams) {
	t.Helper()
	told := make(chan *mcp.ProgressNotificationParams, 1000)
	return connectAs(t, nil, &mcp.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) { told <- r.Params },
	}), told
}

func tracked(t *testing.T, session *mcp.ClientSession, tool string, arguments any, token any) {
	t.Helper()
	params := &mcp.CallToolParams{Name: tool, Arguments: arguments}
	if token != nil {
		params.SetProgressToken(token)
	}
	if result, err := session.CallTool(t.Context(), params); err != nil || result.IsError {
		t.Fatalf("%s: %v, %+v", tool, err, result)
	}
}

// What is told of a call carries its token, grows, and comes to its total; without a token nothing is told.
func TestProgressOfVerify(t *testing.T) {
	t.Parallel()
	session, told := watched(t)
	arguments := map[string]any{"api": "makecom", "run": "makecom/stats/"}
	tracked(t, session, "verify", arguments, nil)
	tracked(t, session, "verify", arguments, "mine")
	last := 0.0
	for late := time.After(30 * time.Second); ; {
		select {
		case p := <-told:
			if p.ProgressToken != "mine" || p.Progress <= last || p.Progress > p.Total || p.Message == "" {
				t.Fatalf("told %+v after %v", p, last)
			}
			if last = p.Progress; last == p.Total {
				return
			}
		case <-late:
			t.Fatalf("told nothing after %v", last)
		}
	}
}

// A command that takes long is told of while it runs: here it ends only when its client has heard of it.
func TestProgressOfCheckClient(t *testing.T) {
	session, told := watched(t)
	heard := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-heard }))
	t.Cleanup(web.Close)
	t.Setenv("AGENT_TEST_CLIENT", "patient")
	t.Setenv("AGENT_TEST_WAIT", web.URL)
	steps := make(chan []float64)
	go func() {
		var all []float64
		for p := range told {
			if all = append(all, p.Progress); len(all) == 1 {
				close(heard)
			}
			if p.Progress == p.Total {
				steps <- all
				return
			}
		}
	}()
	tracked(t, session, "check_client", map[string]any{"api": "makecom", "command": []string{os.Args[0]}, "mutants": 2, "seconds": 60}, 7)
	select {
	case all := <-steps:
		if all[0] <= 0 || all[0] >= 1 || all[len(all)-1] != 3 {
			t.Errorf("told %v, want a part of the first run, and 3 in the end", all)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the end was not told")
	}
}

// patient calls the vendor, and waits until somebody lets it go.
func patient() int {
	if client() != 0 || call(http.MethodGet, os.Getenv("AGENT_TEST_WAIT"), "", "") != http.StatusOK {
		return 1
	}
	return 0
}
