package agent

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/world"
)

type openIn struct {
	World string `json:"world,omitempty" jsonschema:"name of the world; one that exists is kept as it is unless fresh is true"`
	From  string `json:"from,omitempty" jsonschema:"world to copy; absent: the base world, in which the documents' own example calls work"`
	Fresh bool   `json:"fresh,omitempty" jsonschema:"begin anew, whatever the world held"`
}

type openOut struct {
	World     string            `json:"world"`
	Token     string            `json:"token" jsonschema:"credential for every API; whoever uses it is in this world"`
	Addresses map[string]string `json:"addresses" jsonschema:"base URL of each API"`
	StateURL  string            `json:"stateUrl" jsonschema:"where provider states are set up"`
}

func (s *server) addWorldTools(to *mcp.Server) {
	addTool(s, to, &mcp.Tool{
		Name:        "open_world",
		Description: "Open a world, an isolated copy of the vendors, and get a token for it. Other tools take the name of the world.",
	}, s.openWorld)
	addTool(s, to, &mcp.Tool{
		Name:        "read_more",
		Description: "Read on in an answer that was too long to be shown at once.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, s.readMore)
}

func (s *server) openWorld(ctx context.Context, _ *mcp.CallToolRequest, in openIn) (*mcp.CallToolResult, openOut, error) {
	if in.World == "" {
		in.World = s.World
	}
	for argument, name := range map[string]string{"world": in.World, "from": cmp.Or(in.From, s.World)} {
		if _, err := segment(argument, name); err != nil {
			return nil, openOut{}, err
		}
	}
	if err := s.makeWorld(ctx, in); err != nil {
		return nil, openOut{}, err
	}
	token, err := s.mint(ctx, in.World)
	if err != nil {
		return nil, openOut{}, err
	}
	out := openOut{World: in.World, Token: token, Addresses: map[string]string{}, StateURL: s.Control + "/provider-states"}
	for _, api := range s.APIs {
		out.Addresses[api.Contract.Name] = s.Origin + api.Contract.BasePath
	}
	return nil, out, nil
}

func (s *server) makeWorld(ctx context.Context, in openIn) error {
	if in.From != "" { // before anything is dropped
		if err := s.isThere(ctx, "from", in.From, "open it first, or leave from out", world.BaseName); err != nil {
			return err
		}
	}
	if in.Fresh {
		if err := s.dropWorld(ctx, in.World); err != nil {
			return err
		}
	}
	if in.From != "" {
		return s.read(ctx, http.MethodPost, "/worlds/"+url.PathEscape(in.From)+"/fork", nil, map[string]string{"as": in.World}, nil)
	}
	return nil // the token makes it
}

// isThere refuses a world that nobody opened, which the mock would make, or show and not keep: whoever misspells a name would be told
// that nothing happened there. Also names worlds that need no opening.
func (s *server) isThere(ctx context.Context, argument, name, remedy string, also ...string) error {
	names, err := s.names(ctx)
	if names = append(names, also...); err != nil || slices.Contains(names, name) {
		return err
	}
	if len(near.Names(name, names)) > 0 {
		remedy = near.Remedy(name, names) + ", or " + remedy
	}
	return fmt.Errorf("%s: there is no world %q; %s", argument, beginning(name, mostCall), remedy)
}

// names are those of the worlds that there are.
func (s *server) names(ctx context.Context) ([]string, error) {
	var list struct {
		Worlds []struct {
			Name string `json:"name"`
		} `json:"worlds"`
	}
	err := s.read(ctx, http.MethodGet, "/worlds", nil, nil, &list)
	names := make([]string, len(list.Worlds))
	for i, w := range list.Worlds {
		names[i] = w.Name
	}
	return names, err
}

// dropWorld is content when the world is not there.
func (s *server) dropWorld(ctx context.Context, name string) error {
	a, err := s.control(ctx, request{method: http.MethodDelete, path: "/worlds/" + url.PathEscape(name)})
	if err != nil || a.ok() || a.Status == http.StatusNotFound {
		return err
	}
	return a.refusal()
}

// mint makes a token that opens the world.
func (s *server) mint(ctx context.Context, name string) (string, error) {
	var minted struct {
		Token string `json:"token"`
	}
	err := s.read(ctx, http.MethodPost, "/worlds/"+url.PathEscape(name)+"/tokens", nil, map[string]any{}, &minted)
	return minted.Token, err
}
