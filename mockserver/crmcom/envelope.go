package crmcom

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	contract "github.com/understudy-mock/understudy/openapi/crmcom"
)

// envelope is what every answer is wrapped in. It implements the answer of each operation, because the generated types
// cannot leave a member out and write it as null by turns.
type envelope struct {
	code        string // "" for OK
	message     string
	description string
	noText      noText          // instead of empty message and description
	data        json.RawMessage // nil leaves it out
}

// noText is what stands for a message that there is not.
type noText int

const (
	emptyText noText = iota
	nullText
	absentText
)

func (e envelope) json() []byte {
	code := e.code
	if code == "" {
		code = contract.StatusOK
	}
	text := jsonobject.AppendString([]byte(`{"status":{"code":`), code)
	text = e.noText.member(text, "message", e.message)
	text = e.noText.member(text, "description", e.description)
	text = append(text, '}')
	if e.data != nil {
		text = append(append(text, `,"data":`...), e.data...)
	}
	return append(text, '}')
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
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err := w.Write(e.json())
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

// object is a JSON object in the order in which CRM.COM shows its members.
type object []field

// field is a member: a string, an int, raw JSON, an object, or nil for a member without value.
type field struct {
	name  string
	value any
}

// append writes the object, leaving out members without value when the dialect does.
func (o object) append(to []byte, absent bool) []byte {
	to = append(to, '{')
	first := true
	for _, f := range o {
		if f.value == nil && absent {
			continue
		}
		if !first {
			to = append(to, ',')
		}
		first = false
		to = append(jsonobject.AppendString(to, f.name), ':')
		to = appendValue(to, f.value, absent)
	}
	return append(to, '}')
}

func appendValue(to []byte, value any, absent bool) []byte {
	switch v := value.(type) {
	case string:
		return jsonobject.AppendString(to, v)
	case int:
		return strconv.AppendInt(to, int64(v), 10)
	case json.RawMessage:
		return append(to, v...)
	case object:
		return v.append(to, absent)
	}
	return append(to, "null"...)
}

// orNil makes an empty text a member without value.
func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}
