package report

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/understudy-mock/understudy/internal/shown"
)

// Schema is the JSON Schema of what WriteJSON writes.
//
//go:embed report.schema.json
var Schema []byte

// WriteJSON writes the whole report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(shown.NewJSONWriter(w))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("json report: %w", err)
	}
	return nil
}

// ReadJSON reads what WriteJSON wrote.
func ReadJSON(src io.Reader) (*Report, error) {
	var r Report
	if err := json.NewDecoder(src).Decode(&r); err != nil {
		return nil, fmt.Errorf("it is no JSON report of a run: %s; give a file that verify --report json=FILE wrote", unreadable(err))
	}
	if r.API == "" || r.Results == nil {
		return nil, errors.New("it is no JSON report of a run: it has no \"api\" or no \"results\"; give a file that verify --report json=FILE wrote")
	}
	return &r, nil
}

// unreadable is what was wrong, without the names of Go's types.
func unreadable(err error) string {
	if wrong := new(json.UnmarshalTypeError); errors.As(err, &wrong) {
		return fmt.Sprintf("the JSON %s at byte %d is something else in a report", wrong.Value, wrong.Offset)
	}
	return err.Error()
}
