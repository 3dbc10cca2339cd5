package mock

import (
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// states are the states into which a test can bring a shop, in Pact's format.
func states() []mockapi.ProviderState {
	return []mockapi.ProviderState{{
		Name: "a job", SetUp: func(c *mockapi.Call) (map[string]any, error) {
			job := Job{Title: "a job", Pages: 1, State: failed, Attempts: 1}
			if err := c.Read(&job); err != nil {
				return nil, err
			}
			made, err := world.Do[Job](c.World, put{job})
			return map[string]any{"id": made.ID}, err
		},
		TearDown: func(c *mockapi.Call) error {
			var made struct{ ID string }
			if err := c.Peek(&made); err != nil {
				return err
			}
			return c.Do(remove(made))
		},
	}}
}
