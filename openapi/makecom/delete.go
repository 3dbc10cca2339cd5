package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// DELETE /hooks/{hookId}/incomings: some items, or all of them but some.
var (
	// DeleteIDs is the plain case.
	DeleteIDs = &contract.Requirement{
		ID:        "makecom/delete/ids",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The items named in `ids` MUST leave the queue, and every other item MUST stay.",
		Source:    deletion,
	}
	// DeleteIDsResponse tells the caller what went.
	DeleteIDsResponse = &contract.Requirement{
		ID:        "makecom/delete/ids-response",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The answer MUST be 200 with `incomings`, a list of ids as strings in which every deleted id stands.",
		Source:    deletion + ", response schema",
		Relaxed:   []*contract.Question{DeletePartialIncomings, DeleteUnknownID, DeleteDuplicateID},
	}
	// DeleteIDsUnconfirmed follows from the confirmation being tied to `all`.
	DeleteIDsUnconfirmed = &contract.Requirement{
		ID:        "makecom/delete/ids-unconfirmed",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A deletion by `ids` MUST work without `confirmed`, and with `confirmed=true` as well.",
		Source:    deletion + ", parameter confirmed; " + recordings,
	}
	// DeleteAll empties the queue.
	DeleteAll = &contract.Requirement{
		ID:        "makecom/delete/all",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`all:true` with `confirmed=true` MUST empty the queue of everything that may be deleted.",
		Source:    deletion,
	}
	// DeleteAllUnconfirmed protects a queue from being emptied by accident.
	DeleteAllUnconfirmed = &contract.Requirement{
		ID:        "makecom/delete/all-unconfirmed",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`all:true` without `confirmed` MUST be refused with 406 and code `IM004`, and delete nothing.",
		Source:    deletion,
	}
	// DeleteAllConfirmedFalse says that the value counts, not the presence.
	DeleteAllConfirmedFalse = &contract.Requirement{
		ID:        "makecom/delete/all-confirmed-false",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`all:true` with `confirmed=false` MUST be refused with 406 and code `IM004`, and delete nothing.",
		Source:    deletion + ", parameter confirmed",
	}
	// DeleteExcept spares items.
	DeleteExcept = &contract.Requirement{
		ID:        "makecom/delete/except",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "With `all:true`, `confirmed=true` and `exceptIds`, exactly the items named there MUST stay.",
		Source:    deletion,
	}
	// DeleteExceptUnconfirmed keeps the protection when items are spared.
	DeleteExceptUnconfirmed = &contract.Requirement{
		ID:        "makecom/delete/except-unconfirmed",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`all:true` with `exceptIds` but without `confirmed` MUST be refused with 406 and code `IM004`, and delete nothing.",
		Source:    deletion,
	}
	// DeleteProcessingRefused protects work in progress.
	DeleteProcessingRefused = &contract.Requirement{
		ID:        "makecom/delete/processing-refused",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "An item that is being processed MUST NOT be deleted.",
		Source:    deletion,
		Relaxed:   processingUnseen,
	}
	// DeletePartial makes a refusal local to its item.
	DeletePartial = &contract.Requirement{
		ID:        "makecom/delete/partial",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "When some of the named items cannot be deleted, the rest MUST be deleted.",
		Source:    deletion,
		Relaxed:   []*contract.Question{DeletePartialIncomings},
	}
	// DeletePartialError tells the caller that not everything went.
	DeletePartialError = &contract.Requirement{
		ID:        "makecom/delete/partial-error",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "When some of the named items cannot be deleted, the answer MUST still be a success (200) and hold an `error` with the strings `name` and `message`.",
		Source:    deletion + "; the status from " + siblings,
	}
	// DeletePartialErrorText is the vendor's wording, which some clients match.
	DeletePartialErrorText = &contract.Requirement{
		ID:        "makecom/delete/partial-error-text",
		Operation: OpDelete,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "The `error` of a partial deletion SHOULD be `{\"name\":\"APIError\",\"message\":\"" + PartialErrorMessage + "\"}`.",
		Source:    siblings + ", example of a partial deletion",
	}
	// DeleteNoErrorOnSuccess makes the presence of `error` a signal.
	DeleteNoErrorOnSuccess = &contract.Requirement{
		ID:        "makecom/delete/no-error-on-success",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "When everything that was asked for was deleted, the answer MUST hold no `error`.",
		Source:    deletion,
	}
	// DeleteAllProcessing applies the same sentence to `all`.
	DeleteAllProcessing = &contract.Requirement{
		ID:        "makecom/delete/all-processing",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "When an item is being processed, `all:true` with `confirmed=true` MUST leave it, delete the others, and say so in `error`.",
		Source:    deletion,
		Relaxed:   processingUnseen,
	}
	// DeleteOtherHook keeps queues apart.
	DeleteOtherHook = &contract.Requirement{
		ID:        "makecom/delete/other-hook",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "An id of another hook's queue MUST never be deleted through this hook.",
		Source:    deletion,
		Relaxed:   []*contract.Question{DeleteUnknownID},
	}
	// DeleteGone makes deletion visible everywhere.
	DeleteGone = &contract.Requirement{
		ID:        "makecom/delete/gone",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A deleted item MUST be gone from list, detail and stats.",
		Source:    deletion,
	}
	// DeleteEmptyArrays is how the vendor's own examples fill the unused members.
	DeleteEmptyArrays = &contract.Requirement{
		ID:        "makecom/delete/empty-arrays",
		Operation: OpDelete,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "An empty `ids` or `exceptIds` beside the selector in use SHOULD count as not given.",
		Source:    siblings + ", request examples",
	}
	// DeleteAllEmptyQueue makes emptying idempotent.
	DeleteAllEmptyQueue = &contract.Requirement{
		ID:        "makecom/delete/all-empty-queue",
		Operation: OpDelete,
		Level:     contract.Should,
		Basis:     contract.Recorded,
		Text:      "`all:true` with `confirmed=true` on an empty queue SHOULD be 200 with `incomings: []`.",
		Source:    recordings + ", incomplete executions",
	}
	// DeleteMalformed makes a mistyped request harmless.
	DeleteMalformed = &contract.Requirement{
		ID:        "makecom/delete/malformed",
		Operation: OpDelete,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A body that is not JSON, or `ids`, `exceptIds` or `all` of the wrong type, MUST be refused with a 4xx (400 `SC400` in recordings), and nothing is deleted.",
		Source:    deletion + ", request schema; " + recordings,
	}
)

// processingUnseen are the questions that can, together, hide an item in processing from every reader.
var processingUnseen = []*contract.Question{ListIncludesProcessing, StatsCountsProcessing, DetailProcessing}
