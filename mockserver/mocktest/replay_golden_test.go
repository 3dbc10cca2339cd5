package mocktest_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/openapi/contract"
)

var update = flag.Bool("update", false, "write the replayed test anew") //nolint:gochecknoglobals // a flag of the test binary

// record has exchanges whose replay depends on ids that the replay itself makes.
func record(t *testing.T) *mocktest.Bench {
	t.Helper()
	b := mocktest.Start(t)
	hook := b.Hook(654)
	call(t, b, http.MethodPost, hook.URL, `{"order": "it's 1"}`)
	deliverBytes(t, b, hook.URL, "\x00\x01")
	ids := listed(t, b, 654)
	call(t, b, http.MethodGet, b.MakecomURL+"/hooks/654/incomings/"+ids[2], "")
	call(t, b, http.MethodDelete, b.MakecomURL+"/hooks/654/incomings", fmt.Sprintf(`{"ids": [%q, %q]}`, ids[0], ids[3]))
	call(t, b, http.MethodGet, b.MakecomURL+"/hooks/654/incomings/"+ids[3], "")
	call(t, b, http.MethodDelete, b.MakecomURL+"/hooks/654/incomings", `{"all": true}`)
	return b
}

// recordResend has exchanges that name a webhook request which a resend made.
func recordResend(t *testing.T) *mocktest.Bench {
	t.Helper()
	b := mocktest.Start(t, mocktest.With(anew()))
	post := func(path, identifier string) string {
		_, text := call(t, b, http.MethodPost, b.CrmcomURL+"/webhook_requests/"+path, fmt.Sprintf(`{"token":%q,"webhook_request_identifier":%s}`, b.Token, identifier))
		return text
	}
	found := regexp.MustCompile(`"data":\{"id":"([0-9A-F]{32})"`).FindStringSubmatch(post("resend", `{"number":"14"}`))
	if found == nil {
		t.Fatal("the resend names no webhook request")
	}
	if _, shown := call(t, b, http.MethodGet, b.CrmcomURL+"/webhook_requests/show?token="+b.Token+"&webhook_request_identifier=id%3D"+found[1], ""); !strings.Contains(shown, `"number":"16"`) {
		t.Fatalf("it is not found: %s", shown)
	}
	post("delete", fmt.Sprintf(`{"id":%q}`, found[1]))
	return b
}

// anew lets a resend make a new webhook request.
func anew() mockserver.Option {
	return mockserver.WithDialect(contract.Dialect{"crmcom/resend/identity": "new-record", "crmcom/error/http-status": "4xx"})
}

func deliverBytes(t *testing.T, b *mocktest.Bench, url, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := b.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
}

// The written test is committed in replayed/, where go test compiles and runs it.
func TestReplayAsGo(t *testing.T) {
	var got bytes.Buffer
	if err := journal.WriteGo(&got, record(t).Journal(journal.Filter{})); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("replayed", "replay_test.go")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-committed +written); run with -update:\n%s", golden, diff)
	}
}

func TestReplayAsCurl(t *testing.T) {
	replayAsCurl(t, record(t), " 404 ", " 200 ")
}

// A webhook request that a resend made has another id in the new world.
func TestReplayOfAResendAsCurl(t *testing.T) {
	replayAsCurl(t, recordResend(t), "=$made", "=0", anew())
}

// replayAsCurl wants the script to succeed on a fresh server, and to fail when a part of it is replaced.
func replayAsCurl(t *testing.T, recorded *mocktest.Bench, part, tampered string, options ...mockserver.Option) {
	t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatalf("the scripts need curl: %v", err)
	}
	var script bytes.Buffer
	if err := journal.WriteCurl(&script, recorded.Journal(journal.Filter{})); err != nil {
		t.Fatal(err)
	}
	mock, err := mockserver.New(append(options, mockserver.WithValidateResponses())...)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(mock)
	t.Cleanup(web.Close)
	t.Setenv("PATH", filepath.Dir(curl)+":"+os.Getenv("PATH"))
	for _, tamper := range []bool{false, true} {
		text := script.String()
		if tamper {
			text = string(bytes.Replace(script.Bytes(), []byte(part), []byte(tampered), 1))
		}
		shell := exec.CommandContext(t.Context(), "sh", "-s", web.URL)
		shell.Stdin = bytes.NewReader([]byte(text))
		out, err := shell.CombinedOutput()
		if (err != nil) != tamper {
			t.Errorf("tampered with: %t, got %v: %s\n%s", tamper, err, out, text)
		}
	}
}
