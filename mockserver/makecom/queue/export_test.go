package queue

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// arrival is Arrive at a time of its own.
type arrival struct {
	HookID int
	ID     string
	Data   []byte
	At     time.Time
}

func at(t time.Time) world.Moment { return world.NewMoment(t, 1) }

// result is what came of a command, which goes the way that a world sends it.
func result[R any](s *State, c world.Command, m world.Moment) (R, error) {
	got, err := s.Apply(c, m)
	typed, _ := got.(R)
	return typed, err
}

func (s *State) Arrive(c arrival) (*Item, error) {
	return result[*Item](s, Arrive{HookID: c.HookID, ID: c.ID, Data: c.Data}, at(c.At))
}

func (s *State) Delete(c Delete) (Deleted, error)  { return result[Deleted](s, c, at(start)) }
func (s *State) Begin(c Begin) ([]string, error)   { return result[[]string](s, c, at(start)) }
func (s *State) Finish(c Finish) ([]string, error) { return result[[]string](s, c, at(start)) }

func (s *State) CreateHook(c CreateHook) error {
	_, err := s.Apply(c, at(start))
	return err
}

func (s *State) RemoveHook(c RemoveHook) error {
	_, err := s.Apply(c, at(start))
	return err
}

func (s *State) fork() *State {
	fork, _ := s.Fork().(*State)
	return fork
}
