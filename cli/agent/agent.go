// Package agent offers a mock and the suite to programs that speak the Model Context Protocol.
//
// Every tool that takes hold of the mock is an operation of the control API, made from the document of that API: there is no other
// door. Beside them stand the tools that need the suite or the contract.
package agent

import (
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Options are what a server for agents needs.
type Options struct {
	// APIs are those that the mock plays, Catalogs are their checks, in the same order.
	APIs     []*mockapi.API
	Catalogs []*suite.Catalog
	// Origin is where the mock listens, such as http://127.0.0.1:8654; Control is the base URL of its control API.
	Origin, Control string
	ControlToken    string
	// World is the world of tools that are not told another one.
	World string
	// Commands lets check_client run commands on this machine, Remote lets verify call targets beyond loopback.
	Commands, Remote bool
	// Pages are the documentation as Markdown files, nil for none.
	Pages   fs.FS
	Version string
}

// server is what the tools share.
type server struct {
	Options
	client  *http.Client
	reports reports
	answers answers
	// arguments are those of every tool, by its name.
	arguments map[string]arguments
	calls     calls
}

// Agent is a server for agents.
type Agent struct {
	*mcp.Server
	calls *calls
}

// EndSession cancels what a session has under way.
func (a *Agent) EndSession(id string) { a.calls.end(id) }

// End cancels what is under way, and waits until it has ended.
func (a *Agent) End() { a.calls.endAll() }

// New makes a server that has every tool and resource.
func New(o Options) (*Agent, error) {
	s := &server{Options: o, client: &http.Client{}, arguments: map[string]arguments{}}
	out := mcp.NewServer(
		&mcp.Implementation{Name: "understudy", Title: "Understudy", Version: o.Version},
		&mcp.ServerOptions{Instructions: s.instructions(), PageSize: 100, Capabilities: &mcp.ServerCapabilities{}},
	)
	if err := s.addOperations(out); err != nil {
		return nil, fmt.Errorf("the control document: %w", err)
	}
	s.addWorldTools(out)
	s.addContractTools(out)
	s.addSuiteTools(out)
	s.addClientTool(out)
	s.addResources(out)
	out.AddReceivingMiddleware(s.cancellable, s.checkNames, tellResources)
	return &Agent{out, &s.calls}, nil
}

func (s *server) instructions() string {
	var b strings.Builder
	b.WriteString("A stateful mock of documented APIs, and the checks that hold an implementation to the documents.\n")
	for _, api := range s.APIs {
		fmt.Fprintf(&b, "%s (%s) is played at %s%s.\n", api.Contract.Title, api.Contract.Name, s.Origin, api.Contract.BasePath)
	}
	fmt.Fprintf(&b, `Begin with open_world: it answers with a token, and whoever calls an API with that token is in that world.
Then bring about what only a vendor can (deliver, begin, finish, fire), let the client run, and read get_journal:
each exchange names the sentences of the contract that decided it; look_up_sentences says them.
check_client does all of it for a command: which sentences it relies on, what it did wrong, which broken vendors it misses.
verify holds any implementation to the contract. Tools that are not told a world use %q. Times stand still or run by the clock of the world.`, s.World)
	return b.String()
}

func (s *server) api(name string) (*mockapi.API, error) {
	names := make([]string, len(s.APIs))
	for i, api := range s.APIs {
		if names[i] = api.Contract.Name; names[i] == name {
			return api, nil
		}
	}
	return nil, fmt.Errorf("api: there is no %q; take one of %s", name, strings.Join(names, ", "))
}

// contracts are those of the API named, or of all.
func (s *server) contracts(name string) ([]*contract.API, error) {
	if name != "" {
		api, err := s.api(name)
		if err != nil {
			return nil, err
		}
		return []*contract.API{api.Contract}, nil
	}
	all := make([]*contract.API, len(s.APIs))
	for i, api := range s.APIs {
		all[i] = api.Contract
	}
	return all, nil
}
