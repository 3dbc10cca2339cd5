package conformance

import (
	"context"
	"strings"

	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Concurrent adds histories to the run: several clients use one fresh hook or definition at once, and porcupine judges whether the model
// could have answered them so, one after the other.
func Concurrent() Option { return func(o *options) { o.concurrent = true } }

// runHistories does what several clients do at once.
func (r *runner) runHistories(ctx context.Context, d contract.Dialect) *report.History {
	if !r.options.concurrent {
		return nil
	}
	result, err := r.model.Record(ctx, r.run, history.Plan{
		Seed: r.options.seed, Rounds: r.options.rounds, Dialect: d, Ignore: r.known,
	})
	if err != nil {
		return &report.History{Stopped: r.run.Redactor.Text(err.Error()), Findings: []report.Interleaving{}}
	}
	return r.historyReport(result)
}

func (r *runner) historyReport(x *history.Result) *report.History {
	out := &report.History{
		Clients: x.Plan.Clients, Operations: x.Plan.Operations, Rounds: x.Rounds,
		Legal: x.Verdicts[history.Legal], Illegal: x.Verdicts[history.Illegal], Unjudged: x.Verdicts[history.Unknown] + x.Lost,
		Acknowledged: x.Account.Acknowledged, Lost: x.Account.Lost, Duplicated: x.Account.Duplicated, Resurrected: x.Account.Resurrected,
		Unanswered: x.Unanswered, Gaps: r.clean(x.Gaps), Findings: []report.Interleaving{}, Power: r.power(x),
	}
	if x.Stopped != nil {
		out.Stopped = r.run.Redactor.Text(x.Stopped.Error())
	}
	for i := range x.Findings {
		out.Findings = append(out.Findings, r.interleaving(&x.Findings[i]))
	}
	return out
}

// power is what histories such as these would have shown, nil when that was not measured.
func (r *runner) power(x *history.Result) []report.Power {
	m, err := history.Measured(r.catalog.API.Name)
	if err != nil || x.Rounds == 0 || m.Clients != x.Plan.Clients || m.Operations != x.Plan.Operations {
		return nil
	}
	var all []report.Power
	for _, p := range m.Powers {
		all = append(all, report.Power{Mutant: p.Mutant, Probability: p.In(x.Rounds)})
	}
	return all
}

// noOrder is what stands where a sentence would.
const noOrder = "Whatever order the commands are put in, the model would have answered otherwise. Which sentence is broken the history does not tell."

func (r *runner) interleaving(f *history.Finding) report.Interleaving {
	out := report.Interleaving{
		Text: noOrder, Outcome: report.Warn, Round: f.Round, Histories: f.Histories,
		Lost: f.Account.Lost, Duplicated: f.Account.Duplicated, Resurrected: f.Account.Resurrected,
		Commands: r.clean(f.Lines), Page: r.run.Redactor.Text(f.Page),
	}
	suspects := f.Blame.Suspects
	if len(suspects) == 0 {
		return out
	}
	level := contract.Must // that of the mildest: it may be the one
	for _, s := range suspects {
		out.Suspects = append(out.Suspects, s.ID)
		if s.Level != contract.Must {
			level = s.Level
		}
	}
	if len(suspects) == 1 {
		out.Requirement = suspects[0].ID
	}
	out.Text, out.Partly = pointing(f.Blame), f.Blame.Partly
	out.Level, out.Outcome = string(level), violated(string(level))
	return out
}

// pointing says what a history points at.
func pointing(b history.Blame) string {
	var texts []string
	for _, s := range b.Suspects {
		texts = append(texts, s.ID+": "+s.Text)
	}
	switch {
	case b.Partly:
		return "No one sentence is known to explain the whole history. What was counted breaks this, or one of these: " + strings.Join(texts, " ")
	case len(texts) == 1:
		return b.Suspects[0].Text
	default:
		return "Each of these sentences, broken alone, explains the history; it does not tell which is. " + strings.Join(texts, " ")
	}
}
