package outsider

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// Breaking is a server that breaks every time that something is to be deleted and the body is no JSON: it drops the
// connection, or answers 500. It is for [Options.Wrong]; "" is nothing wrong.
func Breaking(how string) func(http.Handler) http.Handler {
	if how == "" {
		return nil
	}
	return func(honest http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			deletes := r.Method == http.MethodDelete || strings.HasSuffix(r.URL.Path, "/delete")
			if err != nil || deletes && len(body) > 0 && !json.Valid(body) {
				if how == "500" {
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				panic(http.ErrAbortHandler)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			honest.ServeHTTP(w, r)
		})
	}
}
