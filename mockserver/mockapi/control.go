package mockapi

// ProviderState is a state into which tests can bring a world, in Pact's format.
type ProviderState struct {
	Name string
	// SetUp brings the call's world into the state, and returns values that name what was made.
	SetUp func(*Call) (map[string]any, error)
	// TearDown takes it back: its params are those of SetUp and the values. What is gone already is no error; nil where nothing is
	// to be taken back.
	TearDown func(*Call) error
}

// Control is an API's part of the control API.
type Control struct {
	// Schemas is a JSON Schema with the schemas of the operations' bodies in $defs; nil where the control API's own document has them.
	Schemas    []byte
	Operations []Operation
}

// Operation is one operation of an API's part of the control API: …/worlds/{world}/{name of the API}/{path}.
type Operation struct {
	ID      string
	Summary string
	Method  string
	Path    string // below the folder of the API, with {variables}: "hooks/{hookId}/begin"
	Status  int    // of an answer that is no refusal
	Body    string // the name of the schema that its body follows
	// State is the provider state that it brings about, too, so that mutants of the state play there; "" for none.
	State string
	// Do answers with a value that encoding/json writes, or refuses, best with an error of package refusal.
	Do func(*Call) (any, error)
}

// Operations are those of the API's part of the control API.
func (a *API) Operations() []Operation {
	if a.Control == nil {
		return nil
	}
	return a.Control().Operations
}
