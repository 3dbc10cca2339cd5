package control

import (
	"encoding/json"
	"net/url"
)

const opProviderStates = "POST /provider-states"

// stateFromQuery is the body of a change of state that came as a query, as Pact's verifiers send it with --state-change-as-query:
// state and action by their names, and each param as a parameter. The values are text, which [mockapi.Call] turns into what the
// state wants.
func stateFromQuery(query url.Values) ([]byte, error) {
	body := struct {
		State  string         `json:"state"`
		Action string         `json:"action,omitempty"`
		Params map[string]any `json:"params"`
	}{query.Get("state"), query.Get("action"), map[string]any{}}
	for name, values := range query {
		switch {
		case name == "state", name == "action", name == "consumer":
		case len(values) == 1:
			body.Params[name] = values[0]
		default:
			body.Params[name] = values
		}
	}
	return json.Marshal(body)
}
