package cli

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// fixturesRun runs understudy fixtures and gives the exit code and both outputs.
func fixturesRun(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = tested().run(t.Context(), append([]string{"fixtures"}, args...), &out, &err)
	return code, out.String(), err.String()
}

func TestFixturesPrintsRecords(t *testing.T) {
	code, out, stderr := fixturesRun(t, "makecom.incoming", "--count", "3", "--seed", "7")
	if code != codeOK || stderr != "" || strings.Count(out, "\n") != 3 || !json.Valid([]byte(strings.Split(out, "\n")[0])) {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
	if _, again, _ := fixturesRun(t, "makecom.incoming", "--count", "3", "--seed", "7"); again != out {
		t.Error("the same seed gave other records")
	}
}

func TestFixturesWritesFilesAndDirectories(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "requests.sql")
	if code, out, stderr := fixturesRun(t, "crmcom.request", "--format", "sql", "--dialect", "sqlite", "--out", file); code != codeOK || out != "" {
		t.Fatalf("exit %d: %s%s", code, out, stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.HasSuffix(string(text), ");\nCOMMIT;\n") {
		t.Errorf("%v: %.200s", err, text)
	}
	if code, _, stderr := fixturesRun(t, "makecom.payload", "--format", "csv", "--out", filepath.Join(dir, "parts")+"/"); code != codeOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "parts", "makecom.payload-00001.csv")); err != nil {
		t.Error(err)
	}
}

func TestFixturesRefusesWrongUse(t *testing.T) {
	for want, args := range map[string][]string{
		`kind "teapot" is unknown`:        {"teapot"},
		`--format: format "xml"`:          {"makecom.hook", "--format", "xml"},
		`--dialect: dialect "oracle"`:     {"makecom.hook", "--dialect", "oracle"},
		`--locale: locale "xx"`:           {"makecom.payload", "--locale", "xx"},
		`"1.5" for "--share-rejected"`:    {"crmcom.request", "--share-rejected", "1.5"},
		`--from "yesterday"`:              {"makecom.incoming", "--from", "yesterday"},
		`after --from`:                    {"makecom.incoming", "--to", "2025-01-01"},
		`no place in a world file`:        {"crmcom.entity", "--format", "world"},
		`schema needs --spec`:             {"schema"},
		`go with the kind schema`:         {"makecom.hook", "--ref", "x"},
		`--spec: stat nowhere.yaml`:       {"schema", "--spec", "nowhere.yaml", "--ref", "#/components/schemas/X"},
		`--into and --out exclude`:        {"makecom.hook", "--into", "http://127.0.0.1:1", "--out", "x"},
		`invalid argument "many"`:         {"makecom.hook", "--count", "many"},
		`accepts 1 arg(s)`:                {},
		`a world is one file`:             {"makecom.hook", "--format", "world", "--out", t.TempDir()},
		`the document has no such schema`: {"schema", "--spec", spec, "--ref", "#/components/schemas/Nobody"},
	} {
		t.Run(want, func(t *testing.T) {
			code, out, stderr := fixturesRun(t, args...)
			if code != codeUsage || out != "" || !strings.Contains(stderr, want) {
				t.Errorf("exit %d\n%s%s", code, out, stderr)
			}
		})
	}
}

const spec = "../fixtures/schema/testdata/shop.yaml"

func TestFixturesOfASchema(t *testing.T) {
	for name, args := range map[string][]string{
		"values":            {"--ref", "#/components/schemas/Order"},
		"requests":          {"--operation", "createOrder"},
		"negatives":         {"--ref", "#/components/schemas/Order", "--negative"},
		"negative requests": {"--operation", "listOrders", "--negative"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, stderr := fixturesRun(t, append([]string{"schema", "--spec", spec, "--format", "json"}, args...)...)
			var list []any
			if err := json.Unmarshal([]byte(out), &list); code != codeOK || err != nil || len(list) < 5 {
				t.Errorf("exit %d, %d values, %v\n%s", code, len(list), err, stderr)
			}
		})
	}
}

func TestFixturesIntoARunningMock(t *testing.T) {
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	defer server.Close()
	code, token, stderr := fixturesRun(t, "makecom.incoming", "--count", "50", "--into", server.URL, "--world", "busy")
	if code != codeOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if got := queued(t, server.URL, strings.TrimSpace(token)); got != 50 {
		t.Errorf("the hook has %d items", got)
	}
}

// queued asks the mock, as a client of Make does, how many items wait on hook 654.
func queued(t *testing.T, mock, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, mock+"/api/v2/hooks/654/incomings/stats", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Stat struct {
			Queue int `json:"queue"`
		} `json:"incomingStat"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Stat.Queue
}

func TestFixturesIntoNobody(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	if code, _, stderr := fixturesRun(t, "makecom.hook", "--into", server.URL); code != codeUnmeasured || !strings.Contains(stderr, "no mock answers") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
