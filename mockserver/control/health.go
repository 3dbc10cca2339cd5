package control

import (
	"io"
	"net/http"
)

// live says that the process lives, to anybody.
func live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n") // an error means that the client has left
}

func ready(served func() bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !served() {
			refuse(w, r, errNotReady)
			return
		}
		live(w, r)
	}
}
