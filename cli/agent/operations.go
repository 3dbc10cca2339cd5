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
	parameters       map[string]parameter
	body             bool
	required         []string
}

func (op *operation) arguments() arguments {
	a := arguments{kinds: map[string]kind{}, required: op.required}
	for name, p := range op.parameters {
		a.kinds[name] = kind{of: p.kind}.worded()
	}
	if op.body {
		a.kinds["body"] = kind{} // the mock says what is wrong with it
	}
	return a
}

// parameter is where an argument stands, path or query, and its JSON type, "" for any.
type parameter struct{ in, kind string }

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
	name := snake(op.id)
	s.arguments[name] = op.arguments()
	to.AddTool(&mcp.Tool{
		Name:        name,
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
	given, err := members(arguments)
	if err != nil {
		return failed(err), nil
	}
	if _, named := given["world"]; !named && op.parameters["world"].in != "" {
		given["world"], _ = json.Marshal(s.World) // a string can be encoded
	}
	if op.id == "setUpState" {
		body, _ := members(given["body"]) // the mock says what is wrong with it
		params, _ := members(body["params"])
		if err := s.worldIsThere(ctx, "body.params.world", params["world"]); err != nil {
			return failed(err), nil
		}
	}
	r, err := op.request(given)
	if err != nil {
		return failed(err), nil
	}
	a, err := s.control(ctx, r)
	if err != nil {
		return failed(err), nil
	}
	if a.Status == http.StatusPreconditionFailed {
		if err := s.worldIsThere(ctx, "world", given["world"]); err != nil {
			return failed(err), nil
		}
	}
	return s.result(a), nil
}

func (s *server) worldIsThere(ctx context.Context, argument string, given json.RawMessage) error {
	var name string
	if json.Unmarshal(given, &name) != nil || name == "" {
		return nil //nolint:nilerr // the mock says what is wrong with it
	}
	return s.isThere(ctx, argument, name, "open it with open_world")
}

// opens reports operations that make the world that they name, as their callers want it.
func opens(id string) bool { return id == "putWorld" || id == "mintToken" }

func (op *operation) request(given map[string]json.RawMessage) (r request, err error) {
	_, waits := given["wait"] // for exchanges of a world that somebody may open meanwhile
	r = request{method: op.method, path: op.path, query: preset(op.id), there: !opens(op.id) && !waits}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		p, parameter := op.parameters[name]
		if !parameter {
			r.body = given[name]
			continue
		}
		if r.path, err = p.put(name, given[name], r.path, r.query); err != nil {
			return request{}, err
		}
	}
	return r, nil
}

// put adds an argument to the path, which it returns, or to the query.
func (p parameter) put(name string, value json.RawMessage, path string, query url.Values) (string, error) {
	text, err := p.text(name, value)
	if err != nil {
		return "", err
	}
	if p.in == openapi3.ParameterInPath {
		return strings.ReplaceAll(path, "{"+name+"}", text), nil
	}
	query.Set(name, text)
	return path, nil
}

// text is an argument as it stands in a URL: a string without its quotes, a number as it was written.
func (p parameter) text(name string, value json.RawMessage) (string, error) {
	text := string(value)
	switch {
	case text[0] == '"':
		if err := json.Unmarshal(value, &text); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	case strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") || text == "null":
		return "", fmt.Errorf("%s: must be a text, a number or true or false, found %s", name, beginning(text, mostCall))
	}
	switch {
	case len(text) > mostArgument:
		return "", fmt.Errorf("%s: is %d bytes long; give %d at most", name, len(text), mostArgument)
	case p.in == openapi3.ParameterInPath:
		return segment(name, text)
	}
	return text, nil
}

// mostArgument bounds an argument that goes into a URL, in bytes: the mock reads no longer ones.
const mostArgument = 4 << 10

// segment is a name as it stands in a path. A name that the path would read otherwise is refused.
func segment(argument, name string) (string, error) {
	switch {
	case len(name) > mostArgument:
		return "", fmt.Errorf("%s: the name is %d bytes long; give one of %d at most", argument, len(name), mostArgument)
	case name == "" || name == "." || name == ".." || strings.Contains(name, "/"):
		return "", fmt.Errorf("%s: %q is no name; give one that is not empty and has no slash", argument, name)
	}
	return url.PathEscape(name), nil
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
