package conformance

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/shown"
)

// WriteDialect writes the answers that a run observed as a dialect file: question ids and answers, each with what showed it.
// What could not be observed stands there as a comment, so that its default applies.
func WriteDialect(w io.Writer, r *report.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# The dialect of %s at %s,\n# observed on %s by understudy %s, seed %d.\n", line(r.API), line(r.Target), r.Started.Format(time.DateOnly), line(r.Version), r.Seed)
	for i := range r.Questions {
		q := &r.Questions[i]
		fmt.Fprintf(&b, "\n# %s\n# %s\n", q.Text, evidenceOf(q, r.Started))
		if q.Answer == "" {
			fmt.Fprintf(&b, "# not observed; the default is\n# %s: %s\n", q.ID, q.Default)
			continue
		}
		fmt.Fprintf(&b, "%s: %q\n", q.ID, q.Answer)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// evidenceOf says what an answer rests on.
func evidenceOf(q *report.Question, run time.Time) string {
	if q.Answer == "" {
		return line(q.Observed)
	}
	if q.Evidence == nil {
		return "no exchange with the target"
	}
	e := q.Evidence
	return fmt.Sprintf("seen %s, last on %s: %s %s answered %d %s", times(q.Seen), run.Format(time.DateOnly), line(e.Method), line(e.URL), e.Status, line(e.ResponseBody))
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// line makes one line of a text, short enough to be read, that a reader of YAML takes for one, too.
func line(text string) string {
	const most = 160
	text = shown.Line(strings.Join(strings.Fields(text), " "))
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
