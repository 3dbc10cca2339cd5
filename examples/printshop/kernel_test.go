package printshop

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/printshop/contract"
	"github.com/understudy-mock/understudy/openapi"
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

// TestTheDialectChanges has a running shop answer an open question otherwise, and refuse what is no answer.
func TestTheDialectChanges(t *testing.T) {
	c := shopClient(t)
	c.want("POST", "/printshop/v1/jobs", `{"title":"A second","pages":1}`, http.StatusCreated, "A second")
	c.want("GET", "/printshop/v1/jobs?limit=1", "", http.StatusOK, "A poster")
	c.want("PUT", worldPath+"/dialect", `{"printshop/list/order":"newest-first"}`, http.StatusOK, `"printshop/list/order":"newest-first"`)
	c.want("GET", "/printshop/v1/jobs?limit=1", "", http.StatusOK, "A second")
	c.want("PUT", worldPath+"/dialect", `{"printshop/list/order":"sideways"}`, http.StatusBadRequest, "take one of oldest-first, newest-first")
	c.want("PUT", worldPath+"/dialect", `{"name":"hostile","seed":7}`, http.StatusOK, `"printshop/cancel/again":"accepted"`)
	c.want("PUT", worldPath+"/dialect", `{}`, http.StatusOK, `"printshop/list/order":"oldest-first"`)
}

func TestCoverageNamesTheSentences(t *testing.T) {
	c := shopClient(t)
	var covered struct{ Reached, Never []string }
	if err := json.Unmarshal([]byte(c.want("GET", worldPath+"/coverage", "", http.StatusOK, "")), &covered); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(covered.Reached, []string{contract.SubmitCreated.ID, contract.SubmitIDs.ID}) {
		t.Errorf("reached: %q", covered.Reached)
	}
	if all := len(covered.Reached) + len(covered.Never); all != len(contract.API.Requirements) || !slices.Contains(covered.Never, contract.CancelPrinting.ID) {
		t.Errorf("never, of %d: %q", all, covered.Never)
	}
}

// TestAProviderStateMakesAJob makes one that has failed, which no call of the shop can, and takes it back.
func TestAProviderStateMakesAJob(t *testing.T) {
	c := shopClient(t)
	const states = "/_understudy/v1/provider-states"
	var made struct{ ID string }
	answer := c.want("POST", states, `{"state":"a job","params":{"world":"demo","state":"failed"}}`, http.StatusOK, `"id"`)
	if err := json.Unmarshal([]byte(answer), &made); err != nil {
		t.Fatal(err)
	}
	c.want("POST", "/printshop/v1/jobs/"+made.ID+"/retry", "", http.StatusOK, `"attempts":2`)
	c.want("POST", states, `{"state":"a job","action":"teardown","params":{"world":"demo","id":"`+made.ID+`"}}`, http.StatusOK, "")
	c.want("GET", "/printshop/v1/jobs/"+made.ID, "", http.StatusNotFound, "not-found")
	c.want("POST", states, `{"state":"a jop","params":{"world":"demo"}}`, http.StatusNotFound, `\"a job\"`)
}

// TestTheControlAPIListsWhatThereIs wants the kernel's resources, and none of an API that is not played.
func TestTheControlAPIListsWhatThereIs(t *testing.T) {
	text := shopClient(t).want("GET", "/_understudy/v1/", "", http.StatusOK, "/worlds/{world}/clock")
	for _, absent := range openapi.APIs() {
		if strings.Contains(text, absent.Name) {
			t.Errorf("%s is not played, and listed", absent.Name)
		}
	}
}

// TestBadInputIsRefused sends what breaks the document in one point each. Nothing is added by it, and the shop goes on.
func TestBadInputIsRefused(t *testing.T) {
	c := shopClient(t)
	for _, body := range []string{``, `{`, `[]`, `"x"`, `{"pages":1}`, `{"title":7,"pages":1}`, `{"title":"x","pages":"many"}`, `{"title":"x","pages":1e99}`, strings.Repeat("[", 10_000)} {
		c.want("POST", "/printshop/v1/jobs", body, http.StatusBadRequest, `"code":"invalid"`)
	}
	c.want("GET", "/printshop/v1/jobs?limit=none", "", http.StatusBadRequest, `"code":"invalid"`)
	c.want("PATCH", "/printshop/v1/jobs", `{}`, http.StatusMethodNotAllowed, `"code":"method"`)
	c.want("GET", "/printshop/v1/prints", "", http.StatusNotFound, `"code":"not-found"`)
	c.want("GET", "/printshop/v1/jobs", "", http.StatusOK, `"total":1`)
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

// TestAReplayFindsTheIDs wants a script that cancels the job that it submitted itself, and not the recorded one.
func TestAReplayFindsTheIDs(t *testing.T) {
	c := shopClient(t)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(c.want("POST", "/printshop/v1/jobs", `{"title":"A second","pages":1}`, http.StatusCreated, "")), &made); err != nil {
		t.Fatal(err)
	}
	c.want("POST", "/printshop/v1/jobs/"+made.ID+"/cancel", "", http.StatusOK, "cancelled")
	script := c.want("GET", worldPath+"/journal?format=curl", "", http.StatusOK, `/printshop/v1/jobs/'"$id1"'/cancel`)
	if strings.Contains(script, made.ID) {
		t.Errorf("the script has the recorded id:\n%s", script)
	}
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
