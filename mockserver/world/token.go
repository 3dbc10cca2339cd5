package world

import (
	"fmt"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Grant is what a token allows.
type Grant struct {
	Scopes  []string  `json:"Scopes"`  // nil for every scope
	Expires time.Time `json:"Expires"` // zero for never
	Revoked bool      `json:"Revoked"`
	User    string    `json:"User"` // who logged in for it, "" where that is not known
}

// Why a token is refused.
var (
	ErrNoToken      = refusal.New(refusal.Unauthorized, "no-token", "the request carries no token", "")
	ErrUnknownToken = refusal.New(refusal.Unauthorized, "unknown-token", "the token was never issued", "mint one with POST /_understudy/v1/worlds/{world}/tokens")
	ErrRevoked      = refusal.New(refusal.Unauthorized, "revoked-token", "the token was revoked", "")
	ErrExpired      = refusal.New(refusal.Unauthorized, "expired-token", "the token has expired", "")
	ErrScope        = refusal.New(refusal.Forbidden, "no-scope", "the token lacks the scope", "")
)

// Allows reports whether the grant includes a scope.
func (g Grant) Allows(scope string) bool {
	return g.Scopes == nil || slices.Contains(g.Scopes, scope)
}

// Valid returns ErrRevoked or ErrExpired for a grant that is over at the given time.
func (g Grant) Valid(at time.Time) error {
	switch {
	case g.Revoked:
		return ErrRevoked
	case g.expired(at):
		return ErrExpired
	}
	return nil
}

func (g Grant) expired(at time.Time) bool { return !g.Expires.IsZero() && !at.Before(g.Expires) }

// issued is a token that a world gave out, or refuses.
type issued struct {
	world *World
	grant Grant
}

// Bounds of the tokens of a world. One that expired stays, so that it is refused as expired, until another needs its
// place; of those that were revoked the latest ones stay.
const (
	MaxTokens  = 10_000
	MaxRevoked = 1_000
)

// ErrTooManyTokens is returned when a world can issue no more tokens.
var ErrTooManyTokens = refusal.New(refusal.Conflict, "too-many-tokens",
	fmt.Sprintf("the world has %d tokens, none of them expired", MaxTokens), "use another world, or advance its clock so that tokens expire")

// MintToken issues a new token that opens the world. The result is the token, a string.
type MintToken struct {
	Grant Grant
	Token string `json:",omitempty"` // what came of it, in a record; "" for a new one
	Count uint64 `json:",omitempty"` // tokens that the world made by then, in a record
}

// Kind implements Command.
func (MintToken) Kind() string { return "world/mint-token" }

func (MintToken) changesTokens() {}

func (c MintToken) apply(w *World, m Moment) (any, error) {
	if c.Token != "" {
		w.now.counters.tokens = c.Count
		return c.Token, w.registry.issue(w, c.Token, c.Grant, m)
	}
	token := w.newToken()
	for w.registry.tokens[token].world != nil { // one that a world file declares
		token = w.newToken()
	}
	return token, w.registry.issue(w, token, c.Grant, m)
}

// recorded is a command as a record has it: whoever replays it need not know of other worlds. The caller holds what the command needs.
func recorded(c Command, result any, w *World) Command {
	switch c := c.(type) {
	case MintToken:
		c.Token, _ = result.(string)
		c.Count = w.now.counters.tokens
		return c
	case RevokeToken:
		grant := w.registry.tokens[c.Token].grant
		c.Grant = &grant
		return c
	}
	return c
}

// newToken takes the next token off the world's stream.
func (w *World) newToken() string {
	w.now.counters.tokens++
	return hexID(w.now.seed, tokenStream, w.now.counters.tokens)
}

// Mint issues a new token that opens the world.
func (r *Registry) Mint(w *World, g Grant) (string, error) {
	return Do[string](w, MintToken{Grant: g})
}

// IssueToken makes a token open the world; a token that opened another one changes over.
type IssueToken struct {
	Token string
	Grant Grant
}

// Kind implements Command.
func (IssueToken) Kind() string { return "world/issue-token" }

func (IssueToken) changesTokens() {}

func (c IssueToken) apply(w *World, m Moment) (any, error) {
	return nil, w.registry.issue(w, c.Token, c.Grant, m)
}

// Issue makes a token open the world; a token that opened another one changes over.
func (r *Registry) Issue(w *World, token string, g Grant) error {
	_, err := w.Do(IssueToken{token, g})
	return err
}

func (r *Registry) issue(w *World, token string, g Grant, m Moment) error {
	if r.isFull(w, token) {
		r.forgetExpired(w, m.At)
	}
	if r.isFull(w, token) {
		return ErrTooManyTokens
	}
	r.set(w, token, g)
	return nil
}

// RevokeToken makes a token be refused from now on. It need not have been issued.
type RevokeToken struct {
	Token string
	Grant *Grant `json:",omitempty"` // of the token from now on, in a record; nil for what it was, revoked
}

// Kind implements Command.
func (RevokeToken) Kind() string { return "world/revoke-token" }

func (RevokeToken) changesTokens() {}

func (c RevokeToken) apply(w *World, _ Moment) (any, error) {
	g := w.registry.tokens[c.Token].grant
	if c.Grant != nil {
		g = *c.Grant
	}
	w.registry.revoke(w, c.Token, g)
	return nil, nil //nolint:nilnil // nothing comes of it
}

// Revoke makes a token be refused from now on. It need not have been issued.
func (r *Registry) Revoke(w *World, token string) error { return w.change(RevokeToken{Token: token}) }

func (r *Registry) revoke(w *World, token string, g Grant) {
	g.Revoked = true
	r.set(w, token, g)
	if w.revoked = append(w.revoked, token); len(w.revoked) > MaxRevoked {
		first := w.revoked[0]
		w.revoked = w.revoked[1:]
		if i := r.tokens[first]; i.world == w && i.grant.Revoked && !slices.Contains(w.revoked, first) {
			r.remove(first)
		}
	}
}

func (r *Registry) isFull(w *World, token string) bool {
	_, own := w.tokens[token]
	return !own && len(w.tokens) >= MaxTokens
}

func (r *Registry) set(w *World, token string, g Grant) {
	if old, known := r.tokens[token]; known && old.world != w {
		r.loses(old.world, token)
	}
	r.remove(token)
	r.index(w, token, g)
}

// index has a token open a world that no other world has.
func (r *Registry) index(w *World, token string, g Grant) {
	if w.tokens == nil {
		w.tokens = map[string]struct{}{}
	}
	if _, known := r.tokens[token]; !known {
		r.room.held.Add(tokenWeight)
	}
	r.tokens[token] = issued{w, g}
	w.tokens[token] = struct{}{}
}

// forgetTokens lets no token open the world any longer.
func (r *Registry) forgetTokens(w *World) {
	for token := range w.tokens {
		if r.tokens[token].world == w { // and no other has it by now
			r.remove(token)
		}
	}
	clear(w.tokens)
}

func (r *Registry) remove(token string) {
	if old, known := r.tokens[token]; known {
		r.room.held.Add(-tokenWeight)
		delete(r.tokens, token)
		delete(old.world.tokens, token)
	}
}

func (r *Registry) forgetExpired(w *World, now time.Time) {
	for token := range w.tokens {
		if r.tokens[token].grant.expired(now) {
			r.remove(token)
		}
	}
}

// Tokens lists what was issued for a world, by token.
func (r *Registry) Tokens(w *World) map[string]Grant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.tokensOf(w)
}

func (r *Registry) tokensOf(w *World) map[string]Grant {
	grants := make(map[string]Grant, len(w.tokens))
	for token := range w.tokens {
		grants[token] = r.tokens[token].grant
	}
	return grants
}
