package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// Open questions about deletion.
var (
	// DeletePartialIncomings is where the vendor's example and its text disagree.
	DeletePartialIncomings = &contract.Question{
		ID:   "makecom/delete/partial-incomings",
		Text: "After a partial deletion by `ids`, does `incomings` list only what was deleted? (After one by `all` it always does.)",
		Answers: []contract.Answer{
			{Name: AnswerDeletedOnly, Meaning: "Only the ids that were deleted are listed."},
			{Name: AnswerAllRequested, Meaning: "Every requested id is listed, deleted or not."},
		},
		Known: "Make's example lists all requested ids; its text and its SDK say only the deleted ones.",
	}
	// DeleteUnknownID decides whether deleting twice is an error.
	DeleteUnknownID = &contract.Question{
		ID:   "makecom/delete/unknown-id",
		Text: "What becomes of an id in `ids` that is not in the queue?",
		Answers: []contract.Answer{
			{Name: AnswerOmitted, Meaning: "It is left out of `incomings`; the others are deleted."},
			{Name: AnswerEchoed, Meaning: "It is listed in `incomings` like a deleted one; a second deletion then shows only in the stats."},
			{Name: AnswerError4xx, Meaning: "The call is refused with a 4xx, and nothing is deleted."},
		},
	}
	// DeleteDuplicateID concerns only the answer.
	DeleteDuplicateID = &contract.Question{
		ID:   "makecom/delete/duplicate-id",
		Text: "How often does `incomings` list an id that stands twice in `ids`?",
		Answers: []contract.Answer{
			{Name: AnswerOnce, Meaning: "It is listed once."},
			{Name: AnswerTwice, Meaning: "It is listed as often as it was given."},
		},
	}
	// DeleteIDsWithAll is a contradiction in the request.
	DeleteIDsWithAll = &contract.Question{
		ID:   "makecom/delete/ids-with-all",
		Text: "What does `ids` together with `all:true` do?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400, and nothing is deleted."},
			{Name: AnswerAllWins, Meaning: "`ids` is ignored and the whole queue is meant."},
			{Name: AnswerIDsWin, Meaning: "`all` is ignored and only the named items are meant."},
		},
		Known: "Forbidden for the sibling endpoint, not mentioned for hooks.",
	}
	// DeleteNoSelector asks what nothing means.
	DeleteNoSelector = &contract.Question{
		ID:   "makecom/delete/no-selector",
		Text: "What does a deletion with `{}` or without a body do?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400."},
			{Name: AnswerNothingDeleted200, Meaning: "200 with an empty `incomings`; nothing is deleted."},
		},
		Known: "\"Missing value of required parameter\" (400) is listed among the errors of Hooks.",
	}
	// DeleteExceptWithoutAll asks about exceptions to nothing.
	DeleteExceptWithoutAll = &contract.Question{
		ID:   "makecom/delete/except-without-all",
		Text: "What does a non-empty `exceptIds` beside `ids` do?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400, and nothing is deleted."},
			{Name: AnswerIgnored, Meaning: "`exceptIds` is ignored."},
		},
		Known: "Forbidden for the sibling endpoint, not mentioned for hooks.",
	}
	// DeleteConfirmedValues asks which spellings confirm.
	DeleteConfirmedValues = &contract.Question{
		ID:   "makecom/delete/confirmed-values",
		Text: "Does a `confirmed` of `1`, `TRUE` or `yes` confirm?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400, and nothing is deleted."},
			{Name: AnswerTruthy, Meaning: "1, true and yes confirm, in any case of letters."},
			{Name: AnswerNotConfirmed, Meaning: "It counts as not confirmed: 406 `IM004`."},
		},
		Known: "The schema says boolean.",
	}
)

// Open questions about reading the queue.
var (
	// ListIncludesProcessing turns on the word "waiting".
	ListIncludesProcessing = &contract.Question{
		ID:   "makecom/list/includes-processing",
		Text: "Are items that are being processed listed?",
		Answers: []contract.Answer{
			{Name: AnswerYes, Meaning: "They are listed until processing has finished."},
			{Name: AnswerNo, Meaning: "Only waiting items are listed."},
		},
		Known: "The reference speaks of items waiting for processing.",
	}
	// StatsCountsProcessing is the same for the count.
	StatsCountsProcessing = &contract.Question{
		ID:   "makecom/stats/counts-processing",
		Text: "Are items that are being processed counted in `queue`?",
		Answers: []contract.Answer{
			{Name: AnswerYes, Meaning: "They count until processing has finished."},
			{Name: AnswerNo, Meaning: "Only waiting items count."},
		},
	}
	// ListLimitRange concerns values outside 1 to 10000.
	ListLimitRange = &contract.Question{
		ID:   "makecom/list/limit-range",
		Text: "What does a `pg[limit]` of 0, below 0 or over 10000 do?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400."},
			{Name: AnswerClamped, Meaning: "The nearest value from 1 to 10000 is used."},
			{Name: AnswerAsIs, Meaning: "The value is used as it stands; 0 or less gives no items."},
		},
		Known: "Make's SDK allows 1 to 10000.",
	}
	// ListOffsetRange concerns values below 0.
	ListOffsetRange = &contract.Question{
		ID:   "makecom/list/offset-range",
		Text: "What does a negative `pg[offset]` do?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400."},
			{Name: AnswerAsZero, Meaning: "It counts as 0."},
		},
		Known: "Make's SDK allows 0 and more.",
	}
	// ListUnknownSort concerns keys other than created.
	ListUnknownSort = &contract.Question{
		ID:   "makecom/list/unknown-sort",
		Text: "What does an unknown `pg[sortBy]` do?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The call is refused with 400."},
			{Name: AnswerIgnored, Meaning: "The default order is used."},
		},
		Known: "Make's SDK allows only `created`.",
	}
	// ListTotalCount is a member that no document has.
	ListTotalCount = &contract.Question{
		ID:   "makecom/list/total-count",
		Text: "Does `pg` hold `returnTotalCount`?",
		Answers: []contract.Answer{
			{Name: AnswerAbsent, Meaning: "It is not there."},
			{Name: AnswerFalse, Meaning: "It is there, and false."},
		},
		Known: "Seen live, documented nowhere.",
	}
	// ListFromTo is where the vendor's own client and its reference disagree.
	ListFromTo = &contract.Question{
		ID:   "makecom/list/from-to",
		Text: "What do the parameters `from` and `to` (milliseconds since 1970) do to the list?",
		Answers: []contract.Answer{
			{Name: AnswerIgnored, Meaning: "Nothing: the whole queue is listed."},
			{Name: AnswerFiltersByCreated, Meaning: "Only items are listed that were created from the one to the other, both included."},
		},
		Known: "The vendor's own SDK for TypeScript sends them; the reference does not know them.",
	}
	// HTTPTrailingSlash concerns sloppy clients.
	HTTPTrailingSlash = &contract.Question{
		ID:   "makecom/http/trailing-slash",
		Text: "Is a path with a trailing slash, such as `incomings/`, accepted?",
		Answers: []contract.Answer{
			{Name: AnswerNo, Meaning: "It is refused like an unknown path."},
			{Name: AnswerYes, Meaning: "It works like the path without it."},
		},
	}
	// HTTPHead concerns clients that look before they read.
	HTTPHead = &contract.Question{
		ID:   "makecom/http/head",
		Text: "Is HEAD accepted on the paths that take GET?",
		Answers: []contract.Answer{
			{Name: AnswerNo, Meaning: "It is refused like any other method that the path does not take."},
			{Name: AnswerYes, Meaning: "Status and headers are those of GET, and there is no body."},
		},
		Known: "The reference lists GET alone; RFC 9110 expects HEAD of every general server.",
	}
	// DetailProcessing is the third view of an item in processing.
	DetailProcessing = &contract.Question{
		ID:   "makecom/detail/processing",
		Text: "What is the detail of an item that is being processed?",
		Answers: []contract.Answer{
			{Name: Answer200, Meaning: "The item, as while it waited."},
			{Name: Answer404, Meaning: "Not found."},
		},
	}
	// DetailConfidential concerns hooks whose payloads nobody may see.
	DetailConfidential = &contract.Question{
		ID:   "makecom/detail/confidential",
		Text: "What does the detail of a confidential hook's item show?",
		Answers: []contract.Answer{
			{Name: AnswerHidden, Meaning: "`isHookConfidential:true` inside `incoming`, and no `data`."},
			{Name: AnswerShown, Meaning: "`data`, as for any other hook."},
		},
		Known: "The member `isHookConfidential` is in Make's SDK.",
	}
)

// Open questions about access.
var (
	// AuthStatus chooses between two usual statuses.
	AuthStatus = &contract.Question{
		ID:   "makecom/auth/status",
		Text: "Which status has the refusal of a missing or unknown token?",
		Answers: []contract.Answer{
			{Name: Answer401, Meaning: "401 Unauthorized."},
			{Name: Answer403, Meaning: "403 Forbidden."},
		},
		Known: "Only 403 with SC403 is documented.",
	}
	// AuthBearer is the other scheme.
	AuthBearer = &contract.Question{
		ID:   "makecom/auth/bearer",
		Text: "Is `Authorization: Bearer <token>` accepted?",
		Answers: []contract.Answer{
			{Name: AnswerYes, Meaning: "It works like the scheme Token."},
			{Name: AnswerNo, Meaning: "It is refused like any other scheme."},
		},
		Known: "The live API takes OAuth tokens so.",
	}
	// HookForeign is about hiding existence.
	HookForeign = &contract.Question{
		ID:   "makecom/hook/foreign",
		Text: "Which status has a call for a hook of another organization?",
		Answers: []contract.Answer{
			{Name: Answer404, Meaning: "404, as if there were no such hook."},
			{Name: Answer403, Meaning: "403 Forbidden."},
		},
		Known: "Make says that 404 may stand in for 403 to hide that something exists.",
	}
)

// Open questions about ingestion.
var (
	// IngestDisabled concerns the status alone: the delivery is never stored.
	IngestDisabled = &contract.Question{
		ID:   "makecom/ingest/disabled",
		Text: "Which status has a delivery to a disabled hook?",
		Answers: []contract.Answer{
			{Name: Answer410, Meaning: "410 Gone; nothing is stored."},
			{Name: Answer400, Meaning: "400 Bad Request; nothing is stored."},
		},
		Known: "Make says that a disabled hook accepts no data.",
	}
	// IngestBrokenJSON concerns a body that breaks its own promise.
	IngestBrokenJSON = &contract.Question{
		ID:   "makecom/ingest/broken-json",
		Text: "What becomes of a body that is declared JSON and does not parse?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The delivery is refused with 400, and nothing is stored."},
			{Name: AnswerAsText, Meaning: "It is stored like text/plain, as `{\"value\": \"<text>\"}`."},
		},
	}
	// IngestNonObject concerns JSON arrays, strings, numbers, booleans and null.
	IngestNonObject = &contract.Question{
		ID:   "makecom/ingest/non-object",
		Text: "What becomes of a JSON body that is no object?",
		Answers: []contract.Answer{
			{Name: AnswerWrapped, Meaning: "It is stored as `{\"value\": <the value>}`."},
			{Name: AnswerError400, Meaning: "The delivery is refused with 400, and nothing is stored."},
		},
	}
)
