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
		`--entity goes with`:              {"makecom.hook", "--entity", "INVOICES"},
		`entity "TEAPOTS" is unknown`:     {"crmcom.entity", "--entity", "TEAPOTS"},
		`--payload goes with`:             {"makecom.hook", "--payload", "order"},
		`payload "tea" is unknown`:        {"makecom.payload", "--payload", "tea"},
		`--csv-safe and --bom go with`:    {"makecom.hook", "--bom"},
		`--operation goes with --spec`:    {"schema", "--schema", "x.json", "--operation", "x"},
		`or --schema FILE`:                {"schema", "--schema", "x.json", "--spec", "y.yaml"},
		`which --schema takes`:            {"schema", "--spec", schemaFile, "--ref", "#/x"},
		`which --spec takes`:              {"schema", "--schema", spec},
		`take a whole number`:             {"makecom.hook", "--seed", "x"},
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

// schemaFile is a JSON Schema.
const schemaFile = "testdata/order.schema.json"

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

func TestFixturesOfAJSONSchema(t *testing.T) {
	code, out, stderr := fixturesRun(t, "schema", "--schema", schemaFile, "--count", "3")
	if code != codeOK || strings.Count(out, "\n") != 3 || !strings.Contains(out, "9007199254740993") {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
	if code, out, stderr = fixturesRun(t, "schema", "--schema", schemaFile, "--ref", "#/$defs/line", "--negative"); code != codeOK || !strings.Contains(out, `"keyword":"required"`) {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
}

// What is refused leaves the file as it was, and nothing beside it.
func TestARefusalLeavesTheFileAsItWas(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kept.json")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	impossible := "../fixtures/schema/testdata/impossible.yaml"
	for _, args := range [][]string{
		{"schema", "--spec", impossible, "--ref", "#/components/schemas/Crossed"},
		{"schema", "--spec", impossible, "--ref", "#/components/schemas/Deep", "--format", "csv"},
		{"crmcom.entity", "--format", "world"},
		{"makecom.hook", "--format", "xml"},
		{"makecom.hook", "--count", "x"},
	} {
		code, _, stderr := fixturesRun(t, append(args, "--out", file)...)
		text, err := os.ReadFile(file)
		if code == codeOK || err != nil || string(text) != "precious" {
			t.Errorf("%v: exit %d, %v: %s\n%s", args, code, err, text, stderr)
		}
	}
	if code, _, stderr := fixturesRun(t, "makecom.hook", "--out", file); code != codeOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() < 100 {
		t.Errorf("%v %v", info, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%v %v", left, err)
	}
}

func TestFixturesOfOneEntityAndOnePayload(t *testing.T) {
	_, out, _ := fixturesRun(t, "crmcom.entity", "--entity", "INVOICES", "--count", "5")
	if strings.Count(out, `"entity":"INVOICES"`) != 5 {
		t.Error(out)
	}
	_, out, _ = fixturesRun(t, "makecom.payload", "--payload", "reading", "--count", "5", "--format", "csv", "--bom")
	if !strings.HasPrefix(out, "\ufeffdevice,") || strings.Count(out, "\n") != 6 {
		t.Error(out)
	}
}

// TestNoNegativesAreSaid wants a word where a schema forbids nothing.
func TestNoNegativesAreSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "any.json")
	if err := os.WriteFile(file, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, stderr := fixturesRun(t, "schema", "--schema", file, "--negative"); code != codeOK || out != "" || !strings.Contains(stderr, "there are no negatives") {
		t.Errorf("exit %d\n%s\n%s", code, out, stderr)
	}
}
