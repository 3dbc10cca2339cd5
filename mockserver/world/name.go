package world

import (
	"crypto/sha256"
	"encoding/hex"
)

const maxName = 64

// NameOf is the name of the world that a token opens: the token itself where it can be a name, else a digest of it.
func NameOf(token string) string {
	if isName(token) {
		return token
	}
	sum := sha256.Sum256([]byte(token))
	return "token-" + hex.EncodeToString(sum[:8])
}

func isName(s string) bool {
	if s == "" || len(s) > maxName || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '.' && c != '-' && c != '_' && c != '~' {
			return false
		}
	}
	return true
}
