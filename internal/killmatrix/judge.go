package killmatrix

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// rounds is how many sequences the figures of exploration alone rest on: fewer than a user's run has, so that all mutants take
// minutes.
const rounds = 12

// measured is what became of a mutant, and which kinds of test notice it without the others.
func measured(ctx context.Context, m *mutant.Mutant, seed uint64) (Row, error) {
	out, err := judge(ctx, m, seed)
	if err != nil {
		return Row{}, err
	}
	r, err := verify(ctx, m.API(), seed, playing(m), conformance.OnlyQuestions(), conformance.Explore(), conformance.Rounds(rounds))
	if err != nil {
		return Row{}, err
	}
	out.Alone = alone(&out, r)
	return out, nil
}

// alone lists the kinds of test that noticed, whatever sentence they named. Which other mutants histories notice besides those
// that take several clients depends on how the clients happen to meet, so that they are not counted.
func alone(checked *Row, beyond *report.Report) []By {
	var all []By
	if checked.By == ByCheck && checked.Fate == Killed || len(checked.Also) > 0 {
		all = append(all, ByCheck)
	}
	if x := beyond.Exploration; x != nil && slices.ContainsFunc(x.Findings, func(f report.Sequence) bool { return wrong(f.Outcome) }) {
		all = append(all, ByExploration)
	}
	if checked.By == ByHistory && checked.Fate != Survived && checked.Fate != NoVerdict {
		all = append(all, ByHistory)
	}
	return all
}

func wrong(o report.Outcome) bool { return o == report.Fail || o == report.Warn }

// judge runs the checks against one mutant, and what else it needs to be noticed.
func judge(ctx context.Context, m *mutant.Mutant, seed uint64) (Row, error) {
	r, err := verify(ctx, m.API(), seed, playing(m), conformance.OnlyChecks())
	if err != nil {
		return Row{}, err
	}
	checked := row(m, r)
	if checked.Fate == Killed || m.Needs == mutant.Checks {
		return checked, nil
	}
	if m.Needs == mutant.Exploration {
		return explore(ctx, m, seed, checked)
	}
	return meet(ctx, m, seed, checked)
}

// histories is how many histories a mutant is given to show itself in: the least likely one does so in a fifth of them.
const histories = 120

// meet lets several clients at once find a mutant that none of them finds alone.
func meet(ctx context.Context, m *mutant.Mutant, seed uint64, checked Row) (Row, error) {
	r, err := verify(ctx, m.API(), seed, playing(m), conformance.OnlyQuestions(), conformance.Concurrent(), conformance.Rounds(histories))
	if err != nil {
		return Row{}, err
	}
	out := checked
	out.By = ByHistory
	out.Fate, out.Want, out.Got = shown(r.History, m.Breaks.ID)
	return out, nil
}

// shown is what histories show of a mutant. Which of them are illegal, and how many, differs from run to run, so that nothing
// is said of it.
func shown(h *report.History, broken string) (fate Fate, want, got string) {
	switch {
	case h == nil || h.Illegal == 0 && h.Stopped != "":
		return NoVerdict, "", "the histories stopped"
	case h.Illegal == 0:
		return Survived, "", ""
	}
	const explained = "an order of the commands that explains every answer"
	if named, _ := h.Naming(broken); 2*named < h.Illegal {
		return KilledByOthers, explained, "none, and most of the illegal histories do not point at the sentence"
	}
	return Killed, explained, "none, and the sentence is one that explains it when it alone is broken"
}

// explore lets random sequences of commands find a mutant that no check found.
func explore(ctx context.Context, m *mutant.Mutant, seed uint64, checked Row) (Row, error) {
	r, err := verify(ctx, m.API(), seed, playing(m), conformance.OnlyQuestions(), conformance.Explore())
	if err != nil {
		return Row{}, err
	}
	out := checked
	out.By, out.Fate = ByExploration, Survived
	switch {
	case r.Exploration == nil || r.Exploration.Stopped != "":
		out.Fate, out.Got = NoVerdict, "exploration stopped"
	case len(r.Exploration.Findings) > 0 || len(checked.Also) > 0:
		out.Fate = KilledByOthers
	}
	for _, f := range r.Exploration.Findings {
		if f.Requirement == m.Breaks.ID && wrong(f.Outcome) {
			out.Fate, out.Want, out.Got, out.Commands = Killed, plain(f.Want), plain(f.Got), f.Commands
			return out, nil
		}
	}
	return out, nil
}

func playing(m *mutant.Mutant) mockserver.Option { return mockserver.WithMutant(m.ID) }

// checkOf selects the check of one requirement.
func checkOf(r *contract.Requirement) conformance.Option {
	return conformance.Select(regexp.MustCompile("^" + regexp.QuoteMeta(r.ID) + "$"))
}

// Honest runs the checks against the honest mock, with a dialect on top of the defaults.
func Honest(ctx context.Context, api string, seed uint64, d contract.Dialect) (*report.Report, error) {
	return verify(ctx, api, seed, mockserver.WithDialect(d), conformance.OnlyChecks())
}

// verify runs the suite against a mock in memory.
func verify(ctx context.Context, api string, seed uint64, vendor mockserver.Option, how ...conformance.Option) (r *report.Report, err error) {
	mock, err := mocktest.NewServer(vendor)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, mock.Close()) }()
	how = append(how, conformance.Seed(seed), conformance.Transport(mock.Client.Transport))
	return conformance.Run(ctx, target(mock.URL, api), how...)
}

// token is the credential of every run, and the name of the world that it opens.
const token = "mutant"

// target describes a mock. One check runs at a time, so that a mutant that remembers does the same in every run.
func target(url, api string) conformance.Target {
	t := conformance.Target{API: api, Token: token, Mode: suite.Owned, Workers: 1}.Patient()
	t.States.URL = url + "/_understudy/v1/provider-states"
	t.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: token}
	for _, a := range openapi.APIs() {
		if a.Name == api {
			t.URL = url + a.BasePath
		}
	}
	return t
}
