package agent_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/cli/agent"
)

// mostAnswer is what no answer of a tool exceeds, in bytes.
const mostAnswer = 48 << 10

type schema struct {
	Properties map[string]struct {
		Type any
	}
	Required []string
}

func inputOf(t *testing.T, tool *mcp.Tool) schema {
	t.Helper()
	data, err := json.Marshal(tool.InputSchema)
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func tools(t *testing.T, session *mcp.ClientSession) []*mcp.Tool {
	t.Helper()
	var all []*mcp.Tool
	for tool, err := range session.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tool)
	}
	if len(all) < 30 {
		t.Fatalf("there are %d tools; the test has lost sight of them", len(all))
	}
	return all
}

// Every tool refuses an argument that it does not know, one of another type, and the lack of one that it needs, and names it.
func TestEveryToolNamesTheArgumentThatIsWrong(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	for _, tool := range tools(t, session) {
		input := inputOf(t, tool)
		refuses := func(arguments map[string]any, name string) {
			t.Helper()
			data, err := json.Marshal(arguments)
			if err != nil {
				t.Fatal(err)
			}
			result := try(t, session, tool.Name, string(data))
			if text := said(result); !result.IsError || !strings.Contains(text, name) || len(text) > 4<<10 || strings.Contains(text, "validating") || strings.Contains(text, "unmarshal") {
				t.Errorf("%s %s: got %.300s, want an error that names %s", tool.Name, data, text, name)
			}
		}
		refuses(map[string]any{"nonsense": 1}, "nonsense: there is no such argument; ")
		if _, ok := input.Properties["world"]; ok && tool.Name != "set_up_state" {
			given := fitting(input)
			given["world"] = "a/../b"
			refuses(given, "world")
		}
		for _, name := range input.Required {
			given := fitting(input)
			delete(given, name)
			refuses(given, name+": it is missing; give it")
		}
		for _, name := range slices.Sorted(maps.Keys(input.Properties)) {
			if wrong, typed := misfit(input.Properties[name].Type); typed {
				given := fitting(input)
				given[name] = wrong
				refuses(given, name)
			}
		}
	}
}

// fitting has a value of the right type for everything that is required.
func fitting(s schema) map[string]any {
	given := map[string]any{}
	for _, name := range s.Required {
		switch fmt.Sprint(s.Properties[name].Type) {
		case "integer":
			given[name] = 654
		case "array", "[null array]":
			given[name] = []string{"x"}
		case "string":
			given[name] = "makecom"
		default:
			given[name] = map[string]any{}
		}
	}
	return given
}

// misfit is a value that the type does not take; untyped properties take any.
func misfit(kind any) (wrong any, typed bool) {
	switch fmt.Sprint(kind) {
	case "integer", "boolean", "array", "[null array]", "object":
		return "x", true
	case "string":
		return []int{1}, true
	}
	return nil, false
}

// However much has happened, an answer fits what an agent can read, and the rest can be read on.
func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	var opened struct {
		Token     string
		Addresses map[string]string
	}
	use(t, session, "open_world", `{}`, &opened)
	long := strings.Repeat("x", 2000)
	for range 60 {
		if code := call(http.MethodPost, opened.Addresses["makecom"]+"/hooks/654/"+long, opened.Token, ""); code < 400 {
			t.Fatalf("answered with %d", code)
		}
	}
	use(t, session, "verify", `{"api":"makecom","run":"makecom/(stats|list)/"}`, nil)
	for tool, arguments := range map[string]string{
		"get_journal": `{"limit":1000}`, "export_world": `{}`, "get_coverage": `{}`, "get_total_coverage": `{}`, "list_worlds": `{}`,
		"look_up_sentences": `{}`, "get_state": `{}`, "get_dialect": `{}`, "verify": `{"api":"crmcom"}`,
	} {
		result := try(t, session, tool, arguments)
		data, err := json.Marshal(result.StructuredContent)
		if err != nil || len(data) > mostAnswer || len(data) < 10 {
			t.Errorf("%s %s answers with %d bytes (%v)", tool, arguments, len(data), err)
		}
		if text := said(result); len(text) > mostAnswer {
			t.Errorf("%s %s says %d bytes", tool, arguments, len(text))
		}
	}
}

// A command that does everything wrong, and notices nothing, is told so within the bound; what does not fit can be read on.
func TestCheckClientIsBounded(t *testing.T) {
	session := connect(t, nil)
	t.Setenv("AGENT_TEST_CLIENT", "careless")
	var out struct {
		Exit, Requests, Refusals int
		Output, Journal          string
		Refused                  []struct{ World, Call string }
		Mutants                  struct {
			Tried, Noticed int
			Missed         []struct{ Mutant string }
			More           string
		}
	}
	use(t, session, "check_client", checking(t, map[string]any{"mutants": 21}), &out)
	if out.Exit != 0 || out.Refusals != 40 || len(out.Refused) != 10 || len(out.Output) > 9<<10 {
		t.Errorf("exit %d, %d refusals of which %d are shown, %d bytes of output", out.Exit, out.Refusals, len(out.Refused), len(out.Output))
	}
	if m := out.Mutants; m.Tried != 21 || m.Noticed != 0 || len(m.Missed) != 20 || m.More == "" {
		t.Fatalf("of %d mutants %d are noticed, %d shown, more in %q", m.Tried, m.Noticed, len(m.Missed), m.More)
	}
	var all []struct{ Mutant string }
	if err := json.Unmarshal([]byte(readAll(t, session, out.Mutants.More)), &all); err != nil || len(all) != 21 {
		t.Errorf("read_more has %d of 21 (%v)", len(all), err)
	}
	if n := strings.Count(readAll(t, session, out.Journal), "\n"); n != out.Requests {
		t.Errorf("the journal has %d of %d exchanges", n, out.Requests)
	}
}

// A command that opens worlds of its own and deletes them is seen all the same, the second time as well as the first.
func TestCheckClientSeesWorldsThatAreGone(t *testing.T) {
	session := connect(t, nil)
	t.Setenv("AGENT_TEST_CLIENT", "tidy")
	for range 2 {
		var out struct {
			Exit, Refusals int
			ReliesOn       []string
			Refused        []struct {
				World     string
				Sentences map[string]string
			}
			Mutants *struct{ Tried int }
			NoTrial string
		}
		use(t, session, "check_client", checking(t, map[string]any{"mutants": 2}), &out)
		if out.Exit != 0 || len(out.ReliesOn) == 0 || out.Refusals != 1 || len(out.Refused) != 1 {
			t.Fatalf("got %+v", out)
		}
		if r := out.Refused[0]; r.World != "tidy" || r.Sentences["makecom/delete/all-unconfirmed"] == "" {
			t.Errorf("the refusal: %+v", r)
		}
		if out.Mutants == nil || out.Mutants.Tried != 2 {
			t.Errorf("the mutants: %+v, %q", out.Mutants, out.NoTrial)
		}
	}
}

// What makes a trial worthless is told, and no mutant is tried.
func TestCheckClientSaysWhyItTriedNoMutant(t *testing.T) {
	session := connect(t, nil)
	for client, want := range map[string]string{"absent": "no request reached the mock", "failing": "fails on the honest mock"} {
		t.Setenv("AGENT_TEST_CLIENT", client)
		var out struct {
			Exit    int
			Mutants *struct{}
			NoTrial string
		}
		use(t, session, "check_client", checking(t, map[string]any{"mutants": 2}), &out)
		if out.Mutants != nil || !strings.Contains(out.NoTrial, want) {
			t.Errorf("%s: got %+v, want %q", client, out, want)
		}
	}
	result := try(t, session, "check_client", `{"api":"makecom","command":["./there-is-no-such-program"]}`)
	if !result.IsError || !strings.Contains(said(result), "command: it cannot be run") {
		t.Errorf("a program that there is not: %s", said(result))
	}
}

// A command without an exit code is told why it has none.
func TestCheckClientSaysWhyThereIsNoExitCode(t *testing.T) {
	session := connect(t, nil)
	for client, want := range map[string]string{"killed": "ended by a signal: signal: killed", "patient": "stopped after 1 seconds; give more of them, 1800 at most"} {
		t.Setenv("AGENT_TEST_CLIENT", client)
		release := make(chan struct{})
		web := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
		t.Setenv("AGENT_TEST_WAIT", web.URL)
		var out struct {
			Exit int
			Why  string
		}
		use(t, session, "check_client", checking(t, map[string]any{"seconds": 1}), &out)
		if out.Exit != -1 || !strings.Contains(out.Why, want) {
			t.Errorf("%s: got %+v, want %q", client, out, want)
		}
		close(release)
		web.Close()
	}
}

// The command is run on the honest mock once, and once for each mutant.
func TestCheckClientRunsTheCommandOnceForEachVendor(t *testing.T) {
	session := connect(t, func(o *agent.Options) { o.World = "other" })
	t.Setenv("AGENT_TEST_CLIENT", "careless")
	log := t.TempDir() + "/runs"
	t.Setenv("AGENT_TEST_LOG", log)
	use(t, session, "check_client", checking(t, map[string]any{"mutants": 3}), nil)
	runs, err := os.ReadFile(log)
	if err != nil || len(runs) != 4 {
		t.Errorf("the command ran %d times, want 4 (%v)", len(runs), err)
	}
}

// checking are arguments of check_client that run this test's own client.
func checking(t *testing.T, more map[string]any) string {
	t.Helper()
	arguments := map[string]any{"api": "makecom", "command": []string{os.Args[0]}}
	maps.Copy(arguments, more)
	data, err := json.Marshal(arguments)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// readAll is a kept answer, whole.
func readAll(t *testing.T, session *mcp.ClientSession, name string) string {
	t.Helper()
	whole := ""
	for offset := 0; ; {
		var part struct {
			Text string
			Next int
		}
		use(t, session, "read_more", fmt.Sprintf(`{"name":%q,"offset":%d}`, name, offset), &part)
		whole += part.Text
		if offset = part.Next; offset == 0 {
			return whole
		}
	}
}

// A world can be a copy of another one, and begin anew.
func TestAWorldIsACopy(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	waiting := func(world string) int {
		var opened struct {
			Token     string
			Addresses map[string]string
		}
		use(t, session, "open_world", `{"world":"`+world+`"}`, &opened)
		call(http.MethodGet, opened.Addresses["makecom"]+"/hooks/654/incomings/stats", opened.Token, "")
		var items struct {
			Answer struct {
				Entries []struct {
					Response struct{ Body string }
				}
			}
		}
		use(t, session, "get_journal", `{"world":"`+world+`","limit":1}`, &items)
		var body struct {
			IncomingStat struct{ Queue int } `json:"incomingStat"`
		}
		if err := json.Unmarshal([]byte(items.Answer.Entries[0].Response.Body), &body); err != nil {
			t.Fatal(err)
		}
		return body.IncomingStat.Queue
	}
	before := waiting("first")
	use(t, session, "deliver_incomings", `{"world":"first","hookId":654,"body":{"count":3}}`, nil)
	use(t, session, "open_world", `{"world":"second","from":"first"}`, nil)
	if got := waiting("second"); got != before+3 {
		t.Errorf("the copy has %d items, want %d", got, before+3)
	}
	use(t, session, "open_world", `{"world":"second","fresh":true}`, nil)
	if got := waiting("second"); got != before {
		t.Errorf("begun anew, the world has %d items, want %d", got, before)
	}
}
