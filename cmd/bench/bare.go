package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// bareCommand is the first argument of a process that is a bare server.
const bareCommand = "bare"

// announcement is the line that every server prints when it listens; the mock prints more.
type announcement struct {
	Addr string `json:"addr"`
}

// serveBare answers every request with the same bytes.
func serveBare(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet(bareCommand, flag.ContinueOnError)
	size := flags.Int("size", 0, "bytes of the answer")
	routed := flags.Bool("mux", false, "route with gorilla/mux")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var handler http.Handler = constant(*size)
	if *routed {
		handler = withRoutes(handler)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(announcement{listener.Addr().String()}); err != nil {
		return err
	}
	server := &http.Server{Handler: handler} //nolint:gosec // on loopback, for its own parent
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("bare server: %w", err)
	}
	return nil
}

func constant(size int) http.HandlerFunc {
	text := bytes.Repeat([]byte{'x'}, size)
	length := strconv.Itoa(size)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", makecom.ContentTypeJSON)
		w.Header().Set("Content-Length", length)
		_, _ = w.Write(text) // an error means that the client has left
	}
}

// withRoutes has the mock's routes, in the mock's order.
func withRoutes(handler http.Handler) http.Handler {
	router := mux.NewRouter()
	hooks := makecom.BasePath + "/hooks"
	for _, route := range []struct{ method, path string }{
		{http.MethodDelete, hooks + "/{hookId}/incomings"},
		{http.MethodGet, hooks + "/{hookId}/incomings"},
		{http.MethodGet, hooks + "/{hookId}/incomings/stats"},
		{http.MethodGet, hooks + "/{hookId}/incomings/{incomingId}"},
		{http.MethodPost, makecom.IngestPath + "/{udid}"},
		{http.MethodGet, crmcom.BasePath + "/webhook_requests/show"},
		{http.MethodGet, crmcom.BasePath + "/webhook_requests/list"},
		{http.MethodPost, crmcom.BasePath + "/webhook_requests/resend"},
	} {
		router.Handle(route.path, handler).Methods(route.method)
	}
	return router
}
