package mockserver

import (
	"errors"
	"io"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// newWorlds makes the worlds, and opens the directory that keeps them if there is one. What is to be closed with them is nil for nothing.
func (s *settings) newWorlds() (worlds *world.Registry, kept io.Closer, err error) {
	switch {
	case s.store != nil:
		s.registry.Log, kept = s.store, s.store
	case s.data != "":
		opened, err := store.Open(s.data, store.Options{Logger: s.log})
		if err != nil {
			return nil, nil, err
		}
		s.registry.Log, kept = opened, opened
	}
	if worlds, err = world.NewRegistry(s.registry, *s.base); err != nil && kept != nil {
		err = errors.Join(err, kept.Close())
	}
	return worlds, kept, err
}

// ReadWorlds makes the worlds of a directory, to be looked at: nothing is written. An error joins one for each world that is damaged; the
// others are there.
func ReadWorlds(opened *store.Store, apis ...*mockapi.API) (*world.Registry, error) {
	return world.ReadLog(world.Config{Parts: parts(apis), APIs: mockapi.Contracts(apis)}, opened)
}

// closeWorlds ends what the worlds do by themselves, and gives the directory free.
func closeWorlds(worlds *world.Registry, kept io.Closer) error {
	err := worlds.Close()
	if kept != nil {
		err = errors.Join(err, kept.Close())
	}
	return err
}

// keep waits until all that an answer may show is kept. Where a change of the request is not, the answer is the vendor's own 500 instead.
func (s *Server) keep(of *surface, w *recorder, r *http.Request, x *exchange.Exchange) {
	if x.World == nil {
		return
	}
	err := x.World.Settle()
	if err == nil && x.World.Unkept() == x.Unkept {
		return
	}
	w.reset()
	x.Forget()
	x.Changed = journal.Transition{}
	if of.SetHeaders != nil {
		of.SetHeaders(x, w.Header())
	}
	of.Refuse(w, r, world.ErrNotKept) // and not what it wraps: that a world is no more, of which nobody knows what it is, is no answer
}
