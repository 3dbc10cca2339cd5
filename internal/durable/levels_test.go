package durable_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/internal/child"
)

var dialects = flag.Int("dialects", 1, "how many hostile dialects to run the suite in on each level") //nolint:gochecknoglobals // a flag of go test

// level is a mock that keeps its worlds, by its address.
type level struct{ name, base string }

// levels are a server on a directory, and a replica of a cluster that sends everything on.
func levels(t *testing.T) []level {
	t.Helper()
	m := newMachines(t)
	p, err := child.Start(t.Context(), m.binary, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "worlds"), "--log-level", "error")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Kill() }) // it is gone already, at worst
	return []level{{"data", "http://" + p.Addr}, {"cluster", "http://" + m.addrs[(m.owner()+1)%3]}}
}

// verify runs the suite of an API on a world, with explorations and histories, and returns its exit code.
func (l level) verify(t *testing.T, api, world string, rounds int) (code int, out string) {
	t.Helper()
	args := []string{"verify", api, "--token", world, "--state-url", l.base + "/_understudy/v1/provider-states", "--explore", "--rounds", fmt.Sprint(rounds), "--url"}
	if api == "makecom" {
		args = append(args, l.base+"/api/v2")
	} else {
		args = append(args, l.base+"/crmapi/rest/v2", "--login", "demo:demo@"+world)
	}
	text, err := exec.CommandContext(t.Context(), program(t), args...).CombinedOutput()
	var ended *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &ended):
		code = ended.ExitCode()
	default:
		t.Fatal(err)
	}
	return code, string(text)
}

// becomes has a world answer otherwise.
func (l level) becomes(t *testing.T, world, what string, value any) {
	t.Helper()
	s := server{base: l.base, client: http.DefaultClient}
	if _, err := s.call(t.Context(), http.MethodGet, "/api/v2/hooks", world, nil); err != nil { // which makes it
		t.Fatal(err)
	}
	if err := s.control(context.WithoutCancel(t.Context()), http.MethodPut, "/worlds/"+world+"/"+what, value, nil); err != nil {
		t.Fatal(err)
	}
}

// On every level the suite accuses nobody who is honest, however unusual, and finds who is not.
func TestTheSuiteOnEveryLevel(t *testing.T) {
	if *natsServer == "" {
		t.Skip("it needs a nats-server: make cluster-test")
	}
	for _, l := range levels(t) {
		for api, wrong := range map[string]string{"makecom": "makecom/list/offset", "crmcom": "crmcom/list/by-definition"} {
			const conforms, fails = 0, 1
			if code, out := l.verify(t, api, "demo", 6); code != conforms {
				t.Errorf("%s, %s, as documented: exit code %d\n%s", l.name, api, code, out)
			}
			for seed := range *dialects {
				world := fmt.Sprintf("hostile-%s-%d", api, seed)
				l.becomes(t, world, "dialect", map[string]any{"name": "hostile", "seed": seed})
				if code, out := l.verify(t, api, world, 6); code != conforms {
					t.Errorf("%s, %s, hostile dialect %d: exit code %d\n%s", l.name, api, seed, code, out)
				}
			}
			l.becomes(t, "broken-"+api, "mutants", map[string]any{"id": wrong + "/ignored"})
			if code, out := l.verify(t, api, "broken-"+api, 1); code != fails || !strings.Contains(out, wrong) {
				t.Errorf("%s, %s: exit code %d, what is wrong with %s was not found\n%s", l.name, api, code, wrong, out)
			}
		}
	}
}
