package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// The hook's own address: any method, answered in plain text.
var (
	// IngestAccepted is how items come to be.
	IngestAccepted = &contract.Requirement{
		ID:        "makecom/ingest/accepted",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "A delivery SHOULD be answered 200, text/plain, `Accepted`, and be in the queue afterwards.",
		Source:    helpPages,
	}
	// IngestFull protects what is already queued.
	IngestFull = &contract.Requirement{
		ID:        "makecom/ingest/full",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "A delivery to a queue at its limit SHOULD be answered 400 `Queue is full.`, and nothing is stored or pushed out.",
		Source:    helpPages,
	}
	// IngestUnknown tells a sender to stop.
	IngestUnknown = &contract.Requirement{
		ID:        "makecom/ingest/unknown",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Recorded,
		Text:      "A delivery to an unknown hook address SHOULD be answered 410 `Webhook not found.`.",
		Source:    recordings,
	}
	// IngestTooLarge has a known bound and an unknown status; the mock answers 413.
	IngestTooLarge = &contract.Requirement{
		ID:        "makecom/ingest/too-large",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "A payload over 5 MiB (5,242,880 bytes) SHOULD be refused with a 4xx, and nothing stored.",
		Source:    helpPages,
	}
	// IngestRate is off in the mock unless it is switched on.
	IngestRate = &contract.Requirement{
		ID:        "makecom/ingest/rate",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "Deliveries beyond 300 in 10 seconds SHOULD be answered 429 `Too many requests`.",
		Source:    helpPages,
	}
	// IngestParsing says how a request becomes data.
	IngestParsing = &contract.Requirement{
		ID:        "makecom/ingest/parsing",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "JSON, form and query data SHOULD become one object: the query wins on a duplicate name, a repeated name becomes an array, text/plain becomes `{\"value\": \"<text>\"}`, and a body of any other type becomes `{\"value\": <bytes>}`.",
		Source:    helpPages + "; " + recordings,
		Relaxed: []*contract.Question{
			IngestBrokenJSON, IngestNonObject, IngestJSONMark, IngestContentEncoding, IngestCharset, IngestInvalidText, IngestDuplicateMembers, IngestBrokenEscape,
		},
	}
	// IngestIDsUnique lets a client remember ids.
	IngestIDsUnique = &contract.Requirement{
		ID:        "makecom/ingest/ids-unique",
		Operation: OpIngest,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "An id MUST never be given twice, also not after its item was deleted or processed.",
		Source:    getItem + ", parameter incomingId (it identifies the item)",
	}
	// IngestID lets a sender find its item.
	IngestID = &contract.Requirement{
		ID:        "makecom/ingest/id",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Recorded,
		Text:      "The `id` of an item SHOULD be 32 lower-case hex digits, and the `x-request-id` of the answer to its delivery.",
		Source:    recordings,
	}
	// IngestMeta is a setting of the hook.
	IngestMeta = &contract.Requirement{
		ID:        "makecom/ingest/meta",
		Operation: OpIngest,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "A hook that is set to keep method and headers SHOULD add `__IMTMETHOD__` (string) and `__IMTHEADERS__` (a list of {`name`,`value`}) to `data`.",
		Source:    helpPages + "; " + recordings,
	}
)
