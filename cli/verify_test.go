package cli

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance"
)

func TestLoginsAreRead(t *testing.T) {
	for text, want := range map[string]conformance.Login{
		"demo:demo@demo":      {Username: "demo", Password: "demo", Organisation: "demo"},
		"ann:p@ss:word@house": {Username: "ann", Password: "p@ss:word", Organisation: "house"},
		"ann:@house":          {Username: "ann", Organisation: "house"},
	} {
		if got, err := parseLogin(text); err != nil || got != want {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"", "demo", "demo:demo", "demo@demo", ":x@y"} {
		if got, err := parseLogin(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
