// Package contract holds the vocabulary in which a documented API is written down: requirements, open questions and
// the dialect that answers them.
//
// It only describes. It knows no HTTP, no server and no check, and imports nothing but the standard library, so that
// the mock and the conformance suite can share its sentences without sharing any code.
package contract

import (
	"strings"
	"time"
)

// Level says how binding a requirement is.
type Level string

// The two levels, with the meaning of RFC 2119.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
)

// Basis says where the knowledge behind a requirement comes from.
type Basis string

// The kinds of evidence, strongest first. They are never added up into one number.
const (
	// Documented: written in the vendor's document of this very API.
	Documented Basis = "documented"
	// Reference: written in the vendor's wider public reference or manual.
	Reference Basis = "reference"
	// Sibling: written by the vendor for a sibling endpoint of the same family.
	Sibling Basis = "sibling"
	// Recorded: seen in public recordings of the live API.
	Recorded Basis = "recorded"
	// Seen: seen in public client code.
	Seen Basis = "seen"
)

// Requirement is one documented sentence that a target keeps or violates.
// Declare it once, as a package variable of its API, and point at it from everywhere else.
type Requirement struct {
	ID        string // kebab path "api/group/name": subtest name, filter, baseline key and anchor
	Operation string // operationId in the API's OpenAPI document; "" when it speaks of every operation
	Level     Level
	Basis     Basis
	Text      string // the sentence, in our words, with MUST or SHOULD in it
	Source    string // document and section it restates
	// Relaxed lists the questions under whose answers only a part of the sentence can be asserted.
	Relaxed []*Question
}

// Group is the middle part of the id: "delete" in "makecom/delete/ids".
func (r *Requirement) Group() string { return group(r.ID) }

// Question is a point that the documents leave open or contradict.
// It is never asserted: a dialect answers it for the mock, a probe observes it on a target.
type Question struct {
	ID      string
	Text    string
	Answers []Answer // the first is the mock's default
	Known   string   // what is publicly known, "" for nothing
	// Durations says that any positive duration, spelt as in "1m30s", is an answer beside the named ones.
	Durations bool
}

// Answer is one legal answer to a question.
type Answer struct {
	Name    string // kebab word used in dialect files and reports
	Meaning string // what a target that answers so does
}

// Group is the middle part of the id.
func (q *Question) Group() string { return group(q.ID) }

// Default is the name of the answer that the mock gives unless a dialect says otherwise.
func (q *Question) Default() string { return q.Answers[0].Name }

// Allows reports whether name is an answer to the question.
func (q *Question) Allows(name string) bool {
	for _, a := range q.Answers {
		if a.Name == name {
			return true
		}
	}
	return q.Durations && positiveDuration(name)
}

func positiveDuration(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d > 0
}

// API is everything that is known of one vendor's API.
type API struct {
	Name         string // "makecom": the folder name in every room
	Title        string
	BasePath     string   // path prefix of every operation on the mock
	Document     []byte   // the OpenAPI document, YAML
	Operations   []string // every operationId of the document, in its order
	Requirements []*Requirement
	Questions    []*Question
}

// Requirement finds a requirement by id, nil when there is none.
func (a *API) Requirement(id string) *Requirement {
	for _, r := range a.Requirements {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Question finds an open question by id, nil when there is none.
func (a *API) Question(id string) *Question {
	for _, q := range a.Questions {
		if q.ID == id {
			return q
		}
	}
	return nil
}

func group(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}
