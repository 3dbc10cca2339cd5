package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/cli/trial"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi/contract"
)

const (
	defaultPatience = 2 * time.Minute
	mostPatience    = 30 * time.Minute
	// mostRefusals is how many refused calls are listed.
	mostRefusals = 10
	// mostMissed is how many missed mutants are listed.
	mostMissed = 20
)

type checkIn struct {
	API     string   `json:"api" jsonschema:"name of the API that the command calls"`
	Command []string `json:"command" jsonschema:"the command and its arguments, such as [\"go\",\"test\",\"./...\"]; it finds the vendor in UNDERSTUDY_URL and UNDERSTUDY_TOKEN"`
	Dir     string   `json:"dir,omitempty" jsonschema:"directory to run it in"`
	Seconds *int     `json:"seconds,omitempty" jsonschema:"how long one run may take, at most 1800; absent: 120"`
	Mutants int      `json:"mutants,omitempty" jsonschema:"broken vendors to run it against as well, drawn by seed; absent: none"`
	Seed    uint64   `json:"seed,omitempty"`
}

type checkOut struct {
	Exit     int       `json:"exit" jsonschema:"exit code of the command on the honest mock; -1 when it has none"`
	Why      string    `json:"why,omitempty" jsonschema:"why it has none"`
	Output   string    `json:"output" jsonschema:"the end of what it printed"`
	Requests int       `json:"requests" jsonschema:"exchanges with the mock"`
	RelyOn   []string  `json:"reliesOn" jsonschema:"ids of the sentences that decided its answers"`
	Refused  []refused `json:"refused" jsonschema:"calls that the documents have refused, the first ones"`
	Refusals int       `json:"refusals" jsonschema:"how many there are in all"`
	Journal  string    `json:"journal,omitempty" jsonschema:"name for read_more: the exchanges of the honest run, one a line"`
	Mutants  *noticed  `json:"mutants,omitempty"`
	NoTrial  string    `json:"noTrial,omitempty" jsonschema:"why no broken vendor was tried, although some were asked for"`
}

// refused is a call that the vendor would refuse, with the sentences that say so.
type refused struct {
	World     string            `json:"world"`
	Sequence  int64             `json:"sequence" jsonschema:"its place in the journal of that world"`
	Call      string            `json:"call"`
	Status    int               `json:"status"`
	Answer    string            `json:"answer"`
	Sentences map[string]string `json:"sentences" jsonschema:"id to sentence"`
}

type noticed struct {
	Tried   int      `json:"tried"`
	Noticed int      `json:"noticed"`
	Missed  []missed `json:"missed" jsonschema:"broken vendors that the command was content with, the first ones"`
	More    string   `json:"more,omitempty" jsonschema:"name for read_more: all of them as JSON, when they are too many to be shown"`
}

type missed struct {
	Mutant   string `json:"mutant"`
	Does     string `json:"does"`
	Breaks   string `json:"breaks" jsonschema:"id of the sentence that it breaks"`
	Sentence string `json:"sentence"`
	Reached  bool   `json:"reached" jsonschema:"whether the honest run came to the sentence at all"`
}

func (s *server) addClientTool(to *mcp.Server) {
	addTool(s, to, &mcp.Tool{
		Name: "check_client",
		Description: "Run a command, such as your tests, against a fresh world: which sentences of the contract does it rely on, which of its calls " +
			"does the vendor refuse and why, and, with mutants, which broken vendors does it not notice?",
	}, s.checkClient)
}

func (s *server) checkClient(ctx context.Context, call *mcp.CallToolRequest, in checkIn) (*mcp.CallToolResult, checkOut, error) {
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
	mutants := in.draw(catalog.New(api).All())
	going := follow(ctx, call, 1+len(mutants), "the command runs on the honest mock")
	defer going.stop()
	stage, err := newStage(s, api)
	if err != nil {
		return nil, checkOut{}, err
	}
	defer stage.stop()
	out, err := stage.run(ctx, in, patience)
	if err == nil && stage.log.Len() > 0 {
		out.Journal = s.answers.keep(stage.log.Bytes())
	}
	if err != nil || in.Mutants == 0 {
		return nil, out, err
	}
	going.reached(1, fmt.Sprintf("the honest run came to %d exchanges; the command runs on broken vendors", out.Requests))
	if out.NoTrial = noTrial(out); out.NoTrial == "" {
		out.Mutants, err = s.tryMutants(ctx, api, mutants, in, patience, stage.mock.Worlds().Reached, going)
	}
	return nil, out, err
}

// noTrial says why a command can find out nothing about broken vendors, "" when it can.
func noTrial(honest checkOut) string {
	switch {
	case honest.Exit != 0:
		return "the command fails on the honest mock, so that a failure on a broken one would mean nothing; mend it first"
	case honest.Requests == 0 && len(honest.RelyOn) == 0:
		return "no request reached the mock, so that no vendor could make the command fail; let it take the address from UNDERSTUDY_URL, " +
			"or start by mocktest.Start or the packages' start() without options, which join the mock that UNDERSTUDY_MOCKTEST_URL names"
	}
	return ""
}

func (in checkIn) patience() (time.Duration, error) {
	patience := defaultPatience
	if in.Seconds != nil {
		patience = time.Duration(*in.Seconds) * time.Second
	}
	switch {
	case len(in.Command) == 0 || in.Command[0] == "":
		return 0, errors.New("command: it is empty; give the program and its arguments")
	case in.Seconds != nil && (*in.Seconds < 1 || *in.Seconds > int(mostPatience.Seconds())):
		return 0, fmt.Errorf("seconds: must be 1 to %d, found %d", int(mostPatience.Seconds()), *in.Seconds)
	case in.Mutants < 0:
		return 0, fmt.Errorf("mutants: must not be negative, found %d", in.Mutants)
	}
	if in.Dir != "" {
		if at, err := os.Stat(in.Dir); err != nil || !at.IsDir() {
			return 0, fmt.Errorf("dir: %q is no directory of this machine; give one that is there", beginning(in.Dir, mostCall))
		}
	}
	return patience, nil
}

// draw takes as many mutants as were asked for, by the seed.
func (in checkIn) draw(from []*mutant.Mutant) []*mutant.Mutant {
	draw := rand.New(rand.NewPCG(max(in.Seed, 1), 0)) //nolint:gosec // a sample, not a secret
	draw.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	return from[:min(in.Mutants, len(from))]
}

// tryMutants runs the command against broken vendors, each a server of its own. Reached reports what the honest run came to.
func (s *server) tryMutants(ctx context.Context, api *mockapi.API, mutants []*mutant.Mutant, in checkIn, patience time.Duration, reached func(*contract.Requirement) bool, going *progress) (*noticed, error) {
	t := trial.Trial{API: api, Command: in.Command, Dir: in.Dir, Patience: patience, Parallel: runtime.NumCPU()}
	t.Progress = func(done, noticed, all int) {
		going.reached(1+done, fmt.Sprintf("%d of %d broken vendors tried, %d noticed", done, all, noticed))
	}
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
	return out, s.shorten(out)
}

// shorten keeps the list of what was missed for read_more when it is too long to be shown.
func (s *server) shorten(out *noticed) error {
	if len(out.Missed) <= mostMissed {
		return nil
	}
	all, err := json.Marshal(out.Missed)
	if err != nil {
		return err
	}
	out.More, out.Missed = s.answers.keep(all), out.Missed[:mostMissed]
	return nil
}
