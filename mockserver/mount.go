package mockserver

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
)

// surface is a surface of an API on this server.
type surface struct {
	mockapi.Surface
	api    string                   // its name
	formed func(member string) bool // see mockapi.API
}

// surfaces are those of every API that is played.
func surfaces(apis []*mockapi.API, host *mockapi.Host) []*surface {
	var all []*surface
	for _, api := range apis {
		for _, s := range api.Play(host).Surfaces {
			all = append(all, &surface{s, api.Name(), api.Formed})
		}
	}
	return all
}

// mount is the surfaces that share a prefix.
type mount struct {
	prefix   string
	surfaces []*surface
	routes   func() []routes // of each surface; made at the first request
}

// mounts groups the surfaces by prefix, the longest first, so that a request belongs to the most specific one that it fits. The
// prefixes are compared, because a router of routers would match twice and copy the request twice.
func (s *Server) mounts() []*mount {
	var mounts []*mount
	for _, of := range s.surfaces {
		i := slices.IndexFunc(mounts, func(m *mount) bool { return m.prefix == of.Prefix })
		if i < 0 {
			i = len(mounts)
			mounts = append(mounts, &mount{prefix: of.Prefix})
		}
		mounts[i].surfaces = append(mounts[i].surfaces, of)
	}
	for _, m := range mounts {
		m.routes = sync.OnceValue(func() []routes {
			var each []routes
			for _, of := range m.surfaces {
				each = append(each, routesOf(s.router(of)))
			}
			return each
		})
	}
	slices.SortStableFunc(mounts, func(a, b *mount) int { return cmp.Compare(len(b.prefix), len(a.prefix)) })
	return mounts
}

// router has the routes of a surface.
func (s *Server) router(of *surface) *mux.Router {
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	of.Register(router)
	_ = router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error { // the function has no error to hand on
		route.Handler(s.front(of, route.GetHandler(), operationOf(route, of)))
		return nil
	})
	return router
}

func operationOf(route *mux.Route, of *surface) string {
	path, _ := route.GetPathTemplate()
	methods, _ := route.GetMethods()
	return of.Operations[strings.Join(append(methods, path), " ")]
}

// route leads a request to its surface.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	for _, m := range s.mounted {
		if rest, below := strings.CutPrefix(path, m.prefix); below && (rest == "" || rest[0] == '/') {
			s.serve(m, w, r, path)
			return
		}
	}
	s.signpost(w)
}

// serve answers a request of a mount. What no route takes gets the vendor's own answer, and not a router's plain text.
func (s *Server) serve(m *mount, w http.ResponseWriter, r *http.Request, path string) {
	if rt := m.find(r.Method, path); rt != nil {
		rt.front.serve(w, r, rt, path)
		return
	}
	refused := m.refused(s, path)
	if rt := m.readBy(r.Method, path); rt != nil {
		s.head(rt.front, refused).serve(w, r, rt, path)
		return
	}
	refused.ServeHTTP(w, r)
}

// find is the route of a request, nil for none.
func (m *mount) find(method, path string) *route {
	for _, rs := range m.routes() {
		if rt := rs.find(method, path); rt != nil {
			return rt
		}
	}
	return nil
}

// refused refuses a path, in the words of a surface that has it where there is one.
func (m *mount) refused(s *Server, path string) *front {
	var allowed []string
	refusing := m.surfaces[0]
	for i, rs := range m.routes() {
		methods := rs.methods(path)
		if allowed == nil && methods != nil {
			refusing = m.surfaces[i]
		}
		allowed = append(allowed, methods...)
	}
	return s.front(refusing, refusal(refusing, allowed), "")
}

// refusal says which methods a path takes, or that there is nothing at it where it takes none.
func refusal(of *surface, allowed []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if allowed == nil {
			of.Refuse(w, r, exchange.ErrNoRoute)
			return
		}
		if of.Head != nil && slices.Contains(allowed, http.MethodGet) && of.Head(exchange.From(r.Context())) {
			allowed = append(allowed, http.MethodHead)
		}
		w.Header().Set("Allow", strings.Join(inOrder(allowed), ", "))
		of.Refuse(w, r, exchange.ErrMethod)
	})
}

// inOrder sorts methods as the standard lists them.
func inOrder(methods []string) []string {
	known := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodConnect, http.MethodOptions,
		http.MethodTrace, http.MethodPatch,
	}
	slices.SortFunc(methods, func(a, b string) int { return cmp.Compare(slices.Index(known, a), slices.Index(known, b)) })
	return slices.Compact(methods)
}

// signpost answers what belongs to no API.
func (s *Server) signpost(w http.ResponseWriter) {
	places := make([]string, 0, len(s.surfaces)+1)
	for _, of := range s.surfaces {
		places = append(places, of.Title+" under "+of.Prefix)
	}
	places = append(places, "the control API under "+control.Prefix+"/v1")
	places[0] = strings.Replace(places[0], " under ", " is under ", 1)
	http.Error(w, "understudy: nothing is here. "+strings.Join(places, ", ")+".", http.StatusNotFound)
}
