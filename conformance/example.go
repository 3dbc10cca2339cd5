package conformance

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"text/template"

	"github.com/understudy-mock/understudy/openapi/contract"
)

//go:embed target.example.yaml
var targetExample string

// TargetSchema is the JSON Schema of target files of the built-in APIs.
//
//go:embed target.schema.json
var TargetSchema []byte

// WriteExample writes a target file for an API, with a comment on every setting.
func WriteExample(w io.Writer, api string, opts ...Option) error {
	c, err := newOptions(opts).catalog(api)
	if err != nil {
		return err
	}
	t, err := template.New("target").Parse(targetExample)
	if err != nil {
		return fmt.Errorf("target example: %w", err)
	}
	return t.Execute(w, map[string]any{
		"API":       c.API.Name,
		"URL":       "http://127.0.0.1:8654" + c.API.BasePath,
		"Hooks":     strings.Contains(c.Lent, "--hook-id"),
		"Requests":  strings.Contains(c.Lent, "--request-id"),
		"Login":     c.Login,
		"Delivers":  c.Delivers,
		"Unclaimed": lastGroups(c.API),
	})
}

// lastGroups names a group that an implementation may well leave out, for the example.
func lastGroups(api *contract.API) string { return api.Requirements[len(api.Requirements)-1].Group() }
