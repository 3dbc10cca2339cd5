package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// GET webhook_requests/show: one webhook request, and what its members mean wherever they occur.
var (
	// ShowByID finds by the internal key.
	ShowByID = &contract.Requirement{
		ID:        "crmcom/show/by-id",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`webhook_request_identifier=id=…` MUST return the one webhook request with that id.",
		Source:    show + ", parameters",
	}
	// ShowByNumber finds by the key that people see.
	ShowByNumber = &contract.Requirement{
		ID:        "crmcom/show/by-number",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`webhook_request_identifier=number=…` MUST return the one webhook request with that number.",
		Source:    show + ", parameters",
	}
	// ShowIdentifierRequired refuses to guess.
	ShowIdentifierRequired = &contract.Requirement{
		ID:        "crmcom/show/identifier-required",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "show without `webhook_request_identifier` MUST be refused.",
		Source:    show + ", parameters and restrictions",
	}
	// ShowIdentifierOneField refuses contradictions. A GET can write both fields only as `id=…,number=…` or as a repeated
	// parameter; neither may pass.
	ShowIdentifierOneField = &contract.Requirement{
		ID:        "crmcom/show/identifier-one-field",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The identifier MUST have exactly one of id and number: both, written `id=…,number=…` or as a repeated parameter, or neither is refused.",
		Source:    show + ", restrictions",
	}
	// ShowUnknown is implied by the envelope: there is nothing to return.
	ShowUnknown = &contract.Requirement{
		ID:        "crmcom/show/unknown",
		Operation: OpShow,
		Level:     contract.Should,
		Basis:     contract.Reference,
		Text:      "An identifier that matches nothing SHOULD be refused.",
		Source:    webAPI + " (implied)",
	}
	// ShowShape lists the fields by reference to the document.
	ShowShape = &contract.Requirement{
		ID:        "crmcom/show/shape",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "Without `fields_set` the answer MUST hold every field of the webhook request object; one without value may be null or absent.",
		Source:    show + ", response data",
		Relaxed:   []*contract.Question{ObjectNullMembers, RequestForm},
	}
	// ShowFieldsSet lets a client ask for less.
	ShowFieldsSet = &contract.Requirement{
		ID:        "crmcom/show/fields-set",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`fields_set=a,b` MUST return the fields named and, `id` aside, no others.",
		Source:    show + ", parameter fields_set",
		Relaxed:   []*contract.Question{FieldsSetID, ObjectNullMembers},
	}
	// ShowStates knows two states.
	ShowStates = &contract.Requirement{
		ID:        "crmcom/show/states",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`life_cycle_state` MUST be SUCCESSFUL or REJECTED.",
		Source:    show + ", response data",
	}
	// ShowEntity knows 17 entities, see [Entities].
	ShowEntity = &contract.Requirement{
		ID:        "crmcom/show/entity",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "`entity` MUST be one of the 17 supported entities.",
		Source:    "CRM.COM Web API reference, webhook_requests, supported entities",
	}
	// ShowErrorOnlyRejected makes the error members a signal.
	ShowErrorOnlyRejected = &contract.Requirement{
		ID:        "crmcom/show/error-only-rejected",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`error_code` and `error_description` MUST say something on a rejected webhook request only.",
		Source:    show + ", response data",
		Relaxed:   []*contract.Question{ObjectNullMembers},
	}
	// ShowAuthenticationCode lets a receiver trust what it got.
	ShowAuthenticationCode = &contract.Requirement{
		ID:        "crmcom/show/authentication-code",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`authentication_code` MUST be the HMAC of the `data` object that was sent under the secret key of the definition.",
		Source:    show + ", response data",
		Relaxed:   []*contract.Question{HMACAlgorithm},
	}
	// ShowReadOnly is what GET promises.
	ShowReadOnly = &contract.Requirement{
		ID:        "crmcom/show/read-only",
		Operation: OpShow,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "show and list MUST change nothing.",
		Source:    manual + ", method GET of show and list",
	}
)
