package cli

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/understudy-mock/understudy/internal/outsider"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"understudy": func() { Main(tested()...) }, "outsider": outsider.Command})
}

// TestScripts runs the command line as a user does, one file per topic.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"waitfile": waitFile, "expand": expand},
	})
}
