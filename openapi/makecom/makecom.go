// Package makecom writes down what Make documents about its Hooks > Incomings API: one value per sentence that a target
// must or should keep, one per point that the documents leave open, and the wire texts that both sides need to the letter.
//
// The sentences are our own words for the vendor's facts. Nothing here serves or checks anything.
package makecom

import (
	_ "embed"

	"github.com/understudy-mock/understudy/openapi/contract"
)

//go:embed openapi.yaml
var document []byte

// Contract is everything that is known of the API. Its tables are in document order.
var Contract = &contract.API{
	Name:     "makecom",
	Title:    "Make: Hooks > Incomings",
	BasePath: BasePath,
	Document: document,
	Operations: []string{
		OpList, OpDelete, OpStats, OpDetail,
		OpListHooks, OpGetHook, OpEnableHook, OpDisableHook, OpIngest,
	},
	Requirements: []*contract.Requirement{
		AuthTokenRequired, AuthTokenScheme, AuthUnknownToken, AuthReadScope, AuthWriteScope,

		ListShape, ListArrived, ListOwnHook, ListItemFields, ListArrivalOrder, ListLimit, ListOffset, ListPagesPartition,
		ListSortDir, ListSortDirEnum, ListSortByCreated, ListPgTypes, ListPgEcho, ListBeyondEnd, ListSizeMsgpack, ListNoData,
		ListReadOnly, ListBadHookID, ListUnknownHook,

		DetailShape, DetailSameItem, DetailData, DetailBinary, DetailUnknownItem, DetailStatsIsNotAnID,

		StatsShape, StatsQueue, StatsLimit, StatsEnabled,

		DeleteIDs, DeleteIDsResponse, DeleteIDsUnconfirmed, DeleteAll, DeleteAllUnconfirmed, DeleteAllConfirmedFalse,
		DeleteExcept, DeleteExceptUnconfirmed, DeleteProcessingRefused, DeletePartial, DeletePartialError,
		DeletePartialErrorText, DeleteNoErrorOnSuccess, DeleteAllProcessing, DeleteOtherHook, DeleteGone, DeleteEmptyArrays,
		DeleteAllEmptyQueue, DeleteMalformed,

		ProcessFIFO, ProcessLeaves, ProcessDeletedIsNeverProcessed, ProcessOnce,

		IngestAccepted, IngestFull, IngestUnknown, IngestTooLarge, IngestRate, IngestParsing, IngestIDsUnique, IngestID,
		IngestMeta,

		ErrorEnvelope, ErrorCodes, HTTPContentType, HTTPRequestID, HTTPRateLimit, HTTPBadInput,
	},
	Questions: []*contract.Question{
		DeletePartialIncomings, DeleteUnknownID, DeleteDuplicateID, DeleteIDsWithAll, DeleteNoSelector,
		DeleteExceptWithoutAll, DeleteConfirmedValues, ListIncludesProcessing, StatsCountsProcessing, ListLimitRange,
		ListOffsetRange, ListUnknownSort, ListTotalCount, AuthStatus, AuthBearer, HookForeign, IngestDisabled,
		IngestBrokenJSON, IngestNonObject, DetailProcessing, DetailConfidential, IngestJSONMark, IngestContentEncoding,
		IngestCharset, IngestInvalidText, IngestDuplicateMembers, IngestBrokenEscape, ListFromTo,
		HTTPTrailingSlash, HTTPHead,
	},
}

// Where the sentences come from.
const (
	reference  = "Make API reference, Hooks > Incomings"
	getQueue   = reference + ", Get webhook queue"
	deletion   = reference + ", Delete items from webhook queue"
	getItem    = reference + ", Get webhook queue item detail"
	getStats   = reference + ", Get webhook queue stats"
	siblings   = "Make API reference, sibling endpoints (device incomings, incomplete executions, data stores)"
	helpPages  = "Make help pages, Webhooks"
	recordings = "public recordings of the live API (2026, Free plan, eu1)"
)
