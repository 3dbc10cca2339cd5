package suite

import (
	"context"
	"errors"
	"sync"
)

// lane records what runs beside other things of the same session, until all of them are done.
type lane struct{ exchanges []*Exchange }

type laneKey struct{}

// Together does several things that do not depend on each other, at the same time as far as the run's workers and its pace allow. The
// record has their exchanges in the order of the things, whichever ended first. None of them sees the exchanges of another one, and
// none may draw from the session's choices or use AtOnce.
func (s *Session) Together(ctx context.Context, things ...func(context.Context) error) error {
	lanes, errs := make([]lane, len(things)), make([]error, len(things))
	free := make(chan struct{}, s.abreast())
	var under sync.WaitGroup
	for i, do := range things {
		free <- struct{}{}
		under.Go(func() {
			defer func() { <-free }()
			errs[i] = guarded(context.WithValue(ctx, laneKey{}, &lanes[i]), do)
		})
	}
	under.Wait()
	for i := range lanes {
		s.record(ctx, lanes[i].exchanges...)
	}
	return errors.Join(errs...)
}

// mostAbreast is how much one session does at the same time at most.
const mostAbreast = 8

// abreast is how much a session may do at the same time. A replay goes through the record in its order.
func (s *Session) abreast() int {
	if s.run.config.Settled != nil {
		return 1
	}
	return min(max(int(s.run.workers.Load()), 1), mostAbreast)
}

// record keeps exchanges, in the lane of the context where it has one.
func (s *Session) record(ctx context.Context, all ...*Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.recordOf(ctx)
	*kept = append(*kept, all...)
}

// recordOf is where exchanges are kept. It needs mu.
func (s *Session) recordOf(ctx context.Context) *[]*Exchange {
	if l, ok := ctx.Value(laneKey{}).(*lane); ok {
		return &l.exchanges
	}
	return &s.exchanges
}

// SetupAll brings the target into the same state several times, as [Session.Together] does things, and returns the states in the order
// of their params. They are undone together, too.
func (s *Session) SetupAll(ctx context.Context, name string, params []map[string]any) ([]*State, error) {
	if s.way == nil {
		return nil, s.noProvider(name)
	}
	all := make([]*State, len(params))
	things := make([]func(context.Context) error, len(params))
	for i, p := range params {
		things[i] = func(ctx context.Context) (err error) {
			all[i], err = s.way.Setup(ctx, s, name, p)
			return err
		}
	}
	err := s.Together(ctx, things...)
	s.undoTogether(all)
	return all, err
}

// undoTogether has those states that came about undone as one.
func (s *Session) undoTogether(all []*State) {
	group := &State{}
	for _, state := range all {
		if state != nil {
			group.alike = append(group.alike, state)
		}
	}
	if len(group.alike) == 0 {
		return
	}
	s.Undo(group)
	s.noteSetUp()
}

// undoAll undoes states that do not depend on each other.
func (s *Session) undoAll(ctx context.Context, all []*State) {
	things := make([]func(context.Context) error, len(all))
	for i, state := range all {
		things[i] = func(ctx context.Context) error {
			s.undo(ctx, state)
			return nil
		}
	}
	if err := s.Together(ctx, things...); err != nil {
		s.Leave(s.id + ": " + err.Error()) // a panic in somebody's provider
	}
}
