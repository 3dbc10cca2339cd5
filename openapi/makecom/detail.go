package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// GET /hooks/{hookId}/incomings/{incomingId}: one item with its payload.
var (
	// DetailShape is the schema of the answer.
	DetailShape = &contract.Requirement{
		ID:        "makecom/detail/shape",
		Operation: OpDetail,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The answer MUST be 200 with an object `incoming`, as in the schema.",
		Source:    getItem + ", response schema",
		Relaxed:   []*contract.Question{DetailProcessing, DetailConfidential},
	}
	// DetailSameItem makes list and detail two views of one thing.
	DetailSameItem = &contract.Requirement{
		ID:        "makecom/detail/same-item",
		Operation: OpDetail,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The id, scope, size and created of the detail MUST equal those of the list.",
		Source:    getItem + "; " + getQueue,
	}
	// DetailData is why one asks for the detail.
	DetailData = &contract.Requirement{
		ID:        "makecom/detail/data",
		Operation: OpDetail,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`data` MUST be what was delivered.",
		Source:    getItem + ", response schema",
		Relaxed:   []*contract.Question{DetailProcessing, DetailConfidential},
	}
	// DetailBinary makes bytes readable. The vendor's example has 22 bytes with the SHA-1
	// d4cf3d1cbf035278e7a1a909e71354d7a0387db9.
	DetailBinary = &contract.Requirement{
		ID:        "makecom/detail/binary",
		Operation: OpDetail,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "Bytes in `data` SHOULD be shown as `IMTBuffer(<length>, binary, <sha1 hex>): <hex>`.",
		Source:    siblings + ", example of a binary payload",
		Relaxed:   []*contract.Question{DetailConfidential},
	}
	// DetailUnknownItem also keeps one hook from reading another's queue.
	DetailUnknownItem = &contract.Requirement{
		ID:        "makecom/detail/unknown-item",
		Operation: OpDetail,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "An id that this hook's queue never held or no longer holds SHOULD be answered with a 4xx (404) in the error envelope, also when another hook's queue holds it.",
		Source:    siblings,
		Relaxed:   []*contract.Question{DetailProcessing},
	}
	// DetailStatsIsNotAnID settles which of two overlapping paths wins.
	DetailStatsIsNotAnID = &contract.Requirement{
		ID:        "makecom/detail/stats-is-not-an-id",
		Operation: OpStats,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`/incomings/stats` MUST answer the stats operation, not the detail of an item called stats.",
		Source:    getStats + ", path",
	}
)
