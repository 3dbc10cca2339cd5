package openapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func TestDocumentsAreValid(t *testing.T) {
	for _, api := range openapi.APIs() {
		t.Run(api.Name, func(t *testing.T) {
			if err := load(t, api).Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOperationsExist(t *testing.T) {
	for _, api := range openapi.APIs() {
		known := map[string]bool{"": true}
		for _, op := range operations(load(t, api)) {
			known[op.OperationID] = true
		}
		for _, r := range api.Requirements {
			if !known[r.Operation] {
				t.Errorf("%s: the document has no operation %q", r.ID, r.Operation)
			}
		}
	}
}

// TestOperationsAreListed holds the tables against the documents.
func TestOperationsAreListed(t *testing.T) {
	for _, api := range openapi.APIs() {
		var documented []string
		for _, op := range operations(load(t, api)) {
			documented = append(documented, op.OperationID)
		}
		sorted := cmpopts.SortSlices(strings.Compare)
		if diff := cmp.Diff(documented, api.Operations, sorted); diff != "" {
			t.Errorf("%s (-document +table):\n%s", api.Name, diff)
		}
	}
}

// TestExamplesFitTheirSchemas does not trust the validation of the document to have looked at examples.
func TestExamplesFitTheirSchemas(t *testing.T) {
	for _, api := range openapi.APIs() {
		t.Run(api.Name, func(t *testing.T) {
			examples := examplesOf(load(t, api))
			if len(examples) == 0 {
				t.Error("the document has no examples")
			}
			for _, e := range examples {
				if err := e.schema.VisitJSON(e.value); err != nil {
					t.Errorf("%s: %v", e.name, err)
				}
			}
		})
	}
}

func load(t *testing.T, api *contract.API) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func operations(doc *openapi3.T) []*openapi3.Operation {
	var all []*openapi3.Operation
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			all = append(all, op)
		}
	}
	return all
}

type example struct {
	name   string
	schema *openapi3.Schema
	value  any
}

func examplesOf(doc *openapi3.T) []example {
	var all []example
	for _, op := range operations(doc) {
		if op.RequestBody != nil {
			all = append(all, examplesIn(op.OperationID+" request", op.RequestBody.Value.Content)...)
		}
		for status, answer := range op.Responses.Map() {
			all = append(all, examplesIn(op.OperationID+" "+status, answer.Value.Content)...)
		}
		for _, p := range op.Parameters {
			if p.Value.Example != nil {
				all = append(all, example{op.OperationID + " " + p.Value.Name, p.Value.Schema.Value, p.Value.Example})
			}
		}
	}
	return all
}

func examplesIn(place string, content openapi3.Content) []example {
	var all []example
	for _, media := range content {
		if media.Schema == nil {
			continue
		}
		if media.Example != nil {
			all = append(all, example{place, media.Schema.Value, media.Example})
		}
		for name, e := range media.Examples {
			all = append(all, example{fmt.Sprintf("%s example %s", place, name), media.Schema.Value, e.Value.Value})
		}
	}
	return all
}
