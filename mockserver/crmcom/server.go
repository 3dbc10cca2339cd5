// Package crmcom plays the webhook_requests of CRM.COM's Web API over HTTP: it turns requests into commands of package
// requestlog, has package delivery send what is to be sent, and words what comes of it as CRM.COM does.
package crmcom

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Server implements the generated strict server. It is safe for concurrent use.
type Server struct {
	worlds *world.Registry
	sender *delivery.Sender
	turns  turns
}

var _ crmgen.StrictServerInterface = (*Server)(nil)

// New returns a server whose webhooks out sends.
func New(worlds *world.Registry, out *egress.Sender) *Server {
	return &Server{worlds: worlds, sender: delivery.New(out)}
}

// Register adds the API's routes to a router, each with and without a slash at the end.
func (s *Server) Register(router *mux.Router) {
	strict := crmgen.NewStrictHandlerWithOptions(s, nil, crmgen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  refuseRequest,
		ResponseErrorHandlerFunc: Refuse,
	})
	exact := mux.NewRouter()
	crmgen.HandlerWithOptions(strict, crmgen.GorillaServerOptions{
		BaseURL:          crmapi.BasePath,
		BaseRouter:       exact,
		ErrorHandlerFunc: refuseRequest,
	})
	_ = exact.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error { // the function has no error to hand on
		path, _ := route.GetPathTemplate()
		methods, _ := route.GetMethods()
		router.Handle(path, route.GetHandler()).Methods(methods...)
		router.Handle(path+"/", route.GetHandler()).Methods(methods...)
		return nil
	})
}

func hasSlash(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/") }
