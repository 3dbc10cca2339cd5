package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/cli/trial"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi/contract"
)

const (
	defaultPatience = 2 * time.Minute
	mostPatience    = 30 * time.Minute
	// mostRefusals is how many refused calls are listed.
	mostRefusals = 20
)

type checkIn struct {
	API     string   `json:"api" jsonschema:"name of the API that the command calls"`
	Command []string `json:"command" jsonschema:"the command and its arguments, such as [\"go\",\"test\",\"./...\"]; it finds the vendor in UNDERSTUDY_URL and UNDERSTUDY_TOKEN"`
	Dir     string   `json:"dir,omitempty" jsonschema:"directory to run it in"`
	Seconds int      `json:"seconds,omitempty" jsonschema:"how long one run may take, at most 1800; absent: 120"`
	Mutants int      `json:"mutants,omitempty" jsonschema:"broken vendors to run it against as well, drawn by seed; absent: none"`
	Seed    uint64   `json:"seed,omitempty"`
}

type checkOut struct {
	World    string    `json:"world" jsonschema:"world of the honest run, for get_journal and the other tools"`
	Exit     int       `json:"exit" jsonschema:"exit code of the command on the honest mock; -1 when it was stopped"`
	Output   string    `json:"output" jsonschema:"the end of what it printed"`
	Requests int       `json:"requests" jsonschema:"exchanges with the mock"`
	RelyOn   []string  `json:"reliesOn" jsonschema:"ids of the sentences that decided its answers"`
	Refused  []refused `json:"refused" jsonschema:"calls that the documents have refused, the first ones"`
	Refusals int       `json:"refusals" jsonschema:"how many there are in all"`
	Mutants  *noticed  `json:"mutants,omitempty"`
}

// refused is a call that the vendor would refuse, with the sentences that say so.
type refused struct {
	Sequence  int64             `json:"sequence" jsonschema:"its place in the journal"`
	Call      string            `json:"call"`
	Status    int               `json:"status"`
	Answer    string            `json:"answer"`
	Sentences map[string]string `json:"sentences" jsonschema:"id to sentence"`
}

type noticed struct {
	Tried   int      `json:"tried"`
	Noticed int      `json:"noticed"`
	Missed  []missed `json:"missed" jsonschema:"broken vendors that the command was content with"`
}

type missed struct {
	Mutant   string `json:"mutant"`
	Does     string `json:"does"`
	Breaks   string `json:"breaks" jsonschema:"id of the sentence that it breaks"`
	Sentence string `json:"sentence"`
	Reached  bool   `json:"reached" jsonschema:"whether the honest run came to the sentence at all"`
}

func (s *server) addClientTool(to *mcp.Server) {
	mcp.AddTool(to, &mcp.Tool{
		Name: "check_client",
		Description: "Run a command, such as your tests, against a fresh world: which sentences of the contract does it rely on, which of its calls " +
			"does the vendor refuse and why, and, with mutants, which broken vendors does it not notice?",
	}, s.checkClient)
}

func (s *server) checkClient(ctx context.Context, _ *mcp.CallToolRequest, in checkIn) (*mcp.CallToolResult, checkOut, error) {
	api, err := s.api(in.API)
	if err != nil {
		return nil, checkOut{}, err
	}
	patience, err := in.patience()
	if err != nil {
		return nil, checkOut{}, err
	}
	if !s.Commands {
		return nil, checkOut{}, errors.New("this server may not run commands; start understudy mcp with --commands")
	}
	out, err := s.runHonest(ctx, api, in, patience)
	if err != nil {
		return nil, checkOut{}, err
	}
	if in.Mutants > 0 && out.Exit == 0 && len(out.RelyOn) > 0 {
		if out.Mutants, err = tryMutants(ctx, api, in, patience, out.touched); err != nil {
			return nil, checkOut{}, err
		}
	}
	return nil, *out, nil
}

func (in checkIn) patience() (time.Duration, error) {
	patience := time.Duration(in.Seconds) * time.Second
	switch {
	case len(in.Command) == 0 || in.Command[0] == "":
		return 0, errors.New("command: it is empty; give the program and its arguments")
	case in.Seconds < 0 || patience > mostPatience:
		return 0, fmt.Errorf("seconds: must be 1 to %d, found %d", int(mostPatience.Seconds()), in.Seconds)
	case in.Mutants < 0:
		return 0, fmt.Errorf("mutants: must not be negative, found %d", in.Mutants)
	case in.Seconds == 0:
		return defaultPatience, nil
	}
	return patience, nil
}

// runHonest runs the command against a world of its own on the mock.
func (s *server) runHonest(ctx context.Context, api *mockapi.API, in checkIn, patience time.Duration) (*checkOut, error) {
	out := &checkOut{World: fmt.Sprintf("check-%08x", rand.Uint32()), RelyOn: []string{}, Refused: []refused{}} //nolint:gosec // a name
	token, err := s.mint(ctx, out.World)
	if err != nil {
		return nil, err
	}
	before, err := s.reached(ctx)
	if err != nil {
		return nil, err
	}
	addresses := trial.Addresses{URL: s.Origin + api.Contract.BasePath, Token: token, Control: s.Control}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out.Output, err = trial.Run(limited, in.Command, in.Dir, addresses.Environment())
	var failure *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		out.Exit = -1
	case errors.As(err, &failure):
		out.Exit = failure.ExitCode()
	case err != nil:
		return nil, fmt.Errorf("command: %w", err)
	}
	return out, s.readJournal(ctx, api, out, before)
}

// entry is what an exchange in the journal says.
type entry struct {
	Sequence     int64    `json:"sequence"`
	Operation    string   `json:"operation"`
	Method       string   `json:"method"`
	Path         string   `json:"path"`
	Query        string   `json:"query"`
	Status       int      `json:"status"`
	Requirements []string `json:"requirements"`
	Response     struct {
		Body string `json:"body"`
	} `json:"response"`
}

// reached are the sentences that the traffic of all worlds has come to, as a set.
func (s *server) reached(ctx context.Context) (map[string]bool, error) {
	var coverage struct {
		Reached []string `json:"reached"`
	}
	err := s.read(ctx, http.MethodGet, "/coverage", nil, nil, &coverage)
	ids := map[string]bool{}
	for _, id := range coverage.Reached {
		ids[id] = true
	}
	return ids, err
}

// readJournal fills in what the world saw. Worlds that the command opened and deleted itself show in what was reached alone.
func (s *server) readJournal(ctx context.Context, api *mockapi.API, out *checkOut, before map[string]bool) error {
	var journal struct {
		Entries []entry `json:"entries"`
	}
	world := "/worlds/" + url.PathEscape(out.World)
	if err := s.read(ctx, http.MethodGet, world+"/journal", url.Values{"limit": {"0"}}, nil, &journal); err != nil {
		return err
	}
	relied, err := s.reached(ctx)
	if err != nil {
		return err
	}
	maps.DeleteFunc(relied, func(id string, _ bool) bool { return before[id] })
	accepted := s.accepted(api)
	for _, e := range journal.Entries {
		out.Requests = int(e.Sequence)
		for _, id := range e.Requirements {
			relied[id] = true
		}
		if !accepted(e) {
			if out.Refusals++; len(out.Refused) < mostRefusals {
				out.Refused = append(out.Refused, e.refused(api))
			}
		}
	}
	for id := range relied {
		out.RelyOn = append(out.RelyOn, id)
	}
	slices.Sort(out.RelyOn)
	return nil
}

// accepted tells calls that were accepted from those that were refused, by what the API's own checks know about its answers.
func (s *server) accepted(api *mockapi.API) func(entry) bool {
	i := slices.IndexFunc(s.Catalogs, func(c *suite.Catalog) bool { return c.API.Name == api.Contract.Name })
	if i < 0 || s.Catalogs[i].Accepted == nil {
		return func(e entry) bool { return e.Status < http.StatusBadRequest }
	}
	return func(e entry) bool {
		return s.Catalogs[i].Accepted(&suite.Exchange{Operation: e.Operation, Method: e.Method, Status: e.Status, ResponseBody: []byte(e.Response.Body)})
	}
}

func (e entry) refused(api *mockapi.API) refused {
	call := e.Method + " " + e.Path
	if e.Query != "" {
		call += "?" + e.Query
	}
	r := refused{Sequence: e.Sequence, Call: short(call), Status: e.Status, Answer: short(e.Response.Body), Sentences: map[string]string{}}
	for _, id := range e.Requirements {
		if requirement := api.Contract.Requirement(id); requirement != nil {
			r.Sentences[id] = requirement.Text
		}
	}
	return r
}

// touched reports whether the calls of the honest run came to a requirement.
func (out *checkOut) touched(r *contract.Requirement) bool {
	return slices.Contains(out.RelyOn, r.ID) || slices.ContainsFunc(out.Refused, func(f refused) bool { return f.Sentences[r.ID] != "" })
}

// tryMutants runs the command against broken vendors, each a server of its own.
func tryMutants(ctx context.Context, api *mockapi.API, in checkIn, patience time.Duration, reached func(*contract.Requirement) bool) (*noticed, error) {
	mutants := catalog.New(api).All()
	draw := rand.New(rand.NewPCG(max(in.Seed, 1), 0)) //nolint:gosec // a sample, not a secret
	draw.Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
	mutants = mutants[:min(in.Mutants, len(mutants))]
	t := trial.Trial{API: api, Command: in.Command, Dir: in.Dir, Patience: patience, Parallel: runtime.NumCPU()}
	result, err := t.RunAfter(ctx, trial.Honest{Reached: reached}, trial.Broken(mutants))
	if err != nil {
		return nil, err
	}
	out := &noticed{Tried: len(result.Findings), Missed: []missed{}}
	for _, f := range result.Findings {
		if f.Noticed {
			out.Noticed++
			continue
		}
		out.Missed = append(out.Missed, missed{Mutant: f.ID, Does: f.Text, Breaks: f.Breaks.ID, Sentence: f.Breaks.Text, Reached: f.Reached})
	}
	return out, nil
}
