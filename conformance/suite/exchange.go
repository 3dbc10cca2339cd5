package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Request is what a check wants to send.
type Request struct {
	Operation string // operation id in the OpenAPI document, "" for what the document does not describe
	Method    string
	Path      string     // below the target's base URL, escaped; or a whole URL
	Query     url.Values // added to Path
	Header    http.Header
	Body      []byte // nil for none
	// KeepThrottled hands a 429 to the check instead of waiting and sending again.
	KeepThrottled bool
	// KeepBroken hands an exchange whose connection died to the check instead of sending again: its Err says so.
	KeepBroken bool
	// Entry is the run's own login, or the end of it: the user asked for it in every mode.
	Entry bool

	setup bool // goes to the provider of states
}

// Exchange is one request as it was sent and the answer as it came, whole and unredacted.
type Exchange struct {
	Operation   string
	Method, URL string
	Header      http.Header
	Body        []byte

	Status         int // 0 when no answer came
	ResponseHeader http.Header
	ResponseBody   []byte
	At             time.Time
	Took           time.Duration
	Err            error // of the transport

	// Setup marks an exchange with a state provider: it is no part of the API under test.
	Setup bool
	// Received marks a delivery: the target sent it to the suite's receiver, which answered. Only the status of that is kept.
	Received bool
	// Settled is how many searches for an agreement ended with this exchange.
	Settled int
	// Schema is what the OpenAPI document says against the answer.
	Schema error
}

// Decode reads the body as one JSON value into v. What does not decode is a violation.
func (e *Exchange) Decode(v any) error {
	d := json.NewDecoder(bytes.NewReader(e.ResponseBody))
	d.UseNumber()
	err := d.Decode(v)
	if err == nil {
		_, err = d.Token()
	}
	if errors.Is(err, io.EOF) && len(bytes.TrimSpace(e.ResponseBody)) > 0 {
		return nil
	}
	return &Violation{Want: "a JSON body as documented", Got: fmt.Sprintf("%s (%v)", brief(e.ResponseBody), err), Exchange: e}
}

// Refused reports whether the answer is a 4xx.
func (e *Exchange) Refused() bool { return e.Status >= 400 && e.Status < 500 }

// Unsent reports whether the request never left: nothing listened.
func (e *Exchange) Unsent() bool { return neverSent(e.Err) }

// brief shows the beginning of a body for a message.
func brief(body []byte) string {
	const most = 200
	if len(body) > most {
		return fmt.Sprintf("%q… (%d bytes)", body[:most], len(body))
	}
	return fmt.Sprintf("%q", body)
}
