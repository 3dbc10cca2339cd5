package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// GET /hooks/{hookId}/incomings: which items wait, page by page.
var (
	// ListShape is the schema of the answer; what the schema says is not restated elsewhere.
	ListShape = &contract.Requirement{
		ID:        "makecom/list/shape",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The answer MUST be 200 with an array `incomings` and an object `pg`, as in the schema.",
		Source:    getQueue + ", response schema",
	}
	// ListArrived ties the list to what was delivered.
	ListArrived = &contract.Requirement{
		ID:        "makecom/list/arrived",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "An item that the hook accepted MUST be listed while it waits.",
		Source:    getQueue,
	}
	// ListOwnHook keeps queues apart.
	ListOwnHook = &contract.Requirement{
		ID:        "makecom/list/own-hook",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The list MUST hold only items of the hook in the path.",
		Source:    getQueue,
	}
	// ListItemFields names what a client may rely on in every item.
	ListItemFields = &contract.Requirement{
		ID:        "makecom/list/item-fields",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "Each item MUST have `id` (string), `scope` (string), `size` (integer, 0 or more) and `created` (date-time).",
		Source:    getQueue + ", text and response schema",
	}
	// ListArrivalOrder is the order of processing, hence of the queue.
	ListArrivalOrder = &contract.Requirement{
		ID:        "makecom/list/arrival-order",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "Without sort parameters the items MUST come in the order in which they arrived.",
		Source:    reference + ", introduction (order of processing); the order of the list also in " + recordings,
	}
	// ListLimit bounds a page.
	ListLimit = &contract.Requirement{
		ID:        "makecom/list/limit",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`pg[limit]=n`, with n from 1 to 10000, MUST give at most n items.",
		Source:    getQueue + ", parameter pg[limit]",
	}
	// ListOffset moves the page.
	ListOffset = &contract.Requirement{
		ID:        "makecom/list/offset",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`pg[offset]=k` MUST skip the first k items of the same order.",
		Source:    getQueue + ", parameter pg[offset]",
	}
	// ListPagesPartition is what makes a paging client see every item once.
	ListPagesPartition = &contract.Requirement{
		ID:        "makecom/list/pages-partition",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "On a queue at rest, pages of size n at the offsets 0, n, 2n and so on MUST cover the queue with no gap and no repeat.",
		Source:    getQueue + ", parameters pg[limit] and pg[offset]",
	}
	// ListSortDir knows two directions.
	ListSortDir = &contract.Requirement{
		ID:        "makecom/list/sort-dir",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`pg[sortDir]` MUST take `asc` and `desc`, and the one order MUST be the reverse of the other.",
		Source:    getQueue + ", parameter pg[sortDir]",
	}
	// ListSortDirEnum refuses any third direction.
	ListSortDirEnum = &contract.Requirement{
		ID:        "makecom/list/sort-dir-enum",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A `pg[sortDir]` other than `asc` and `desc` MUST be refused with a 4xx.",
		Source:    getQueue + ", enum of pg[sortDir]",
	}
	// ListSortByCreated names the one known sort key.
	ListSortByCreated = &contract.Requirement{
		ID:        "makecom/list/sort-by-created",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`pg[sortBy]=created` MUST order the items by `created`.",
		Source:    getQueue + ", parameter pg[sortBy]; the value `created` also in " + recordings,
	}
	// ListPgTypes holds the types of the schema.
	ListPgTypes = &contract.Requirement{
		ID:        "makecom/list/pg-types",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A `pg[offset]` or `pg[limit]` that is not an integer MUST be refused with a 4xx.",
		Source:    getQueue + ", schemas of pg[offset] and pg[limit]",
	}
	// ListPgEcho tells the client which page it got.
	ListPgEcho = &contract.Requirement{
		ID:        "makecom/list/pg-echo",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Recorded,
		Text:      "`pg` SHOULD echo the sortBy, sortDir, limit and offset in force; the defaults are `created`, `asc`, 10000 and 0.",
		Source:    recordings,
	}
	// ListBeyondEnd ends a paging loop without an error.
	ListBeyondEnd = &contract.Requirement{
		ID:        "makecom/list/beyond-end",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "An offset past the end SHOULD give 200 and an empty `incomings`.",
		Source:    siblings,
	}
	// ListSizeMsgpack was derived from recorded pairs: {} is 1, {"name":"test"} is 11, {"value":<22 raw bytes>} is 31.
	ListSizeMsgpack = &contract.Requirement{
		ID:        "makecom/list/size-msgpack",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Recorded,
		Text:      "`size` SHOULD be the byte length of the MessagePack encoding of `data`: integers in their smallest form, other numbers as float64, the shortest headers.",
		Source:    "derived from " + recordings,
	}
	// ListNoData keeps payloads out of the list.
	ListNoData = &contract.Requirement{
		ID:        "makecom/list/no-data",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Recorded,
		Text:      "Listed items SHOULD carry no `data`; only the detail does.",
		Source:    recordings,
	}
	// ListReadOnly is what GET promises.
	ListReadOnly = &contract.Requirement{
		ID:        "makecom/list/read-only",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "Listing MUST change neither the queue nor the stats.",
		Source:    getQueue + ", method GET",
	}
	// ListBadHookID holds the type of the path parameter.
	ListBadHookID = &contract.Requirement{
		ID:        "makecom/list/bad-hook-id",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A hookId that is not an integer MUST be refused with a 4xx in the error envelope.",
		Source:    getQueue + ", schema of hookId",
	}
	// ListUnknownHook tells an empty queue from no queue.
	ListUnknownHook = &contract.Requirement{
		ID:        "makecom/list/unknown-hook",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "A hook that does not exist SHOULD be answered with a 4xx (404) in the error envelope.",
		Source:    siblings,
	}
)
