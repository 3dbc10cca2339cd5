package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// POST webhook_requests/delete: one webhook request goes for good.
var (
	// DeleteSuccessful clears what is done.
	DeleteSuccessful = &contract.Requirement{
		ID:        "crmcom/delete/successful",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "It MUST be possible to delete a SUCCESSFUL webhook request.",
		Source:    deletion,
	}
	// DeleteRejected clears what is given up.
	DeleteRejected = &contract.Requirement{
		ID:        "crmcom/delete/rejected",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "It MUST be possible to delete a REJECTED webhook request.",
		Source:    deletion,
	}
	// DeleteResponse is the last look at the record.
	DeleteResponse = &contract.Requirement{
		ID:        "crmcom/delete/response",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "delete MUST answer with the record that was deleted, whole.",
		Source:    deletion + ", response data; " + webAPI,
		Relaxed:   []*contract.Question{ObjectNullMembers, RequestForm},
	}
	// DeleteGone makes deletion visible everywhere.
	DeleteGone = &contract.Requirement{
		ID:        "crmcom/delete/gone",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "After a deletion show MUST refuse the webhook request and list MUST NOT have it.",
		Source:    deletion,
	}
	// DeleteOthers keeps a call from deleting more than was meant.
	DeleteOthers = &contract.Requirement{
		ID:        "crmcom/delete/others",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A deletion MUST change no other webhook request.",
		Source:    deletion + " (a single webhook request)",
	}
	// DeleteIdentifier refuses to guess.
	DeleteIdentifier = &contract.Requirement{
		ID:        "crmcom/delete/identifier",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The webhook request MUST be named by exactly one of id and number; no identifier, both fields or one that matches nothing is refused, and nothing is deleted.",
		Source:    deletion + ", restrictions",
	}
	// DeleteResendAfter makes deletion final.
	DeleteResendAfter = &contract.Requirement{
		ID:        "crmcom/delete/resend-after",
		Operation: OpResend,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A resend of a deleted webhook request MUST be refused and send nothing.",
		Source:    deletion + "; " + resend,
	}
)
