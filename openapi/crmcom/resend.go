package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// POST webhook_requests/resend: a rejected webhook request gets another chance.
var (
	// ResendRejectedOnly keeps a receiver from getting twice what it has taken.
	ResendRejectedOnly = &contract.Requirement{
		ID:        "crmcom/resend/rejected-only",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "resend of a SUCCESSFUL webhook request MUST be refused, send nothing, and leave the record unchanged.",
		Source:    resend,
	}
	// ResendSendsOnce is what the method is for.
	ResendSendsOnce = &contract.Requirement{
		ID:        "crmcom/resend/sends-once",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "resend of a REJECTED webhook request MUST send exactly one HTTP request to the URL of the definition.",
		Source:    resend,
		Relaxed:   []*contract.Question{ResendContent},
	}
	// ResendSucceeds holds whether the record is changed or replaced.
	ResendSucceeds = &contract.Requirement{
		ID:        "crmcom/resend/succeeds",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "When the receiver takes it, a REJECTED webhook request with that number MUST NOT remain, and a second resend of it MUST be refused.",
		Source:    resend + "; " + webhooks,
		Relaxed:   []*contract.Question{ResendIdentity, DeliverySuccess},
	}
	// ResendFailsAgain treats the outcome of the delivery as data, not as the outcome of the call.
	ResendFailsAgain = &contract.Requirement{
		ID:        "crmcom/resend/fails-again",
		Operation: OpResend,
		Level:     contract.Should,
		Basis:     contract.Reference,
		Text:      "When the receiver refuses again, the answer SHOULD still be OK, and a REJECTED webhook request remain with its error.",
		Source:    "CRM.COM Web API reference, alerts/resend (a sibling)",
		Relaxed:   []*contract.Question{ResendIdentity},
	}
	// ResendPayload says what stays the same; whether data is replayed or read again is open.
	ResendPayload = &contract.Requirement{
		ID:        "crmcom/resend/payload",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "What is sent again MUST carry the same entity and entity_id and a valid authentication code.",
		Source:    resend,
		Relaxed:   []*contract.Question{ResendContent, HMACAlgorithm, HMACCarrier},
	}
	// ResendResponse lets the caller see the outcome.
	ResendResponse = &contract.Requirement{
		ID:        "crmcom/resend/response",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "resend MUST answer with a webhook request object.",
		Source:    resend + ", response data",
		Relaxed:   []*contract.Question{ResendIdentity, ObjectNullMembers, RequestForm},
	}
	// ResendSingle keeps a call from sending more than was meant.
	ResendSingle = &contract.Requirement{
		ID:        "crmcom/resend/single",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "One call MUST resend one webhook request, named by exactly one of id and number; no identifier, both fields or one that matches nothing is refused, and nothing is sent.",
		Source:    resend + ", restrictions",
	}
)
