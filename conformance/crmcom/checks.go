// Package crmcom finds out whether a target keeps CRM.COM's contract for webhook requests: one check per requirement, one
// probe per open question, listed here and nowhere else.
//
// A check asserts only what holds under every legal answer to the open questions. It works on webhook requests and
// definitions of its own, so that checks may run side by side. What was sent is seen at the suite's own receiver; that
// nothing was sent is seen from a later delivery, which would have come after it.
package crmcom

import (
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Catalog is everything that can be found out about CRM.COM's API.
func Catalog() *suite.Catalog {
	return &suite.Catalog{
		API:    crmcom.Contract,
		Checks: checks(),
		Probes: probes(),
		Schema: map[string]*contract.Requirement{
			crmcom.OpShow:    crmcom.ShowShape,
			crmcom.OpList:    crmcom.ListShape,
			crmcom.OpResend:  crmcom.ResendResponse,
			crmcom.OpDelete:  crmcom.DeleteResponse,
			crmcom.OpLogin:   crmcom.AuthLogin,
			crmcom.OpRelease: crmcom.EnvelopeOK,
		},
		ErrorSchema: crmcom.EnvelopeError,
		Broken:      crmcom.EnvelopeBadInput,
		Effect:      effect,
		Accepted:    func(e *suite.Exchange) bool { return read(e).ok() },
		Login:       true,
		Greet:       greet,
		Neutral:     neutral,
		LogIn:       logIn,
		LogOut:      logOut,
		States:      providerStates(),
		Gives:       map[string]string{stateDefinition: "id", stateRejected: "id", stateSuccessful: "id", stateExpired: "token", stateRefused: "token"},
		Delivers:    true,
		Model:       history.Of(Subject{}),
		Lent:        "--request-id or --definition-id",
		Lend:        lend,
		Inspect:     inspect,
	}
}

// checks are in the order of the requirements.
func checks() []suite.Check {
	return []suite.Check{
		{Requirement: crmcom.AuthTokenRequired, Verify: on(authTokenRequired)},
		{Requirement: crmcom.AuthUnknownToken, Verify: on(authUnknownToken)},
		{Requirement: crmcom.AuthLogin, Verify: on(authLogin)},
		{Requirement: crmcom.AuthRefusedLogin, Verify: on(authRefusedLogin)},
		{Requirement: crmcom.AuthExpiry, Verify: on(authExpiry)},
		{Requirement: crmcom.AuthRelease, Verify: on(authRelease)},

		{Requirement: crmcom.EnvelopeOK, Verify: on(envelopeOK)},
		{Requirement: crmcom.EnvelopeError, Verify: on(envelopeError)},
		{Requirement: crmcom.EnvelopeVerbs, Verify: on(envelopeVerbs)},
		{Requirement: crmcom.EnvelopeBadInput, Verify: on(envelopeBadInput)},

		{Requirement: crmcom.ShowByID, Verify: on(showByID)},
		{Requirement: crmcom.ShowByNumber, Verify: on(showByNumber)},
		{Requirement: crmcom.ShowIdentifierRequired, Verify: on(showIdentifierRequired)},
		{Requirement: crmcom.ShowIdentifierOneField, Verify: on(showIdentifierOneField)},
		{Requirement: crmcom.ShowUnknown, Verify: on(showUnknown)},
		{Requirement: crmcom.ShowShape, Verify: on(showShape)},
		{Requirement: crmcom.ShowFieldsSet, Verify: on(showFieldsSet)},
		{Requirement: crmcom.ShowStates, Verify: on(showStates)},
		{Requirement: crmcom.ShowEntity, Verify: on(showEntity)},
		{Requirement: crmcom.ShowErrorOnlyRejected, Verify: on(showErrorOnlyRejected)},
		{Requirement: crmcom.ShowAuthenticationCode, Verify: on(showAuthenticationCode)},
		{Requirement: crmcom.ShowReadOnly, Verify: on(showReadOnly)},

		{Requirement: crmcom.ListFilterRequired, Verify: on(listFilterRequired)},
		{Requirement: crmcom.ListByDefinition, Verify: on(listByDefinition)},
		{Requirement: crmcom.ListByRule, Verify: on(listByRule)},
		{Requirement: crmcom.ListByEntity, Verify: on(listByEntity)},
		{Requirement: crmcom.ListByEntityID, Verify: on(listByEntityID)},
		{Requirement: crmcom.ListCombined, Verify: on(listCombined)},
		{Requirement: crmcom.ListByURL, Verify: on(listByURL)},
		{Requirement: crmcom.ListByState, Verify: on(listByState)},
		{Requirement: crmcom.ListByCreatedDate, Verify: on(listByCreatedDate)},
		{Requirement: crmcom.ListStateEnum, Verify: on(listStateEnum)},
		{Requirement: crmcom.ListEntityEnum, Verify: on(listEntityEnum)},
		{Requirement: crmcom.ListIdentifierOneField, Verify: on(listIdentifierOneField)},
		{Requirement: crmcom.ListShape, Verify: on(listShape)},
		{Requirement: crmcom.ListFieldsSet, Verify: on(listFieldsSet)},
		{Requirement: crmcom.ListNone, Verify: on(listNone)},
		{Requirement: crmcom.ListPaging, Verify: on(listPaging)},

		{Requirement: crmcom.ResendRejectedOnly, Verify: on(resendRejectedOnly)},
		{Requirement: crmcom.ResendSendsOnce, Verify: on(resendSendsOnce)},
		{Requirement: crmcom.ResendSucceeds, Verify: on(resendSucceeds)},
		{Requirement: crmcom.ResendFailsAgain, Verify: on(resendFailsAgain)},
		{Requirement: crmcom.ResendPayload, Verify: on(resendPayload)},
		{Requirement: crmcom.ResendResponse, Verify: on(resendResponse)},
		{Requirement: crmcom.ResendSingle, Verify: on(resendSingle)},

		{Requirement: crmcom.DeleteSuccessful, Verify: on(deleteSuccessful)},
		{Requirement: crmcom.DeleteRejected, Verify: on(deleteRejected)},
		{Requirement: crmcom.DeleteResponse, Verify: on(deleteResponse)},
		{Requirement: crmcom.DeleteGone, Verify: on(deleteGone)},
		{Requirement: crmcom.DeleteOthers, Verify: on(deleteOthers)},
		{Requirement: crmcom.DeleteIdentifier, Verify: on(deleteIdentifier)},
		{Requirement: crmcom.DeleteResendAfter, Verify: on(deleteResendAfter)},

		{Requirement: crmcom.DeliveryLogged, Verify: on(deliveryLogged)},
		{Requirement: crmcom.DeliveryIDsUnique, Verify: on(deliveryIDsUnique), Alone: true},
		{Requirement: crmcom.DeliverySuccessful, Verify: on(deliverySuccessful)},
		{Requirement: crmcom.DeliveryRejected, Verify: on(deliveryRejected)},
		{Requirement: crmcom.DeliveryHMAC, Verify: on(deliveryHMAC)},
		{Requirement: crmcom.DeliveryEffectiveOnly, Verify: on(deliveryEffectiveOnly)},
		{Requirement: crmcom.DeliveryFieldsSet, Verify: on(deliveryFieldsSet)},
	}
}

// probes are in the order of the questions.
func probes() []suite.Probe {
	return []suite.Probe{
		{Question: crmcom.ErrorHTTPStatus, Observe: asking(askErrorHTTPStatus)},
		{Question: crmcom.ErrorCodeStyle, Observe: asking(askErrorCodeStyle)},
		{Question: crmcom.ErrorData, Observe: asking(askErrorData)},
		{Question: crmcom.ResendIdentity, Observe: asking(askResendIdentity)},
		{Question: crmcom.ResendContent, Observe: asking(askResendContent)},
		{Question: crmcom.RequestForm, Observe: asking(askRequestForm)},
		{Question: crmcom.ObjectNullMembers, Observe: asking(askNullMembers)},
		{Question: crmcom.HMACAlgorithm, Observe: asking(askAlgorithm)},
		{Question: crmcom.HMACCarrier, Observe: asking(askCarrier)},
		{Question: crmcom.DeliverySuccess, Observe: asking(askSuccess)},
		{Question: crmcom.DeliveryTimeout, Observe: asking(askTimeout)},
		{Question: crmcom.ListCreatedDate, Observe: asking(askCreatedDate)},
		{Question: crmcom.ListURLMatch, Observe: asking(askURLMatch)},
		{Question: crmcom.ListOrder, Observe: asking(askOrder)},
		{Question: crmcom.ListDefaultSize, Observe: asking(askDefaultSize)},
		{Question: crmcom.ListZeroSize, Observe: asking(askZeroSize)},
		{Question: crmcom.ListUnknownDefinition, Observe: asking(askUnknownDefinition)},
		{Question: crmcom.FieldsSetUnknown, Observe: asking(askFieldsSetUnknown)},
		{Question: crmcom.FieldsSetID, Observe: asking(askFieldsSetID)},
		{Question: crmcom.ShowTrailingSlash, Observe: asking(askTrailingSlash)},
	}
}
