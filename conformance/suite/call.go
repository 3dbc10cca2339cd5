package suite

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Call is a call of an operation as the OpenAPI document describes it.
type Call struct {
	Operation string
	// Params are values of parameters by name, which the document puts into the path or the query. One that the document does
	// not have goes into the query.
	Params map[string]any
	Body   any // is sent as JSON; nil for none
	// Anonymous leaves the credential out. It is sent otherwise where the document has a bearer token.
	Anonymous bool
}

// Call sends a call, and reads the answer into a value when the target accepted it; nil reads nothing.
func (s *Session) Call(ctx context.Context, c Call, into any) (*Exchange, error) {
	r, err := s.run.document.request(c)
	if err != nil {
		return nil, err
	}
	if !c.Anonymous {
		s.Authorize(r)
	}
	e, err := s.Do(ctx, r)
	if err != nil || into == nil || !s.run.config.Accepted(e) {
		return e, err
	}
	return e, e.Decode(into)
}

// Authorize adds the token of the session to a request, where the document has a bearer token.
func (s *Session) Authorize(r *Request) {
	if s.token != "" && s.run.document.bearer() {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
}

func (d *Document) request(c Call) (*Request, error) {
	route, ok := d.routes[c.Operation]
	if !ok {
		return nil, fmt.Errorf("the document has no operation %q", c.Operation)
	}
	r := &Request{Operation: c.Operation, Method: route.Method, Path: route.Path, Query: url.Values{}, Header: http.Header{}}
	for name, value := range c.Params {
		if marked := "{" + name + "}"; strings.Contains(r.Path, marked) {
			r.Path = strings.ReplaceAll(r.Path, marked, url.PathEscape(fmt.Sprint(value)))
		} else {
			r.Query.Set(name, fmt.Sprint(value))
		}
	}
	if c.Body == nil {
		return r, nil
	}
	text, err := json.Marshal(c.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Operation, err)
	}
	r.Body = text
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// bearer reports whether the document describes a bearer token.
func (d *Document) bearer() bool {
	for _, route := range d.routes {
		if components := route.Spec.Components; components != nil {
			for _, scheme := range components.SecuritySchemes {
				return scheme.Value != nil && scheme.Value.Type == "http" && strings.EqualFold(scheme.Value.Scheme, "bearer")
			}
		}
	}
	return false
}
