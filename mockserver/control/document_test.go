package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	controldoc "github.com/understudy-mock/understudy/openapi/control"
)

// Every body that the document speaks of is checked against the schema that it names there.
func TestBodiesFollowTheDocument(t *testing.T) {
	loaded, err := openapi3.NewLoader().LoadFromData(controldoc.Document)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for path, item := range loaded.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil || operation.OperationID == "deliverSink" {
				continue
			}
			schema := operation.RequestBody.Value.Content["application/json"].Schema
			want[method+" "+path] = strings.TrimPrefix(schema.Ref, "#/components/schemas/")
		}
	}
	got := control.SchemaNames(mockserver.APIs())
	got["PUT /worlds/{world}"] = "World"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schemas (-document +table):\n%s", diff)
	}
}

// Every operation that changes a world is kept by its journal, with the method and the status that the document gives it.
func TestCommandsFollowTheDocument(t *testing.T) {
	elsewhere := map[string]bool{
		"putWorld": true, "deleteWorld": true, "resetWorld": true, // the journal begins anew
		"forkWorld":    true, // changes nothing, the copy starts from where it stands
		"deliverSink":  true, // no call of the test
		"clearJournal": true, "verifyJournal": true,
	}
	loaded, err := openapi3.NewLoader().LoadFromData(controldoc.Document)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]control.Kept{}
	for _, item := range loaded.Paths.Map() {
		for method, operation := range item.Operations() {
			if method == http.MethodGet || elsewhere[operation.OperationID] {
				continue
			}
			for _, status := range []int{http.StatusOK, http.StatusCreated} {
				if operation.Responses.Status(status) != nil {
					want[operation.OperationID] = control.Kept{Method: method, Status: status}
				}
			}
		}
	}
	if diff := cmp.Diff(want, control.Commands(mockserver.APIs())); diff != "" {
		t.Errorf("commands (-document +table):\n%s", diff)
	}
}

func TestEverySchemaCompiles(t *testing.T) {
	for operation, read := range control.ReadersOfBodies(mockserver.APIs()) {
		if _, err := read("body", []byte("[]")); err != nil && strings.HasPrefix(err.Error(), "schema") {
			t.Errorf("%s: %v", operation, err)
		}
	}
}
