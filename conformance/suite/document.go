package suite

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/understudy-mock/understudy/fixtures/schema"
)

// Document holds answers against an OpenAPI document. It is parsed once and safe for concurrent use.
type Document struct {
	text   []byte
	routes map[string]*routers.Route // by operation id

	mu     sync.Mutex
	parsed *schema.Document // nil until bad input is wanted
}

// ParseDocument reads an OpenAPI document in YAML.
func ParseDocument(data []byte) (*Document, error) {
	spec, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	d := &Document{text: data, routes: map[string]*routers.Route{}}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			d.routes[op.OperationID] = &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}
		}
	}
	return d, nil
}

// Begins reports whether the path of an operation begins with this segment.
func (d *Document) Begins(segment string) bool {
	for _, route := range d.routes {
		if first, _, _ := strings.Cut(strings.TrimPrefix(route.Path, "/"), "/"); first == segment {
			return true
		}
	}
	return false
}

// Validate says what the document has against an answer: a wrong type, a missing member, a success that it does not name.
// A refusal with a status that it does not name is none of its business.
func (d *Document) Validate(ctx context.Context, e *Exchange) error {
	route, ok := d.routes[e.Operation]
	if cutOff := e.Err != nil; !ok || cutOff { // an answer that was cut off is nobody's violation
		return nil //nolint:nilerr // said above
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: &http.Request{Method: e.Method},
			Route:   route,
		},
		Status:  e.Status,
		Header:  e.ResponseHeader,
		Options: &openapi3filter.Options{IncludeResponseStatus: e.Status < http.StatusBadRequest, MultiError: true},
	}
	input.Options.WithCustomSchemaErrorFunc(schemaMessage)
	if err := openapi3filter.ValidateResponse(ctx, input.SetBodyBytes(e.ResponseBody)); err != nil {
		return fmt.Errorf("%s, status %d: %s", e.Operation, e.Status, firstLine(err.Error()))
	}
	return nil
}

// schema is the document as package schema reads it, to make requests from.
func (d *Document) schema(ctx context.Context) (*schema.Document, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.parsed != nil {
		return d.parsed, nil
	}
	parsed, err := schema.Load(ctx, d.text)
	if err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	d.parsed = parsed
	return parsed, nil
}

// schemaMessage keeps schema and value out of the message: the exchange shows them.
func schemaMessage(err *openapi3.SchemaError) string {
	at := strings.Join(err.JSONPointer(), "/")
	return fmt.Sprintf("at /%s: %s", at, err.Reason)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
