// Package crmcom writes down what CRM.COM documents about the webhook_requests of its Web API: one value per sentence that
// a target must or should keep, one per point that the documents leave open, and the wire facts that both sides need to
// the letter.
//
// The sentences are our own words for the vendor's facts. A call is "refused" when its envelope carries a status.code other
// than OK; with which HTTP status is open. Nothing here serves or checks anything.
package crmcom

import (
	_ "embed"

	"github.com/understudy-mock/understudy/openapi/contract"
)

//go:embed openapi.yaml
var document []byte

// Contract is everything that is known of the API. Its tables are in document order.
var Contract = &contract.API{
	Name:     "crmcom",
	Title:    "CRM.COM: webhook_requests",
	BasePath: BasePath,
	Document: document,
	Operations: []string{
		OpShow, OpList, OpResend, OpDelete, OpLogin, OpRelease,
	},
	Requirements: []*contract.Requirement{
		AuthTokenRequired, AuthUnknownToken, AuthLogin, AuthRefusedLogin, AuthExpiry, AuthRelease,

		EnvelopeOK, EnvelopeError, EnvelopeVerbs, EnvelopeBadInput,

		ShowByID, ShowByNumber, ShowIdentifierRequired, ShowIdentifierOneField, ShowUnknown, ShowShape, ShowFieldsSet,
		ShowStates, ShowEntity, ShowErrorOnlyRejected, ShowAuthenticationCode, ShowReadOnly,

		ListFilterRequired, ListByDefinition, ListByRule, ListByEntity, ListByEntityID, ListCombined, ListByURL, ListByState,
		ListByCreatedDate, ListStateEnum, ListEntityEnum, ListIdentifierOneField, ListShape, ListFieldsSet, ListNone,
		ListPaging,

		ResendRejectedOnly, ResendSendsOnce, ResendSucceeds, ResendFailsAgain, ResendPayload, ResendResponse, ResendSingle,

		DeleteSuccessful, DeleteRejected, DeleteResponse, DeleteGone, DeleteOthers, DeleteIdentifier, DeleteResendAfter,

		DeliveryLogged, DeliveryIDsUnique, DeliverySuccessful, DeliveryRejected, DeliveryHMAC, DeliveryEffectiveOnly,
		DeliveryFieldsSet,
	},
	Questions: []*contract.Question{
		ErrorHTTPStatus, ErrorCodeStyle, ErrorData, ResendIdentity, ResendContent, RequestForm, ObjectNullMembers,
		HMACAlgorithm, HMACCarrier, DeliverySuccess, DeliveryTimeout, ListCreatedDate, ListURLMatch, ListOrder,
		ListDefaultSize, ListZeroSize, ListUnknownDefinition, FieldsSetUnknown, FieldsSetID, ShowTrailingSlash,
	},
}

// Where the sentences come from.
const (
	manual   = "CRM.COM Web API manual, webhook_requests"
	show     = manual + ", show"
	list     = manual + ", list"
	resend   = manual + ", resend"
	deletion = manual + ", delete"
	webAPI   = "CRM.COM Web API reference, conventions"
	login    = "CRM.COM Web API reference, authentication"
	webhooks = "CRM.COM user manual, Webhooks"
)
