// Package makecom finds out whether a target keeps Make's contract for Hooks > Incomings: one check per requirement, one
// probe per open question, listed here and nowhere else.
//
// A check asserts only what holds under every legal answer to the open questions. Each works on a hook of its own, so that
// checks may run side by side; where the target lends a hook instead, only what the check delivered is touched.
package makecom

import (
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Catalog is everything that can be found out about Make's API.
func Catalog() *suite.Catalog {
	return &suite.Catalog{
		API:    makecom.Contract,
		Checks: checks(),
		Probes: probes(),
		Schema: map[string]*contract.Requirement{
			opList:   makecom.ListShape,
			opDetail: makecom.DetailShape,
			opStats:  makecom.StatsShape,
			opDelete: makecom.DeleteIDsResponse,
		},
		ErrorSchema: makecom.ErrorEnvelope,
		Broken:      makecom.HTTPBadInput,
		Effect:      effect,
		Lent:        "--hook-id with --hook-url",
		Lend:        lend,
		Inspect:     inspect,
		Model:       history.Of(Subject{}),
		Greet:       greet,
		Neutral:     neutral,
		States:      providerStates(),
		Gives:       map[string]string{"a hook": "hookId", "items waiting": "ids", "a token": "token", "an expired token": "token", stateRefused: "token"},
	}
}

// checks are in the order of the requirements.
func checks() []suite.Check {
	return []suite.Check{
		{Requirement: makecom.AuthTokenRequired, Verify: on(authTokenRequired)},
		{Requirement: makecom.AuthTokenScheme, Verify: on(authTokenScheme)},
		{Requirement: makecom.AuthUnknownToken, Verify: on(authUnknownToken)},
		{Requirement: makecom.AuthReadScope, Verify: on(authReadScope)},
		{Requirement: makecom.AuthWriteScope, Verify: on(authWriteScope)},

		{Requirement: makecom.ListShape, Verify: on(listShape)},
		{Requirement: makecom.ListArrived, Verify: on(listArrived)},
		{Requirement: makecom.ListOwnHook, Verify: on(listOwnHook)},
		{Requirement: makecom.ListItemFields, Verify: on(listItemFields)},
		{Requirement: makecom.ListArrivalOrder, Verify: on(listArrivalOrder)},
		{Requirement: makecom.ListLimit, Verify: on(listLimit)},
		{Requirement: makecom.ListOffset, Verify: on(listOffset)},
		{Requirement: makecom.ListPagesPartition, Verify: on(listPagesPartition)},
		{Requirement: makecom.ListSortDir, Verify: on(listSortDir)},
		{Requirement: makecom.ListSortDirEnum, Verify: on(listSortDirEnum)},
		{Requirement: makecom.ListSortByCreated, Verify: on(listSortByCreated)},
		{Requirement: makecom.ListPgTypes, Verify: on(listPgTypes)},
		{Requirement: makecom.ListPgEcho, Verify: on(listPgEcho)},
		{Requirement: makecom.ListBeyondEnd, Verify: on(listBeyondEnd)},
		{Requirement: makecom.ListSizeMsgpack, Verify: on(listSizeMsgpack)},
		{Requirement: makecom.ListNoData, Verify: on(listNoData)},
		{Requirement: makecom.ListReadOnly, Verify: on(listReadOnly)},
		{Requirement: makecom.ListBadHookID, Verify: on(listBadHookID)},
		{Requirement: makecom.ListUnknownHook, Verify: on(listUnknownHook)},

		{Requirement: makecom.DetailShape, Verify: on(detailShape)},
		{Requirement: makecom.DetailSameItem, Verify: on(detailSameItem)},
		{Requirement: makecom.DetailData, Verify: on(detailData)},
		{Requirement: makecom.DetailBinary, Verify: on(detailBinary)},
		{Requirement: makecom.DetailUnknownItem, Verify: on(detailUnknownItem)},
		{Requirement: makecom.DetailStatsIsNotAnID, Verify: on(detailStatsIsNotAnID)},

		{Requirement: makecom.StatsShape, Verify: on(statsShape)},
		{Requirement: makecom.StatsQueue, Verify: on(statsQueue)},
		{Requirement: makecom.StatsLimit, Verify: on(statsLimit)},
		{Requirement: makecom.StatsEnabled, Verify: on(statsEnabled)},

		{Requirement: makecom.DeleteIDs, Verify: on(deleteIDs)},
		{Requirement: makecom.DeleteIDsResponse, Verify: on(deleteIDsResponse)},
		{Requirement: makecom.DeleteIDsUnconfirmed, Verify: on(deleteIDsUnconfirmed)},
		{Requirement: makecom.DeleteAll, Verify: on(deleteAll)},
		{Requirement: makecom.DeleteAllUnconfirmed, Verify: on(deleteAllUnconfirmed)},
		{Requirement: makecom.DeleteAllConfirmedFalse, Verify: on(deleteAllConfirmedFalse)},
		{Requirement: makecom.DeleteExcept, Verify: on(deleteExcept)},
		{Requirement: makecom.DeleteExceptUnconfirmed, Verify: on(deleteExceptUnconfirmed)},
		{Requirement: makecom.DeleteProcessingRefused, Verify: on(deleteProcessingRefused)},
		{Requirement: makecom.DeletePartial, Verify: on(deletePartial)},
		{Requirement: makecom.DeletePartialError, Verify: on(deletePartialError)},
		{Requirement: makecom.DeletePartialErrorText, Verify: on(deletePartialErrorText)},
		{Requirement: makecom.DeleteNoErrorOnSuccess, Verify: on(deleteNoErrorOnSuccess)},
		{Requirement: makecom.DeleteAllProcessing, Verify: on(deleteAllProcessing)},
		{Requirement: makecom.DeleteOtherHook, Verify: on(deleteOtherHook)},
		{Requirement: makecom.DeleteGone, Verify: on(deleteGone)},
		{Requirement: makecom.DeleteEmptyArrays, Verify: on(deleteEmptyArrays)},
		{Requirement: makecom.DeleteAllEmptyQueue, Verify: on(deleteAllEmptyQueue)},
		{Requirement: makecom.DeleteMalformed, Verify: on(deleteMalformed)},

		{Requirement: makecom.ProcessFIFO, Verify: on(processFIFO)},
		{Requirement: makecom.ProcessLeaves, Verify: on(processLeaves)},
		{Requirement: makecom.ProcessDeletedIsNeverProcessed, Verify: on(processDeletedIsNeverProcessed)},
		{Requirement: makecom.ProcessOnce, Verify: on(processOnce)},

		{Requirement: makecom.IngestAccepted, Verify: on(ingestAccepted)},
		{Requirement: makecom.IngestFull, Verify: on(ingestFull)},
		{Requirement: makecom.IngestUnknown, Verify: on(ingestUnknown)},
		{Requirement: makecom.IngestTooLarge, Verify: on(ingestTooLarge)},
		{Requirement: makecom.IngestRate, Verify: on(ingestRate)},
		{Requirement: makecom.IngestParsing, Verify: on(ingestParsing)},
		{Requirement: makecom.IngestIDsUnique, Verify: on(ingestIDsUnique)},
		{Requirement: makecom.IngestID, Verify: on(ingestID)},
		{Requirement: makecom.IngestMeta, Verify: on(ingestMeta)},

		{Requirement: makecom.ErrorEnvelope, Verify: on(errorEnvelope)},
		{Requirement: makecom.ErrorCodes, Verify: on(errorCodes)},
		{Requirement: makecom.HTTPContentType, Verify: on(httpContentType)},
		{Requirement: makecom.HTTPRequestID, Verify: on(httpRequestID)},
		{Requirement: makecom.HTTPRateLimit, Verify: on(httpRateLimit), Alone: true},
		{Requirement: makecom.HTTPBadInput, Verify: on(httpBadInput)},
	}
}

// probes are in the order of the questions.
func probes() []suite.Probe {
	return []suite.Probe{
		{Question: makecom.DeletePartialIncomings, Observe: asking(askPartialIncomings)},
		{Question: makecom.DeleteUnknownID, Observe: asking(askUnknownID)},
		{Question: makecom.DeleteDuplicateID, Observe: asking(askDuplicateID)},
		{Question: makecom.DeleteIDsWithAll, Observe: asking(askIDsWithAll)},
		{Question: makecom.DeleteNoSelector, Observe: asking(askNoSelector)},
		{Question: makecom.DeleteExceptWithoutAll, Observe: asking(askExceptWithoutAll)},
		{Question: makecom.DeleteConfirmedValues, Observe: asking(askConfirmedValues)},
		{Question: makecom.ListIncludesProcessing, Observe: asking(askIncludesProcessing)},
		{Question: makecom.StatsCountsProcessing, Observe: asking(askCountsProcessing)},
		{Question: makecom.ListLimitRange, Observe: asking(askLimitRange)},
		{Question: makecom.ListOffsetRange, Observe: asking(askOffsetRange)},
		{Question: makecom.ListUnknownSort, Observe: asking(askUnknownSort)},
		{Question: makecom.ListTotalCount, Observe: asking(askTotalCount)},
		{Question: makecom.AuthStatus, Observe: asking(askAuthStatus)},
		{Question: makecom.AuthBearer, Observe: asking(askBearer)},
		{Question: makecom.HookForeign, Observe: asking(askForeign)},
		{Question: makecom.IngestDisabled, Observe: asking(askDisabled)},
		{Question: makecom.IngestBrokenJSON, Observe: asking(askBrokenJSON)},
		{Question: makecom.IngestNonObject, Observe: asking(askNonObject)},
		{Question: makecom.IngestJSONMark, Observe: asking(askUnusual(withMark))},
		{Question: makecom.IngestContentEncoding, Observe: asking(askContentEncoding)},
		{Question: makecom.IngestCharset, Observe: asking(askUnusual(inLatin1))},
		{Question: makecom.IngestInvalidText, Observe: asking(askUnusual(invalidText))},
		{Question: makecom.IngestDuplicateMembers, Observe: asking(askUnusual(duplicateMember))},
		{Question: makecom.IngestBrokenEscape, Observe: asking(askUnusual(brokenEscape))},
		{Question: makecom.DetailProcessing, Observe: asking(askDetailProcessing)},
		{Question: makecom.DetailConfidential, Observe: asking(askConfidential)},
		{Question: makecom.ListFromTo, Observe: asking(askFromTo)},
		{Question: makecom.HTTPTrailingSlash, Observe: asking(askTrailingSlash)},
		{Question: makecom.HTTPHead, Observe: asking(askHead)},
	}
}
