package crmcom_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // a dialect asks for it
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
)

func mac(digest func() hash.Hash, key string, data []byte) []byte {
	m := hmac.New(digest, []byte(key))
	m.Write(data)
	return m.Sum(nil)
}

func sha256Hex(key string, data []byte) string { return hex.EncodeToString(mac(sha256.New, key, data)) }

func sha1Hex(key string, data []byte) string { return hex.EncodeToString(mac(sha1.New, key, data)) }

func sha256Base64(key string, data []byte) string {
	return base64.StdEncoding.EncodeToString(mac(sha256.New, key, data))
}
