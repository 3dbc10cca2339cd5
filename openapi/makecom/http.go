package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// What is common to the answers of every operation: the error envelope, headers and the rate limit.
var (
	// ErrorEnvelope gives a client one way to read any error.
	ErrorEnvelope = &contract.Requirement{
		ID:     "makecom/error/envelope",
		Level:  contract.Should,
		Basis:  contract.Sibling,
		Text:   "An error SHOULD be a JSON object with `message` (string), `code` (string), `detail` (string) and `suberrors` (a list of objects with `message`); members may be missing, but `message` or `detail` is there.",
		Source: siblings,
	}
	// ErrorCodes lists the known codes. The 406 one is documented for deletion, where it is a MUST of its own.
	ErrorCodes = &contract.Requirement{
		ID:      "makecom/error/codes",
		Level:   contract.Should,
		Basis:   contract.Sibling,
		Text:    "The `code` of an error SHOULD be IM004 with \"Confirmation Required\" (406), SC400 for a bad request, SC403 with \"Permission denied\" or \"Access denied.\", SC404 for what is not found, and IM005 for invalid input such as a parameter out of range.",
		Source:  siblings + "; the code of the 406 from " + deletion,
		Relaxed: []*contract.Question{AuthStatus, HookForeign},
	}
	// HTTPContentType is the recorded spelling.
	HTTPContentType = &contract.Requirement{
		ID:     "makecom/http/content-type",
		Level:  contract.Should,
		Basis:  contract.Recorded,
		Text:   "JSON answers SHOULD carry `Content-Type: application/json; charset=utf-8`.",
		Source: recordings,
	}
	// HTTPRequestID lets support find a call.
	HTTPRequestID = &contract.Requirement{
		ID:     "makecom/http/request-id",
		Level:  contract.Should,
		Basis:  contract.Recorded,
		Text:   "Answers SHOULD carry `x-request-id` with 32 hex digits.",
		Source: recordings,
	}
	// HTTPRateLimit counts per organization. The plans allow 60 (Core), 120 (Pro), 240 (Teams) and 1000 (Enterprise)
	// calls a minute.
	HTTPRateLimit = &contract.Requirement{
		ID:     "makecom/http/rate-limit",
		Level:  contract.Should,
		Basis:  contract.Sibling,
		Text:   "Where a rate limit is on, answers SHOULD carry `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset` (epoch seconds), and a call beyond the limit of its organization and minute SHOULD be 429 with the plain text `Requests limit for organization exceeded, please try again later.`",
		Source: "Make API reference, Rate limiting; " + recordings,
	}
	// HTTPBadInput is expected of every HTTP API.
	HTTPBadInput = &contract.Requirement{
		ID:     "makecom/http/bad-input",
		Level:  contract.Should,
		Basis:  contract.Reference,
		Text:   "A request that breaks the documented schema in one point, or has a method or a parameter that the document does not have, SHOULD be answered with less than 500, and change nothing.",
		Source: "RFC 9110, 9.2.1 on safe methods, 15.5 and 15.6 on whose fault a refusal is; OpenAPI document of this project",
	}
)
