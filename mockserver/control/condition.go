package control

import (
	"net/http"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// onlyThere refuses a call with "If-Match: *" where there is no such world: whoever looks at one that somebody else deletes does not make it
// again unawares.
func (s *server) onlyThere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := mux.Vars(r)["world"]; name != "" && r.Header.Get("If-Match") == "*" {
			if _, err := s.worlds.Lookup(name); err != nil {
				refuse(w, r, refusalOf(err).Of(refusal.Unmatched).At("world"))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
