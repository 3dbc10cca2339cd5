package world

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/understudy-mock/understudy/mockserver/sink"
)

// NameOf is the name of the world that a token opens: the token itself where it can be a name, else a digest of it.
func NameOf(token string) string {
	if sink.IsName(token) {
		return token
	}
	sum := sha256.Sum256([]byte(token))
	return "token-" + hex.EncodeToString(sum[:8])
}
