package mockserver

import (
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/exchange"
)

// readBy is the route of GET, for a HEAD that its surface may answer so; nil for any other request.
func (m *mount) readBy(method, path string) *route {
	if method != http.MethodHead {
		return nil
	}
	if rt := m.find(http.MethodGet, path); rt != nil && rt.front.of.Head != nil {
		return rt
	}
	return nil
}

// head answers HEAD as the front of GET does, or refuses it: that is known when the world of the request is. A request that is
// refused has no operation.
func (s *Server) head(get, refused *front) *front {
	decided := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.From(r.Context())
		if get.of.Head(x) {
			get.honest.ServeHTTP(w, r)
			return
		}
		x.Operation = ""
		refused.honest.ServeHTTP(w, r)
	})
	return &front{s, get.of, decided, get.operation}
}

// omitBody leaves the head of an answer alone, with the length that the body would have.
func (a *recorder) omitBody() {
	a.announced = max(a.announced, a.body.Len())
	a.body.Reset()
}
