package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// Who may call. A GET carries the token as a query parameter, a POST as a member of its body.
var (
	// AuthTokenRequired keeps strangers out.
	AuthTokenRequired = &contract.Requirement{
		ID:     "crmcom/auth/token-required",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "A call without token MUST be refused (a status.code other than OK) and change nothing.",
		Source: manual + ", parameter token of every method",
	}
	// AuthUnknownToken says that any string will not do.
	AuthUnknownToken = &contract.Requirement{
		ID:     "crmcom/auth/unknown-token",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "A token that the login method never gave MUST be refused, and the call MUST change nothing.",
		Source: manual + ", parameter token of every method",
	}
	// AuthLogin ties the login to everything else.
	AuthLogin = &contract.Requirement{
		ID:        "crmcom/auth/login",
		Operation: OpLogin,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The token that the login method returns MUST work on every method.",
		Source:    manual + ", parameter token of every method",
	}
	// AuthRefusedLogin is the other side of the login.
	AuthRefusedLogin = &contract.Requirement{
		ID:        "crmcom/auth/refused-login",
		Operation: "authenticate",
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "A login whose user or password the organisation does not know MUST be refused and give no token.",
		Source:    login,
	}
	// AuthExpiry is absolute since R12: use does not prolong a token.
	AuthExpiry = &contract.Requirement{
		ID:        "crmcom/auth/expiry",
		Operation: OpLogin,
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "An expired token MUST be refused; since R12 it expires two hours after the login, used or not.",
		Source:    login,
	}
	// AuthRelease is the logout.
	AuthRelease = &contract.Requirement{
		ID:        "crmcom/auth/release",
		Operation: OpRelease,
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "A released token MUST be refused.",
		Source:    login,
	}
)
