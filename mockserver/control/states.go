package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// states are all that the mock knows: those of its own, and API by API.
func (s *server) states() []mockapi.ProviderState {
	all := tokenStates(s.apis)
	for _, known := range s.apis {
		if known.States != nil {
			all = append(all, known.States()...)
		}
	}
	return all
}

// SetUpState brings a world into a state, or takes it back.
func (s *server) SetUpState(ctx context.Context, req controlapi.SetUpStateRequestObject) (controlapi.SetUpStateResponseObject, error) {
	known := s.states()
	i := slices.IndexFunc(known, func(st mockapi.ProviderState) bool { return st.Name == req.Body.State })
	if i < 0 {
		return nil, unknownState(req.Body.State, known)
	}
	w, err := s.stateWorld(req.Body.Params)
	if err != nil {
		return nil, ofState(err, refusal.Invalid)
	}
	c := &mockapi.Call{Context: ctx, Host: s.host, World: w, BaseURL: exchange.From(ctx).BaseURL, Params: paramsOf(req.Body.Params)}
	if req.Body.Action == controlapi.StateTeardown {
		return controlapi.SetUpState200JSONResponse{}, undo(known[i], c)
	}
	values, err := known[i].SetUp(c)
	if values == nil {
		values = controlapi.StateValues{}
	}
	return controlapi.SetUpState200JSONResponse(values), ofState(err, refusal.Conflict)
}

// paramsOf are the params without those that choose the world.
func paramsOf(given map[string]json.RawMessage) map[string]json.RawMessage {
	params := make(map[string]json.RawMessage, len(given))
	for name, value := range given {
		if name != "token" && name != "world" {
			params[name] = value
		}
	}
	return params
}

func unknownState(name string, known []mockapi.ProviderState) error {
	names := make([]string, len(known))
	for i, st := range known {
		names[i] = strconv.Quote(st.Name)
	}
	return refusal.New(refusal.Missing, "unknown-state", fmt.Sprintf("there is no state %q", name),
		"take one of "+strings.Join(names, ", ")).At("state")
}

// stateWorld is the world that is named outright, or the one that the credential opens.
func (s *server) stateWorld(params map[string]json.RawMessage) (*world.World, error) {
	if name, named := jsonobject.String(params["world"]); named {
		w, err := s.worlds.Find(name)
		return w, inField("params.world", err)
	}
	token, given := jsonobject.String(params["token"])
	if !given || token == "" {
		return nil, refusal.BadValue("params.token", "it is missing; give the credential whose view is set up, or world")
	}
	w, _, err := s.worlds.Open(token)
	if errors.Is(err, world.ErrUnknownToken) {
		return nil, world.ErrUnknownToken.Of(refusal.Missing).At("params.token") // it is a param, and not the caller's credential
	}
	return w, inField("params.token", err)
}

// undo passes over what is gone already.
func undo(st mockapi.ProviderState, c *mockapi.Call) error {
	if st.TearDown == nil {
		return nil
	}
	err := st.TearDown(c)
	if err == nil || refusalOf(err).Kind == refusal.Missing {
		return nil
	}
	return ofState(err, refusal.Conflict)
}

// ofState refuses otherwise where a thing that a state refers to is not there, because 404 is for states alone, and names the params.
func ofState(err error, missing refusal.Kind) error {
	if err == nil {
		return nil
	}
	e := refusalOf(err)
	if e.Kind == refusal.Internal {
		return err
	}
	if e.Kind == refusal.Missing {
		e.Kind = missing
	}
	if e.Code == refusal.CodeBadValue || e.Field != "" {
		e.Field = inParams(e.Field)
	}
	return e
}

func inParams(field string) string {
	switch {
	case field == "":
		return "params"
	case strings.HasPrefix(field, "params"):
		return field
	}
	return "params." + field
}
