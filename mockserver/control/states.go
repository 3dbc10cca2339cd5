package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// state is one provider state. Its functions read what they need from a call and return the values that they made.
type state struct {
	name     string
	setUp    func(*call) (api.StateValues, error)
	tearDown func(*call) error // nil where there is nothing to undo
}

// states are all that the mock knows, API by API.
func (s *server) states() []state {
	all := slices.Concat(makecomStates(), crmcomStates())
	for _, played := range s.apis {
		for _, own := range played.States {
			all = append(all, stateOf(own))
		}
	}
	return all
}

// stateOf is a state that an API brings.
func stateOf(own mockapi.ProviderState) state {
	st := state{name: own.Name, setUp: func(c *call) (api.StateValues, error) {
		values, err := own.SetUp(c.world, c)
		return values, err
	}}
	if own.TearDown != nil {
		st.tearDown = func(c *call) error { return own.TearDown(c.world, c) }
	}
	return st
}

// Read implements mockapi.Params.
func (c *call) Read(into any) error { return c.read(into) }

// Peek implements mockapi.Params.
func (c *call) Peek(into any) error { return c.peek(into) }

// call is one request to set up or tear down a state.
type call struct {
	ctx    context.Context // of the request
	worlds *world.Registry
	egress *egress.Sender
	world  *world.World
	params map[string]json.RawMessage // in their own digits and order
}

// SetUpState brings a world into a state, or takes it back.
func (s *server) SetUpState(ctx context.Context, req api.SetUpStateRequestObject) (api.SetUpStateResponseObject, error) {
	known := s.states()
	i := slices.IndexFunc(known, func(st state) bool { return st.name == req.Body.State })
	if i < 0 {
		return nil, unknownState(req.Body.State, known)
	}
	w, err := s.stateWorld(req.Body.Params)
	if err != nil {
		return nil, asStateProblem(err, http.StatusBadRequest)
	}
	c := &call{ctx: ctx, worlds: s.worlds, egress: s.egress, world: w, params: req.Body.Params}
	if req.Body.Action == api.StateTeardown {
		return api.SetUpState200JSONResponse{}, c.undo(known[i])
	}
	values, err := known[i].setUp(c)
	if values == nil {
		values = api.StateValues{}
	}
	return api.SetUpState200JSONResponse(values), asStateProblem(err, http.StatusConflict)
}

func unknownState(name string, known []state) error {
	names := make([]string, len(known))
	for i, st := range known {
		names[i] = strconv.Quote(st.name)
	}
	return newProblem(http.StatusNotFound, "unknown-state", fmt.Sprintf("there is no state %q", name),
		"take one of "+strings.Join(names, ", ")).at("state")
}

// stateWorld is the world that is named outright, or the one that the credential opens.
func (s *server) stateWorld(params map[string]json.RawMessage) (*world.World, error) {
	if name, named := jsonobject.String(params["world"]); named {
		w, err := s.worlds.Find(name)
		return w, inField("params.world", err)
	}
	token, given := jsonobject.String(params["token"])
	if !given || token == "" {
		return nil, badValue("params.token", "it is missing; give the credential whose view is set up, or world")
	}
	w, _, err := s.worlds.Open(token)
	return w, inField("params.token", err)
}

// undo passes over what is gone already.
func (c *call) undo(st state) error {
	if st.tearDown == nil {
		return nil
	}
	err := st.tearDown(c)
	if p := problemOf(err); err != nil && p.status != http.StatusNotFound {
		return asStateProblem(err, http.StatusConflict)
	}
	return nil
}

// asStateProblem gives another status to a thing that a state refers to and that is not there: 404 is for states alone.
func asStateProblem(err error, missing int) error {
	if err == nil {
		return nil
	}
	p := problemOf(err)
	if p.status == http.StatusInternalServerError {
		return err
	}
	if p.status == http.StatusNotFound {
		p.status = missing
	}
	if p.Field != "" && !strings.HasPrefix(p.Field, "params") {
		p.Field = "params." + p.Field
	}
	return p
}

// read fills a struct with the parameters, and refuses those that it does not have.
func (c *call) read(into any) error { return c.decode(into, true) }

// peek fills a struct with those parameters that it has.
func (c *call) peek(into any) error { return c.decode(into, false) }

func (c *call) decode(into any, strict bool) error {
	params := maps.Clone(c.params)
	delete(params, "token")
	delete(params, "world")
	text, err := json.Marshal(fitted(params, into))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if strict {
		decoder.DisallowUnknownFields()
	}
	err = decoder.Decode(into)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		return badValue("params."+c.param(mismatch.Field), fmt.Sprintf("want %s, got %s", mismatch.Type, mismatch.Value))
	case err != nil && !errors.Is(err, io.EOF):
		return badValue("params", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// param is a field without the struct of ours that it stands in.
func (c *call) param(field string) string {
	first, rest, nested := strings.Cut(field, ".")
	if _, given := c.params[first]; !given && nested {
		return rest
	}
	return field
}
