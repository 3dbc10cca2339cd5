package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// How a webhook request comes to be: a workflow rule fires and its definition's URL is called. No operation triggers that.
var (
	// DeliveryLogged is the origin of every record. A definition may log rejected attempts only; this speaks of "log all".
	DeliveryLogged = &contract.Requirement{
		ID:     "crmcom/delivery/logged",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "When a workflow rule fires, the URL of its definition MUST be called once, and the attempt MUST be logged as a webhook request (where the definition logs all).",
		Source: manual + "; " + webhooks,
	}
	// DeliveryIDsUnique lets a client remember ids and numbers.
	DeliveryIDsUnique = &contract.Requirement{
		ID:     "crmcom/delivery/ids-unique",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "An id or number MUST never be given twice, also not after its webhook request was deleted.",
		Source: manual + ", identifiers",
	}
	// DeliverySuccessful is the good end.
	DeliverySuccessful = &contract.Requirement{
		ID:      "crmcom/delivery/successful",
		Level:   contract.Must,
		Basis:   contract.Documented,
		Text:    "When the receiver accepts, the webhook request MUST be SUCCESSFUL, with `request` and `response` recorded and no error.",
		Source:  show + ", response data",
		Relaxed: []*contract.Question{DeliverySuccess, RequestForm},
	}
	// DeliveryRejected is the bad end.
	DeliveryRejected = &contract.Requirement{
		ID:      "crmcom/delivery/rejected",
		Level:   contract.Must,
		Basis:   contract.Documented,
		Text:    "When the delivery fails (connection refused, time-out, 4xx or 5xx), the webhook request MUST be REJECTED, with `error_code` and `error_description`.",
		Source:  show + ", response data",
		Relaxed: []*contract.Question{DeliveryTimeout},
	}
	// DeliveryHMAC lets the receiver verify what it got.
	DeliveryHMAC = &contract.Requirement{
		ID:      "crmcom/delivery/hmac",
		Level:   contract.Must,
		Basis:   contract.Documented,
		Text:    "The delivery MUST carry the authentication code, so that a receiver that knows the secret key can verify it.",
		Source:  show + ", response data, authentication_code",
		Relaxed: []*contract.Question{HMACAlgorithm, HMACCarrier},
	}
	// DeliveryEffectiveOnly is the switch of a definition.
	DeliveryEffectiveOnly = &contract.Requirement{
		ID:     "crmcom/delivery/effective-only",
		Level:  contract.Must,
		Basis:  contract.Reference,
		Text:   "A definition that is not Effective MUST NOT send.",
		Source: webhooks,
	}
	// DeliveryFieldsSet keeps a receiver from learning more than was meant.
	DeliveryFieldsSet = &contract.Requirement{
		ID:     "crmcom/delivery/fields-set",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "The fields set of the definition MUST decide which fields of the entity are sent.",
		Source: show + ", response data, fields_set",
	}
)
