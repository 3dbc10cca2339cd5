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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
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
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatalf("the scripts need curl: %v", err)
	}
	var script bytes.Buffer
	if err := journal.WriteCurl(&script, record(t).Journal(journal.Filter{})); err != nil {
		t.Fatal(err)
	}
	mock, err := mockserver.New(mockserver.WithValidateResponses())
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(mock)
	t.Cleanup(web.Close)
	t.Setenv("PATH", filepath.Dir(curl)+":"+os.Getenv("PATH"))
	for _, tamper := range []bool{false, true} {
		text := script.String()
		if tamper {
			text = string(bytes.Replace(script.Bytes(), []byte(" 404 "), []byte(" 200 "), 1))
		}
		shell := exec.CommandContext(t.Context(), "sh", "-s", web.URL)
		shell.Stdin = bytes.NewReader([]byte(text))
		out, err := shell.CombinedOutput()
		if (err != nil) != tamper {
			t.Errorf("tampered with: %t, got %v: %s\n%s", tamper, err, out, text)
		}
	}
}
