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

// CreateDefinition is not there.
func (*server) CreateDefinition(context.Context, api.CreateDefinitionRequestObject) (api.CreateDefinitionResponseObject, error) {
	return nil, pending("CRM.COM")
}

// FireRule is not there.
func (*server) FireRule(context.Context, api.FireRuleRequestObject) (api.FireRuleResponseObject, error) {
	return nil, pending("CRM.COM")
}

// GetSink is not there.
func (*server) GetSink(context.Context, api.GetSinkRequestObject) (api.GetSinkResponseObject, error) {
	return nil, pending("sinks")
}

// PutSink is not there.
func (*server) PutSink(context.Context, api.PutSinkRequestObject) (api.PutSinkResponseObject, error) {
	return nil, pending("sinks")
}
