// Package states_test has the suite verify a server whose states a handler in another language sets up.
package states_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
)

func TestHandlers(t *testing.T) {
	for program, file := range map[string]string{"python3": "states.py", "node": "states.mjs"} {
		t.Run(file, func(t *testing.T) {
			if err := exec.CommandContext(t.Context(), program, "--version").Run(); err != nil {
				t.Skipf("%s is not installed, so %s was not tried: %v", program, file, err)
			}
			mock := serve(t)
			states := start(t, mock, program, file)
			r, err := conformance.Run(t.Context(), conformance.Target{
				API: "makecom", URL: mock + "/api/v2", Token: "demo", States: conformance.States{URL: states},
			}, conformance.Select(regexp.MustCompile(`^makecom/(delete/(ids|partial|processing-refused|all)|list/limit|auth/token-required)$`)))
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != report.Conforms || r.Count(report.Pass) != 6 {
				t.Errorf("%s: %s", r.Verdict, report.Summary(r))
			}
			refuses(t, states)
		})
	}
}

// serve plays the server that is verified.
func serve(t *testing.T) string {
	t.Helper()
	server, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return listening.URL
}

// start runs a handler on a free port, and returns its address.
func start(t *testing.T, mock, program, file string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, file, mock, "0")
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() }) // the context ended it
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// refuses wants an unknown state, wrong params and what is no JSON told apart.
func refuses(t *testing.T, states string) {
	t.Helper()
	for body, want := range map[string]int{
		`{"state":"a full moon","action":"setup"}`:               404,
		`{"state":"items waiting","params":{},"action":"setup"}`: 400,
		`{"state":"a hook","params":{},"action":"undo"}`:         400,
		`{"state":`: 400,
		`{"state":"a hook","params":{"queueLimit":1}}`:                 200,
		`{"state":"a hook","params":{"hookId":1},"action":"teardown"}`: 200,
	} {
		if got := post(t, states, body); got != want {
			t.Errorf("%s: status %d, want %d", body, got, want)
		}
	}
}

func post(t *testing.T, url, body string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
