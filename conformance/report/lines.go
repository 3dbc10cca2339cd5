package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/understudy-mock/understudy/internal/shown"
)

// Lines writes results as JSON lines while a run goes on: {"result":…} for each, and {"report":…} without results at the
// end. A stream that has no last line was cut off.
type Lines struct {
	encoder *json.Encoder
	err     error
}

// NewLines writes to w.
func NewLines(w io.Writer) *Lines {
	e := json.NewEncoder(shown.NewJSONWriter(w))
	e.SetEscapeHTML(false)
	return &Lines{encoder: e}
}

// Result writes one result. An error is kept for Close.
func (l *Lines) Result(r *Result) {
	if l.err == nil {
		l.err = l.encoder.Encode(map[string]any{"result": r})
	}
}

// Close writes the closing line.
func (l *Lines) Close(r *Report) error {
	summary := *r
	summary.Results = nil
	if l.err == nil {
		l.err = l.encoder.Encode(map[string]any{"report": summary})
	}
	if l.err != nil {
		return fmt.Errorf("json lines: %w", l.err)
	}
	return nil
}
