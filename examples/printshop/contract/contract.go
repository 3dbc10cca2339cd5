// Package contract writes down what the print shop promises: one value per sentence, one per point that is left open.
package contract

import (
	_ "embed"

	"github.com/understudy-mock/understudy/openapi/contract"
)

//go:embed openapi.yaml
var document []byte

// Operation ids of the document.
const (
	Submit = "submitJob"
	List   = "listJobs"
	Show   = "showJob"
	Cancel = "cancelJob"
	Retry  = "retryJob"
)

// API is everything that is known of the print shop.
var API = &contract.API{
	Name:       "printshop",
	Title:      "Print shop: jobs",
	BasePath:   "/printshop/v1",
	Document:   document,
	Operations: []string{Submit, List, Show, Cancel, Retry},
	Requirements: []*contract.Requirement{
		AuthToken, SubmitCreated, SubmitTitle, SubmitPages, SubmitIDs, ListAll, ListPaging, ListTotal, ListLimits,
		ShowJob, ShowUnknown, CancelQueued, CancelPrinting, CancelUnknown, RetryFailed, RetryOnlyFailed, BadInput,
	},
	Questions: []*contract.Question{ListOrder, CancelAgain, SubmitBlank},
}

const source = "Print shop manual, Jobs"

func must(id, operation, text string) *contract.Requirement {
	return &contract.Requirement{
		ID: "printshop/" + id, Operation: operation, Level: contract.Must, Basis: contract.Documented, Text: text, Source: source,
	}
}

// The sentences.
var (
	AuthToken       = must("auth/token", "", "A call without a bearer token MUST be refused with 401 and code unauthorized.")
	SubmitCreated   = must("submit/created", Submit, "A submission MUST be answered with 201 and the job: queued, with the title and the pages that were sent.")
	SubmitTitle     = must("submit/title", Submit, "A submission without a title MUST be refused with 400 and code invalid, and add no job.")
	SubmitPages     = must("submit/pages", Submit, "A submission with less than one page MUST be refused with 400 and code invalid, and add no job.")
	SubmitIDs       = must("submit/ids", Submit, "Every job MUST have an id of its own.")
	ListAll         = must("list/all", List, "A list MUST hold every job, whatever its state.")
	ListPaging      = must("list/paging", List, "A page MUST hold as many jobs as limit says, beginning behind as many as offset says.")
	ListTotal       = must("list/total", List, "The total of a page MUST be the number of all jobs, not of those on the page.")
	ListLimits      = must("list/limits", List, "A limit below 1 or above 100 MUST be refused with 400 and code invalid.")
	ShowJob         = must("show/job", Show, "A job MUST be shown as it was submitted, with the state that it has now.")
	ShowUnknown     = must("show/unknown", Show, "An id that no job has MUST be answered with 404 and code not-found.")
	CancelQueued    = must("cancel/queued", Cancel, "A queued job that is cancelled MUST be answered with 200, and be cancelled from then on.")
	CancelPrinting  = must("cancel/printing", Cancel, "A job that is being printed MUST NOT be cancelled: 409, code conflict, and it goes on.")
	CancelUnknown   = must("cancel/unknown", Cancel, "To cancel a job that is not there MUST be answered with 404 and code not-found.")
	RetryFailed     = must("retry/failed", Retry, "A failed job that is retried MUST be queued again, with one attempt more.")
	RetryOnlyFailed = must("retry/only-failed", Retry, "A job that has not failed MUST NOT be retried: 409, code conflict, and it stays as it is.")
)

// BadInput is expected of every HTTP API.
var BadInput = &contract.Requirement{
	ID: "printshop/http/bad-input", Level: contract.Should, Basis: contract.Reference, Source: "RFC 9110, 15.5 and 15.6",
	Text: "A request that breaks the documented schema in one point SHOULD be answered with less than 500, and change nothing.",
}

// Answers to the open questions.
const (
	OldestFirst = "oldest-first"
	NewestFirst = "newest-first"
	Refused     = "refused"
	Accepted    = "accepted"
)

// What the manual leaves open.
var (
	ListOrder = &contract.Question{
		ID: "printshop/list/order", Text: "In which order are jobs listed?",
		Answers: []contract.Answer{{Name: OldestFirst, Meaning: "As they came."}, {Name: NewestFirst, Meaning: "The last one first."}},
	}
	CancelAgain = &contract.Question{
		ID: "printshop/cancel/again", Text: "May a cancelled job be cancelled again?",
		Answers: []contract.Answer{{Name: Refused, Meaning: "409, code conflict."}, {Name: Accepted, Meaning: "200, and nothing changes."}},
	}
	SubmitBlank = &contract.Question{
		ID: "printshop/submit/blank", Text: "May a title be blanks alone?",
		Answers: []contract.Answer{{Name: Refused, Meaning: "400, code invalid."}, {Name: Accepted, Meaning: "It is a title as any other."}},
	}
)
