package server

import (
	"slices"
	"time"
)

const (
	scopeRead  = "hooks:read"
	scopeWrite = "hooks:write"
)

// token is one issued credential. Both APIs take their tokens from the same table.
type token struct {
	scopes  []string  // Make's; a token from the CRM.COM login has none
	expires time.Time // zero for never
	staged  bool      // issued by a provider state
}

// issued finds a token that was issued, not revoked and not expired. Needs mu.
func (s *server) issued(name string) (token, bool) {
	t, ok := s.tokens[name]
	if !ok || (!t.expires.IsZero() && !s.now().Before(t.expires)) {
		return token{}, false
	}
	return t, true
}

func (t token) may(scope string) bool { return slices.Contains(t.scopes, scope) }
