package control

import (
	"context"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
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
func (s *server) ListWorlds(context.Context, api.ListWorldsRequestObject) (api.ListWorldsResponseObject, error) {
	list := api.ListWorlds200JSONResponse{Worlds: []api.WorldSummary{}}
	for _, w := range s.worlds.Worlds() {
		list.Worlds = append(list.Worlds, s.summary(w))
	}
	return list, nil
}

// DeleteWorld drops a world with its tokens.
func (s *server) DeleteWorld(_ context.Context, req api.DeleteWorldRequestObject) (api.DeleteWorldResponseObject, error) {
	if err := s.worlds.Delete(req.World); err != nil {
		return nil, inField("world", err)
	}
	return api.DeleteWorld204Response{}, nil
}

// ResetWorld takes a world back to what it was made of.
func (s *server) ResetWorld(_ context.Context, req api.ResetWorldRequestObject) (api.ResetWorldResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	w.Reset()
	return api.ResetWorld200JSONResponse(s.summary(w)), nil
}

// ForkWorld copies a world under another name.
func (s *server) ForkWorld(_ context.Context, req api.ForkWorldRequestObject) (api.ForkWorldResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	fork, err := s.worlds.Fork(w, req.Body.As)
	if err != nil {
		return nil, inField("as", err)
	}
	return api.ForkWorld201JSONResponse(s.summary(fork)), nil
}

// MintToken gives out a token for a world.
func (s *server) MintToken(_ context.Context, req api.MintTokenRequestObject) (api.MintTokenResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	token, err := s.worlds.Mint(w, world.Grant{Scopes: scopes(req.Body.Scopes), Expires: req.Body.Expires})
	if err != nil {
		return nil, err
	}
	return api.MintToken201JSONResponse{Token: token}, nil
}

// scopes is nil, which is every scope, when none is named.
func scopes(named []api.Scope) []string {
	if named == nil {
		return nil
	}
	words := make([]string, len(named))
	for i, scope := range named {
		words[i] = string(scope)
	}
	return words
}

func (s *server) summary(w *world.World) api.WorldSummary {
	summary := api.WorldSummary{
		Name:    w.Name,
		Clock:   shownClock(w.Clock()),
		Tokens:  len(s.worlds.Tokens(w)),
		Journal: len(w.Journal.Entries()),
	}
	_ = world.View(w, queue.PartName, nil, func(state *queue.State) error { // the function has no error to hand on
		for _, hook := range state.Hooks() {
			summary.Hooks++
			summary.Incomings += hook.Queued
		}
		return nil
	})
	_ = world.View(w, requestlog.PartName, nil, func(log *requestlog.State) error { // the function has no error to hand on
		summary.WebhookRequests = log.Len()
		return nil
	})
	return summary
}
