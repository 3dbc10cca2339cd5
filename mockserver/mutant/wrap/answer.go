package wrap

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Object is a JSON object; its numbers are json.Number.
type Object = map[string]any

// Answer is an answer in a mutant's hands. It implements http.ResponseWriter.
type Answer struct {
	Status int
	header http.Header
	Bytes  []byte
}

func newAnswer() *Answer { return &Answer{header: http.Header{}} }

// JSON makes an answer up.
func JSON(status int, body any) *Answer {
	a := newAnswer()
	a.Status = status
	a.header.Set("Content-Type", "application/json; charset=utf-8")
	a.SetJSON(body)
	return a
}

// Text makes an answer in plain text up.
func Text(status int, text string) *Answer {
	a := newAnswer()
	a.SetText(status, text)
	return a
}

// Header implements http.ResponseWriter.
func (a *Answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter. The first status counts.
func (a *Answer) WriteHeader(status int) {
	if a.Status == 0 {
		a.Status = status
	}
}

// Write implements http.ResponseWriter.
func (a *Answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.Bytes = append(a.Bytes, b...)
	return len(b), nil
}

// OK reports whether the answer is a success.
func (a *Answer) OK() bool { return a.Status < http.StatusMultipleChoices }

// Object is the body as a JSON object.
func (a *Answer) Object() (Object, bool) { return ReadObject(a.Bytes) }

// SetJSON replaces the body.
func (a *Answer) SetJSON(body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic("mutant: " + err.Error()) // a mistake in the mutant, not in data
	}
	a.Bytes = text
}

// SetText makes it an answer in plain text.
func (a *Answer) SetText(status int, text string) {
	a.Status, a.Bytes = status, []byte(text)
	a.header.Set("Content-Type", "text/plain")
}

// Edit changes the object in the body, if there is one.
func (a *Answer) Edit(change func(body Object)) {
	if body, ok := a.Object(); ok {
		change(body)
		a.SetJSON(body)
	}
}

func (a *Answer) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	a.WriteHeader(http.StatusOK)
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Bytes) // an error means that the client has left
}

// ReadObject reads a JSON object. It reports false for a text that is none.
func ReadObject(text []byte) (Object, bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var body Object
	err := decoder.Decode(&body)
	return body, err == nil && body != nil
}
