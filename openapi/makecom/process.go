package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// What happens to the queue by itself: the scenario takes items out of it. No operation of the API triggers that.
var (
	// ProcessFIFO is the first promise of the introduction.
	ProcessFIFO = &contract.Requirement{
		ID:     "makecom/process/fifo",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "Items MUST be processed in the order in which they arrived.",
		Source: reference + ", introduction",
	}
	// ProcessLeaves makes the queue a queue.
	ProcessLeaves = &contract.Requirement{
		ID:     "makecom/process/leaves",
		Level:  contract.Should,
		Basis:  contract.Sibling,
		Text:   "A processed item SHOULD no longer be in the queue.",
		Source: helpPages,
	}
	// ProcessDeletedIsNeverProcessed is why one deletes.
	ProcessDeletedIsNeverProcessed = &contract.Requirement{
		ID:     "makecom/process/deleted-is-never-processed",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "A deleted item MUST never be delivered to the scenario.",
		Source: deletion,
	}
	// ProcessOnce rules out both loss and repetition.
	ProcessOnce = &contract.Requirement{
		ID:     "makecom/process/once",
		Level:  contract.Must,
		Basis:  contract.Documented,
		Text:   "Every item that was accepted and not deleted MUST be processed exactly once: none twice, none lost.",
		Source: reference + ", introduction",
	}
)
