package crmcom

import (
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // a target may use it; nothing of ours is protected by it
	"crypto/sha1" //nolint:gosec // as above
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

// algorithm is a hash with an encoding: one way to write down an HMAC. The documents name none.
type algorithm struct {
	name   string
	hash   func() hash.Hash
	encode func([]byte) string
}

// algorithms are tried in this order. The names of the first three are those of the open question's answers.
func algorithms() []algorithm {
	base64Of := base64.StdEncoding.EncodeToString
	upper := func(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }
	return []algorithm{
		{"sha256-hex", sha256.New, hex.EncodeToString},
		{"sha1-hex", sha1.New, hex.EncodeToString},
		{"sha256-base64", sha256.New, base64Of},
		{"sha1-base64", sha1.New, base64Of},
		{"sha512-hex", sha512.New, hex.EncodeToString},
		{"sha512-base64", sha512.New, base64Of},
		{"md5-hex", md5.New, hex.EncodeToString},
		{"md5-base64", md5.New, base64Of},
		{"sha256-upper-case-hex", sha256.New, upper},
		{"sha1-upper-case-hex", sha1.New, upper},
		{"sha512-upper-case-hex", sha512.New, upper},
		{"md5-upper-case-hex", md5.New, upper},
	}
}

// verified names the algorithm under which code is the HMAC of data, "" when there is none.
func verified(code string, data []byte, secret string) string {
	for _, a := range algorithms() {
		mac := hmac.New(a.hash, []byte(secret))
		mac.Write(data)
		if hmac.Equal([]byte(a.encode(mac.Sum(nil))), []byte(code)) {
			return a.name
		}
	}
	return ""
}
