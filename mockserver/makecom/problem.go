package makecom

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// problem is a refusal in Make's words.
type problem struct {
	status  int
	code    string
	message string
	detail  string
	text    string // instead of the envelope
	schema  bool   // the request breaks the documented schema
}

func (p *problem) Error() string { return p.message + ": " + p.detail }

// Codes that no document or recording names.
const (
	codeTooLarge = "SC413"
	codeEvicted  = "SC503"
	codeInternal = "SC500"
)

var errForeign = errors.New("the hook belongs to another organization")

func badParameter(name, reason string) error {
	return &problem{status: http.StatusBadRequest, code: makeapi.CodeBadRequest, message: "Bad Request", detail: name + ": " + reason + ".", schema: true}
}

func outOfRange(name, reason string) error {
	return &problem{status: http.StatusBadRequest, code: makeapi.CodeInvalidInput, message: "Invalid input", detail: name + ": " + reason + ".", schema: true}
}

func badBody(reason string) error { return badParameter("body", reason) }

// refuseRequest answers for what the generated server could not parse.
func refuseRequest(w http.ResponseWriter, r *http.Request, err error) {
	x := exchange.From(r.Context())
	var format *makegen.InvalidParamFormatError
	var required *makegen.RequiredParamError
	switch {
	case errors.As(err, &format) && exchange.GivenTwice(r, format.ParamName) != "":
		err = badParameter(format.ParamName, exchange.GivenTwice(r, format.ParamName))
	case errors.As(err, &format):
		citeParameter(x, format.ParamName)
		err = badParameter(format.ParamName, fmt.Sprintf("%q is not %s", exchange.Parameter(r, format.ParamName), typeOf(format.ParamName)))
	case errors.As(err, &required):
		err = badParameter(required.ParamName, "it is required")
	default:
		err = badParameter("request", err.Error())
	}
	Refuse(w, r, err)
}

func typeOf(parameter string) string {
	switch parameter {
	case "confirmed":
		return "true or false"
	case "pg[sortDir]", "pg[sortBy]":
		return "a string"
	}
	return "an integer"
}

func citeParameter(x *exchange.Exchange, name string) {
	switch name {
	case "hookId":
		x.Cite(makeapi.ListBadHookID)
	case "pg[limit]", "pg[offset]":
		x.Cite(makeapi.ListPgTypes)
	}
}

// Refuse writes Make's answer to an error, whatever it is. It is the only place that knows these answers.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	x := exchange.From(r.Context())
	p := problemOf(x, err)
	if p.schema {
		x.Cite(makeapi.HTTPBadInput)
	}
	x.Cite(makeapi.ErrorEnvelope, makeapi.ErrorCodes)
	if p.text != "" {
		writeText(w, p.status, p.text)
		return
	}
	w.Header().Set("Content-Type", makeapi.ContentTypeJSON)
	w.WriteHeader(p.status)
	_ = json.NewEncoder(w).Encode(makegen.Error{ // a write error means that the client has left
		Message: p.message, Detail: p.detail, Code: p.code, Suberrors: &[]struct {
			Message *string `json:"message,omitempty"`
		}{},
	})
}

func problemOf(x *exchange.Exchange, err error) *problem {
	var own *problem
	if errors.As(err, &own) {
		return own
	}
	for _, known := range []func(*exchange.Exchange, error) *problem{injectedProblem, authProblem, missingProblem, deleteProblem, kindProblem} {
		if p := known(x, err); p != nil {
			return p
		}
	}
	return &problem{status: http.StatusInternalServerError, code: codeInternal, message: "Internal Server Error", detail: "The mock failed; its log says how."}
}

// injectedProblem is how Make would word a refusal of that status.
func injectedProblem(_ *exchange.Exchange, err error) *problem {
	var injected *exchange.InjectedError
	if !errors.As(err, &injected) {
		return nil
	}
	p := &problem{status: injected.Status, message: http.StatusText(injected.Status), detail: "A fault was injected."}
	switch injected.Status {
	case http.StatusTooManyRequests:
		p.text = makeapi.TextRateLimit
	case http.StatusNotAcceptable:
		p.code, p.message = makeapi.CodeConfirmationRequired, makeapi.TextConfirmationRequired
	case http.StatusForbidden:
		p.code, p.message, p.detail = makeapi.CodeForbidden, makeapi.TextPermissionDenied, makeapi.TextAccessDenied
	default:
		p.code = fmt.Sprint("SC", injected.Status)
	}
	return p
}

func authProblem(x *exchange.Exchange, err error) *problem {
	refused := func(detail string) *problem {
		p := &problem{status: http.StatusUnauthorized, code: makeapi.CodeUnauthorized, message: makeapi.TextAccessDenied, detail: detail}
		if x.Dialect().Answer(makeapi.AuthStatus) == makeapi.Answer403 {
			p.status, p.code = http.StatusForbidden, makeapi.CodeForbidden
		}
		return p
	}
	switch {
	case errors.Is(err, world.ErrNoToken):
		x.Cite(makeapi.AuthTokenRequired, makeapi.AuthTokenScheme)
		return refused("Send the header Authorization: Token <token>.")
	case errors.Is(err, world.ErrUnknownToken), errors.Is(err, world.ErrRevoked):
		x.Cite(makeapi.AuthUnknownToken)
		return refused("The token was never issued, or was revoked.")
	case errors.Is(err, world.ErrExpired):
		return refused("The token has expired.")
	case errors.Is(err, world.ErrScope):
		return &problem{status: http.StatusForbidden, code: makeapi.CodeForbidden, message: makeapi.TextPermissionDenied, detail: makeapi.TextAccessDenied}
	case errors.Is(err, errForeign):
		return &problem{status: http.StatusForbidden, code: makeapi.CodeForbidden, message: makeapi.TextPermissionDenied, detail: "The hook belongs to another organization."}
	}
	return nil
}

func missingProblem(x *exchange.Exchange, err error) *problem {
	var missingHook *queue.HookError
	var missingItem *queue.ItemError
	p := &problem{status: http.StatusNotFound, code: makeapi.CodeNotFound, message: "Not Found"}
	switch {
	case errors.Is(err, queue.ErrNoHook) && errors.As(err, &missingHook):
		x.Cite(makeapi.ListUnknownHook)
		p.detail = fmt.Sprintf("There is no hook %d.", missingHook.ID)
	case errors.Is(err, queue.ErrNoItem) && errors.As(err, &missingItem):
		p.detail = fmt.Sprintf("The queue of hook %d has no item %q.", missingItem.HookID, missingItem.ID)
	default:
		return nil
	}
	return p
}

func deleteProblem(_ *exchange.Exchange, err error) *problem {
	bad := func(message, detail string) *problem {
		return &problem{status: http.StatusBadRequest, code: makeapi.CodeBadRequest, message: message, detail: detail}
	}
	switch {
	case errors.Is(err, queue.ErrUnconfirmed):
		return &problem{
			status: http.StatusNotAcceptable, code: makeapi.CodeConfirmationRequired, message: makeapi.TextConfirmationRequired,
			detail: "Add the query parameter confirmed=true to delete all items.",
		}
	case errors.Is(err, queue.ErrNoSelector):
		return bad("Missing value of required parameter", "body: give ids, or all:true.")
	case errors.Is(err, queue.ErrIDsWithAll):
		return bad("Bad Request", "body: ids and all:true exclude each other.")
	case errors.Is(err, queue.ErrExceptWithIDs):
		return bad("Bad Request", "body: exceptIds goes with all:true only.")
	}
	return nil
}

// kindProblem is any other refusal: Make's code for its kind, and what the error says.
func kindProblem(x *exchange.Exchange, err error) *problem {
	kind := refusal.KindOf(err)
	p := &problem{status: kind.Status(), message: http.StatusText(kind.Status()), detail: sentence(err)}
	switch kind {
	case refusal.Missing:
		p.code = makeapi.CodeNotFound
	case refusal.Method:
		p.code = makeapi.CodeMethodNotAllowed
	case refusal.TooLarge:
		p.code, p.message = codeTooLarge, "Payload Too Large"
	case refusal.Invalid:
		p.code = makeapi.CodeBadRequest
	case refusal.TooMany:
		p.text = err.Error() + "; " + inflow.ErrBusy.Remedy + "."
		if errors.Is(err, exchange.ErrRateLimit) {
			x.Decide(makeapi.HTTPRateLimit)
			p.text = makeapi.TextRateLimit
		}
	case refusal.Gone:
		p.status, p.code, p.message = http.StatusServiceUnavailable, codeEvicted, "World evicted"
	default:
		return nil
	}
	return p
}

// sentence is an error's text with a capital letter and a full stop.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
