package mockapi

import "github.com/understudy-mock/understudy/mockserver/world"

// ProviderState is a state into which tests can bring a world, in Pact's format.
type ProviderState struct {
	Name string
	// SetUp brings the world into the state, and returns values that name what was made.
	SetUp func(*world.World, Params) (map[string]any, error)
	// TearDown takes it back: its parameters are those of SetUp and the values. What is gone already is no error; nil where
	// nothing is to be taken back.
	TearDown func(*world.World, Params) error
}

// Params are the parameters of a provider state, without those that choose the world.
type Params interface {
	// Read fills a struct, and refuses parameters that it does not have.
	Read(into any) error
	// Peek fills a struct with those parameters that it has.
	Peek(into any) error
}
