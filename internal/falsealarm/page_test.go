package falsealarm

import (
	"fmt"
	"io"
	"strings"
)

const head = `# False alarms

Written by ` + "`make false-alarms`" + `, never by hand. A suite that accuses honest servers is worse than none, so it is run on servers
that do nothing wrong: the mock in its default dialect, in hostile dialects made up from a seed, and with each answer to an open
question that is not the default; and [the second implementation](../examples/alternative), which shares no code with the mock.
Each run has all checks, an exploration of %d sequences and %d histories of several clients, with data of its own seed.

A *false alarm* is a run in which a check failed or warned, an exploration disagreed, or a history was illegal. *Incomplete* is a
run in which a check ended in an error, or the exploration or the histories could not be carried out in full. *Unverified* are
checks for which a dialect leaves nothing to see: one that hides items being processed, for instance.

| API | server | dialect | runs | seeds | false alarms | incomplete | checks passed | unverified | commands explored | histories judged |
|---|---|---|---:|---|---:|---:|---:|---:|---:|---:|
`

// line sums up the trials of one kind.
type line struct {
	api    string
	server Server
	kind   string

	runs, alarms, incomplete, checks, unverified, commands, histories int
	most                                                              uint64 // the highest seed
}

// WriteMarkdown writes what came of the trials as a page.
func WriteMarkdown(w io.Writer, outcomes []Outcome, rounds int) error {
	var b strings.Builder
	fmt.Fprintf(&b, head, rounds, rounds)
	var total line
	for _, l := range lines(outcomes) {
		fmt.Fprintf(&b, "| %s | %s | %s | %d | 0–%d | %d | %d | %d | %d | %d | %d |\n",
			l.api, l.server, l.kind, l.runs, l.most, l.alarms, l.incomplete, l.checks, l.unverified, l.commands, l.histories)
		total.runs += l.runs
		total.alarms += l.alarms
		total.incomplete += l.incomplete
	}
	fmt.Fprintf(&b, "\n%s.\n", total)
	_, err := io.WriteString(w, b.String())
	return err
}

func (l line) String() string {
	return fmt.Sprintf("%d runs, %d false alarms, %d incomplete", l.runs, l.alarms, l.incomplete)
}

// Summary is the result in one line.
func Summary(outcomes []Outcome) string {
	var total line
	for i := range outcomes {
		total.add(&outcomes[i])
	}
	return total.String()
}

// lines sums up, in the order of the trials.
func lines(outcomes []Outcome) []*line {
	var all []*line
	for i := range outcomes {
		o := &outcomes[i]
		if n := len(all); n == 0 || all[n-1].api != o.API || all[n-1].server != o.Server || all[n-1].kind != o.Kind {
			all = append(all, &line{api: o.API, server: o.Server, kind: o.Kind})
		}
		all[len(all)-1].add(o)
	}
	return all
}

func (l *line) add(o *Outcome) {
	l.runs++
	l.most = max(l.most, o.Seed)
	l.checks += o.Checks
	l.unverified += o.Unverified
	l.commands += o.Commands
	l.histories += o.Histories
	if len(o.Alarms) > 0 {
		l.alarms++
	}
	if len(o.Missing) > 0 {
		l.incomplete++
	}
}
