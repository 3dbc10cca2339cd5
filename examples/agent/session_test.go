// Package agent_test has an agent use the mock and the suite, tool by tool.
package agent_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/cli/agent"
	"github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/makecom"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/docs"
	"github.com/understudy-mock/understudy/mockserver"
)

// connect has an agent at a mock. The options can be changed before.
func connect(t *testing.T, change func(*agent.Options)) *mcp.ClientSession {
	t.Helper()
	return connectAs(t, change, nil)
}

func connectAs(t *testing.T, change func(*agent.Options), client *mcp.ClientOptions) *mcp.ClientSession {
	t.Helper()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(mock)
	t.Cleanup(web.Close)
	options := agent.Options{
		APIs: mockserver.APIs(), Catalogs: []*suite.Catalog{makecom.Catalog(), crmcom.Catalog()},
		Origin: web.URL, Control: web.URL + "/_understudy/v1", World: "agent", Commands: true, Pages: docs.Pages, Version: "test",
	}
	if change != nil {
		change(&options)
	}
	server, err := agent.New(options)
	if err != nil {
		t.Fatal(err)
	}
	here, there := mcp.NewInMemoryTransports()
	if _, err := server.Connect(t.Context(), here, nil); err != nil {
		t.Fatal(err)
	}
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, client).Connect(t.Context(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

// use calls a tool and reads what it answers, which it wants to be no error.
func use(t *testing.T, session *mcp.ClientSession, tool, arguments string, into any) {
	t.Helper()
	result := try(t, session, tool, arguments)
	if result.IsError {
		t.Fatalf("%s: %s", tool, said(result))
	}
	data, err := json.Marshal(result.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatalf("%s: %v in %s", tool, err, data)
		}
	}
}

func try(t *testing.T, session *mcp.ClientSession, tool, arguments string) *mcp.CallToolResult {
	t.Helper()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: json.RawMessage(arguments)})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return result
}

func said(r *mcp.CallToolResult) string {
	text := ""
	for _, c := range r.Content {
		if c, ok := c.(*mcp.TextContent); ok {
			text += c.Text
		}
	}
	return text
}

// An agent brings about what only the vendor can, and reads which sentence decided the answer.
func TestAnAgentSeesAPartialDeletion(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	var opened struct {
		Token     string
		Addresses map[string]string
	}
	use(t, session, "open_world", `{}`, &opened)
	use(t, session, "begin_incomings", `{"hookId":654,"body":{"count":1}}`, nil)
	if code := call(http.MethodDelete, opened.Addresses["makecom"]+"/hooks/654/incomings?confirmed=true", opened.Token, `{"all":true}`); code != http.StatusOK {
		t.Fatalf("the deletion is answered with %d", code)
	}
	var journal struct {
		Answer struct {
			Entries []struct {
				Operation    string
				Requirements []string
			}
		}
	}
	use(t, session, "get_journal", `{}`, &journal)
	entries := journal.Answer.Entries
	if len(entries) != 1 || entries[0].Operation != "deleteHookIncomings" || len(entries[0].Requirements) == 0 {
		t.Fatalf("the journal has %+v", entries)
	}
	ids, _ := json.Marshal(entries[0].Requirements) // strings can be encoded
	var sentences struct {
		Sentences []struct{ ID, Text string }
		Unknown   []string
	}
	use(t, session, "look_up_sentences", `{"ids":`+string(ids)+`}`, &sentences)
	if len(sentences.Sentences) != len(entries[0].Requirements) || len(sentences.Unknown) > 0 {
		t.Errorf("%d of %s are known: %+v", len(sentences.Sentences), ids, sentences)
	}
}

func TestCheckClientSaysWhatTheClientReliesOnAndMisses(t *testing.T) {
	session := connect(t, nil)
	t.Setenv("AGENT_TEST_CLIENT", "yes")
	var out struct {
		Exit, Requests, Refusals int
		Output                   string
		ReliesOn                 []string
		Refused                  []struct {
			Status    int
			Sentences map[string]string
		}
		Mutants struct {
			Tried, Noticed int
			Missed         []struct{ Mutant, Sentence string }
		}
	}
	use(t, session, "check_client", checking(t, map[string]any{"mutants": 4, "seed": 3}), &out)
	if out.Exit != 0 || out.Requests != 2 || out.Refusals != 1 || len(out.ReliesOn) == 0 || !strings.Contains(out.Output, "refused") {
		t.Errorf("got %+v", out)
	}
	if len(out.Refused) != 1 || out.Refused[0].Status != http.StatusNotAcceptable || out.Refused[0].Sentences["makecom/delete/all-unconfirmed"] == "" {
		t.Errorf("the refusal: %+v", out.Refused)
	}
	if m := out.Mutants; m.Tried != 4 || m.Noticed+len(m.Missed) != 4 || len(m.Missed) == 0 || m.Missed[0].Sentence == "" {
		t.Errorf("the mutants: %+v", m)
	}
}

func TestVerifyFindsAMutant(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	var out struct {
		Run, Verdict string
		Outcomes     map[string]int
		Findings     []struct{ ID, Want, Got string }
	}
	use(t, session, "verify", `{"api":"makecom","run":"makecom/(auth|stats)/"}`, &out)
	if out.Verdict != "conforms" || out.Outcomes["pass"] == 0 || len(out.Findings) != 0 {
		t.Fatalf("the honest mock: %+v", out)
	}
	broken := connect(t, func(o *agent.Options) {
		mock, err := mockserver.New(mockserver.WithMutant("makecom/stats/limit/always-the-default"))
		if err != nil {
			t.Fatal(err)
		}
		web := httptest.NewServer(mock)
		t.Cleanup(web.Close)
		o.Origin, o.Control = web.URL, web.URL+"/_understudy/v1"
	})
	use(t, broken, "verify", `{"api":"makecom","run":"makecom/stats/"}`, &out)
	if out.Verdict != "violates" || len(out.Findings) == 0 || out.Findings[0].Want == "" {
		t.Fatalf("the broken mock: %+v", out)
	}
	var more struct{ Found int }
	use(t, broken, "findings", `{"run":"`+out.Run+`","outcome":"fail"}`, &more)
	if more.Found == 0 {
		t.Error("the findings of the run are gone")
	}
}

// What is wrong is told to the agent, with the remedy, and never a failure of the protocol.
func TestRefusalsAreForTheAgent(t *testing.T) {
	t.Parallel()
	session := connect(t, func(o *agent.Options) { o.Commands = false })
	use(t, session, "open_world", `{}`, nil)
	for _, tt := range []struct{ tool, arguments, want string }{
		{"get_journal", `{"operaton":"x"}`, `take "operation"`},
		{"get_journal", `{"operation":"listHookIncoming"}`, "listHookIncomings"},
		{"begin_incomings", `{"body":{}}`, "hookId: it is missing"},
		{"begin_incomings", `{"hookId":654,"hookId":655}`, "hookId: it is given twice"},
		{"findings", `{"run":"x","run":"y"}`, "run: it is given twice"},
		{"deliver_incomings", `{"hookId":654,"body":{"data":[1],"data":[2]}}`, "data: it stands in line 1 already"},
		{"advance_clock", `{"body":{"by":"-1h"}}`, "400"},
		{"verify", `{"api":"nope"}`, "take one of makecom, crmcom"},
		{"verify", `{"api":"makecom","url":"https://eu1.make.com/api/v2","token":"t"}`, "--remote"},
		{"verify", `{"api":"makecom","run":"("}`, "run:"},
		{"check_client", `{"api":"makecom","command":["true"]}`, "--commands"},
		{"check_client", `{"api":"makecom","command":[]}`, "command: it is empty"},
		{"look_up_sentences", `{"offset":-1}`, "must not be negative"},
		{"read_more", `{"name":"answer-9"}`, "ask again"},
		{"findings", `{"run":"x"}`, "call verify"},
		{"open_world", `{"world":"a/b c"}`, "world"},
		{"look_up_sentences", `{"api":"nope"}`, "take one of makecom, crmcom"},
		{"check_client", `{"api":"nope","command":["true"]}`, "take one of makecom, crmcom"},
		{"check_client", `{"api":"makecom","command":["true"],"seconds":-1}`, "seconds: must be 1 to 1800"},
		{"check_client", `{"api":"makecom","command":["true"],"mutants":-1}`, "mutants: must not be negative"},
		{"verify", `{"api":"makecom","mode":"brutal"}`, "brutal"},
		{"verify", `{"api":"makecom","url":"http://127.0.0.1:1","token":"t"}`, "127.0.0.1:1"},
		{"verify", `{"api":"makecom","seed":-1}`, "seed: -1 is out of range; give one from 0"},
		{"verify", `{"api":"makecom","seed":1e300}`, "seed: 1e300 is out of range; give one from 0"},
		{"verify", `{"api":"makecom","anonymous":"yes"}`, `anonymous: must be true or false, found "yes"`},
		{"verify", `{"api":"makecom","stateHeaders":{"A":1}}`, `stateHeaders: must be an object of texts, found {"A":1}`},
		{"verify", `{"api":null}`, "api: must be a text, found null; leave it out, or give a text"},
		{"check_client", `{"api":"makecom","command":"go test"}`, `command: must be an array of texts, found "go test"; write it as ["go test"], one text for each word`},
		{"check_client", `{"api":"makecom","command":["true"],"seconds":"60"}`, `seconds: must be a whole number, found "60"; write it without quotes, as 60`},
		{"check_client", `{"api":"makecom","command":["true"],"seconds":1.5}`, "seconds: must be a whole number, found 1.5"},
		{"get_journal", `{"world":654.0}`, `world: must be a text, found 654.0; write it in quotes, as "654.0"`},
		{"get_journal", `{"limit":[1]}`, "limit: must be a whole number, found [1]"},
	} {
		result := try(t, session, tt.tool, tt.arguments)
		if !result.IsError || !strings.Contains(said(result), tt.want) {
			t.Errorf("%s %s: got %s, want %q", tt.tool, tt.arguments, said(result), tt.want)
		}
	}
}

// Long answers come in parts that put together are the whole.
func TestLongAnswersComeInParts(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	use(t, session, "open_world", `{}`, nil)
	long := strings.Repeat("Zürich ", 9000)
	use(t, session, "deliver_incomings", `{"hookId":654,"body":{"data":[{"text":"`+long+`","n":9007199254740993}]}}`, nil)
	var first struct {
		Text, More string
		Bytes      int
	}
	use(t, session, "export_world", `{}`, &first)
	if first.More == "" || first.Bytes < len(long) {
		t.Fatalf("got %d bytes and %q", first.Bytes, first.More)
	}
	whole := readAll(t, session, first.More)
	if len(whole) != first.Bytes || !json.Valid([]byte(whole)) || !strings.Contains(whole, long) || !strings.Contains(whole, "9007199254740993") {
		t.Errorf("the parts make %d bytes of %d", len(whole), first.Bytes)
	}
}

func TestResources(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	use(t, session, "open_world", `{}`, nil)
	for uri, want := range map[string]string{
		"understudy://contracts/makecom": "makecom/delete/all-unconfirmed",
		"understudy://openapi/crmcom":    "webhook_requests",
		"understudy://docs/faults.md":    "# ",
		"understudy://worlds/agent":      `"seed"`,
	} {
		r, err := session.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri})
		if err != nil || len(r.Contents) != 1 || !strings.Contains(r.Contents[0].Text, want) {
			t.Errorf("%s: %v", uri, err)
		}
	}
	if _, err := session.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: "understudy://worlds/nobody"}); err == nil {
		t.Error("a world that there is not can be read")
	}
}

// The page for agents names every tool, and no tool is longer than an agent should have to read.
func TestThePageNamesEveryTool(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	page, err := docs.Pages.ReadFile("agents.md")
	if err != nil {
		t.Fatal(err)
	}
	for tool, err := range session.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "`"+tool.Name+"`") {
			t.Errorf("docs/agents.md does not name %s", tool.Name)
		}
		if data, err := json.Marshal(tool); err != nil || len(data) > 6<<10 {
			t.Errorf("%s takes %d bytes to describe (%v)", tool.Name, len(data), err)
		}
	}
}

// A mock whose control API wants a token sets the states of its own verify up.
func TestVerifyOfAMockWithAControlToken(t *testing.T) {
	t.Parallel()
	const secret = "only-for-tests"
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_understudy/") && r.Header.Get("Authorization") != "Bearer "+secret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mock.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	session := connect(t, func(o *agent.Options) {
		o.Origin, o.Control, o.ControlToken = web.URL, web.URL+"/_understudy/v1", secret
	})
	var out struct{ Verdict, Run string }
	use(t, session, "verify", `{"api":"makecom","run":"makecom/delete/"}`, &out)
	if out.Verdict != "conforms" {
		t.Errorf("got %+v", out)
	}
	// The address given outright gets it too, another one does not.
	use(t, session, "verify", `{"api":"makecom","run":"makecom/delete/ids","url":"`+web.URL+`/api/v2","token":"x","stateUrl":"`+web.URL+`/_understudy/v1/provider-states"}`, &out)
	asked := make(chan string, 100)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Get("Authorization")
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(other.Close)
	refused := said(try(t, session, "verify", `{"api":"makecom","url":"`+web.URL+`/api/v2","token":"x","stateUrl":"`+other.URL+`"}`))
	if got := <-asked; got != "" || !strings.Contains(refused, "stateHeaders") || strings.Contains(refused, "--") {
		t.Errorf("another provider was sent %q; %s", got, refused)
	}
}

// A misspelt world to copy is refused with the one that was meant, and not made.
func TestAWorldToCopyIsThere(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	use(t, session, "open_world", `{"world":"workshop"}`, nil)
	for range 2 {
		if refused := try(t, session, "open_world", `{"world":"copy","from":"workshp"}`); !refused.IsError || !strings.Contains(said(refused), "workshop") {
			t.Errorf("got %s", said(refused))
		}
	}
	use(t, session, "open_world", `{"world":"copy","from":"workshop"}`, nil)
}
