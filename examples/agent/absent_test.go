package agent_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A world that nobody opened is refused by every tool that takes the name of one: nothing happened there, and an expectation that nothing
// did would be met. The tools that open it are left, and the world is not made.
func TestAWorldThatNobodyOpenedIsRefused(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	use(t, session, "open_world", `{"world":"workshop"}`, nil)
	tried := 0
	for _, tool := range tools(t, session) {
		input := inputOf(t, tool)
		if _, takes := input.Properties["world"]; !takes || slices.Contains([]string{"open_world", "put_world", "mint_token"}, tool.Name) {
			continue
		}
		given := fitting(input)
		given["world"] = "workshp"
		data, err := json.Marshal(given)
		if err != nil {
			t.Fatal(err)
		}
		result := try(t, session, tool.Name, string(data))
		if want := `world: there is no world "workshp"; take "workshop", or open it with open_world`; !result.IsError || said(result) != want {
			t.Errorf("%s: got %s, want %s", tool.Name, said(result), want)
		}
		tried++
	}
	if tried < 20 {
		t.Errorf("%d tools were tried; the test has lost sight of them", tried)
	}
	for tool, arguments := range map[string]string{
		"verify_journal": `{"body":{"expectations":[{"operation":"deleteHookIncomings","never":true}]}}`, // in the world of those that name none
		"set_up_state":   `{"body":{"state":"items waiting","params":{"world":"workshp","hookId":654,"count":1},"action":"setup"}}`,
		"open_world":     `{"world":"copy","from":"workshp"}`,
	} {
		if result := try(t, session, tool, arguments); !result.IsError || !strings.Contains(said(result), "there is no world") {
			t.Errorf("%s: got %s", tool, said(result))
		}
	}
	var list struct {
		Answer struct{ Worlds []struct{ Name string } }
	}
	use(t, session, "list_worlds", `{}`, &list)
	if len(list.Answer.Worlds) != 1 {
		t.Errorf("there are the worlds %+v", list.Answer.Worlds)
	}
	if late := try(t, session, "get_journal", `{"world":"later","wait":1,"timeout":"1ms"}`); !strings.Contains(said(late), "wait-timeout") {
		t.Errorf("who waits for exchanges is told %s", said(late))
	}
}

// A name is a text whatever it looks like, and a whole number is one however it is written.
func TestNamesAndNumbersAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	for _, name := range []string{"654.0", "1e3", "true", "null", "~"} {
		use(t, session, "open_world", `{"world":"`+name+`"}`, nil)
		use(t, session, "deliver_incomings", `{"world":"`+name+`","hookId":654,"body":{"count":3}}`, nil)
		var begun struct{ Answer struct{ IDs []string } }
		for _, id := range []string{"654", "654.0", "6.54e2"} {
			use(t, session, "begin_incomings", `{"world":"`+name+`","hookId":`+id+`,"body":{"count":1}}`, &begun)
			if len(begun.Answer.IDs) != 1 {
				t.Errorf("%s in %q: begun %v", id, name, begun.Answer.IDs)
			}
		}
	}
}

// A token of progress is a text or a whole number; of another kind it is refused before anything is done.
func TestProgressTokensOfAnotherKindAreRefused(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	for _, token := range []any{true, 1.5, []int{1}, map[string]any{"a": 1}, 1e300} {
		params := &mcp.CallToolParams{Name: "open_world", Arguments: json.RawMessage(`{}`), Meta: mcp.Meta{"progressToken": token}}
		if _, err := session.CallTool(t.Context(), params); err == nil || !strings.Contains(err.Error(), "_meta.progressToken: must be a text or a whole number") {
			t.Errorf("%v: got %v", token, err)
		}
	}
	for _, token := range []any{"", "mine", 7, -1, 1 << 53, nil} {
		params := &mcp.CallToolParams{Name: "open_world", Arguments: json.RawMessage(`{}`), Meta: mcp.Meta{"progressToken": token}}
		if result, err := session.CallTool(t.Context(), params); err != nil || result.IsError {
			t.Errorf("%v: got %v", token, err)
		}
	}
}

// Nothing that check_client shows of a client holds a credential that it sent.
func TestCheckClientShowsNoCredential(t *testing.T) {
	session := connect(t, nil)
	t.Setenv("AGENT_TEST_CLIENT", "indiscreet")
	result := try(t, session, "check_client", checking(t, nil))
	data, err := json.Marshal(result.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Requests int
		Journal  string
	}
	if err := json.Unmarshal(data, &out); err != nil || out.Requests != 3 {
		t.Fatalf("got %s (%v)", data, err)
	}
	for what, text := range map[string]string{"data": string(data), "text": said(result), "journal": readAll(t, session, out.Journal)} {
		if strings.Contains(text, clientSecret) || !strings.Contains(text, "REDACTED") {
			t.Errorf("the %s: %s", what, text)
		}
	}
}
