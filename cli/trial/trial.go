// Package trial runs somebody's own tests against broken vendors and reports which of them the tests noticed.
//
// The tests are a command. It is run against the honest mock first, where it has to succeed, and then once for every
// broken vendor, where it ought to fail. Each run has a server of its own, whose addresses are in the command's environment.
package trial

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/internal/process"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Vendor is one server that the tests are run against: the honest mock when Options is empty.
type Vendor struct {
	ID      string                // of the mutant, or question=answer
	Breaks  *contract.Requirement // nil for a vendor that is honest
	Text    string
	Options []mockserver.Option
}

// Trial is a command and what it is run against.
type Trial struct {
	API         *mockapi.API
	Command     []string
	Dir         string
	Environment []string      // of the command, beside the addresses
	Patience    time.Duration // for one run; 0 for ten times the honest run, and at least MinPatience
	Parallel    int
	Began       func(honest Finding)         // called when the honest run is over and the others begin; nil for nothing
	Progress    func(done, noticed, all int) // called after each of them; nil for nothing
}

// HonestPatience is how long the honest run may take when no patience is given.
const HonestPatience = 15 * time.Minute

// MinPatience is the least time that a run gets when no patience is given.
const MinPatience = 20 * time.Second

// Finding is what a run came to.
type Finding struct {
	Vendor
	Noticed bool
	Reached bool // whether the honest run came to the requirement
	HungUp  bool // the run was stopped because it took too long; that counts as noticed
	Took    time.Duration
	Output  string // the end of what the command printed

	met bool // the command came to the vendor
}

// Result is a whole trial.
type Result struct {
	Honest   Finding
	Findings []Finding
}

// ErrHonest is returned when the tests fail on the honest mock, so that a failure elsewhere would mean nothing.
var ErrHonest = errors.New("the command fails on the honest mock")

// ErrUnmet is returned when the command succeeds without having come to the vendor, so that no vendor could make it fail.
var ErrUnmet = errors.New("no request reached the vendor: the command succeeds without it. Let the tests take its address from UNDERSTUDY_URL, " +
	"or start by mocktest.Start (Go; outside of testing/synctest), start() or the fixture understudy (JavaScript, Python), each without options of a server: " +
	"they join the vendor that UNDERSTUDY_MOCKTEST_URL names")

// HonestError carries what the command printed.
type HonestError struct{ Output string }

func (e *HonestError) Error() string {
	if e.Output == "" {
		return ErrHonest.Error() + ", and says nothing"
	}
	return fmt.Sprintf("%v:\n%s", ErrHonest, e.Output)
}
func (e *HonestError) Unwrap() error { return ErrHonest }

// Run runs the command against the honest mock and then against every vendor, in their order in the result.
func (t Trial) Run(ctx context.Context, vendors []Vendor) (Result, error) {
	honest, reached, err := t.run(ctx, Vendor{ID: "honest"}, 0)
	switch {
	case err != nil:
		return Result{}, err
	case honest.Noticed:
		return Result{Honest: honest}, &HonestError{Output: honest.Output}
	case !honest.met:
		return Result{Honest: honest}, ErrUnmet
	}
	if t.Began != nil {
		t.Began(honest)
	}
	return t.after(ctx, honest, reached, vendors)
}

// Honest is a run on an honest vendor that somebody made already.
type Honest struct {
	Took    time.Duration
	Reached func(*contract.Requirement) bool // whether its calls touched a requirement
}

// RunAfter is Run, without an honest run of its own.
func (t Trial) RunAfter(ctx context.Context, h Honest, vendors []Vendor) (Result, error) {
	return t.after(ctx, Finding{Vendor: Vendor{ID: "honest"}, Took: h.Took, met: true}, h.Reached, vendors)
}

func (t Trial) after(ctx context.Context, honest Finding, reached func(*contract.Requirement) bool, vendors []Vendor) (Result, error) {
	if t.Patience == 0 {
		t.Patience = max(10*honest.Took, MinPatience)
	}
	result := Result{Honest: honest, Findings: make([]Finding, len(vendors))}
	if err := t.runAll(ctx, vendors, result.Findings); err != nil {
		return result, err
	}
	for i := range result.Findings {
		f := &result.Findings[i]
		f.Reached = f.Breaks != nil && reached(f.Breaks)
	}
	return result, nil
}

// runAll spreads the vendors over the workers. The first failure of the harness itself stops all of them.
func (t Trial) runAll(ctx context.Context, vendors []Vendor, findings []Finding) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan int)
	var workers sync.WaitGroup
	var finished counter
	count := func(noticed bool) {
		done, noticing := finished.add(noticed)
		if t.Progress != nil {
			t.Progress(done, noticing, len(vendors))
		}
	}
	for range max(t.Parallel, 1) {
		workers.Go(func() {
			for i := range next {
				finding, _, err := t.run(ctx, vendors[i], i+1)
				if err != nil {
					stop(err)
					continue
				}
				findings[i] = finding
				count(finding.Noticed)
			}
		})
	}
	for i := range vendors {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

type counter struct {
	mu            sync.Mutex
	done, noticed int
}

func (c *counter) add(noticed bool) (done, noticing int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
	if noticed {
		c.noticed++
	}
	return c.done, c.noticed
}

// run starts a server, runs the command and stops the server.
func (t Trial) run(ctx context.Context, v Vendor, number int) (Finding, func(*contract.Requirement) bool, error) {
	server, err := start(append(v.Options, mockserver.WithOnly(t.API)))
	if err != nil {
		return Finding{}, nil, fmt.Errorf("%s: %w", v.ID, err)
	}
	defer server.stop()
	limited, cancel := context.WithTimeout(ctx, cmp.Or(t.Patience, HonestPatience))
	defer cancel()
	began := time.Now()
	output, err := t.command(limited, server, number)
	finding := Finding{Vendor: v, Took: time.Since(began), Output: output, met: server.reached(t.API.Contract)}
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return finding, nil, context.Cause(ctx)
	case limited.Err() != nil:
		finding.Noticed, finding.HungUp = true, true
	case errors.As(err, &failed):
		finding.Noticed = true
	case err != nil:
		return finding, nil, fmt.Errorf("%s: %w", t.Command[0], err)
	}
	return finding, server.mock.Worlds().Reached, nil
}

func (t Trial) command(ctx context.Context, s *server, number int) (string, error) {
	return Run(ctx, t.Command, t.Dir, t.environment(s, number))
}

// Run runs a command in its own process group until it ends or ctx does, and returns the end of what it printed.
func Run(ctx context.Context, command []string, dir string, environment []string) (output string, err error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // running the user's command is the purpose
	cmd.Dir = dir
	cmd.Env = environment
	var printed tail
	cmd.Stdout, cmd.Stderr = &printed, &printed
	err = process.Run(cmd)
	return printed.String(), err
}

// tail keeps the end of what is written to it.
type tail struct {
	mu    sync.Mutex
	bytes []byte
}

const tailLength = 16 << 10

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes = append(t.bytes, b...)
	if extra := len(t.bytes) - tailLength; extra > 0 {
		t.bytes = append(t.bytes[:0], t.bytes[extra:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.bytes))
}
