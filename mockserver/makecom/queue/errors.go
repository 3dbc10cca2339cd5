package queue

import (
	"errors"
	"fmt"
)

// What a command refuses. A refused command has changed nothing.
var (
	ErrNoHook       = errors.New("there is no such hook")
	ErrHookTaken    = errors.New("the id is taken by another hook")
	ErrAddressTaken = errors.New("the address is taken by another hook")
	ErrNoAddress    = errors.New("there is no hook at this address")
	ErrDisabled     = errors.New("the hook is disabled")
	ErrFull         = errors.New("the queue is full")
	ErrTooFast      = errors.New("too many deliveries in 10 s")
	ErrIDTaken      = errors.New("the id is taken by another item")
	ErrNoItem       = errors.New("there is no such item in the queue")
	ErrNotWaiting   = errors.New("the item is being processed already")
	ErrNoneWaiting  = errors.New("no item is waiting")
	ErrNotBusy      = errors.New("the item is not being processed")

	ErrUnconfirmed   = errors.New("deleting all items needs a confirmation")
	ErrNoSelector    = errors.New("neither ids nor all says what to delete")
	ErrIDsWithAll    = errors.New("ids and all exclude each other")
	ErrExceptWithIDs = errors.New("exceptIds goes with all only")
)

// HookError says which hook a command was refused for.
type HookError struct {
	ID  int
	Err error
}

func (e *HookError) Error() string { return fmt.Sprintf("hook %d: %v", e.ID, e.Err) }
func (e *HookError) Unwrap() error { return e.Err }

// ItemError says which item a command was refused for.
type ItemError struct {
	HookID int
	ID     string
	Err    error
}

func (e *ItemError) Error() string { return fmt.Sprintf("hook %d, item %q: %v", e.HookID, e.ID, e.Err) }
func (e *ItemError) Unwrap() error { return e.Err }
