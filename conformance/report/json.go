package report

import (
	_ "embed"
	"encoding/json"
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
		return nil, fmt.Errorf("json report: %w", err)
	}
	if r.API == "" || r.Results == nil {
		return nil, fmt.Errorf("json report: it has no %q or no %q: is it one of understudy's?", "api", "results")
	}
	return &r, nil
}
