package agent_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// mostRead bounds what one read of a resource answers with, in bytes, what it says about the rest included.
const mostRead = 50 << 10

// However long a resource is, it is read in parts that fit, and put together they are what it was at the first one.
func TestResourcesAreReadInParts(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	use(t, session, "open_world", `{}`, nil)
	long := strings.Repeat("Zürich ", 30_000)
	use(t, session, "deliver_incomings", `{"hookId":654,"body":{"data":["`+long+`"]}}`, nil)
	use(t, session, "verify", `{"api":"makecom","run":"makecom/stats/"}`, nil)
	whole := ""
	for uri, parts := "understudy://worlds/agent", 0; uri != ""; parts++ {
		var text string
		text, uri = readPart(t, session, uri)
		whole += text
		if parts == 0 { // later parts are of the same moment
			use(t, session, "reset_world", `{}`, nil)
		}
	}
	if !json.Valid([]byte(whole)) || !strings.Contains(whole, long) {
		t.Errorf("the parts make %d bytes, which are not the world", len(whole))
	}
	for resource, err := range session.Resources(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		for uri := resource.URI; uri != ""; {
			_, uri = readPart(t, session, uri)
		}
	}
	for _, uri := range []string{"understudy://answers/answer-999", "understudy://answers/answer-1?offset=-1", "understudy://answers/answer-1?offset=x", "understudy://worlds/agent?offset=1"} {
		if r, err := session.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri}); err == nil {
			t.Errorf("%s is read: %.200v", uri, r.Contents[0].Text)
		}
	}
}

// readPart reads a resource, and returns what it says and where the rest of it is.
func readPart(t *testing.T, session *mcp.ClientSession, uri string) (text, next string) {
	t.Helper()
	r, err := session.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri})
	if err != nil {
		t.Fatalf("%s: %v", uri, err)
	}
	if data, err := json.Marshal(r); err != nil || len(data) > 2*mostRead { // quotes are escaped
		t.Errorf("%s answers with %d bytes (%v)", uri, len(data), err)
	}
	if len(r.Contents[0].Text) > mostRead {
		t.Errorf("%s says %d bytes", uri, len(r.Contents[0].Text))
	}
	if len(r.Contents) > 1 {
		next = r.Contents[1].URI
		if !strings.Contains(r.Contents[1].Text, next) {
			t.Errorf("%s: %q does not name %s", uri, r.Contents[1].Text, next)
		}
	}
	return r.Contents[0].Text, next
}

// Whatever is not there is told of with what would help.
func TestWhatIsNotThereIsToldWithTheRemedy(t *testing.T) {
	t.Parallel()
	session := connect(t, nil)
	use(t, session, "open_world", `{"world":"shop"}`, nil)
	for uri, remedy := range map[string]string{
		"understudy://docs/tim":     `take "time.md"`,
		"understudy://worlds/shopp": `take "shop"`,
		"understudy://reports/x":    "call verify",
		"understudy://nothing/x":    "resources/list and resources/templates/list have all",
	} {
		if _, err := session.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri}); err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("%s: got %v, want %q", uri, err, remedy)
		}
	}
	for arguments, remedy := range map[string]string{
		`{"api":"makecom","command":["true"],"seconds":0}`:    "seconds: must be 1 to 1800, found 0",
		`{"api":"makecom","command":["true"],"seconds":1801}`: "seconds: must be 1 to 1800, found 1801",
	} {
		if r := try(t, session, "check_client", arguments); !r.IsError || said(r) != remedy {
			t.Errorf("%s: got %q, want %q", arguments, said(r), remedy)
		}
	}
	use(t, session, "put_sink", `{"world":"shop","name":"shop","body":{"answers":[]}}`, nil)
	if r := try(t, session, "get_sink", `{"world":"shop","name":"shopp"}`); !r.IsError || !strings.Contains(said(r), "unknown-sink") {
		t.Errorf("a sink that nobody made: %s", said(r))
	}
}
