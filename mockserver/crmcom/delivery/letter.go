package delivery

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // a dialect asks for it; nothing is protected by it
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Content is what a webhook tells.
type Content struct {
	Entity    string
	EntityID  string
	Data      []byte // a JSON object, whose bytes are signed and sent as they are
	SecretKey string
}

// Letter is a content as it goes over the wire.
type Letter struct {
	Body   []byte
	Header http.Header
	Code   string // the authentication code
}

// Compose writes the letter of a content in a dialect.
func Compose(d contract.Dialect, c Content) Letter {
	l := Letter{
		Code:   Sign(d, c.SecretKey, c.Data),
		Header: http.Header{"Content-Type": {"application/json"}, "User-Agent": {"Understudy"}},
	}
	if inHeader(d) {
		l.Header.Set(crmcom.HeaderAuthenticationCode, l.Code)
	}
	l.Body = Body(d, c, l.Code)
	return l
}

// Body is the body of the letter alone, with a code that was made before.
func Body(d contract.Dialect, c Content, code string) []byte {
	body := append(make([]byte, 0, 256+len(c.Data)), `{"entity":`...)
	body = jsonobject.AppendString(body, c.Entity)
	body = jsonobject.AppendString(append(body, `,"entity_id":`...), c.EntityID)
	body = append(append(body, `,"data":`...), c.Data...)
	if !inHeader(d) {
		body = jsonobject.AppendString(append(body, `,"`+crmcom.MemberAuthenticationCode+`":`...), code)
	}
	return append(body, '}')
}

func inHeader(d contract.Dialect) bool { return d.Answer(crmcom.HMACCarrier) == crmcom.AnswerHeader }

// Sign makes the authentication code of data, by its bytes, under the bytes of a key.
func Sign(d contract.Dialect, key string, data []byte) string {
	hash, encode := sha256.New, hex.EncodeToString
	switch d.Answer(crmcom.HMACAlgorithm) {
	case crmcom.AnswerSHA1Hex:
		hash = sha1.New
	case crmcom.AnswerSHA256Base64:
		encode = base64.StdEncoding.EncodeToString
	}
	mac := hmac.New(hash, []byte(key))
	mac.Write(data)
	return encode(mac.Sum(nil))
}
