package control

import (
	"context"
	"net/http"

	api "github.com/understudy-mock/understudy/generated/control"
)

// pending is the answer of an operation that the document promises and this mock does not have.
func pending(what string) error {
	return newProblem(http.StatusNotImplemented, "not-implemented", "this mock does not have "+what, "use a newer one")
}

// GetMutant is not there.
func (*server) GetMutant(context.Context, api.GetMutantRequestObject) (api.GetMutantResponseObject, error) {
	return nil, pending("mutants")
}

// PutMutant is not there.
func (*server) PutMutant(context.Context, api.PutMutantRequestObject) (api.PutMutantResponseObject, error) {
	return nil, pending("mutants")
}
