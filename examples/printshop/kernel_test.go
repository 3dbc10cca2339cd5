package printshop

import (
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/printshop/contract"
)

// client calls the shop and its control API with one token.
type client struct {
	t     *testing.T
	host  string
	token string
}

func (c client) do(method, path, body string) (status int, text string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.host+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}

// want calls, and wants a status and a piece of the answer.
func (c client) want(method, path, body string, status int, piece string) string {
	c.t.Helper()
	got, text := c.do(method, path, body)
	if got != status || !strings.Contains(text, piece) {
		c.t.Errorf("%s %s: %d %s, want %d with %q", method, path, got, text, status, piece)
	}
	return text
}

// shopClient is a shop of its own with one job.
func shopClient(t *testing.T) client {
	t.Helper()
	c := client{t, strings.TrimSuffix(target(t).URL, contract.API.BasePath), "demo"}
	c.want("POST", "/printshop/v1/jobs", `{"title":"A poster","pages":3}`, http.StatusCreated, `"state":"queued"`)
	return c
}

const worldPath = "/_understudy/v1/worlds/demo"

func TestAWorldForEachToken(t *testing.T) {
	c := shopClient(t)
	c.want("GET", "/printshop/v1/jobs", "", http.StatusOK, `"total":1`)
	other := client{t, c.host, "another"}
	other.want("GET", "/printshop/v1/jobs", "", http.StatusOK, `"total":0`)
}

func TestTheClockIsTheWorlds(t *testing.T) {
	c := shopClient(t)
	c.want("PUT", worldPath+"/clock", `{"mode":"frozen","now":"2030-01-02T03:04:05Z"}`, http.StatusOK, "2030")
	c.want("POST", "/printshop/v1/jobs", `{"title":"Late","pages":1}`, http.StatusCreated, `"submitted_at":"2030-01-02T03:04:05Z"`)
}

func TestFaultsAreInjected(t *testing.T) {
	c := shopClient(t)
	c.want("PUT", worldPath+"/faults", `[{"operation":"listJobs","status":503}]`, http.StatusOK, "503")
	c.want("GET", "/printshop/v1/jobs", "", http.StatusServiceUnavailable, "internal")
}

func TestTheJournalNamesTheSentences(t *testing.T) {
	c := shopClient(t)
	c.want("GET", worldPath+"/journal", "", http.StatusOK, contract.SubmitCreated.ID)
}

// TestAWorldFileHoldsTheJobs loads what was exported into another world.
func TestAWorldFileHoldsTheJobs(t *testing.T) {
	c := shopClient(t)
	var file map[string]json.RawMessage
	text := c.want("GET", worldPath, "", http.StatusOK, "A poster")
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	delete(file, "tokens") // the other world has its own
	again, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := c.do("PUT", "/_understudy/v1/worlds/copy", string(again)); status/100 != 2 {
		t.Fatalf("%d %s", status, answer)
	}
	copied := client{t, c.host, "copy"}
	copied.want("GET", "/printshop/v1/jobs", "", http.StatusOK, "A poster")
	_, before := c.do("GET", "/printshop/v1/jobs", "")
	if _, after := copied.do("GET", "/printshop/v1/jobs", ""); before != after {
		t.Errorf("%s\nbecame\n%s", before, after)
	}
}

// TestFixturesComeFromTheDocument has the command make jobs and bad requests of the shop's own document.
func TestFixturesComeFromTheDocument(t *testing.T) {
	for _, c := range []struct{ flag, value, want string }{
		{"--ref", "#/components/schemas/Job", `"attempts"`}, {"--operation", "submitJob", "/jobs"},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "run", "./cmd/printshop", "fixtures", "schema", "--spec", "printshop", c.flag, c.value, "--count", "2").CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
