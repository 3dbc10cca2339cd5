package requestlog

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// LogAt is Log at a time of its own.
type LogAt struct {
	Log

	At time.Time
}

// ResentAt is Resent at a time of its own.
type ResentAt struct {
	Resent

	At time.Time
}

func at(t time.Time) world.Moment { return world.NewMoment(t, 1) }

// result is what came of a command, which goes the way that a world sends it.
func result[R any](s *State, c world.Command, t time.Time) (R, error) {
	got, err := s.Apply(c, at(t))
	typed, _ := got.(R)
	return typed, err
}

// Do applies a command of which nothing comes.
func (s *State) Do(c world.Command) error {
	_, err := s.Apply(c, at(time.Time{}))
	return err
}

func (s *State) Fire(c Fire) (Attempt, error)        { return result[Attempt](s, c, time.Time{}) }
func (s *State) Log(c LogAt) (*Request, error)       { return result[*Request](s, c.Log, c.At) }
func (s *State) Resend(c Resend) (Attempt, error)    { return result[Attempt](s, c, time.Time{}) }
func (s *State) Resent(c ResentAt) (*Request, error) { return result[*Request](s, c.Resent, c.At) }
func (s *State) Delete(c Delete) (*Request, error)   { return result[*Request](s, c, time.Time{}) }
func (s *State) Restore(c Restore) (*Request, error) { return result[*Request](s, c, time.Time{}) }

func (s *State) Copy() *State {
	fork, _ := s.Fork().(*State)
	return fork
}
