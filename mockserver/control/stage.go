package control

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// stateStage lets a world's mutant in where a provider state is set up.
func (s *server) stateStage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if operationOf(r) != opProviderStates {
			next.ServeHTTP(w, r)
			return
		}
		text := exchange.From(r.Context()).Body
		of, err := s.stageOf(text)
		if of == nil || err != nil {
			next.ServeHTTP(w, r) // which refuses it
			return
		}
		s.play(of, next, func() wrap.Setup {
			body, _ := wrap.ReadObject(text) // it has been read before
			params, _ := body["params"].(wrap.Object)
			return wrap.Setup{State: wrap.String(body["state"]), Params: params}
		}).ServeHTTP(w, r)
	})
}

// stageOf is the world whose state is to be set up, nil for a teardown. Of the params it reads what names the world alone: they may be
// large, and most worlds have no mutant.
func (s *server) stageOf(text []byte) (*world.World, error) {
	var asked struct {
		Action string `json:"action"`
		Params struct {
			World json.RawMessage `json:"world"`
			Token json.RawMessage `json:"token"`
		} `json:"params"`
	}
	if err := json.Unmarshal(text, &asked); err != nil || asked.Action == "teardown" {
		return nil, err
	}
	return s.stateWorld(map[string]json.RawMessage{"world": asked.Params.World, "token": asked.Params.Token})
}

// operationStage lets a world's mutant in where an operation of an API brings about a provider state.
func (s *server) operationStage(o mockapi.Operation, next http.Handler) http.Handler {
	if o.State == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of, err := s.worlds.Lookup(mux.Vars(r)["world"])
		if err != nil {
			next.ServeHTTP(w, r) // which makes it, or refuses it
			return
		}
		s.play(of, next, func() wrap.Setup {
			params, _ := wrap.ReadObject(exchange.From(r.Context()).Body) // what is none has no members
			if params == nil {
				params = wrap.Object{}
			}
			for name, value := range mux.Vars(r) {
				params[name] = value
			}
			return wrap.Setup{State: o.State, Params: params, Operation: true}
		}).ServeHTTP(w, r)
	})
}

// play puts the mutant of a world round a handler, if there is one. The setup is read for a mutant only.
func (s *server) play(of *world.World, honest http.Handler, setup func() wrap.Setup) http.Handler {
	broken := s.broken(of)
	if broken == nil {
		return honest
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stage := wrap.Stage{
			Worlds: s.worlds, World: of, Server: s.memory, Egress: s.host.Egress, Base: exchange.From(r.Context()).BaseURL, Setup: setup(),
		}
		stage.Play(broken, honest).ServeHTTP(w, r)
	})
}

// bodyOf is the body as it comes to the handler: as the client sent it, or as a mutant changed it.
func bodyOf(r *http.Request) (json.RawMessage, error) {
	if r.Body == nil {
		return nil, nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, exchange.ErrBodyCut
	}
	return bytes.TrimSpace(text), nil
}
