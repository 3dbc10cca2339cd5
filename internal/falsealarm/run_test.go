package falsealarm

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"runtime"
	"sync"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/openapi"
)

// Outcome is what one trial came to.
type Outcome struct {
	Trial
	Checks     int      // that passed
	Unverified int      // checks that the dialect leaves nothing to see for
	Commands   int      // explored
	Histories  int      // judged
	Alarms     []string // what the suite accused the server of
	Missing    []string // what it could not find out though it should have
}

// Run carries the trials out, as many at a time as there are processors. Rounds is how many sequences and histories each has.
func Run(ctx context.Context, trials []Trial, rounds int) ([]Outcome, error) {
	all, errs := make([]Outcome, len(trials)), make([]error, len(trials))
	next := make(chan int)
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for i := range next {
				all[i], errs[i] = trials[i].run(ctx, rounds)
			}
		})
	}
	for i := range trials {
		next <- i
	}
	close(next)
	done.Wait()
	return all, errors.Join(errs...)
}

func (t Trial) run(ctx context.Context, rounds int) (Outcome, error) {
	r, err := t.verify(ctx, conformance.Explore(), conformance.Concurrent(), conformance.Rounds(rounds), conformance.Seed(t.Seed))
	if err != nil {
		return Outcome{}, fmt.Errorf("%s: %w", t, err)
	}
	out := Outcome{
		Trial: t, Checks: r.Count(report.Pass), Unverified: r.Count(report.Unverified),
		Commands: r.Exploration.Commands, Histories: r.History.Legal + r.History.Illegal,
	}
	out.Alarms, out.Missing = alarms(r)
	return out, nil
}

// alarms lists what a report accuses an honest server of, and what it could not find out though it should have.
func alarms(r *report.Report) (accused, missing []string) {
	for i := range r.Results {
		switch result := &r.Results[i]; result.Outcome {
		case report.Fail, report.Warn:
			accused = append(accused, fmt.Sprintf("%s: %s %+v", result.Requirement, result.Reason, result.Findings))
		case report.Error:
			missing = append(missing, result.Requirement+": "+result.Reason)
		default:
		}
	}
	x, h := r.Exploration, r.History
	for _, f := range x.Findings {
		accused = append(accused, fmt.Sprintf("exploration: %s %s: want %s, got %s: %v", f.Outcome, f.Requirement, f.Want, f.Got, f.Commands))
	}
	for _, f := range h.Findings {
		accused = append(accused, fmt.Sprintf("history: %s %v", f.Requirement, f.Commands))
	}
	if h.Illegal > len(h.Findings) || h.Lost+h.Duplicated+h.Resurrected > 0 {
		accused = append(accused, fmt.Sprintf("history: %d illegal; %d lost, %d duplicated, %d resurrected", h.Illegal, h.Lost, h.Duplicated, h.Resurrected))
	}
	if x.Stopped != "" || len(x.Gaps) > 0 {
		missing = append(missing, fmt.Sprintf("exploration: %s %q", x.Stopped, x.Gaps))
	}
	if h.Stopped != "" || h.Unjudged > 0 {
		missing = append(missing, fmt.Sprintf("histories: %s, %d unjudged", h.Stopped, h.Unjudged))
	}
	return accused, missing
}

// token is the credential of every trial.
const token = "demo"

func (t Trial) verify(ctx context.Context, how ...conformance.Option) (r *report.Report, err error) {
	if t.Server == Alternative {
		s := httptest.NewServer(server.New(server.Options{}))
		defer s.Close()
		return conformance.Run(ctx, t.target(s.URL, s.URL+"/states"), how...)
	}
	mock, err := mocktest.NewServer(mockserver.WithDialect(t.Dialect))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, mock.Close()) }()
	how = append(how, conformance.Transport(mock.Client.Transport))
	return conformance.Run(ctx, t.target(mock.URL, mock.URL+"/_understudy/v1/provider-states"), how...)
}

func (t Trial) target(url, states string) conformance.Target {
	target := conformance.Target{API: t.API, Token: token, Mode: suite.Owned, States: conformance.States{URL: states}}
	target.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: token}
	for _, a := range openapi.APIs() {
		if a.Name == t.API {
			target.URL = url + a.BasePath
		}
	}
	return target
}
