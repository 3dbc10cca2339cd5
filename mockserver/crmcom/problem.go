package crmcom

import (
	"errors"
	"fmt"
	"net/http"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// problem is a refusal in CRM.COM's envelope.
type problem struct {
	code        crmapi.Code
	message     string
	description string
	status      int  // HTTP status whatever the dialect says, 0 for what it says
	schema      bool // the request breaks the documented schema
}

func (p *problem) Error() string { return p.message }

func badParameter(name, reason string) error {
	return &problem{code: crmapi.CodeParameterInvalid, message: name + ": " + reason, schema: true}
}

func badBody(reason string) error {
	return &problem{code: crmapi.CodeBodyInvalid, message: "body: " + reason, schema: true}
}

func badIdentifier(parameter, reason string) error {
	return &problem{code: crmapi.CodeIdentifierInvalid, message: parameter + ": " + reason, schema: true}
}

func missingIdentifier(parameter string, fields []requestlog.Field) error {
	return &problem{code: crmapi.CodeIdentifierMissing, message: fmt.Sprintf("%s: it is missing, give %s", parameter, oneOf(fields))}
}

// identifierRule is the requirement that an operation's identifier has to keep.
func identifierRule(operation string) []*contract.Requirement {
	switch operation {
	case crmapi.OpResend:
		return []*contract.Requirement{crmapi.ResendSingle}
	case crmapi.OpDelete:
		return []*contract.Requirement{crmapi.DeleteIdentifier}
	}
	return []*contract.Requirement{crmapi.ShowIdentifierOneField}
}

// refuseRequest answers for what the generated server could not parse.
func refuseRequest(w http.ResponseWriter, r *http.Request, err error) {
	x := exchange.From(r.Context())
	var format *crmgen.InvalidParamFormatError
	var required *crmgen.RequiredParamError
	switch {
	case errors.As(err, &format) && exchange.GivenTwice(r, format.ParamName) != "":
		err = badParameter(format.ParamName, exchange.GivenTwice(r, format.ParamName))
	case errors.As(err, &format):
		err = badParameter(format.ParamName, fmt.Sprintf("%q is not an integer", exchange.Parameter(r, format.ParamName)))
	case errors.As(err, &required) && required.ParamName == parameterRequest:
		x.Cite(crmapi.ShowIdentifierRequired)
		err = missingIdentifier(parameterRequest, fieldsOf(parameterRequest))
	case errors.As(err, &required):
		err = badParameter(required.ParamName, "it is missing")
	default:
		err = badBody(err.Error())
	}
	Refuse(w, r, err)
}

// Refuse writes CRM.COM's answer to an error, whatever it is. It is the only place that knows these answers.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	x := exchange.From(r.Context())
	p := problemOf(x, err)
	if p.schema {
		x.Cite(crmapi.EnvelopeBadInput)
	}
	x.Cite(crmapi.EnvelopeError)
	d := x.Dialect()
	status := p.status
	if status == 0 {
		status = http.StatusOK
		if d.Answer(crmapi.ErrorHTTPStatus) == crmapi.Answer4xx {
			status = p.code.HTTPStatus
		}
	}
	e := envelope{code: p.code.In(d.Answer(crmapi.ErrorCodeStyle)), message: p.message, description: p.description}
	switch d.Answer(crmapi.ErrorData) {
	case crmapi.AnswerNull:
		e.data = nullData
	case crmapi.AnswerEmptyObject:
		e.data = emptyObject
	}
	_ = e.write(w, status) // an error means that the client has left
}

func problemOf(x *exchange.Exchange, err error) *problem {
	var own *problem
	if errors.As(err, &own) {
		return own
	}
	for _, known := range []func(*exchange.Exchange, error) *problem{frontProblem, injectedProblem, authProblem, logProblem, kindProblem} {
		if p := known(x, err); p != nil {
			return p
		}
	}
	return &problem{code: crmapi.CodeInternal, message: "the mock failed", description: "Its log says how."}
}

// frontProblem is a refusal that comes before any operation.
func frontProblem(x *exchange.Exchange, err error) *problem {
	switch {
	case errors.Is(err, exchange.ErrNoRoute):
		return &problem{code: crmapi.CodeMethodUnknown, message: "there is no such method"}
	case errors.Is(err, exchange.ErrMethod):
		x.Cite(crmapi.EnvelopeVerbs)
		return &problem{code: crmapi.CodeVerbNotAllowed, message: "the method does not take this verb", description: "show and list are called by GET, the others by POST."}
	}
	return nil
}

// kindProblem is any other refusal: CRM.COM's code for its kind, and what the error says.
func kindProblem(_ *exchange.Exchange, err error) *problem {
	p := &problem{code: crmapi.CodeBodyInvalid, message: err.Error()}
	switch refusal.KindOf(err) {
	case refusal.TooLarge:
		p.code.HTTPStatus = http.StatusRequestEntityTooLarge
	case refusal.TooMany:
		p.code, p.status, p.description = crmapi.CodeInternal, http.StatusTooManyRequests, inflow.ErrBusy.Remedy
	case refusal.Invalid:
	case refusal.Gone:
		p.code = crmapi.CodeInternal
	default:
		return nil
	}
	return p
}

// injectedProblem is a refusal that a fault asks for. Its HTTP status is the fault's.
func injectedProblem(_ *exchange.Exchange, err error) *problem {
	var injected *exchange.InjectedError
	if !errors.As(err, &injected) {
		return nil
	}
	return &problem{
		code: crmapi.CodeInternal, status: injected.Status,
		message: http.StatusText(injected.Status), description: "A fault was injected.",
	}
}

func authProblem(x *exchange.Exchange, err error) *problem {
	switch {
	case errors.Is(err, login.ErrRefused):
		x.Cite(crmapi.AuthRefusedLogin)
		return &problem{code: crmapi.CodeLoginFailed, message: "the login failed", description: "No such user of the organisation has this password and unit."}
	case errors.Is(err, world.ErrNoToken):
		x.Cite(crmapi.AuthTokenRequired)
		return &problem{code: crmapi.CodeTokenMissing, message: "token is missing", description: "GET takes it as a query parameter, POST as a member of the JSON body."}
	case errors.Is(err, world.ErrExpired):
		x.Cite(crmapi.AuthExpiry)
		return &problem{code: crmapi.CodeTokenExpired, message: "token has expired", description: "Log in again."}
	case errors.Is(err, world.ErrRevoked):
		x.Cite(crmapi.AuthRelease, crmapi.AuthUnknownToken)
		return &problem{code: crmapi.CodeTokenUnknown, message: "token was released", description: "Log in again."}
	case errors.Is(err, world.ErrUnknownToken):
		x.Cite(crmapi.AuthUnknownToken)
		return &problem{code: crmapi.CodeTokenUnknown, message: "token was never given", description: "Log in first."}
	}
	return nil
}

// notEffective is a reason of our own that only a resend can have.
func notEffective() crmapi.Code {
	return crmapi.Code{
		ExceptionClass: "COM.CRM.EXCEPTION.UNDERSTUDY.WEBHOOKDEFINITIONNOTEFFECTIVEEXCEPTION",
		ShortCode:      "UNDERSTUDY_WEBHOOK_DEFINITION_NOT_EFFECTIVE",
		HTTPStatus:     http.StatusConflict,
	}
}

func logProblem(_ *exchange.Exchange, err error) *problem {
	var refused *requestlog.KeyError
	if !errors.As(err, &refused) {
		return nil
	}
	p := &problem{message: fmt.Sprintf("%v: %s", refused.Err, refused.Key)}
	switch {
	case errors.Is(err, requestlog.ErrNoRequest), errors.Is(err, requestlog.ErrChanged):
		p.code = crmapi.CodeRequestNotFound
	case errors.Is(err, requestlog.ErrNoDefinition), errors.Is(err, requestlog.ErrNoRule):
		p.code = crmapi.CodeObjectNotFound
	case errors.Is(err, requestlog.ErrNotRejected):
		p.code, p.description = crmapi.CodeNotRejected, "Only a rejected webhook request can be sent again."
	case errors.Is(err, requestlog.ErrNotEffective):
		p.code = notEffective()
	default:
		return nil
	}
	return p
}

func nullData(to []byte) []byte { return append(to, "null"...) }
