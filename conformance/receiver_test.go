package conformance_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
)

func TestReceiversAreChecked(t *testing.T) {
	for want, r := range map[string]conformance.Receiver{
		`receiver.data "payload" is no JSON pointer`: {Data: "payload"},
		`receiver.url "tunnel.example"`:              {URL: "tunnel.example"},
		`receiver.url "http://x/?a=b"`:               {URL: "http://x/?a=b"},
		"receiver.listen is missing":                 {URL: "http://tunnel.example"},
	} {
		target := conformance.Target{API: "crmcom", URL: "http://127.0.0.1:1", Receiver: r}
		_, err := conformance.Run(t.Context(), target)
		if !errors.Is(err, conformance.ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
