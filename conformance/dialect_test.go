package conformance_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// hostileText is what a target may say: line breaks of every kind, marks of YAML, control characters, bytes that are no text.
func hostileText() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"\n", "\r", "\u0085", "\u2028", "\u2029", "\x00", "\x1b[2J", "\xff", "\xe2\x80", "\ufeff", "\ufffe", "\u202e", "\n---\n", "\nmakecom/list/order: gone\n",
		"\n%TAG ! x\n", "\n? [a]\n", "\t", "# ", "\"", "\\", "é", "😀", "0123456789012345678901234567890123456789012345678901234567890123456789",
	}))
	return rapid.Custom(func(t *rapid.T) string {
		text := ""
		for _, p := range rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces") {
			text += p
		}
		return text
	})
}

// drawnQuestion draws an answer to a question, or none, with what a target said about it.
func drawnQuestion(t *rapid.T, q *contract.Question) report.Question {
	text := hostileText()
	drawn := report.Question{ID: q.ID, Text: q.Text, Default: q.Default(), Observed: text.Draw(t, "observed"), Seen: rapid.IntRange(1, 9).Draw(t, "seen")}
	if rapid.Bool().Draw(t, "answered") {
		drawn.Answer = rapid.SampledFrom(q.Answers).Draw(t, "answer").Name
		if q.Durations && rapid.Bool().Draw(t, "measured") {
			drawn.Answer = time.Duration(rapid.Int64Range(1, 1<<62).Draw(t, "duration")).String()
		}
	}
	if rapid.Bool().Draw(t, "shown") {
		drawn.Evidence = &report.Exchange{Method: text.Draw(t, "method"), URL: text.Draw(t, "url"), Status: 200, ResponseBody: text.Draw(t, "body")}
	}
	return drawn
}

// Whatever learn writes, serve reads: every answer is there, and nothing that the target said is.
func TestServeReadsWhatLearnWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		api := rapid.SampledFrom(openapi.APIs()).Draw(t, "api")
		r := &report.Report{API: api.Name, Target: hostileText().Draw(t, "target"), Version: hostileText().Draw(t, "version"), Started: time.Now()}
		want := contract.Dialect{}
		for _, q := range api.Questions {
			drawn := drawnQuestion(t, q)
			if drawn.Answer != "" {
				want[q.ID] = drawn.Answer
			}
			r.Questions = append(r.Questions, drawn)
		}
		var file bytes.Buffer
		if err := conformance.WriteDialect(&file, r); err != nil {
			t.Fatal(err)
		}
		got, err := dialect.Read("learnt.yaml", bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatalf("serve refuses what learn wrote: %v\n%q", err, file.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("learnt -, read +\n%s", diff)
		}
		var plain map[string]string
		if err := yaml.Unmarshal(file.Bytes(), &plain); err != nil || len(plain) != len(want) {
			t.Errorf("another reader of YAML sees %d answers, %v, want %d", len(plain), err, len(want))
		}
	})
}
