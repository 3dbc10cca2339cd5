package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// What is common to the answers of every method.
var (
	// EnvelopeOK is how a client recognises success.
	EnvelopeOK = &contract.Requirement{
		ID:     "crmcom/envelope/ok",
		Level:  contract.Must,
		Basis:  contract.Reference,
		Text:   "A successful answer MUST be JSON with a `status.code` of `OK` and with `data`.",
		Source: webAPI,
	}
	// EnvelopeError is how a client recognises a refusal, whatever its HTTP status.
	EnvelopeError = &contract.Requirement{
		ID:      "crmcom/envelope/error",
		Level:   contract.Must,
		Basis:   contract.Reference,
		Text:    "A refusal MUST be JSON with a `status.code` other than `OK`, and with a `message` or `description` that a person can read.",
		Source:  webAPI,
		Relaxed: []*contract.Question{ErrorHTTPStatus, ErrorCodeStyle, ErrorData},
	}
	// EnvelopeVerbs keeps a link or a crawler from changing anything.
	EnvelopeVerbs = &contract.Requirement{
		ID:     "crmcom/envelope/verbs",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "show and list MUST work by GET, resend and delete by POST, and another verb MUST do nothing.",
		Source: manual + ", headings of the methods",
	}
	// EnvelopeBadInput is expected of every HTTP API.
	EnvelopeBadInput = &contract.Requirement{
		ID:     "crmcom/envelope/bad-input",
		Level:  contract.Should,
		Basis:  contract.Reference,
		Text:   "A request that breaks the documented schema in one point SHOULD be answered with less than 500, and change nothing.",
		Source: "RFC 9110, 15.5 and 15.6, on whose fault a refusal is; OpenAPI document of this project",
	}
)
