package control

import (
	"context"
	"encoding/json"
	"errors"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// find is the world that a path names, made when it is new and that is allowed.
func (s *server) find(name string) (*world.World, error) {
	w, err := s.worlds.Find(name)
	return w, inField("world", err)
}

// look is find for those who change nothing: it makes no world.
func (s *server) look(name string) (*world.World, error) {
	w, err := s.worlds.Look(name)
	return w, inField("world", err)
}

// ListWorlds lists the worlds by name.
func (s *server) ListWorlds(context.Context, controlapi.ListWorldsRequestObject) (controlapi.ListWorldsResponseObject, error) {
	list := controlapi.ListWorlds200JSONResponse{Worlds: []controlapi.WorldSummary{}}
	for _, w := range s.worlds.Worlds() {
		summary, err := s.summary(w)
		if err != nil {
			return nil, err
		}
		list.Worlds = append(list.Worlds, summary)
	}
	return list, nil
}

// DeleteWorld drops a world with its tokens.
func (s *server) DeleteWorld(_ context.Context, req controlapi.DeleteWorldRequestObject) (controlapi.DeleteWorldResponseObject, error) {
	if err := s.worlds.Delete(req.World); err != nil {
		return nil, inField("world", err)
	}
	return controlapi.DeleteWorld204Response{}, nil
}

// ResetWorld takes a world back to what it was made of.
func (s *server) ResetWorld(_ context.Context, req controlapi.ResetWorldRequestObject) (controlapi.ResetWorldResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if err := w.Reset(); err != nil {
		return nil, err
	}
	summary, err := s.summary(w)
	return controlapi.ResetWorld200JSONResponse(summary), err
}

// ForkWorld copies a world under another name.
func (s *server) ForkWorld(_ context.Context, req controlapi.ForkWorldRequestObject) (controlapi.ForkWorldResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	fork, err := s.fork(w, req.Body)
	if err != nil {
		return nil, err
	}
	summary, err := s.summary(fork)
	return controlapi.ForkWorld201JSONResponse(summary), err
}

func (s *server) fork(w *world.World, asked *controlapi.Fork) (*world.World, error) {
	if asked.Moment == nil {
		fork, err := s.worlds.Fork(w, asked.As)
		return fork, inField("as", err)
	}
	if *asked.Moment < 0 {
		return nil, refusal.BadValue("moment", "it is below zero")
	}
	fork, err := s.worlds.ForkPast(w, asked.As, uint64(*asked.Moment))
	if errors.Is(err, world.ErrForgotten) {
		return nil, inField("moment", err)
	}
	return fork, inField("as", err)
}

// MintToken gives out a token for a world.
func (s *server) MintToken(_ context.Context, req controlapi.MintTokenRequestObject) (controlapi.MintTokenResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	token, err := s.worlds.Mint(w, world.Grant{Scopes: scopes(req.Body.Scopes), Expires: req.Body.Expires})
	if err != nil {
		return nil, err
	}
	return controlapi.MintToken201JSONResponse{Token: token}, nil
}

// scopes is nil, which is every scope, when none is named.
func scopes(named []controlapi.Scope) []string {
	if named == nil {
		return nil
	}
	words := make([]string, len(named))
	for i, scope := range named {
		words[i] = string(scope)
	}
	return words
}

func (s *server) summary(w *world.World) (controlapi.WorldSummary, error) {
	summary := controlapi.WorldSummary{
		Name:    w.Name,
		Clock:   shownClock(w.Clock()),
		Tokens:  len(s.worlds.Tokens(w)),
		Journal: w.Journal.Len(),
	}
	for _, known := range s.apis {
		if known.Sizes == nil {
			continue
		}
		sizes, err := known.Sizes(w)
		if err != nil {
			return summary, err
		}
		text, err := json.Marshal(sizes)
		if err != nil {
			return summary, err
		}
		if err := json.Unmarshal(text, &summary); err != nil { // into the members that the document names, and the others
			return summary, err
		}
	}
	return summary, nil
}
