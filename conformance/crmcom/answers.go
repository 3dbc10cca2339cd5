package crmcom

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// reply is an answer read as an envelope. Nothing has been judged yet.
type reply struct {
	*suite.Exchange
	status               map[string]any // nil when there is none
	code                 string         // "" when there is none
	message, description string
	data                 json.RawMessage // nil when absent
}

func read(e *suite.Exchange) *reply {
	r := &reply{Exchange: e}
	var envelope struct {
		Status map[string]any  `json:"status"`
		Data   json.RawMessage `json:"data"`
	}
	if json.Unmarshal(e.ResponseBody, &envelope) != nil {
		return r
	}
	r.status, r.data = envelope.Status, envelope.Data
	r.code, _ = envelope.Status["code"].(string)
	r.message, _ = envelope.Status["message"].(string)
	r.description, _ = envelope.Status["description"].(string)
	return r
}

// ok reports whether the call succeeded.
func (r *reply) ok() bool { return r.code == crmcom.StatusOK }

// said is what the envelope says, in short.
func (r *reply) said() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", r.statusText(), r.message, r.description))
}

// refused reports whether the call was refused: by its envelope, or by a 4xx that says nothing else. That a refusal has an
// envelope is a requirement of its own.
func (r *reply) refused() bool {
	return r.code != "" && !r.ok() || r.code == "" && r.Refused()
}

func (r *reply) wantOK() error {
	return r.WantThat(r.ok(), "status.code OK", r.statusText())
}

func (r *reply) wantRefused() error {
	return r.WantThat(r.refused(), "a refusal (a status.code other than OK)", r.statusText())
}

func (r *reply) statusText() string {
	if r.code == "" {
		return fmt.Sprintf("HTTP status %d without a status.code", r.Status)
	}
	return fmt.Sprintf("status.code %s", r.code)
}

// wantEnvelope wants JSON with a status.code.
func (r *reply) wantEnvelope() error {
	return r.WantThat(r.code != "", "JSON with a status.code", fmt.Sprintf("HTTP status %d, %.200q", r.Status, r.ResponseBody))
}

// wantWords wants something that a person can read.
func (r *reply) wantWords() error {
	return r.WantThat(r.message+r.description != "", "a message or description", "neither")
}

// record reads data as one webhook request; anything but a success with an object is a violation.
func (r *reply) record() (record, error) {
	if err := r.wantOK(); err != nil {
		return nil, err
	}
	var data record
	err := decode(r.data, &data)
	return data, r.WantThat(err == nil && data != nil, "an object as data", orNone(r.data))
}

// records reads data as a list; anything but a success with an array is a violation.
func (r *reply) records() ([]record, error) {
	if err := r.wantOK(); err != nil {
		return nil, err
	}
	var data []record
	err := decode(r.data, &data)
	return data, r.WantThat(err == nil && data != nil, "an array as data", orNone(r.data))
}

// recordsOrNone is the same where nothing may be found: that nothing is OK with an empty array is a requirement of its own.
func (r *reply) recordsOrNone(none bool) ([]record, error) {
	if none && (r.refused() || r.ok() && (r.data == nil || string(r.data) == "null")) {
		return nil, nil
	}
	return r.records()
}

func decode(raw json.RawMessage, into any) error {
	if raw == nil {
		return errors.New("no data")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

func orNone(raw json.RawMessage) string {
	if raw == nil {
		return "none"
	}
	return fmt.Sprintf("%.200s", raw)
}

// record is a webhook request as the target shows it.
type record map[string]any

func (r record) text(field string) string {
	text, _ := r[field].(string) // what is no text names nothing
	return text
}

func (r record) id() string { return r.text("id") }

func (r record) number() string { return r.text("number") }

// has reports whether a field is there and not null.
func (r record) has(field string) bool { return r[field] != nil }

// says reports whether a field has a value: not absent, null or empty.
func (r record) says(field string) bool {
	switch value := r[field].(type) {
	case nil:
		return false
	case string:
		return value != ""
	default:
		return true
	}
}

// silent lists those of the fields that have no value.
func (r record) silent(fields ...string) []string {
	missing := []string{}
	for _, field := range fields {
		if !r.says(field) {
			missing = append(missing, field)
		}
	}
	return missing
}

// inside is an object among the members, empty where there is none.
func (r record) inside(field string) record {
	inner, _ := r[field].(map[string]any)
	return inner
}

// created is the date of creation.
func (r record) created() string { return r.inside("log_information").text("created_date") }

// plain is the record without its null members, at any depth: whether they are there is open.
func (r record) plain() record { return withoutNulls(map[string]any(r)).(map[string]any) } //nolint:forcetypeassert,errcheck // a map stays one

func withoutNulls(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, member := range v {
			if member != nil {
				out[name] = withoutNulls(member)
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, element := range v {
			out = append(out, withoutNulls(element))
		}
		return out
	default:
		return value
	}
}

// differing names the members in which two records differ.
func differing(a, b record) []string {
	a, b = a.plain(), b.plain()
	names := []string{}
	for name := range a {
		if !equal(a[name], b[name]) {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, there := a[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func equal(a, b any) bool {
	one, err1 := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(one, other)
}

// wantSame wants a record as it was.
func (r *reply) wantSame(before record) error {
	now, err := r.record()
	if err != nil {
		return err
	}
	return r.Want("changed members of webhook request "+before.number()+":", []string{}, differing(before, now))
}
