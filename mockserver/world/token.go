package world

import (
	"errors"
	"slices"
	"time"
)

// Grant is what a token allows.
type Grant struct {
	Scopes  []string  // nil for every scope
	Expires time.Time // zero for never
	Revoked bool
	User    string // who logged in for it, "" where that is not known
}

// Why a token is refused.
var (
	ErrNoToken      = errors.New("the request carries no token")
	ErrUnknownToken = errors.New("the token was never issued")
	ErrRevoked      = errors.New("the token was revoked")
	ErrExpired      = errors.New("the token has expired")
	ErrScope        = errors.New("the token lacks the scope")
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
	case !g.Expires.IsZero() && !at.Before(g.Expires):
		return ErrExpired
	}
	return nil
}

// issued is a token that a world gave out.
type issued struct {
	world *World
	grant Grant
}

// maxTokens bounds the tokens of all worlds together.
const maxTokens = 1 << 20

// ErrTooManyTokens is returned when no more tokens can be issued.
var ErrTooManyTokens = errors.New("too many tokens are issued, delete worlds that are done")

// Mint issues a new token that opens the world.
func (r *Registry) Mint(w *World, g Grant) (string, error) {
	w.mu.Lock()
	w.now.tokens++
	token := hexID(w.now.seed, tokenStream, w.now.tokens)
	w.mu.Unlock()
	return token, r.Issue(w, token, g)
}

// Issue makes a token open the world; a token that opened another one changes over.
func (r *Registry) Issue(w *World, token string, g Grant) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tokens) >= maxTokens {
		return ErrTooManyTokens
	}
	r.tokens[token] = issued{w, g}
	return nil
}

// Revoke makes a token be refused from now on. It need not have been issued.
func (r *Registry) Revoke(w *World, token string) error {
	r.mu.RLock()
	g := r.tokens[token].grant
	r.mu.RUnlock()
	g.Revoked = true
	return r.Issue(w, token, g)
}

// Tokens lists what was issued for a world, by token.
func (r *Registry) Tokens(w *World) map[string]Grant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	grants := map[string]Grant{}
	for token, i := range r.tokens {
		if i.world == w {
			grants[token] = i.grant
		}
	}
	return grants
}
