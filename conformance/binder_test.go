package conformance

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
)

// TestBinderNamesWhatATargetMadeUp tells what the states returned, wherever it is certain that it is that.
func TestBinderNamesWhatATargetMadeUp(t *testing.T) {
	b := newBinder(&report.Report{Target: "http://h:1/api", Settings: report.Settings{Hooks: []report.Hook{{ID: "77", URL: "http://h:1/in/lent"}}}})
	b.learnState(`{"jobId": 12, "inbox": "http://h:1/in/fresh", "ids": ["0123456789abcdef0123456789ABCDEF"]}`)
	for text, want := range map[string]string{
		"http://h:1/api/jobs/12?n=12": "/jobs/(jobId 1)?n=12",
		"http://h:1/api/jobs/77":      "/jobs/(lent 1)?",
		"http://h:1/in/fresh":         "(inbox 1)?",
		"http://h:1/in/stranger":      "(beside)/stranger?",
		"http://h:1/in/lent":          "(lent address 1)?",
		"http://h:1/api/jobs/12abc":   "/jobs/(jobId 1)abc?",
		// An id that happens to begin like a job's is one of its own.
		"http://h:1/api/jobs/12/parts/12f87d53f958f66c678576cdc708be29": "/jobs/(jobId 1)/parts/(id 2)?",
	} {
		if got := b.address(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		`{"n":12}`: `{"n":12}`, // a number may be anything
		`{"id":"0123456789abcdef0123456789abcdef","at":"2026-01-02T03:04:05.678Z"}`: `{"id":"(id 1)","at":"(date)"}`,
		`"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`:                                    `"(id 3)"`,
	} {
		if got := b.bind(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
