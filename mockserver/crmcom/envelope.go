package crmcom

import (
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// envelope is what every answer is wrapped in. It implements the answer of each operation, because the generated types
// cannot leave a member out and write it as null by turns.
type envelope struct {
	code        string // "" for OK
	message     string
	description string
	noText      noText  // instead of empty message and description
	data        content // nil leaves it out
}

// content appends JSON.
type content func(to []byte) []byte

// noText is what stands for a message that there is not.
type noText int

const (
	emptyText noText = iota
	nullText
	absentText
)

func (e envelope) append(to []byte) []byte {
	code := e.code
	if code == "" {
		code = crmapi.StatusOK
	}
	to = jsonobject.AppendString(append(to, `{"status":{"code":`...), code)
	to = e.noText.member(to, "message", e.message)
	to = e.noText.member(to, "description", e.description)
	to = append(to, '}')
	if e.data != nil {
		to = e.data(append(to, `,"data":`...))
	}
	return append(to, '}')
}

func (n noText) member(to []byte, name, text string) []byte {
	if text == "" && n == absentText {
		return to
	}
	to = append(jsonobject.AppendString(append(to, ','), name), ':')
	if text == "" && n == nullText {
		return append(to, "null"...)
	}
	return jsonobject.AppendString(to, text)
}

func (e envelope) write(w http.ResponseWriter, status int) error {
	exchange.SetHeader(w, "Content-Type", "application/json")
	w.WriteHeader(status)
	_, err := w.Write(e.append(exchange.Room(w, 0)))
	return err
}

// VisitShowWebhookRequestResponse implements api.ShowWebhookRequestResponseObject.
func (e envelope) VisitShowWebhookRequestResponse(w http.ResponseWriter) error {
	return e.write(w, http.StatusOK)
}

// VisitListWebhookRequestsResponse implements api.ListWebhookRequestsResponseObject.
func (e envelope) VisitListWebhookRequestsResponse(w http.ResponseWriter) error {
	return e.write(w, http.StatusOK)
}

// VisitResendWebhookRequestResponse implements api.ResendWebhookRequestResponseObject.
func (e envelope) VisitResendWebhookRequestResponse(w http.ResponseWriter) error {
	return e.write(w, http.StatusOK)
}

// VisitDeleteWebhookRequestResponse implements api.DeleteWebhookRequestResponseObject.
func (e envelope) VisitDeleteWebhookRequestResponse(w http.ResponseWriter) error {
	return e.write(w, http.StatusOK)
}

// VisitAuthenticateResponse implements api.AuthenticateResponseObject.
func (e envelope) VisitAuthenticateResponse(w http.ResponseWriter) error {
	return e.write(w, http.StatusOK)
}

// VisitReleaseTokenResponse implements api.ReleaseTokenResponseObject.
func (e envelope) VisitReleaseTokenResponse(w http.ResponseWriter) error {
	return e.write(w, http.StatusOK)
}
