package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// params are what a provider state is set up or torn down with. On teardown the values of the setup are among them.
type params struct {
	members map[string]json.RawMessage
	request *http.Request
}

// values are what a state answers with.
type values map[string]any

// state is a situation that a suite can ask for. Undoing does nothing where nothing is left to undo; an undo that is
// nil never has anything.
type state struct {
	setUp func(context.Context, params) (values, error)
	undo  func(params)
}

// stateError is why a state was not set up: 400 for its params, 409 because it cannot be reached now.
type stateError struct {
	status int
	text   string
}

func (e *stateError) Error() string { return e.text }

func badParam(name, format string, a ...any) error {
	return &stateError{http.StatusBadRequest, name + ": " + fmt.Sprintf(format, a...)}
}

func unreachable(format string, a ...any) error {
	return &stateError{http.StatusConflict, fmt.Sprintf(format, a...)}
}

// serveStates takes Pact's provider-state requests. The organization is one, so the param token only has to be
// a token issued here, and the param world says nothing.
func (s *server) serveStates() http.HandlerFunc {
	states := s.makecomStates()
	for name, st := range s.crmcomStates() {
		states[name] = st
	}
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := s.reach(states, r)
		var refused *stateError
		switch {
		case errors.As(err, &refused):
			writeJSON(w, refused.status, values{"error": refused.text})
		case err != nil:
			writeJSON(w, http.StatusInternalServerError, values{"error": err.Error()})
		default:
			writeJSON(w, http.StatusOK, v)
		}
	}
}

func (s *server) reach(states map[string]state, r *http.Request) (values, error) {
	body, err := readBody(r, maxBody)
	if err != nil {
		return nil, badParam("body", "%v", err)
	}
	var asked struct {
		State  string                     `json:"state"`
		Action string                     `json:"action"`
		Params map[string]json.RawMessage `json:"params"`
		Values map[string]json.RawMessage `json:"values"`
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, badParam("body", `want {"state":"…","params":{…},"action":"setup"}: %v`, err)
	}
	st, ok := states[asked.State]
	if !ok {
		return nil, &stateError{http.StatusNotFound, fmt.Sprintf("state: %q is not known here", asked.State)}
	}
	p := params{merged(asked.Params, asked.Values), r}
	switch asked.Action {
	case "setup", "":
		return s.setUp(r.Context(), st, p)
	case "teardown":
		if st.undo != nil {
			st.undo(p)
		}
		return values{}, nil
	}
	return nil, badParam("action", "%q is neither setup nor teardown", asked.Action)
}

func (s *server) setUp(ctx context.Context, st state, p params) (values, error) {
	name, given, err := param[string](p, "token")
	if err != nil {
		return nil, err
	}
	if given && !s.knows(name) {
		return nil, badParam("token", "was not issued here")
	}
	return st.setUp(ctx, p)
}

func (s *server) knows(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.issued(name)
	return ok
}

// merged prefers the second: the values of the setup say more than its params.
func merged(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, m := range []map[string]json.RawMessage{a, b} {
		for name, value := range m {
			all[name] = value
		}
	}
	return all
}

// param reads one param; null is as good as none.
func param[T any](p params, name string) (value T, given bool, err error) {
	raw, ok := p.members[name]
	if !ok || string(raw) == "null" {
		return value, false, nil
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return value, false, badParam(name, "%s is not a %T", raw, value)
	}
	return value, true, nil
}

func required[T any](p params, name string) (T, error) {
	value, given, err := param[T](p, name)
	if err == nil && !given {
		err = badParam(name, "is missing")
	}
	return value, err
}

func optional[T any](p params, name string, absent T) (T, error) {
	value, given, err := param[T](p, name)
	if !given {
		value = absent
	}
	return value, err
}

func positive(p params, name string) (int, error) {
	n, err := required[int](p, name)
	if err == nil && n < 1 {
		err = badParam(name, "%d is less than 1", n)
	}
	return n, err
}
