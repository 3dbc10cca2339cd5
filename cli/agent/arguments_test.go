package agent

import (
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A remedy of the command line names only what the tool has.
func TestRemediesNameWhatTheToolHas(t *testing.T) {
	s := &server{arguments: map[string]arguments{}}
	s.addSuiteTools(mcp.NewServer(&mcp.Implementation{Name: "test"}, nil))
	for text, want := range map[string]string{
		"there is no credential; give --token or --login (token or login in the target file), or --anonymous for a target that wants none": "there is no credential; give token, or anonymous for a target that wants none",
		"give --state-url, --hook-id with --hook-url, or states in the target file":                                                        "give stateUrl",
		"shop has no requirement \"x\"; understudy requirements shop lists them":                                                           "shop has no requirement \"x\"; look_up_sentences lists them",
		"look whether it hangs, or give it longer with --timeout":                                                                          "look whether it hangs",
		"start what listens there, correct --state-url, or leave it out":                                                                   "start what listens there, correct stateUrl, or leave it out",
		"give it with --state-header \"A: B\", or as states.headers in the target file; or correct --state-url":                            "give it with stateHeaders \"A: B\"; or correct stateUrl",
		"use --mode owned":             "use mode owned",
		"give it longer by --deadline": "give it longer by --deadline (this tool has no such setting; the command understudy verify has it)",
	} {
		if got := s.named(text); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", text, got, want)
		}
	}
	if strings.Contains(s.named("nothing of it"), "understudy") {
		t.Error("a text without flags was changed")
	}
}
