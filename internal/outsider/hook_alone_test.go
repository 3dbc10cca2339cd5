package outsider_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/internal/outsider"
)

// TestAHookIsEnough verifies an account whose provider knows one state alone, a hook: what is to wait there is delivered.
func TestAHookIsEnough(t *testing.T) {
	t.Parallel()
	url := start(t, outsider.Options{Wrong: func(honest http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if r.URL.Path == "/prepare" && !bytes.Contains(body, []byte(`"a hook"`)) {
				http.NotFound(w, r)
				return
			}
			honest.ServeHTTP(w, r)
		})
	}})
	r := verify(t, "makecom", url)
	if r == nil {
		return
	}
	if least := 55; r.Compared() < least {
		t.Errorf("%d requirements were measured, at least %d can be", r.Compared(), least)
	}
}
