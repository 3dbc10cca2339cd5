package world

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Registry finds the world of a credential, and makes it when it is new. It is safe for concurrent use.
type Registry struct {
	config Config
	kinds  func() map[string]reflect.Type // of commands; made when a record is read
	ticks  atomic.Int64

	requests atomic.Uint64 // request ids given outside of every world

	budget *journal.Budget
	pasts  *pasts
	room   room

	coverage reachedSet // of all worlds

	mu      sync.RWMutex // taken after a world's: whoever holds it waits for no world, and for no disk
	base    contents
	worlds  map[string]*World
	tokens  map[string]issued
	evicted evictions

	keeping
}

// Config bounds a registry. The zero value of a member stands for its default.
type Config struct {
	DeclaredOnly bool // refuses tokens that no world issued
	MaxWorlds    int  // the world that was unused for longest makes room; DefaultMaxWorlds
	Journal      journal.Limits
	Memory       int64           // bytes that all worlds hold together, with their journals; 0 for DefaultMemory
	APIs         []*contract.API // whose operations and requirements there are; nil for those of this module
	Parts        []Part          // that a world has; none has nothing but what the world itself keeps
	Log          Log             // keeps the worlds; nil for memory alone
}

// BaseName is the world that the tokens of the base open, all of them the same one.
const BaseName = "base"

// DefaultMemory is what all worlds hold together, with their journals, unless Config says otherwise.
const DefaultMemory = 1 << 30

// DefaultMaxWorlds is how many worlds are kept unless Config says otherwise.
const DefaultMaxWorlds = 2048

// MostWorlds is the largest number of worlds that can be kept.
const MostWorlds = 1 << 30

// Why a world cannot be had.
var (
	ErrNoWorld = refusal.New(refusal.Missing, "unknown-world", "there is no such world", "make it with PUT /_understudy/v1/worlds/{world}")
	ErrEvicted = refusal.New(refusal.Gone, "evicted-world", "the world was dropped to make room for newer ones", "put it anew, or let the mock keep more worlds")
	ErrTaken   = refusal.New(refusal.Conflict, "taken", "there is a world of that name already", "choose another name, or delete that world first")
	ErrName    = refusal.New(refusal.Invalid, "bad-name", "a world's name is 1 to 64 of the letters A to Z and a to z, digits, dots, dashes, underscores and tildes, and neither . nor ..", "")
)

// NewRegistry returns a registry that makes worlds from the given base.
func NewRegistry(c Config, b Base) (*Registry, error) {
	if c.MaxWorlds <= 0 {
		c.MaxWorlds = DefaultMaxWorlds
	}
	if c.Journal == (journal.Limits{}) {
		c.Journal = journal.DefaultLimits()
	}
	base, err := b.contents(c)
	if err != nil {
		return nil, fmt.Errorf("base world: %w", err)
	}
	r := &Registry{
		budget: journal.NewBudget(cmp.Or(c.Memory, DefaultMemory)),
		pasts:  &pasts{most: cmp.Or(c.Memory, DefaultMemory) / pastShare},
		config: c,
		base:   base,
		kinds:  sync.OnceValue(func() map[string]reflect.Type { return kindsOf(c.Parts) }),
		worlds: map[string]*World{},
		tokens: map[string]issued{},
	}
	r.room.most = cmp.Or(c.Memory, DefaultMemory)
	if c.Log != nil {
		if err := r.keepIn(c.Log); err != nil {
			return nil, err
		}
	}
	if len(b.Tokens) > 0 && r.worlds[BaseName] == nil {
		if _, err := r.Put(BaseName, b); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	return r, nil
}

// DeclaredOnly reports whether tokens and logins need to be declared.
func (r *Registry) DeclaredOnly() bool { return r.config.DeclaredOnly }

// Promise says what became of a change whose answer leaves, in words that go on from "a change is"; "" where worlds are in memory alone.
func (r *Registry) Promise() string {
	if r.log == nil {
		return ""
	}
	return r.log.Promise()
}

// Open returns the world of a token and what the token allows there. Unless only declared tokens are taken, a token
// that was never seen opens a world of its own, a copy of the base world.
func (r *Registry) Open(token string) (*World, Grant, error) {
	if token == "" {
		return nil, Grant{}, ErrNoToken
	}
	r.mu.RLock()
	i, known := r.tokens[token]
	own := r.worlds[NameOf(token)]
	r.mu.RUnlock()
	switch {
	case known:
		r.touch(i.world)
		return i.world, i.grant, nil
	case r.config.DeclaredOnly:
		return nil, Grant{}, ErrUnknownToken
	case own != nil:
		r.touch(own)
		return own, Grant{}, nil
	}
	w, err := r.make(NameOf(token))
	return w, Grant{}, err
}

// Find returns the world of that name, made from the base world when it is new and tokens need no declaration.
func (r *Registry) Find(name string) (*World, error) {
	r.mu.RLock()
	w := r.worlds[name]
	r.mu.RUnlock()
	switch {
	case w != nil:
		r.touch(w)
		return w, nil
	case NameOf(name) != name:
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	case r.config.DeclaredOnly:
		return nil, fmt.Errorf("%w: %q", ErrNoWorld, name)
	}
	return r.make(name)
}

// Look is [Registry.Find] for those who change nothing. A world that is not there is shown as it would be made, and is not kept: to
// look at names that nobody uses costs no other world its place.
func (r *Registry) Look(name string) (*World, error) {
	r.mu.RLock()
	w, evicted := r.worlds[name], r.evicted.has(name)
	r.mu.RUnlock()
	switch {
	case w != nil:
		r.touch(w)
		return w, nil
	case NameOf(name) != name:
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	case r.config.DeclaredOnly:
		return nil, fmt.Errorf("%w: %q", ErrNoWorld, name)
	case evicted:
		return nil, r.wasEvicted(name)
	}
	r.mu.Lock() // a copy marks both sides
	fresh := r.base.named(name)
	r.mu.Unlock()
	return r.newWorld(name, fresh, &r.coverage), nil
}

// Lookup returns the world of that name if there is one. It makes none.
func (r *Registry) Lookup(name string) (*World, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if w := r.worlds[name]; w != nil {
		return w, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoWorld, name)
}

func (r *Registry) make(name string) (*World, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w := r.worlds[name]; w != nil {
		return w, nil
	}
	if r.evicted.has(name) {
		return nil, r.wasEvicted(name)
	}
	if err := r.refuses(); err != nil && len(r.worlds) >= r.config.MaxWorlds {
		return nil, err // another one would have to make room
	}
	w := r.add(name, r.base.named(name))
	r.room.begin(w, r.shared(), r.shared())
	r.keepFresh(w)
	r.flush()
	return w, nil
}

func (r *Registry) wasEvicted(name string) error {
	return fmt.Errorf("%w: %q; keep more of them (%d now), or put this one anew", ErrEvicted, name, r.config.MaxWorlds)
}

// Create makes a world from the base world, also where tokens need declaration, with a token that opens it. The token is
// the name. There must be no world of that name.
func (r *Registry) Create(name string) (*World, error) {
	if NameOf(name) != name {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	return r.awaited(r.create(name))
}

func (r *Registry) create(name string) (*World, *pending, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.worlds[name] != nil {
		return nil, nil, fmt.Errorf("%w: %q", ErrTaken, name)
	}
	if err := r.refuses(); err != nil {
		return nil, nil, err
	}
	w := r.add(name, r.base.named(name))
	r.room.begin(w, r.shared(), r.shared())
	r.set(w, name, Grant{})
	return w, r.begin(w, Head{Fresh: true, Origin: r.baseText}, IssueToken{Token: name}), nil
}

// named is a copy of a base whose ids and chances follow from the name.
func (c contents) named(name string) contents {
	origin := c.fork()
	origin.seed = seedFor(origin.seed, name)
	origin.faults = origin.faults.Reseeded(origin.seed)
	return origin
}

// add puts a world in place, in the stead of one of the same name, and drops another where there are too many.
func (r *Registry) add(name string, origin contents) *World {
	if old := r.worlds[name]; old == nil && len(r.worlds) >= r.config.MaxWorlds {
		r.evict()
	}
	w := r.newWorld(name, origin, &r.coverage)
	r.touch(w)
	r.worlds[name] = w
	if r.evicted.has(name) {
		r.evicted.forget(name)
		r.keeps(Entry{Forget: name})
	}
	return w
}

// evict drops the world that was unused for longest.
func (r *Registry) evict() {
	var oldest *World
	for _, w := range r.worlds {
		if oldest == nil || w.used.Load() < oldest.used.Load() {
			oldest = w
		}
	}
	r.evictWorld(oldest)
}

// evictWorld drops a world whose name is remembered.
func (r *Registry) evictWorld(w *World) {
	r.drop(w)
	r.evicted.note(w.Name)
	r.keeps(Entry{Evict: w.Name})
}

func (r *Registry) drop(w *World) {
	r.forget(w)
	r.unkeep(w)
}

// forget is drop for a world that the log does not have.
func (r *Registry) forget(w *World) {
	if r.worlds[w.Name] == w {
		delete(r.worlds, w.Name)
	}
	w.Journal.Leave()
	w.leavePasts()
	r.room.giveBack(&w.weight)
	r.forgetTokens(w)
}

func (r *Registry) touch(w *World) { w.used.Store(r.ticks.Add(1)) }

// Fork copies a world as it is now under another name, with a journal of its own.
func (r *Registry) Fork(w *World, name string) (*World, error) {
	if NameOf(name) != name {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	if r.has(name) {
		return nil, fmt.Errorf("%w: %q", ErrTaken, name)
	}
	origin := w.fork()
	text, err := r.write(image{contents: origin})
	if err != nil {
		return nil, err
	}
	fork, on, err := r.addFork(name, origin, text, w)
	if err == nil {
		r.makeRoom(fork)
	}
	return r.awaited(fork, on, err)
}

func (r *Registry) has(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.worlds[name] != nil
}

func (r *Registry) addFork(name string, origin contents, text uint64, of *World) (*World, *pending, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.worlds[name] != nil {
		return nil, nil, fmt.Errorf("%w: %q", ErrTaken, name)
	}
	w := r.add(name, origin)
	r.room.begin(w, of.weight.charged.Load()+of.weight.shared, of.weight.shared)
	return w, r.begin(w, Head{Origin: text}), nil
}

// Delete drops a world and its tokens. A credential that opens it again gets a new one.
func (r *Registry) Delete(name string) error {
	before := r.room.held.Load()
	on, err := r.delete(name)
	if err != nil {
		return err
	}
	r.room.giveMachine(before)
	return r.await(on)
}

func (r *Registry) delete(name string) (*pending, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.worlds[name]
	if w == nil {
		return nil, fmt.Errorf("%w: %q", ErrNoWorld, name)
	}
	if err := r.refuses(); err != nil {
		return nil, err
	}
	r.drop(w)
	return r.flush(), nil
}

// Worlds lists the worlds by name.
func (r *Registry) Worlds() []*World {
	r.mu.RLock()
	list := slices.Collect(maps.Values(r.worlds))
	r.mu.RUnlock()
	slices.SortFunc(list, func(a, b *World) int { return strings.Compare(a.Name, b.Name) })
	return list
}
