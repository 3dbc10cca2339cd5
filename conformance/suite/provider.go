package suite

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/internal/process"
	"github.com/understudy-mock/understudy/internal/secret"
)

// change is one message to a state provider, in Pact's format.
type change struct {
	State  string         `json:"state"`
	Params map[string]any `json:"params"`
	Action string         `json:"action"`
}

// The actions of a change.
const (
	setup    = "setup"
	teardown = "teardown"
)

// StateURL sets states up through a provider-state URL, in Pact's format: a POST of state, params and action, answered by an
// object of values. Extra goes into the params of every change.
type StateURL struct {
	URL     string
	Headers map[string]string // sent with every change
	Extra   map[string]any
}

// Setup posts the state. A teardown follows when the session closes.
func (p *StateURL) Setup(ctx context.Context, s *Session, name string, params map[string]any) (*State, error) {
	return setUp(ctx, s, name, merged(p.Extra, params), p.post)
}

// Command sets states up by running a program: a change on its standard input, the values on its standard output. It
// exits with 3 for a state that it does not know and with 4 for one that it cannot reach now.
type Command struct {
	Args  []string
	Extra map[string]any
}

// Setup runs the program. It runs again for the teardown when the session closes.
func (p *Command) Setup(ctx context.Context, s *Session, name string, params map[string]any) (*State, error) {
	return setUp(ctx, s, name, merged(p.Extra, params), p.run)
}

// carrier brings a change to a provider and returns its values.
type carrier func(context.Context, *Session, change) (map[string]any, error)

func setUp(ctx context.Context, s *Session, name string, params map[string]any, carry carrier) (*State, error) {
	if s.Mode() == ReadOnly {
		return nil, readOnly(name)
	}
	values, err := carry(ctx, s, change{State: name, Params: params, Action: setup})
	if interrupted(err) {
		// Nobody knows whether it was set up. The provider may undo it by its params.
		if _, err := carry(context.WithoutCancel(ctx), s, change{State: name, Params: params, Action: teardown}); err != nil {
			s.run.NoteUncertain(fmt.Sprintf("%s: state %q: %v", s.id, name, err))
		}
	}
	if err != nil {
		return nil, err
	}
	undo := func(ctx context.Context) error {
		_, err := carry(ctx, s, change{State: name, Params: merged(params, values), Action: teardown})
		return err
	}
	return &State{Name: name, Values: values, Undo: undo}, nil
}

func merged(sets ...map[string]any) map[string]any {
	all := map[string]any{}
	for _, m := range sets {
		maps.Copy(all, m)
	}
	return all
}

func (p *StateURL) post(ctx context.Context, s *Session, c change) (map[string]any, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("state %q: %w", c.State, err)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for name, value := range p.Headers {
		header.Set(name, value)
		if secret.IsHeader(name) {
			scheme, credential, _ := strings.Cut(value, " ")
			s.Hide(cmp.Or(credential, scheme)) // wherever the provider repeats it
		}
	}
	e, err := s.setupExchange(ctx, &Request{Method: http.MethodPost, Path: p.URL, Header: header, Body: body})
	if err != nil {
		return nil, err
	}
	return stateValues(c, e)
}

// SetsUp reports whether a recorded body asks for a state.
func SetsUp(body []byte, name string) bool {
	var c change
	return json.Unmarshal(body, &c) == nil && c.State == name && c.Action == setup
}

// TearsDown reports whether a recorded body takes a state back.
func TearsDown(body []byte) bool {
	var c change
	return json.Unmarshal(body, &c) == nil && c.Action == teardown
}

// RecordedState is the state that a recorded answer of a provider gave. There is nothing to undo.
func RecordedState(name string, params map[string]any, e *Exchange) (*State, error) {
	c := change{State: name, Params: params, Action: setup}
	if e.Err != nil {
		return nil, &Interrupted{Exchange: e, Err: e.Err}
	}
	values, err := commandValues(c, e)
	if e.Method != run {
		values, err = stateValues(c, e)
	}
	if err != nil {
		return nil, err
	}
	return &State{Name: name, Values: values}, nil
}

// setupExchange speaks to a state provider: recorded, but outside budget, ledger and document.
func (s *Session) setupExchange(ctx context.Context, r *Request) (*Exchange, error) {
	defer s.change()
	r.setup = true
	before := s.sent()
	e, err := s.sendSetup(ctx, r)
	s.noteLoss(err, before)
	return e, err
}

func (s *Session) sendSetup(ctx context.Context, r *Request) (*Exchange, error) {
	var refusals throttle
	for again := 0; ; {
		e, err := s.exchange(ctx, r)
		if e != nil {
			s.run.budget.setup.Add(1)
			e.Setup = true
			s.record(ctx, e)
		}
		pause := 5 * time.Millisecond
		switch again++; {
		case err != nil && (again > resends || !neverSent(err)):
			return nil, s.transportError(ctx, r, e, err)
		case err == nil && !throttled(e):
			return e, nil
		case err == nil:
			if pause, err = refusals.pause(e, s.run.config.Patience); err != nil {
				return nil, err
			}
		}
		if err := s.run.config.Wait(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// stateValues reads the answer to a change.
func stateValues(c change, e *Exchange) (map[string]any, error) {
	switch {
	case e.Status == http.StatusNotFound:
		return nil, &Unavailable{State: c.State, Reason: "the provider does not know it", Remedy: "teach it to the provider", Unknown: true}
	case e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden || html(e):
		return nil, &Unavailable{State: c.State, Reason: fmt.Sprintf("the provider answered %s", e.outcome()), Stranger: true}
	case e.Refused():
		return nil, &Unavailable{State: c.State, Reason: fmt.Sprintf("the provider answered %s", e.outcome())}
	case e.Status >= 300 && e.Status < 400:
		return nil, fmt.Errorf("state %q: %w: it redirects to %q", c.State, ErrNoProvider, e.ResponseHeader.Get("Location"))
	case e.Status < 200 || e.Status > 299:
		return nil, fmt.Errorf("state %q: the provider answered %s", c.State, e.outcome())
	}
	return parseValues(c, e.ResponseBody)
}

func parseValues(c change, data []byte) (map[string]any, error) {
	values := map[string]any{}
	if len(bytes.TrimSpace(data)) == 0 || c.Action == teardown {
		return values, nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return nil, fmt.Errorf("state %q: %w: its values are no JSON object: %w", c.State, ErrNoProvider, err)
	}
	return values, nil
}

// The exit codes of a state command.
const (
	exitUnknown     = 3
	exitUnreachable = 4
)

// run is the method of an exchange with a command: its status is the exit code.
const run = "RUN"

func (p *Command) run(ctx context.Context, s *Session, c change) (map[string]any, error) {
	s.run.budget.setup.Add(1)
	input, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("state %q: %w", c.State, err)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	limit := max(s.run.config.Timeout, commandTime)
	ctx, cancel := graceful(ctx, limit)
	defer cancel()
	out, log := process.Bounded{Most: commandOutput}, process.Bounded{Most: commandOutput}
	cmd := exec.CommandContext(ctx, p.Args[0], p.Args[1:]...) //nolint:gosec // the user's own command
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &log
	e := &Exchange{Setup: true, Method: run, URL: p.Args[0], Body: input, At: time.Now()}
	err = process.Run(cmd)
	e.Took, e.Status, e.ResponseBody = time.Since(e.At), cmd.ProcessState.ExitCode(), out.Text
	if ctx.Err() != nil {
		err = fmt.Errorf("it was ended after %s", e.Took.Round(time.Millisecond))
	}
	if err != nil {
		e.ResponseBody = append(log.Text, err.Error()...)
	}
	if err != nil && e.Status == 0 {
		e.Status = -1 // it said too much, or was ended too late to notice
	}
	s.record(ctx, e)
	s.change()
	return commandValues(c, e)
}

// Bounds of a state command: the time that it may take unless a request may take longer, the bytes that it may write, and the time
// that is left to it when the run is ended, because what it made should be known.
const (
	commandTime   = 30 * time.Second
	commandOutput = 1 << 20
	commandGrace  = 2 * time.Second
)

// graceful is over after the limit, or a little after ctx.
func graceful(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(commandGrace, cancel)
		context.AfterFunc(own, func() { timer.Stop() })
	})
	return own, func() {
		stop()
		cancel()
	}
}

// commandValues reads what a command printed.
func commandValues(c change, e *Exchange) (map[string]any, error) {
	switch e.Status {
	case 0:
		return parseValues(c, e.ResponseBody)
	case exitUnknown:
		return nil, &Unavailable{State: c.State, Reason: "the command does not know it", Remedy: "teach it to the command", Unknown: true}
	case exitUnreachable:
		return nil, &Unavailable{State: c.State, Reason: "the command could not reach it: " + brief(e.ResponseBody)}
	default:
		return nil, fmt.Errorf("state %q: command %q: %s", c.State, e.URL, brief(e.ResponseBody))
	}
}
