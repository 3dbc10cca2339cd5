package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver/door"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Refusals that no other package knows.
var (
	errNoRoute  = refusal.New(refusal.Missing, "unknown-path", "there is nothing at this path", "see the control API's document")
	errMethod   = refusal.New(refusal.Method, "wrong-method", "this path does not take this method", "see the control API's document")
	errToken    = refusal.New(refusal.Unauthorized, "unauthorized", "the control token is missing or wrong", "send Authorization: Bearer and the token that the mock was started with")
	errNotReady = refusal.New(refusal.Unavailable, "not-ready", "the mock is not serving yet, or no longer", "try again")
)

func foreignProblem(from *door.ForeignError) error {
	switch from.Header {
	case "Host":
		return refusal.New(refusal.Forbidden, "foreign-host", fmt.Sprintf("the control API does not answer to the host %q", from.Value),
			"call it by localhost or 127.0.0.1, or start the mock with --control-host "+door.Hostname(from.Value)+" (in Go: control.Options.Hosts)").At("Host")
	case "Origin":
		return refusal.New(refusal.Forbidden, "foreign-origin", fmt.Sprintf("the control API does not answer to pages of %q", from.Value),
			"call it from a program, or start the mock with --control-host and the page's host (in Go: control.Options.Hosts)").At("Origin")
	}
	return refusal.New(refusal.Forbidden, "foreign-site", "the control API does not answer to pages of other sites",
		"call it from a program, or from a page of the mock's own").At(from.Header)
}

func bodyTooLarge(limit int64) error {
	return refusal.New(refusal.TooLarge, "body-too-large", fmt.Sprintf("the body is larger than %d bytes", limit), "send less")
}

// refuse writes the answer to an error, whatever it is. It is the only place that knows these answers.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := refusalOf(err)
	if twice := exchange.GivenTwice(r, e.Field); e.Code == refusal.CodeBadParameter && twice != "" {
		e = badParameter(e.Field, ": "+twice, "")
	}
	if e.Kind == refusal.Unauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if e.Kind.Status() == http.StatusInternalServerError {
		logFailure(r, err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Kind.Status())
	_ = json.NewEncoder(w).Encode(controlapi.Problem{Error: controlapi.ProblemError{ // a write error means that the client has left
		Code: e.Code, Message: e.Error(), Field: e.Field, Remedy: e.Remedy,
	}})
}

type logKey struct{}

// logged lets refusals that are failures of the mock be logged.
func logged(next http.Handler, log *slog.Logger) http.Handler {
	if log == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), logKey{}, log)))
	})
}

func logFailure(r *http.Request, err error) {
	if log, ok := r.Context().Value(logKey{}).(*slog.Logger); ok {
		log.ErrorContext(r.Context(), "the control API failed", "method", r.Method, "path", r.URL.Path, "cause", err)
	}
}

func refusing(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { refuse(w, r, err) })
}

// onlyGet refuses the other methods of a path that is there to be read.
func onlyGet(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", "GET, HEAD")
	refuse(w, r, errMethod)
}

// refusalOf is an error as what is refused and why; what no package refuses is a failure of the mock.
func refusalOf(err error) *refusal.Error {
	if e := new(refusal.Error); errors.As(err, &e) {
		return refusal.New(e.Kind, e.Code, err.Error(), e.Remedy).At(e.Field) // with all that was wrapped round it
	}
	for _, known := range []func(error) *refusal.Error{parameterRefusal, bodyRefusal} {
		if e := known(err); e != nil {
			return e
		}
	}
	return refusal.New(refusal.Internal, "internal", "the mock failed", "report it, with the request that caused it")
}

// inField says of an error that carries its kind which member or parameter is at fault.
func inField(field string, err error) error {
	if e := new(refusal.Error); errors.As(err, &e) {
		return refusalOf(err).At(field)
	}
	return err
}

func badParameter(name, reason, remedy string) *refusal.Error {
	return refusal.New(refusal.Invalid, refusal.CodeBadParameter, name+reason, remedy).At(name)
}

// parameterRefusal words what the generated code found wrong with path or query.
func parameterRefusal(err error) *refusal.Error {
	var format *controlapi.InvalidParamFormatError
	var many *controlapi.TooManyValuesForParamError
	switch {
	case errors.As(err, &format):
		return badParameter(format.ParamName, ": "+badText(format.Err), "")
	case errors.As(err, &many):
		return badParameter(many.ParamName, " is given more than once", "give it once")
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

// bodyRefusal words what a schema or the Go model found wrong with a body.
func bodyRefusal(err error) *refusal.Error {
	var wrong *schemafile.Error
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return badBody(strings.ReplaceAll(err.Error(), "\n", "; ")).At(wrong.Field)
	case errors.As(err, &mismatch):
		return badBody(mismatch.Value + " does not fit").At(mismatch.Field)
	}
	return nil
}

// noJSON is the refusal of a body that has to be JSON.
func noJSON(err error) error {
	e := bodyRefusal(err)
	e.Remedy = "send JSON, or YAML as application/yaml"
	return e
}

func badBody(text string) *refusal.Error { return refusal.New(refusal.Invalid, "bad-body", text, "") }
