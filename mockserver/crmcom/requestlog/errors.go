package requestlog

import (
	"errors"
	"fmt"
)

// What a command refuses. A refused command has changed nothing.
var (
	ErrNoDefinition = errors.New("there is no such webhook definition")
	ErrNoRule       = errors.New("there is no such workflow rule")
	ErrNoRequest    = errors.New("there is no such webhook request")
	ErrTaken        = errors.New("it is taken")
	ErrNotEffective = errors.New("the webhook definition is not effective")
	ErrNotRejected  = errors.New("the webhook request is not rejected")
	ErrOtherEntity  = errors.New("the workflow rule is about another entity")
	ErrData         = errors.New("the data of an entity is a JSON object")
	ErrNoFilter     = errors.New("neither definition, rule, entity nor entity id says what to list")
	ErrReset        = errors.New("the world was reset meanwhile")
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
