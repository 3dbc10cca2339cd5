package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/door"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// problem is a refusal as the document words it.
type problem struct {
	status int
	api.ProblemError
}

func (p *problem) Error() string { return p.Message }

func newProblem(status int, code, message, remedy string) *problem {
	return &problem{status, api.ProblemError{Code: code, Message: message, Remedy: remedy}}
}

// at names the member or parameter at fault.
func (p *problem) at(field string) *problem {
	p.Field = field
	return p
}

// Refusals that no other package knows.
var (
	errNoRoute  = errors.New("there is nothing at this path")
	errMethod   = errors.New("this path does not take this method")
	errBodyCut  = errors.New("the body ended early")
	errToken    = errors.New("the control token is missing or wrong")
	errNotReady = errors.New("the mock is not serving yet, or no longer")
)

func foreignProblem(from *door.ForeignError) error {
	switch from.Header {
	case "Host":
		return newProblem(http.StatusForbidden, "foreign-host", fmt.Sprintf("the control API does not answer to the host %q", from.Value),
			"call it by localhost or 127.0.0.1, or start the mock with --control-host "+door.Hostname(from.Value)+" (in Go: control.Options.Hosts)").at("Host")
	case "Origin":
		return newProblem(http.StatusForbidden, "foreign-origin", fmt.Sprintf("the control API does not answer to pages of %q", from.Value),
			"call it from a program, or start the mock with --control-host and the page's host (in Go: control.Options.Hosts)").at("Origin")
	}
	return newProblem(http.StatusForbidden, "foreign-site", "the control API does not answer to pages of other sites",
		"call it from a program, or from a page of the mock's own").at(from.Header)
}

func bodyTooLarge(limit int64) error {
	return newProblem(http.StatusRequestEntityTooLarge, "body-too-large", fmt.Sprintf("the body is larger than %d bytes", limit), "send less")
}

// badValue refuses a member that follows the schema and is wrong all the same.
func badValue(field, message string) error {
	return newProblem(http.StatusBadRequest, "bad-value", message, "").at(field)
}

// refuse writes the answer to an error, whatever it is. It is the only place that knows these answers.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if twice := exchange.GivenTwice(r, p.Field); p.Code == badParameterCode && twice != "" {
		p = newProblem(http.StatusBadRequest, badParameterCode, p.Field+": "+twice, "").at(p.Field)
	}
	if p.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.status)
	_ = json.NewEncoder(w).Encode(api.Problem{Error: p.ProblemError}) // a write error means that the client has left
}

func refusal(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { refuse(w, r, err) })
}

func problemOf(err error) *problem {
	if own := new(problem); errors.As(err, &own) {
		return own
	}
	for _, known := range []func(error) *problem{parameterProblem, bodyProblem, knownProblem} {
		if p := known(err); p != nil {
			return p
		}
	}
	return newProblem(http.StatusInternalServerError, "internal", "the mock failed", "report it, with the request that caused it")
}

const badParameterCode = "bad-parameter"

// parameterProblem words what the generated code found wrong with path or query.
func parameterProblem(err error) *problem {
	var format *api.InvalidParamFormatError
	var many *api.TooManyValuesForParamError
	switch {
	case errors.As(err, &format):
		return newProblem(http.StatusBadRequest, badParameterCode, format.ParamName+": "+badText(format.Err), "").at(format.ParamName)
	case errors.As(err, &many):
		return newProblem(http.StatusBadRequest, badParameterCode, many.ParamName+" is given more than once", "give it once").at(many.ParamName)
	}
	return nil
}

// badText says what a parameter should have been.
func badText(err error) string {
	var wrong *strconv.NumError
	switch {
	case !errors.As(err, &wrong):
		return err.Error()
	case wrong.Func == "ParseBool":
		return fmt.Sprintf("%q is neither true nor false", wrong.Num)
	case errors.Is(wrong.Err, strconv.ErrRange):
		return wrong.Num + " is too large"
	}
	return fmt.Sprintf("%q is no integer", wrong.Num)
}

// bodyProblem words what a schema or the Go model found wrong with a body.
func bodyProblem(err error) *problem {
	var wrong *schemafile.Error
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return newProblem(http.StatusBadRequest, "bad-body", strings.ReplaceAll(err.Error(), "\n", "; "), "").at(wrong.Field)
	case errors.As(err, &mismatch):
		return newProblem(http.StatusBadRequest, "bad-body", fmt.Sprintf("%s does not fit", mismatch.Value), "").at(mismatch.Field)
	}
	return nil
}

// answer is how an error of another package is refused.
type answer struct {
	err    error
	status int
	code   string
	remedy string
}

func knownAnswers() []answer {
	return []answer{
		{errNoRoute, http.StatusNotFound, "unknown-path", "see the control API's document"},
		{errMethod, http.StatusMethodNotAllowed, "wrong-method", "see the control API's document"},
		{errBodyCut, http.StatusBadRequest, "bad-body", "send the whole body"},
		{errToken, http.StatusUnauthorized, "unauthorized", "send Authorization: Bearer and the token that the mock was started with"},
		{errNotReady, http.StatusServiceUnavailable, "not-ready", "try again"},
		{world.ErrNoWorld, http.StatusNotFound, "unknown-world", "make it with PUT /_understudy/v1/worlds/{world}"},
		{world.ErrEvicted, http.StatusGone, "evicted-world", "put it anew, or let the mock keep more worlds"},
		{world.ErrNotKept, http.StatusInternalServerError, "not-kept", "see to the disk that --data names; the mock goes on by itself"},
		{world.ErrTaken, http.StatusConflict, "taken", "choose another name, or delete that world first"},
		{world.ErrName, http.StatusBadRequest, "bad-name", ""},
		{world.ErrUnknownToken, http.StatusNotFound, "unknown-token", "mint one with POST /_understudy/v1/worlds/{world}/tokens"},
		{world.ErrTooManyTokens, http.StatusConflict, "too-many-tokens", "use another world, or advance its clock so that tokens expire"},
		{queue.ErrNoHook, http.StatusNotFound, "unknown-hook", "make one with POST /_understudy/v1/worlds/{world}/makecom/hooks"},
		{queue.ErrHookTaken, http.StatusConflict, "taken", "choose another id"},
		{queue.ErrAddressTaken, http.StatusConflict, "taken", "choose another udid"},
		{queue.ErrNoAddress, http.StatusConflict, "hook-gone", "use a hook that still has its address"},
		{queue.ErrDisabled, http.StatusConflict, "hook-disabled", "enable the hook first"},
		{queue.ErrFull, http.StatusConflict, "queue-full", "delete items, or make a hook with a larger queueLimit"},
		{queue.ErrIDTaken, http.StatusConflict, "taken", "choose another id"},
		{queue.ErrNoItem, http.StatusNotFound, "unknown-item", "take an id that the list shows"},
		{queue.ErrNotWaiting, http.StatusConflict, "not-waiting", "finish it first, or name another item"},
		{queue.ErrNoneWaiting, http.StatusConflict, "not-waiting", "deliver items first"},
		{queue.ErrNotBusy, http.StatusConflict, "not-processing", "begin it first"},
		{requestlog.ErrNoDefinition, http.StatusNotFound, "unknown-definition", "make one with POST /_understudy/v1/worlds/{world}/crmcom/definitions"},
		{requestlog.ErrNoRule, http.StatusNotFound, "unknown-rule", "make one with POST /_understudy/v1/worlds/{world}/crmcom/definitions"},
		{requestlog.ErrNoRequest, http.StatusNotFound, "unknown-request", "take an id that the list shows"},
		{requestlog.ErrTaken, http.StatusConflict, "taken", "choose another, or leave it out"},
		{requestlog.ErrOtherEntity, http.StatusBadRequest, "bad-value", "name the entity of the rule, or leave it out"},
		{requestlog.ErrData, http.StatusBadRequest, "bad-value", "send a JSON object whose members differ in name"},
		{requestlog.ErrReset, http.StatusConflict, "reset", "do it again in the world as it is now"},
		{sink.ErrName, http.StatusBadRequest, "bad-name", ""},
		{sink.ErrTooMany, http.StatusConflict, "too-many-sinks", "use the same sink for more definitions"},
		{sink.ErrNoStatus, http.StatusBadRequest, "bad-value", ""},
	}
}

// inField says of an error that is known which member or parameter is at fault.
func inField(field string, err error) error {
	if p := knownProblem(err); p != nil {
		return p.at(field)
	}
	return err
}

func knownProblem(err error) *problem {
	for _, a := range knownAnswers() {
		if errors.Is(err, a.err) {
			return newProblem(a.status, a.code, err.Error(), a.remedy)
		}
	}
	return nil
}
