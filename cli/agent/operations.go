package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/openapi/control"
)

// leftOut reports operations of the control API that make no tool: a stream, what only monitoring reads, and what the mock itself calls.
func leftOut(id string) bool {
	switch id {
	case "followWorld", "getHealth", "getReadiness", "getMetrics", "listResources", "deliverSink", "getContracts":
		return true
	}
	return false
}

// preset is what an operation is asked when nothing else is said, so that answers stay short.
func preset(id string) url.Values {
	if id == "getJournal" {
		return url.Values{"limit": {"20"}}
	}
	return url.Values{}
}

// operation is a tool that is one operation of the control API.
type operation struct {
	id, method, path string
	parameters       map[string]string // name to where it stands: path or query
	body             bool
}

// addOperations makes a tool of every operation.
func (s *server) addOperations(to *mcp.Server) error {
	document, err := openapi3.NewLoader().LoadFromData(control.Document)
	if err != nil {
		return err
	}
	for _, path := range document.Paths.InMatchingOrder() {
		item := document.Paths.Value(path)
		for _, method := range slices.Sorted(maps.Keys(item.Operations())) {
			o := item.Operations()[method]
			if leftOut(o.OperationID) {
				continue
			}
			if err := s.addOperation(to, &operation{id: o.OperationID, method: method, path: path}, item, o); err != nil {
				return fmt.Errorf("%s: %w", o.OperationID, err)
			}
		}
	}
	return nil
}

func (s *server) addOperation(to *mcp.Server, op *operation, item *openapi3.PathItem, o *openapi3.Operation) error {
	schema, err := s.input(op, slices.Concat(item.Parameters, o.Parameters), o.RequestBody)
	if err != nil {
		return err
	}
	destroys := op.method == http.MethodDelete || op.method == http.MethodPut
	closed := false
	to.AddTool(&mcp.Tool{
		Name:        snake(op.id),
		Description: strings.TrimSpace(o.Summary + ".\n" + o.Description),
		InputSchema: schema,
		OutputSchema: json.RawMessage(`{"type":"object","required":["status"],"properties":{"status":{"type":"integer"},"answer":{},"text":{"type":"string"},
			"bytes":{"type":"integer"},"more":{"type":"string"}}}`),
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: op.method == http.MethodGet, DestructiveHint: &destroys, IdempotentHint: destroys, OpenWorldHint: &closed},
	}, func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return s.operate(ctx, op, r.Params.Arguments)
	})
	return nil
}

// operate calls the operation. Arguments go on as they came, so that numbers stay exact.
func (s *server) operate(ctx context.Context, op *operation, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	path, query, body, err := s.request(op, arguments)
	if err != nil {
		return failed(err), nil
	}
	a, err := s.control(ctx, op.method, path, query, body)
	if err != nil {
		return failed(err), nil
	}
	return s.result(a), nil
}

func (s *server) request(op *operation, arguments json.RawMessage) (path string, query url.Values, body json.RawMessage, err error) {
	given := map[string]json.RawMessage{}
	if len(arguments) > 0 {
		if err := json.Unmarshal(arguments, &given); err != nil {
			return "", nil, nil, fmt.Errorf("the arguments are no JSON object: %w", err)
		}
	}
	path, query = op.path, preset(op.id)
	if _, named := given["world"]; !named && op.parameters["world"] != "" {
		given["world"], _ = json.Marshal(s.World) // a string can be encoded
	}
	for name, value := range given {
		switch {
		case name == "body" && op.body:
			body = value
		case op.parameters[name] == "path":
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(text(value)))
		case op.parameters[name] == "query":
			query.Set(name, text(value))
		default:
			return "", nil, nil, fmt.Errorf("%s: there is no such argument; %s", name, near.Remedy(name, op.arguments()))
		}
	}
	if missing := strings.IndexByte(path, '{'); missing >= 0 {
		name, _, _ := strings.Cut(path[missing+1:], "}")
		return "", nil, nil, fmt.Errorf("%s: it is missing; give it", name)
	}
	return path, query, body, nil
}

func (op *operation) arguments() []string {
	names := slices.Sorted(maps.Keys(op.parameters))
	if op.body {
		names = append(names, "body")
	}
	return names
}

// text is a parameter as it stands in a URL: a string without its quotes, a number as it was written.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// snake writes getJournal as get_journal.
func snake(id string) string {
	var b strings.Builder
	for i, r := range id {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
