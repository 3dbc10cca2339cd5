package suite

import (
	"fmt"
	"net/http"
	"sync"
)

// Mode says what a run may do to its target.
type Mode string

// The modes, from the most careful.
const (
	// ReadOnly sends only requests that change nothing.
	ReadOnly Mode = "read-only"
	// Owned changes only what the run made or was lent, and deletes only what it made.
	Owned Mode = "owned"
	// Disposable may also empty what it was lent.
	Disposable Mode = "disposable"
)

// ParseMode reads a mode from a flag or file.
func ParseMode(text string) (Mode, error) {
	switch m := Mode(text); m {
	case ReadOnly, Owned, Disposable:
		return m, nil
	default:
		return "", fmt.Errorf("mode %q: take read-only, owned or disposable", text)
	}
}

// Effect is what a request would change if the target did the worst that it could.
type Effect struct {
	Reads bool     // nothing
	Scope string   // the thing whose parts it changes: a hook, an address
	IDs   []string // the parts that it names, when it names them
	Whole bool     // it may change parts that it does not name
}

// Ledger knows what the run made and what it was lent. It is asked about every request before it goes out.
type Ledger struct {
	mode   Mode
	mu     sync.Mutex
	minted map[string]bool
	lent   map[string]bool
	shared map[string]bool
}

// NewLedger has an empty ledger for a mode.
func NewLedger(mode Mode) *Ledger {
	return &Ledger{mode: mode, minted: map[string]bool{}, lent: map[string]bool{}, shared: map[string]bool{}}
}

// Mint notes that the run made these ids, or made them up.
func (l *Ledger) Mint(ids ...string) { l.note(l.minted, ids) }

// Lend notes that the user lent these.
func (l *Ledger) Lend(ids ...string) { l.note(l.lent, ids) }

// Share notes what the run uses beside others and nobody lent: only what the run made may be changed there, in any mode.
func (l *Ledger) Share(ids ...string) { l.note(l.shared, ids) }

func (l *Ledger) note(set map[string]bool, ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		set[id] = true
	}
}

// Minted reports whether the run made id.
func (l *Ledger) Minted(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.minted[id]
}

// Allow refuses an effect that the mode forbids.
func (l *Ledger) Allow(e Effect) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case e.Reads:
		return nil
	case l.mode == ReadOnly:
		return forbidden("a request that changes something", "the mode is read-only", "use --mode owned")
	case l.minted[e.Scope]:
		return nil
	case l.shared[e.Scope] && !e.Whole:
		return l.allowIDs(e.IDs)
	case !l.lent[e.Scope]:
		return forbidden("a change of "+e.Scope, "the run neither made it nor was lent it", "lend it in the target file")
	case l.mode == Disposable:
		return nil
	case e.Whole:
		return forbidden("a request that could empty "+e.Scope, "it was lent, not made by this run", "provide the state \"a hook\", or use --mode disposable")
	}
	return l.allowIDs(e.IDs)
}

func (l *Ledger) allowIDs(ids []string) error {
	for _, id := range ids {
		if !l.minted[id] {
			return forbidden(fmt.Sprintf("a change of %q", id), "the run did not make it", "")
		}
	}
	return nil
}

func forbidden(what, reason, remedy string) error {
	return &Unavailable{State: what, Reason: reason, Remedy: remedy, Forbidden: true}
}

// readsOnly is the effect of a request when the catalog says nothing about it.
func readsOnly(r *Request) Effect {
	return Effect{Reads: r.Method == http.MethodGet || r.Method == http.MethodHead, Scope: r.Path, Whole: true}
}
