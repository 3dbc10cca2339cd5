package crmcom_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/suite"
)

func TestARequestNamesWhatItCouldChange(t *testing.T) {
	post := func(path, body string) suite.Request {
		return suite.Request{Method: http.MethodPost, Path: "/webhook_requests/" + path, Body: []byte(body)}
	}
	for name, test := range map[string]struct {
		request suite.Request
		reads   bool
		ids     []string
	}{
		"show":         {request: suite.Request{Method: http.MethodGet, Path: "/webhook_requests/show"}, reads: true},
		"list":         {request: suite.Request{Method: http.MethodGet, Path: "/webhook_requests/list"}, reads: true},
		"by id":        {request: post("delete", `{"token":"t","webhook_request_identifier":{"id":"A"}}`), ids: []string{"id=A"}},
		"by both":      {request: post("resend", `{"webhook_request_identifier":{"id":"A","number":"1"}}`), ids: []string{"id=A", "number=1"}},
		"several":      {request: post("resend", `{"webhook_request_identifier":[{"id":"A"},{"number":"2"}]}`), ids: []string{"id=A", "number=2"}},
		"by nothing":   {request: post("delete", `{}`)},
		"broken":       {request: post("delete", `{`)},
		"by an empty":  {request: post("delete", `{"webhook_request_identifier":{"number":""}}`)},
		"POST to show": {request: post("show", `{"webhook_request_identifier":{"id":"A"}}`), ids: []string{"id=A"}},
		"GET of delete": {request: suite.Request{
			Method: http.MethodGet, Path: "/webhook_requests/delete",
			Query: url.Values{"webhook_request_identifier": {"id=A,number=1"}},
		}, ids: []string{"id=A", "number=1"}},
		"release": {request: suite.Request{
			Method: http.MethodPost, Path: "/authentication/token/release", Body: []byte(`{"token":"T"}`),
		}, ids: []string{"token=T"}},
	} {
		effect := crmcom.Catalog().Effect(&test.request)
		slices.Sort(effect.IDs)
		if effect.Reads != test.reads || !slices.Equal(effect.IDs, test.ids) {
			t.Errorf("%s: %+v", name, effect)
		}
	}
}

func TestWhatTheRunDidNotMakeIsSpared(t *testing.T) {
	for _, mode := range []suite.Mode{suite.Owned, suite.Disposable} {
		t.Run(string(mode), func(t *testing.T) { sparesOthers(t, mode) })
	}
}

func sparesOthers(t *testing.T, mode suite.Mode) {
	t.Helper()
	ledger := suite.NewLedger(mode)
	ledger.Share("the log of webhook requests")
	ledger.Mint("id=A", "token=T")
	allow := func(path, body string) error {
		return ledger.Allow(crmcom.Catalog().Effect(&suite.Request{Method: http.MethodPost, Path: path, Body: []byte(body)}))
	}
	for body, allowed := range map[string]bool{
		`{"webhook_request_identifier":{"id":"A"}}`:              true,
		`{"webhook_request_identifier":{"id":"B"}}`:              false,
		`{"webhook_request_identifier":{"id":"A","number":"1"}}`: false,
		`{}`: true,
	} {
		if err := allow("/webhook_requests/delete", body); (err == nil) != allowed {
			t.Errorf("%s: %v", body, err)
		}
	}
	if err := allow("/authentication/token/release", `{"token":"the user's own"}`); err == nil {
		t.Error("the user's token may be released")
	}
}
