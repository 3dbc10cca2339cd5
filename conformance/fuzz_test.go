package conformance_test

import (
	"errors"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
)

// Whatever a target file says: it is read, or refused as the user's to correct.
func FuzzTarget(f *testing.F) {
	f.Add("api: makecom\nurl: http://h\ntoken: ${TOKEN}\nunclaimed: [process]\nconsistency: {within: 2s}\n")
	f.Add("a: &x [*x]\n---\n")
	f.Add("states: {hooks: [{id: 1, url: http://h}], url: ${URL}}")
	f.Add("rate: .nan\nmaxRequests: -1")
	f.Fuzz(func(t *testing.T, text string) {
		known := func(name string) (string, bool) { return "value: [", name == "TOKEN" }
		if _, err := conformance.ParseTarget([]byte(text), known); err != nil && !errors.Is(err, conformance.ErrConfig) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// Whatever a baseline says: it is read, or refused as the user's to correct.
func FuzzBaseline(f *testing.F) {
	f.Add("known:\n  - {requirement: makecom/delete/ids, reason: slow, expires: 2026-01-01}\n")
	f.Add("known: [{requirement: [a]}]")
	f.Add("known: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := conformance.ParseBaseline([]byte(text)); err != nil && !errors.Is(err, conformance.ErrConfig) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
