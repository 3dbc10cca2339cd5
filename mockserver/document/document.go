// Package document holds answers against the OpenAPI documents of the vendors.
package document

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Checker knows the operations of some documents. It is safe for concurrent use.
type Checker struct {
	routes map[string]*routers.Route // by operation id
}

// NewChecker reads the documents of some APIs, which takes some milliseconds each the first time.
func NewChecker(apis ...*contract.API) (*Checker, error) {
	c := &Checker{routes: map[string]*routers.Route{}}
	for _, api := range apis {
		routes, err := load(api)
		if err != nil {
			return nil, fmt.Errorf("document of %s: %w", api.Name, err)
		}
		maps.Copy(c.routes, routes)
	}
	return c, nil
}

// loaded keeps what was read of the contracts, which never change: by *contract.API.
var loaded sync.Map //nolint:gochecknoglobals // every server of the process shares what was read

func load(api *contract.API) (map[string]*routers.Route, error) {
	if known, ok := loaded.Load(api); ok {
		if routes, ok := known.(map[string]*routers.Route); ok {
			return routes, nil
		}
	}
	routes, err := read(api)
	if err == nil {
		loaded.Store(api, routes)
	}
	return routes, err
}

func read(api *contract.API) (map[string]*routers.Route, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		return nil, err
	}
	routes := map[string]*routers.Route{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			routes[operation.OperationID] = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: operation}
		}
	}
	return routes, nil
}

// Answer is what was answered to a request that reached an operation.
type Answer struct {
	Operation string
	Request   *http.Request
	Status    int
	Header    http.Header
	Body      []byte
}

// Check returns what the document has against an answer. It says nothing of operations that no document has, nor of the
// statuses by which the mock speaks for itself.
func (c *Checker) Check(ctx context.Context, a Answer) error {
	route := c.routes[a.Operation]
	if route == nil || isOurs(a.Status) {
		return nil
	}
	return openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: a.Request, Route: route},
		Status:                 a.Status,
		Header:                 a.Header,
		Body:                   io.NopCloser(bytes.NewReader(a.Body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// isOurs tells the statuses that bound or break the mock itself.
func isOurs(status int) bool {
	switch status {
	case http.StatusRequestEntityTooLarge, http.StatusInternalServerError, http.StatusServiceUnavailable:
		return true
	}
	return false
}
