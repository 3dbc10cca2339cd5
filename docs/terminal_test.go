package docs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/mockserver"
)

// terminal runs the commands of one page, in a directory of its own, beside servers of its own.
type terminal struct {
	dir      string
	there    *strings.Replacer // from the addresses on the page to those that listen
	back     *strings.Replacer
	env      []string
	lastCode int
}

// servers are what may run, by address.
func servers(t *testing.T) map[string]http.Handler {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithValidateResponses())
	if err != nil {
		t.Fatal(err)
	}
	forgetful, err := mockserver.New(mockserver.WithMutant("crmcom/delete/gone/undone-by-the-next"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]http.Handler{
		"127.0.0.1:8654": mock, // understudy serve
		"127.0.0.1:9000": server.New(server.Options{}),
		"127.0.0.1:9001": server.New(server.Options{Defect: server.PartialFailsWhole}),
		"127.0.0.1:9002": forgetful,

		"127.0.0.1:18799": server.New(server.Options{Defect: server.PartialFailsWhole}), // README.md
	}
}

var exported = regexp.MustCompile(`(?m)^export (\w+=\S+)`)

// open has a terminal as somebody has it who knows nothing but the page: the servers that it says how to start, the variables that it sets.
func open(t *testing.T, path, page string) *terminal {
	t.Helper()
	var there, back []string
	for shown, handler := range servers(t) {
		if shown != "127.0.0.1:8654" && !strings.Contains(page, "--addr "+shown) {
			continue
		}
		web := httptest.NewServer(handler)
		t.Cleanup(web.Close)
		listens := web.Listener.Addr().String()
		there, back = append(there, shown, listens), append(back, listens, shown)
	}
	env := append(os.Environ(), "PATH="+path+":"+os.Getenv("PATH"))
	for _, set := range exported.FindAllStringSubmatch(page, -1) {
		env = append(env, set[1])
	}
	return &terminal{dir: t.TempDir(), env: env, there: strings.NewReplacer(there...), back: strings.NewReplacer(back...)}
}

// run prints what a command does, a missing end of line aside. `$?` is the exit code of the command before.
func (m *terminal) run(t *testing.T, command string) string {
	t.Helper()
	script := fmt.Sprintf("(exit %d)\n%s", m.lastCode, m.there.Replace(command))
	c := exec.CommandContext(t.Context(), "sh", "-c", script)
	c.Dir = m.dir
	if strings.HasPrefix(command, "go ") {
		c.Dir = ".." // it is about this repository
	}
	c.Env = m.env
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatalf("$ %s: %v", command, err)
	}
	m.lastCode = c.ProcessState.ExitCode()
	return strings.TrimSuffix(m.back.Replace(string(out)), "\n")
}

// build returns a directory that has the program.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "understudy"), "../cmd/understudy")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}
