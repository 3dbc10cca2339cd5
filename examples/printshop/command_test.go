package printshop

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
)

// program builds what a user runs: the binary of this module, which has no line of its own.
func program(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "printshop")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/printshop").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// TestTheCommandLine has every subcommand take the print shop.
func TestTheCommandLine(t *testing.T) {
	binary, on, page := program(t), target(t), filepath.Join(t.TempDir(), "report.html")
	tests, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"verify", "printshop", "--url", on.URL, "--token", "cli", "--state-url", on.States.URL, "--report", "html=" + page}, "CONFORMS"},
		{[]string{"learn", "printshop", "--url", on.URL, "--token", "cli", "--state-url", on.States.URL}, `printshop/list/order: "oldest-first"`},
		{[]string{"requirements", "printshop"}, "printshop/cancel/printing"},
		{[]string{"mutants"}, "printshop/cancel/printing/told-cancelled"},
		{[]string{"target", "init", "printshop"}, "printshop"},
		{[]string{"mutate", "printshop", "--only", "printshop/submit/created", "--", tests, "-test.run=^TestAClientOfTheShop$"}, "1 of 1"},
		{[]string{"fixtures", "schema", "--spec", "printshop", "--ref", "#/components/schemas/Job", "--count", "2"}, `"attempts"`},
		{[]string{"fixtures", "schema", "--spec", "printshop", "--operation", "submitJob", "--count", "2"}, "/jobs"},
	} {
		out, err := exec.CommandContext(t.Context(), binary, c.args...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%q: %v\n%s", c.args, err, out)
		}
	}
	if _, err := os.Stat(page); err != nil {
		t.Error(err)
	}
}

// TestThePageWorks runs the commands that docs/add-an-api.md shows, on a free port and with a test of this module.
func TestThePageWorks(t *testing.T) {
	page, err := os.ReadFile("../../docs/add-an-api.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(page), "```sh\ncd examples/printshop\ngo run ./cmd/printshop serve &\n")
	shown, _, _ = strings.Cut(shown, "```")
	binary := program(t)
	commands := strings.NewReplacer("go run ./cmd/printshop", binary, "http://127.0.0.1:8654", serving(t, binary), "go test ./your/tests", tests+" -test.run=^TestAClientOfTheShop$",
		"html=report.html", "html="+filepath.Join(t.TempDir(), "report.html")).Replace(shown)
	if strings.Count(commands, binary) != 2 {
		t.Fatalf("the page shows other commands:\n%s", shown)
	}
	script := exec.CommandContext(t.Context(), "sh", "-c", commands)
	out, err := script.CombinedOutput()
	// The test sees one broken shop of them all, so that mutate ends with 1 and not with what says that nothing was measured.
	if script.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "CONFORMS") || !strings.Contains(string(out), "noticed 1 of ") {
		t.Errorf("%v\n%s", err, out)
	}
}

// serving runs the shop as a process, and returns its address.
func serving(t *testing.T, binary string, flags ...string) string {
	t.Helper()
	serve := exec.CommandContext(t.Context(), binary, append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...)...)
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	serve.Stderr = serve.Stdout
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = serve.Wait() }) // it was killed
	t.Cleanup(func() { _ = serve.Process.Kill() })
	host := ""
	for lines := bufio.NewScanner(out); host == "" && lines.Scan(); {
		host = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text())
	}
	if host == "" {
		t.Fatal("the shop does not serve")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return host
}

// TestServeCountsAndVaries has a shop that answers in unusual ways conform all the same, and count what was asked.
func TestServeCountsAndVaries(t *testing.T) {
	host, on := serving(t, program(t), "--dialect", "hostile", "--seed", "7", "--validate-responses"), target(t)
	on.URL, on.States.URL = host+"/printshop/v1", host+"/_understudy/v1/provider-states"
	r := verify(t, on)
	for _, result := range r.Results {
		if result.Outcome != report.Pass {
			t.Errorf("%s: %s %s", result.Requirement, result.Outcome, result.Reason)
		}
	}
	c := client{t, host, "counted"}
	c.want("GET", "/printshop/v1/jobs", "", http.StatusOK, `"total"`)
	c.want("GET", "/_understudy/metrics", "", http.StatusOK, `understudy_exchanges_total{api="printshop",operation="listJobs",status="200"}`)
}
