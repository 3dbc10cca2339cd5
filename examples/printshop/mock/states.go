package mock

import (
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// states are the states into which a test can bring a shop, in Pact's format.
func states() []mockapi.ProviderState {
	return []mockapi.ProviderState{{
		Name: "a job",
		SetUp: func(w *world.World, params mockapi.Params) (map[string]any, error) {
			job := Job{Title: "a job", Pages: 1, State: failed, Attempts: 1}
			if err := params.Read(&job); err != nil {
				return nil, err
			}
			made, err := world.Do[Job](w, put{job})
			return map[string]any{"id": made.ID}, err
		},
		TearDown: func(w *world.World, params mockapi.Params) error {
			var made struct{ ID string }
			params.Peek(&made)
			_, err := w.Do(remove(made))
			return err
		},
	}}
}
