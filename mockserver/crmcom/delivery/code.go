package delivery

import (
	"crypto/hmac"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Received is what a letter carries that came to a receiver: the data, by its bytes, and the authentication code, in the header or in the
// body.
func Received(header http.Header, body []byte) (data []byte, code string, found bool) {
	letter, err := jsonobject.Parse(body)
	if err != nil || !letter.Has("data") {
		return nil, "", false
	}
	code = header.Get(crmcom.HeaderAuthenticationCode)
	if code == "" {
		code, _ = jsonobject.String(letter.Get(crmcom.MemberAuthenticationCode))
	}
	return letter.Get("data"), code, code != ""
}

// IsRight reports whether a code is that of data, in a dialect, under one of the keys.
func IsRight(d contract.Dialect, code string, data []byte, keys []string) bool {
	for _, key := range keys {
		if hmac.Equal([]byte(Sign(d, key, data)), []byte(code)) {
			return true
		}
	}
	return false
}
