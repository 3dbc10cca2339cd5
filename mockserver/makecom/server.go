// Package makecom plays Make's Hooks > Incomings over HTTP: it turns requests into commands of package queue, and
// what comes of them into Make's answers.
package makecom

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// server implements the generated strict server. All it needs travels in the context.
type server struct{}

var _ makegen.StrictServerInterface = server{}

// Register adds the API's routes to a router, and behind them the same with a slash at the end.
func Register(router *mux.Router) {
	strict := makegen.NewStrictHandlerWithOptions(server{}, nil, makegen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  refuseRequest,
		ResponseErrorHandlerFunc: Refuse,
	})
	exact := mux.NewRouter()
	makegen.HandlerWithOptions(strict, makegen.GorillaServerOptions{
		BaseURL:          makeapi.BasePath,
		BaseRouter:       exact,
		ErrorHandlerFunc: refuseRequest,
	})
	for _, end := range []string{"", "/"} {
		_ = exact.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error { // the function has no error to hand on
			path, _ := route.GetPathTemplate()
			methods, _ := route.GetMethods()
			router.Handle(path+end, route.GetHandler()).Methods(methods...)
			return nil
		})
	}
}

// Credential takes the token out of the Authorization header. A scheme that is none of the vendor's gives no token.
func Credential(r *http.Request) string {
	_, token := authorization(r)
	return token
}

const (
	schemeToken  = "token"
	schemeBearer = "bearer"
)

func authorization(r *http.Request) (scheme, token string) {
	given, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	for _, scheme := range [...]string{schemeToken, schemeBearer} {
		if strings.EqualFold(given, scheme) {
			return scheme, strings.TrimSpace(token)
		}
	}
	return given, ""
}

// hook reads one hook that the caller may see.
func hook(ctx context.Context, id int, read func(*queue.State, queue.Status) error) error {
	x := exchange.From(ctx)
	return view(x.World, id, func(s *queue.State) error {
		status, err := s.Hook(id)
		if err != nil {
			return err
		}
		if status.Foreign {
			return foreign(x, id)
		}
		return read(s, status)
	})
}

// view reads the queues of a world, for what bears on one hook.
func view(w *world.World, hookID int, read func(*queue.State) error) error {
	return world.View(w, queue.PartName, queue.At(hookID), read)
}

// own chooses a command for a hook that the caller may see.
func own(x *exchange.Exchange, id int, choose func(queue.Status) (world.Command, error)) (any, error) {
	return world.Decide(x.World, queue.PartName, queue.At(id), func(s *queue.State) (world.Command, error) {
		status, err := s.Hook(id)
		if err != nil {
			return nil, err
		}
		if status.Foreign {
			return nil, foreign(x, id)
		}
		return choose(status)
	})
}

func foreign(x *exchange.Exchange, id int) error {
	if x.Dialect().Answer(makeapi.HookForeign) == makeapi.Answer403 {
		return errForeign
	}
	return &queue.HookError{ID: id, Err: queue.ErrNoHook}
}

// Open finds the world of a request's token.
func Open(worlds *world.Registry, r *http.Request, x *exchange.Exchange) (err error) {
	x.World, x.Grant, err = worlds.Open(Credential(r))
	return err
}

// Count counts a call against the rate limit of its world.
func Count(x *exchange.Exchange) { x.Rate = x.World.Spend(Vendor) }

// Vendor is what a world counts the calls of Make by.
const Vendor = "make"

// SetHeaders sets the headers that every answer of the API carries.
func SetHeaders(x *exchange.Exchange, header http.Header) {
	setRequestID(x, header)
	if x.Rate.Limit == 0 {
		return
	}
	header.Set(makeapi.HeaderRateLimit, strconv.Itoa(x.Rate.Limit))
	header.Set(makeapi.HeaderRateLimitRemaining, strconv.Itoa(x.Rate.Remaining))
	header.Set(makeapi.HeaderRateLimitReset, strconv.FormatInt(x.Rate.Reset.Add(time.Second-1).Unix(), 10)) // the second by which it is over
	x.Apply(makeapi.HTTPRateLimit)
}

// requestIDHeader is the name as net/http writes it.
//
//nolint:gochecknoglobals // a constant, which only a call can make
var requestIDHeader = http.CanonicalHeaderKey(makeapi.HeaderRequestID)

// setRequestID sets the headers that the answer of a hook's own address carries.
func setRequestID(x *exchange.Exchange, header http.Header) {
	x.SetHeader(header, requestIDHeader, x.NewRequestID())
	x.Apply(makeapi.HTTPContentType, makeapi.HTTPRequestID)
}
