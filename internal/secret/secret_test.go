package secret_test

import (
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/internal/secret"
)

const found = "s3cr3t"

// Each name is known however it is spelled, in a path, in any text and in bodies.
func TestNames(t *testing.T) {
	for _, name := range []string{
		"token", "Token", "password", "passwd", "secret_key", "secretKey", "client-secret", "access_token", "accessToken", "refresh_token", "id_token", "api_key", "apikey", "API-KEY",
	} {
		for text, want := range map[string]string{
			"/x?a=1&" + name + "=" + found + "&b=2":                  "/x?a=1&" + name + "=REDACTED&b=2",
			"it calls http://h/x?" + name + "=" + found + ` "again"`: "it calls http://h/x?" + name + `=REDACTED "again"`,
			`{"` + name + `": "` + found + `","a":1}`:                `{"` + name + `": "REDACTED","a":1}`,
			`{"` + name + `":["` + found + `"],"a":1}`:               `{"` + name + `":"REDACTED","a":1}`,
			name + "=" + found + "&a=1":                              name + "=REDACTED&a=1",
		} {
			if got := secret.Mask(secret.Hide).Text(text); got != want {
				t.Errorf("%s is shown as %s, want %s", text, got, want)
			}
		}
	}
	for _, text := range []string{`{"tokens":[1],"name":"password","keys":{"a":1}}`, "/x?monkey=1&key=2", "Send Authorization: Token <token>", "a=b&c=d"} {
		if got := secret.Mask(secret.Hide).Text(text); got != text {
			t.Errorf("%s is shown as %s", text, got)
		}
	}
}

// A letter beyond ASCII that is one of a name in another case does not hide it from the search.
func TestNameBeyondASCII(t *testing.T) {
	const text, want = "{\"to\u212aen\":\"" + found + "\"}", "{\"to\u212aen\":\"REDACTED\"}"
	if got := secret.Mask(secret.Hide).Text(text); got != want {
		t.Errorf("%s is shown as %s", text, got)
	}
}

func TestUserOfAnAddress(t *testing.T) {
	const address = "http://ann:" + found + "@example.test/x?mail=a@b"
	if got, want := secret.Mask(secret.Hide).Path(address), "http://REDACTED@example.test/x?mail=a@b"; got != want || secret.Mask(secret.Hide).Text(address) != want {
		t.Errorf("%s is shown as %s and as %s", address, got, secret.Mask(secret.Hide).Text(address))
	}
}

func TestHeaders(t *testing.T) {
	for name, want := range map[string]string{
		"Authorization": "Bearer REDACTED", "Proxy-Authorization": "Bearer REDACTED", "Cookie": "REDACTED", "Set-Cookie": "REDACTED", "X-Api-Key": "REDACTED",
		"X-Make-Apikey": "REDACTED", "X-Auth": "REDACTED", "X-Session-Id": "REDACTED", "Idempotency-Key": "Bearer " + found, "X-Request-Id": "Bearer " + found,
	} {
		got := secret.Mask(secret.Hide).Header(http.Header{name: {"Bearer " + found}}).Get(name)
		if got != want || secret.Mask(secret.Hide).Value(name, "Bearer "+found) != want {
			t.Errorf("%s is shown as %s, want %s", name, got, want)
		}
	}
}
