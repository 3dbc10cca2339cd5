package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// Who may call. The credential is an API token with scopes, sent in the Authorization header.
var (
	// AuthTokenRequired keeps strangers out.
	AuthTokenRequired = &contract.Requirement{
		ID:     "makecom/auth/token-required",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "A request without an Authorization header MUST be refused with a 4xx and change nothing.",
		Source: reference + ", authorization of every operation",
	}
	// AuthTokenScheme fixes the spelling of the header.
	AuthTokenScheme = &contract.Requirement{
		ID:      "makecom/auth/token-scheme",
		Level:   contract.Must,
		Basis:   contract.Documented,
		Text:    "The credential MUST be accepted as `Authorization: Token <token>`, and a scheme other than Token (Bearer aside, which is open) or an empty token MUST be refused with a 4xx.",
		Source:  reference + ", authorization of every operation",
		Relaxed: []*contract.Question{AuthBearer},
	}
	// AuthUnknownToken says that a well-formed header is not enough.
	AuthUnknownToken = &contract.Requirement{
		ID:     "makecom/auth/unknown-token",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "A token that was never issued MUST be refused with a 4xx, and the call MUST change nothing.",
		Source: reference + ", authorization of every operation",
	}
	// AuthReadScope covers the three reading operations.
	AuthReadScope = &contract.Requirement{
		ID:     "makecom/auth/read-scope",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "List, detail and stats MUST require the scope `hooks:read`: a token without it is refused with a 4xx.",
		Source: reference + ", security of the three GET operations",
	}
	// AuthWriteScope keeps a read-only token from destroying data.
	AuthWriteScope = &contract.Requirement{
		ID:        "makecom/auth/write-scope",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "Delete MUST require the scope `hooks:write`: a token that has only `hooks:read` is refused with 403, and nothing is deleted.",
		Source:    deletion + ", security; the status 403 from " + siblings,
	}
)
