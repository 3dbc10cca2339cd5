package crmcom_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// risen is a vendor whose deleted webhook requests come back when the next rule fires. No check does that in this order.
const risen = "crmcom/delete/gone/undone-by-the-next"

func TestExplorationFindsADeletedRequestThatComesBack(t *testing.T) {
	f := first(t, runExploration(t, broken(t, risen)))
	if f.Requirement != crmcom.DeleteGone.ID || f.Outcome != report.Fail || len(f.Commands) > 6 {
		t.Errorf("%s %s\n%s", f.Outcome, f.Requirement, strings.Join(f.Commands, "\n"))
	}
	if len(f.Exchanges) == 0 || !strings.Contains(f.GoTest, strings.Join(f.Commands, "\n")) {
		t.Errorf("%d exchanges, and this test:\n%s", len(f.Exchanges), f.GoTest)
	}
	conformance.TestSequence(t, mock(t, nil), strings.Join(f.Commands, "\n"))
}

func TestAFindingHasAScript(t *testing.T) {
	f := first(t, runExploration(t, broken(t, risen)))
	script := exec.CommandContext(t.Context(), "sh", "-eu")
	script.Stdin = strings.NewReader(f.Script)
	script.Env = append(os.Environ(), "UNDERSTUDY_TOKEN=demo")
	out, err := script.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, f.Script, out)
	}
	if refused := bytes.Count(out, []byte(`"code":"COM.`)); refused > 0 || bytes.Count(out, []byte(`"code":"OK"`)) < 2 {
		t.Errorf("%d refusals by\n%s\n%s", refused, f.Script, out)
	}
}

// broken serves the mock with a mutant.
func broken(t *testing.T, mutant string) conformance.Target {
	t.Helper()
	return served(t, mockserver.WithMutant(mutant))
}

func first(t *testing.T, x *report.Exploration) report.Sequence {
	t.Helper()
	if len(x.Findings) == 0 {
		t.Fatalf("no disagreement in %d commands; stopped: %s", x.Commands, x.Stopped)
	}
	return x.Findings[0]
}
