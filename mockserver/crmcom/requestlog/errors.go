package requestlog

import (
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// What a command refuses. A refused command has changed nothing.
var (
	ErrNoDefinition = refusal.New(refusal.Missing, "unknown-definition", "there is no such webhook definition", "make one with POST /_understudy/v1/worlds/{world}/crmcom/definitions")
	ErrNoRule       = refusal.New(refusal.Missing, "unknown-rule", "there is no such workflow rule", "make one with POST /_understudy/v1/worlds/{world}/crmcom/definitions")
	ErrNoRequest    = refusal.New(refusal.Missing, "unknown-request", "there is no such webhook request", "take an id that the list shows")
	ErrTaken        = refusal.New(refusal.Conflict, "taken", "it is taken", "choose another, or leave it out")
	ErrNotEffective = errors.New("the webhook definition is not effective")
	ErrNotRejected  = errors.New("the webhook request is not rejected")
	ErrNoEntity     = refusal.New(refusal.Invalid, "no-entity", "the workflow rule is about any entity, and none is given", "give an entity, such as ACTIVITIES, or make the definition with one")
	ErrOtherEntity  = refusal.New(refusal.Invalid, "bad-value", "the workflow rule is about another entity", "name the entity of the rule, or leave it out")
	ErrData         = refusal.New(refusal.Invalid, "bad-value", "the data of an entity is a JSON object", "send a JSON object whose members differ in name")
	ErrNoFilter     = errors.New("neither definition, rule, entity nor entity id says what to list")
	ErrReset        = refusal.New(refusal.Conflict, "reset", "the world was reset meanwhile", "do it again in the world as it is now")
	ErrChanged      = errors.New("the webhook request has changed since it was sent again")
)

// KeyError says which definition, rule or request a command was refused for.
type KeyError struct {
	Key Key
	Err error
}

func (e *KeyError) Error() string { return fmt.Sprintf("%s: %v", e.Key, e.Err) }
func (e *KeyError) Unwrap() error { return e.Err }

// Key names a definition, a rule or a request by one of its fields.
type Key struct {
	Field Field
	Value string
}

func (k Key) String() string { return fmt.Sprintf("%s %q", k.Field, k.Value) }

// Field is what a key goes by.
type Field string

// The fields of keys, as the API spells them. Requests have an id and a number; definitions and rules have the others.
const (
	ID              Field = "id"
	Number          Field = "number"
	Name            Field = "name"
	AlternativeCode Field = "alternative_code"
)
