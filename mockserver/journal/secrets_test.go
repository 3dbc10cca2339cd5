package journal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
)

// Wherever a client puts a secret, the journal shows none of it.
func TestSecretsAreHiddenWhereverTheyStand(t *testing.T) {
	const secret = "s3cr3t"
	for name, e := range map[string]journal.Entry{
		"X-Api-Key":           {Request: journal.Request{Header: http.Header{"X-Api-Key": {secret}}}},
		"X-Auth-Token":        {Request: journal.Request{Header: http.Header{"X-Auth-Token": {"a", secret}}}},
		"semicolon":           {Request: journal.Request{Path: "/x?a=1;token=" + secret}},
		"semicolon, encoded":  {Request: journal.Request{Path: "/x?a=1%3Btoken=" + secret + "%3bb=2"}},
		"form":                {Request: journal.Request{Body: journal.Cut([]byte("a=1;password=" + secret))}},
		"multipart":           {Request: journal.Request{Body: journal.Cut([]byte("--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + secret + "\r\n--b--\r\n"))}},
		"multipart with type": {Request: journal.Request{Body: journal.Cut([]byte("--b\r\nContent-Disposition: form-data; name=token\r\nContent-Type: text/plain\r\n\r\n" + secret + "\r\n--b--\r\n"))}},
		"array":               {Request: journal.Request{Body: journal.Cut([]byte(`{"password":["x","` + secret + `]"],"a":1}`))}},
		"object":              {Request: journal.Request{Body: journal.Cut([]byte(`{"token":{"value":"}` + secret + `","of":[{}]},"a":1}`))}},
		"object in a string":  {Request: journal.Request{Body: journal.Cut([]byte(`{"body":"{\"token\":{\"value\":\"` + secret + `\"}}"}`))}},
		"array, cut off":      {Request: journal.Request{Body: journal.Cut([]byte(`{"password":["` + secret))}},
	} {
		safe := e.Redacted()
		shown := safe.Request.Path + string(safe.Request.Body.Bytes)
		for _, values := range safe.Request.Header {
			shown += strings.Join(values, " ")
		}
		if strings.Contains(shown, secret) || !strings.Contains(shown, journal.Hidden) {
			t.Errorf("%s: %s", name, shown)
		}
	}
}

// TestEveryNameOfASecretIsKnown goes through the names, in a body, a query and the headers of both directions.
func TestEveryNameOfASecretIsKnown(t *testing.T) {
	const secret = "s3cr3t"
	for _, name := range []string{"token", "password", "secret_key", "access_token", "api_key"} {
		e := journal.Entry{Request: journal.Request{Path: "/x?" + name + "=" + secret, Body: journal.Cut([]byte(`{"` + name + `":"` + secret + `"}`))}}
		safe := e.Redacted()
		if got, want := safe.Request.Path, "/x?"+name+"="+journal.Hidden; got != want {
			t.Errorf("path %s, want %s", got, want)
		}
		if got, want := string(safe.Request.Body.Bytes), `{"`+name+`":"`+journal.Hidden+`"}`; got != want {
			t.Errorf("body %s, want %s", got, want)
		}
	}
	for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Secret", "Password", "X-Api-Key", "Token"} {
		header := http.Header{name: {"Bearer " + secret}}
		safe := (&journal.Entry{Request: journal.Request{Header: header}, Response: journal.Response{Header: header}}).Redacted()
		if strings.Contains(safe.Request.Header.Get(name)+safe.Response.Header.Get(name), secret) {
			t.Errorf("%s: %q, %q", name, safe.Request.Header, safe.Response.Header)
		}
	}
}

func TestNothingElseIsHidden(t *testing.T) {
	e := journal.Entry{Request: journal.Request{
		Path: "/x?a=1;b=2&c=%3Bd", Header: http.Header{"X-Request-Id": {"1"}, "Idempotency-Key": {"2"}},
		Body: journal.Cut([]byte(`{"tokens":[1],"name":"password","a":{"b":[2]}}`)),
	}}
	safe := e.Redacted()
	if safe.Request.Path != e.Request.Path || string(safe.Request.Body.Bytes) != string(e.Request.Body.Bytes) || safe.Request.Header.Get("Idempotency-Key") != "2" {
		t.Errorf("got %+v", safe.Request)
	}
}
