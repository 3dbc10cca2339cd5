package queue

import (
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// What a command refuses. A refused command has changed nothing.
var (
	ErrNoHook       = refusal.New(refusal.Missing, "unknown-hook", "there is no such hook", "make one with POST /_understudy/v1/worlds/{world}/makecom/hooks")
	ErrHookTaken    = refusal.New(refusal.Conflict, "taken", "the id is taken by another hook", "choose another id")
	ErrNoIDLeft     = refusal.New(refusal.Conflict, "no-id-left", "a hook has the highest id that there is", "give the new hook an id, or remove that hook's from the world file")
	ErrAddressTaken = refusal.New(refusal.Conflict, "taken", "the address is taken by another hook", "choose another udid")
	ErrNoAddress    = refusal.New(refusal.Conflict, "hook-gone", "there is no hook at this address", "use a hook that still has its address")
	ErrDisabled     = refusal.New(refusal.Conflict, "hook-disabled", "the hook is disabled", "enable the hook first")
	ErrFull         = refusal.New(refusal.Conflict, "queue-full", "the queue is full", "delete items, or make a hook with a larger queueLimit")
	ErrTooFast      = errors.New("too many deliveries in 10 s")
	ErrIDTaken      = refusal.New(refusal.Conflict, "taken", "the id is taken by another item", "choose another id")
	ErrNoItem       = refusal.New(refusal.Missing, "unknown-item", "there is no such item in the queue", "take an id that the list shows")
	ErrNotWaiting   = refusal.New(refusal.Conflict, "not-waiting", "the item is being processed already", "finish it first, or name another item")
	ErrNoneWaiting  = refusal.New(refusal.Conflict, "not-waiting", "no item is waiting", "deliver items first")
	ErrNotBusy      = refusal.New(refusal.Conflict, "not-processing", "the item is not being processed", "begin it first")

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
