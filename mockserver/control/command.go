package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// command is an operation that changes a world, as its journal keeps it.
type command struct {
	method string
	status int // of an answer that is no refusal
}

// commands are the operations that a journal keeps, by operation id, beside those of the APIs. What makes a world or takes it back is
// none: the journal begins anew with it.
func commands() map[string]command {
	return map[string]command{
		"mintToken":    {http.MethodPost, http.StatusCreated},
		"putClock":     {http.MethodPut, http.StatusOK},
		"advanceClock": {http.MethodPost, http.StatusOK},
		"putDialect":   {http.MethodPut, http.StatusOK},
		"putFaults":    {http.MethodPut, http.StatusOK},
		"putMutant":    {http.MethodPut, http.StatusOK},
		"putSink":      {http.MethodPut, http.StatusOK},
		"setUpState":   {http.MethodPost, http.StatusOK},
	}
}

// commandOf finds an operation that changes a world, of the mock or of an API.
func commandOf(apis []*mockapi.API, operation string) (command, bool) {
	if c, known := commands()[operation]; known {
		return c, true
	}
	for _, each := range apis {
		for _, o := range each.Operations() {
			if o.ID == operation {
				return command{o.Method, o.Status}, true
			}
		}
	}
	return command{}, false
}

// noted records what changes a world before it is answered, so that an exchange that follows the answer comes after it in the
// journal.
func (s *server) noted(next controlapi.StrictHandlerFunc, operation string) controlapi.StrictHandlerFunc {
	operation = strings.ToLower(operation[:1]) + operation[1:]
	if _, changes := commands()[operation]; !changes {
		return next
	}
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		response, err := next(ctx, w, r, request)
		if err != nil {
			return response, err
		}
		return response, s.note(r, operation, response, func() (*world.World, error) { return s.changed(r, request) })
	}
}

// note records the call of an operation that has changed a world, once: a mutant that calls more than once does so again when the
// first call is replayed.
func (s *server) note(r *http.Request, operation string, response any, changed func() (*world.World, error)) error {
	x := exchange.From(r.Context())
	if x.Operation != "" {
		return nil
	}
	x.Operation = operation
	w, err := changed()
	if err != nil {
		return err
	}
	asked := journal.Request{Host: r.Host, Path: r.URL.RequestURI(), Body: journal.Cut(x.Body)}
	return record(s.apis, w, operation, asked, response)
}

// changed is the world of a command.
func (s *server) changed(r *http.Request, request any) (*world.World, error) {
	if state, ok := request.(controlapi.SetUpStateRequestObject); ok {
		return s.stateWorld(state.Body.Params)
	}
	return s.find(mux.Vars(r)["world"])
}

func record(apis []*mockapi.API, w *world.World, operation string, request journal.Request, answered any) error {
	text, err := json.Marshal(answered)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	as, known := commandOf(apis, operation)
	if !known {
		return fmt.Errorf("%s: no API of the server has this operation", operation)
	}
	request.Method = as.method
	w.Journal.RecordCommand(&journal.Entry{
		At: w.Clock().Now(), API: "control", Operation: operation, World: w.Name, Moment: w.Moment(),
		Request: request, Response: journal.Response{Status: as.status, Body: journal.Cut(text)},
	})
	return nil
}

// Story is what replays exchanges of a world: the state that it started from, and the commands between them.
func Story(worlds *world.Registry, apis []*mockapi.API, w *world.World, exchanges []*journal.Entry) ([]*journal.Entry, error) {
	start, err := startOf(worlds, apis, w)
	if err != nil {
		return nil, err
	}
	return append([]*journal.Entry{start}, w.Journal.WithCommands(exchanges)...), nil
}

// scopesOf is everything that a token may be allowed to do.
func scopesOf(apis []*mockapi.API) []controlapi.Scope {
	all := []controlapi.Scope{}
	for _, scope := range mockapi.Scopes(apis) {
		all = append(all, controlapi.Scope(scope))
	}
	return all
}

// startOf is a command that brings another world to where w started.
func startOf(worlds *world.Registry, apis []*mockapi.API, w *world.World) (*journal.Entry, error) {
	file, err := worldfile.Of(worlds.ExportOrigin(w), apis...)
	if err != nil {
		return nil, err
	}
	file.Tokens = []controlapi.Token{{Token: journal.Place, Scopes: scopesOf(apis)}}
	for _, played := range apis {
		if played.File != nil && played.File.Anonymous != nil { // so that logins find this world, and no other's
			file.Parts[played.Name()], err = played.File.Anonymous(file.Parts[played.Name()], journal.Place)
			if err != nil {
				return nil, err
			}
		}
	}
	text, err := file.Encode()
	return &journal.Entry{
		Command: true, API: "control", Operation: "putWorld", World: w.Name,
		Request:  journal.Request{Method: http.MethodPut, Path: basePath + "/worlds/" + journal.Place, Body: journal.Body{Bytes: text, Size: len(text)}},
		Response: journal.Response{Status: http.StatusOK},
	}, err
}
