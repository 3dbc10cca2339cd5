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
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/sink"
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

// recordCommands has exchanges whose answers depend on what the bench did between them.
func recordCommands(t *testing.T) *mocktest.Bench {
	t.Helper()
	b := mocktest.Start(t)
	b.Freeze(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
	hook := b.NewHook(queue.Settings{UDID: "given", Processing: queue.Schedule{Every: time.Hour, MaxResults: 1}})
	ids := hook.Deliver("a", "b", "c")
	hook.Begin(ids[1])
	items := fmt.Sprintf("%s/hooks/%d/incomings", b.MakecomURL, hook.ID)
	want := func(status int, method, url, body string) string {
		t.Helper()
		got, text := call(t, b, method, url, body)
		if got != status {
			t.Fatalf("%s %s: %d, want %d: %s", method, url, got, status, text)
		}
		return text
	}
	want(http.StatusNotAcceptable, http.MethodDelete, items, `{"all":true}`)
	hook.Finish(ids[1])
	want(http.StatusNotFound, http.MethodGet, items+"/"+ids[1], "")
	b.Advance(time.Hour)
	want(http.StatusNotFound, http.MethodGet, items+"/"+ids[0], "")
	want(http.StatusOK, http.MethodGet, items+"/"+ids[2], "")
	hook.Enable(false)
	want(http.StatusGone, http.MethodPost, hook.URL, "{}")
	hook.Enable(true)
	want(http.StatusOK, http.MethodPost, hook.URL, "{}")

	b.Faults(fault.Rule{Operation: "listHookIncomings", First: 1, Status: http.StatusTooManyRequests}, fault.Rule{Operation: "listHookIncomings", First: 1, Reset: true})
	want(http.StatusTooManyRequests, http.MethodGet, items, "")
	cut(t, b, items)
	want(http.StatusOK, http.MethodGet, items, "")
	b.RateLimit(1)
	want(http.StatusOK, http.MethodGet, items, "")
	want(http.StatusTooManyRequests, http.MethodGet, items, "")

	b.Dialect(contract.Dialect{"crmcom/error/http-status": "4xx"})
	_, rule := b.NewDefinition(b.Sink("shop", sink.Answer{Status: http.StatusInternalServerError}, sink.Answer{}), "ACTIVITIES")
	request := b.Fire(rule, "", map[string]any{"id": "1"})
	named := fmt.Sprintf(`"webhook_request_identifier":{"id":%q}`, request.ID)
	login := want(http.StatusOK, http.MethodPost, b.CrmcomURL+"/authentication/token", fmt.Sprintf(`{"organisation":%q,"username":"demo","password":"demo"}`, b.Token))
	token := regexp.MustCompile(`"token":"([^"]+)"`).FindStringSubmatch(login)[1]
	want(http.StatusOK, http.MethodPost, b.CrmcomURL+"/webhook_requests/resend", fmt.Sprintf(`{"token":%q,%s}`, token, named))
	b.Advance(48 * time.Hour)
	want(http.StatusUnauthorized, http.MethodPost, b.CrmcomURL+"/webhook_requests/delete", fmt.Sprintf(`{"token":%q,%s}`, token, named))
	want(http.StatusOK, http.MethodPost, b.CrmcomURL+"/webhook_requests/delete", fmt.Sprintf(`{"token":%q,%s}`, b.Token, named))
	return b
}

// cut wants the connection to be cut.
func cut(t *testing.T, b *mocktest.Bench, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	b.Client.CloseIdleConnections() // on a kept one, net/http would send again what was cut
	req.Header.Set("Authorization", "Token "+b.Token)
	if answer, err := b.Client.Do(req); err == nil {
		_ = answer.Body.Close()
		t.Fatalf("status %d", answer.StatusCode)
	}
}

// The written tests are committed below replayed/, where go test compiles and runs them.
func TestReplayAsGo(t *testing.T) {
	for name, recorded := range map[string]*mocktest.Bench{".": record(t), "commands": recordCommands(t)} {
		t.Run(name, func(t *testing.T) { compareReplay(t, recorded, filepath.Join("replayed", name, "replay_test.go")) })
	}
}

func compareReplay(t *testing.T, recorded *mocktest.Bench, golden string) {
	t.Helper()
	var got bytes.Buffer
	recorded.WriteReplay(&got, journal.Filter{}, "go")
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
	replayAsCurl(t, recordResend(t), "id1=$(given", "id1=$(: ", anew())
}

func TestReplayOfCommandsAsCurl(t *testing.T) {
	replayAsCurl(t, recordCommands(t), `{"by":"1h0m0s"}`, `{"by":"1m"}`)
}

// replayAsCurl wants the script to succeed on a fresh server, and to fail when a part of it is replaced.
func replayAsCurl(t *testing.T, recorded *mocktest.Bench, part, tampered string, options ...mockserver.Option) {
	t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatalf("the scripts need curl: %v", err)
	}
	var script bytes.Buffer
	recorded.WriteReplay(&script, journal.Filter{}, "curl")
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
