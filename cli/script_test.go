package cli

import (
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// waitFile waits until a file is there and not empty: `waitfile port` is how a script knows that a server listens. It
// sets the variable of the same name, in upper case, to the file's first line.
func waitFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: waitfile file")
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for {
		if text, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && len(text) > 0 {
			ts.Setenv(strings.ToUpper(args[0]), strings.TrimSpace(string(text)))
			return
		}
		select {
		case <-tick.C:
		case <-patience.C:
			ts.Fatalf("%s did not appear", args[0])
		}
	}
}

// expand replaces $VARIABLE in a file: `expand script.sh`.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}
