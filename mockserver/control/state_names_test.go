package control_test

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// A look that names what is nowhere would be answered with no boards, as an empty world is.
func TestStateRefusesNamesThatAreNowhere(t *testing.T) {
	m := start(t)
	m.make("demo", http.MethodGet, "/hooks/654/incomings", nil)
	for query, want := range map[string]string{
		"api=makecon":                         `there is no api \"makecon\"; take \"makecom\"`,
		"board=hook-65":                       `there is no board \"hook-65\"`,
		"column=waitin":                       `there is no column \"waitin\"`,
		"api=makecom&column=rejected":         `there is no column \"rejected\"`,
		"card=x":                              `there is no card \"x\"`,
		"limit=0":                             `0 is not between 1 and 1000`,
		"limit=-1":                            `-1 is not between 1 and 1000`,
		"limit=1001":                          `1001 is not between 1 and 1000`,
		"api=makecom&column=waiting&offset=9": ``,
		"limit=1":                             ``,
	} {
		answer := m.control(http.MethodGet, "/worlds/demo/state?"+query, nil)
		field, _, _ := strings.Cut(query[strings.LastIndex(query, "&")+1:], "=")
		if refused := answer.status != http.StatusOK; refused != (want != "") || refused && !strings.Contains(string(answer.text), `"field":"`+field+`"`) {
			t.Errorf("%s: status %d, %s", query, answer.status, answer.text)
		}
		if message, remedy, _ := strings.Cut(want, "; "); !strings.Contains(string(answer.text), message) || !strings.Contains(string(answer.text), remedy) {
			t.Errorf("%s: %s, want %s", query, answer.text, want)
		}
	}
}

// What is there to be read says so to whoever would write.
func TestPathsThatAreReadTakeNoOtherMethod(t *testing.T) {
	m := start(t)
	m.make("demo", http.MethodGet, "/hooks/654/incomings", nil)
	for _, path := range []string{"/v1/worlds/demo/events", "/v1", "/v1/", "/healthz", "/readyz", "/page", "/page/world.js", "/openapi/control.yaml", ""} {
		r := m.request(http.MethodPost, "/_understudy"+path, object{})
		if answer := m.send(r); answer.status != http.StatusMethodNotAllowed || answer.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: status %d, Allow %q", path, answer.status, answer.header.Get("Allow"))
		}
	}
}

// Whoever copies a command of a server that wants a control token finds where the token goes.
func TestCommandsCarryTheControlToken(t *testing.T) {
	for _, token := range []string{"", "secret"} {
		m := start(t, mockserver.WithControl(control.Options{Token: token}), mockserver.WithOnly(checked()))
		r := m.request(http.MethodGet, "/", nil)
		r.Header.Set("Accept", "text/html")
		page := string(m.send(r).text)
		want := "curl -s " + m.url + "/_understudy/v1/worlds<"
		command := "verify --state-url " + m.url + "/_understudy/v1/provider-states"
		if token != "" {
			want = "curl -s -H &#34;Authorization: Bearer $UNDERSTUDY_CONTROL_TOKEN&#34; " + m.url + "/_understudy/v1/worlds<"
			command += ` --state-header "Authorization: Bearer $UNDERSTUDY_CONTROL_TOKEN"`
		}
		if !strings.Contains(page, want) {
			t.Errorf("token %q: the start page lacks %s", token, want)
		}
		r = m.request(http.MethodGet, "/_understudy/v1/contracts", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		var known controlapi.Contracts
		m.send(r).into(&known)
		if got := known.Apis[0].Requirements[0].Check.Command; got != command {
			t.Errorf("token %q: the command is %s, want %s", token, got, command)
		}
	}
}

// checked is an API whose sentences are checked by one command.
func checked() *mockapi.API {
	mine := *mockserver.APIs()[0]
	mine.Check = func(*contract.Requirement) mockapi.Check {
		return mockapi.Check{Command: "verify --state-url {states}{credential}"}
	}
	return &mine
}

// A script calls the server that wrote it, stops where nothing answers, and says so once.
func TestReplayCallsTheServerThatWroteIt(t *testing.T) {
	m := played(t)
	script := string(m.control(http.MethodGet, journalPath+"?format=curl", nil).text)
	run := func(arguments ...string) (string, error) {
		shell := exec.CommandContext(t.Context(), "sh", append([]string{"-s", "--"}, arguments...)...)
		shell.Stdin = strings.NewReader(script)
		said, err := shell.CombinedOutput()
		return string(said), err
	}
	if said, err := run(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	said, err := run(gone.URL)
	if err == nil || !strings.Contains(said, "nothing answers at "+gone.URL) || strings.Count(said, "\n") != 1 {
		t.Errorf("%v: %s", err, said)
	}
}
