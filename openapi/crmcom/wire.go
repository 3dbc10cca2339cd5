package crmcom

import (
	"net/http"
	"time"
)

// BasePath is the prefix of every operation.
const BasePath = "/crmapi/rest/v2"

// StatusOK is the status.code of every success. Any other is a refusal.
const StatusOK = "OK"

// States of a webhook request.
const (
	StateSuccessful = "SUCCESSFUL"
	StateRejected   = "REJECTED"
)

// Layouts of dates for [time.Time.Format]: no zone, no fraction.
const (
	DateLayout = "2006-01-02T15:04:05"
	DayLayout  = "2006-01-02" // created_date may be a day alone
)

// How long a token lives after the login, used or not.
const (
	TokenLifetime       = 2 * time.Hour // a JWT, since R12
	LegacyTokenLifetime = time.Hour     // 32 hex digits, before R12
)

// MaxErrorDescription is about where the vendor cuts error_description, in characters.
const MaxErrorDescription = 511

// DefaultListSize bounds a list under the answer [Answer100] to [ListDefaultSize].
const DefaultListSize = 100

// Where the authentication code stands in what the mock sends, by the answer to [HMACCarrier]; our own choice.
const (
	MemberAuthenticationCode = "authentication_code"
	HeaderAuthenticationCode = "X-Authentication-Code"
)

// Entities are the kinds of entity that webhooks communicate: ACTIVITIES, JOBS, SERVICEREQUESTS and SUBSCRIPTIONS since R9,
// LEADS since R14, the rest since R15.
func Entities() []string {
	return []string{
		"ACCOUNTSRECEIVABLE", "ACTIVITIES", "CONTACTINFORMATION", "CREDITNOTES", "INVOICES", "INVOICECANCELLATIONS", "JOBS",
		"LEADS", "PAYMENTS", "PAYMENTCANCELLATIONS", "REFUNDS", "REWARDOFFERS", "SERVICEREQUESTS", "SUBSCRIPTIONS", "WALLETS",
		"WALLETTRANSACTIONS", "WRITEOFFS",
	}
}

// Fields are the members of a webhook request that fields_set can name.
func Fields() []string {
	return []string{
		"id", "number", "life_cycle_state", "entity", "entity_id", "url", "authentication_code", "fields_set", "request",
		"response", "error_code", "error_description", "webhook_definition", "workflow_rule", "log_information",
	}
}

// Code is the reason of a refusal as the mock spells it. All of these are our own, and say UNDERSTUDY: of the vendor only the
// style of exception classes is known, and none for these cases.
type Code struct {
	ExceptionClass string // under the answer AnswerExceptionClass to [ErrorCodeStyle]
	ShortCode      string // under AnswerShortCode
	HTTPStatus     int    // under the answer Answer4xx to [ErrorHTTPStatus]
}

// In spells the code in the style that an answer to [ErrorCodeStyle] names.
func (c Code) In(style string) string {
	if style == AnswerShortCode {
		return c.ShortCode
	}
	return c.ExceptionClass
}

const ourClasses = "COM.CRM.EXCEPTION.UNDERSTUDY."

// The mock's own reasons of refusal.
var (
	CodeTokenMissing      = Code{ourClasses + "TOKENMISSINGEXCEPTION", "UNDERSTUDY_TOKEN_MISSING", http.StatusUnauthorized}
	CodeTokenUnknown      = Code{ourClasses + "TOKENUNKNOWNEXCEPTION", "UNDERSTUDY_TOKEN_UNKNOWN", http.StatusUnauthorized}
	CodeTokenExpired      = Code{ourClasses + "TOKENEXPIREDEXCEPTION", "UNDERSTUDY_TOKEN_EXPIRED", http.StatusUnauthorized}
	CodeLoginFailed       = Code{ourClasses + "LOGINFAILEDEXCEPTION", "UNDERSTUDY_LOGIN_FAILED", http.StatusUnauthorized}
	CodeIdentifierMissing = Code{ourClasses + "IDENTIFIERMISSINGEXCEPTION", "UNDERSTUDY_IDENTIFIER_MISSING", http.StatusBadRequest}
	CodeIdentifierInvalid = Code{ourClasses + "IDENTIFIERINVALIDEXCEPTION", "UNDERSTUDY_IDENTIFIER_INVALID", http.StatusBadRequest}
	CodeFilterMissing     = Code{ourClasses + "FILTERMISSINGEXCEPTION", "UNDERSTUDY_FILTER_MISSING", http.StatusBadRequest}
	CodeParameterInvalid  = Code{ourClasses + "PARAMETERINVALIDEXCEPTION", "UNDERSTUDY_PARAMETER_INVALID", http.StatusBadRequest}
	CodeBodyInvalid       = Code{ourClasses + "BODYINVALIDEXCEPTION", "UNDERSTUDY_BODY_INVALID", http.StatusBadRequest}
	CodeRequestNotFound   = Code{ourClasses + "WEBHOOKREQUESTNOTFOUNDEXCEPTION", "UNDERSTUDY_WEBHOOK_REQUEST_NOT_FOUND", http.StatusNotFound}
	CodeObjectNotFound    = Code{ourClasses + "OBJECTNOTFOUNDEXCEPTION", "UNDERSTUDY_OBJECT_NOT_FOUND", http.StatusNotFound}
	CodeNotRejected       = Code{ourClasses + "WEBHOOKREQUESTNOTREJECTEDEXCEPTION", "UNDERSTUDY_WEBHOOK_REQUEST_NOT_REJECTED", http.StatusConflict}
	CodeMethodUnknown     = Code{ourClasses + "METHODUNKNOWNEXCEPTION", "UNDERSTUDY_METHOD_UNKNOWN", http.StatusNotFound}
	CodeVerbNotAllowed    = Code{ourClasses + "VERBNOTALLOWEDEXCEPTION", "UNDERSTUDY_VERB_NOT_ALLOWED", http.StatusMethodNotAllowed}
	CodeInternal          = Code{ourClasses + "INTERNALEXCEPTION", "UNDERSTUDY_INTERNAL", http.StatusInternalServerError}
)
