package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

// WriteAnnotations writes the report as workflow commands, which GitHub's runners turn into annotations when they stand on
// standard output: an error for each violated MUST, a warning for each violated SHOULD, each with the sentence, what was wanted
// and got, the request as it was sent, and the command that shows it again. A known failure is a notice. GitHub shows ten of each kind for a step.
func (r *Report) WriteAnnotations(w io.Writer) error {
	for _, n := range r.annotated() {
		if _, err := fmt.Fprintf(w, "::%s title=%s::%s\n", n.kind(), property(shown.Text(n.id)), data(shown.Text(n.message(r)))); err != nil {
			return fmt.Errorf("annotations: %w", err)
		}
	}
	return nil
}

// annotated are the notes, and one for a run that is red without any.
func (r *Report) annotated() []note {
	all := r.notes()
	if len(all) == 0 && r.Verdict != Conforms {
		all = append(all, note{Error, r.API, "", verdictLine(r), nil, false})
	}
	return all
}

func (n *note) kind() string {
	switch {
	case strings.HasPrefix(n.remark, " (known:"):
		return "notice"
	case n.outcome == Warn || n.outcome == Unverified:
		return "warning"
	default:
		return "error"
	}
}

func (n *note) message(r *Report) string {
	var b strings.Builder
	b.WriteString(cut(n.text) + n.remark)
	for _, f := range n.findings {
		fmt.Fprintf(&b, "\nwant  %s\ngot   %s", cut(f.Want), cut(f.Got))
		if f.Exchange != nil {
			b.WriteString("\nThe request, on what is gone by now: " + cut(f.Exchange.Curl()))
		}
	}
	if n.script {
		intro, command := r.again(n.id)
		fmt.Fprintf(&b, "\n%s: %s", intro, command)
	}
	return b.String()
}

// data escapes the message of a workflow command: whatever a target sent, it stays within one command.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// property escapes a property of a workflow command.
func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(text))
}
