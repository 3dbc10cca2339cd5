package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// without a network, nothing but the mock leaves a body out.
func (c *client) direct(method, path string) answer {
	c.t.Helper()
	w := httptest.NewRecorder()
	r := c.request(method, path, "")
	r.RequestURI, r.RemoteAddr = path, "127.0.0.1:1"
	c.mock.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func TestHeadIsForTheDialectToDecide(t *testing.T) {
	for _, e := range []struct {
		answer, method, path string
		status               int
		allow                string
	}{
		{makecom.AnswerNo, http.MethodHead, queuePath, 405, "GET, DELETE"},
		{makecom.AnswerNo, http.MethodPut, queuePath, 405, "GET, DELETE"},
		{makecom.AnswerNo, http.MethodHead, "/api/v2/nothing", 404, ""},
		{makecom.AnswerYes, http.MethodHead, queuePath, 200, ""},
		{makecom.AnswerYes, http.MethodHead, queuePath + "?pg[limit]=1", 200, ""},
		{makecom.AnswerYes, http.MethodHead, queuePath + "/stats", 200, ""},
		{makecom.AnswerYes, http.MethodHead, queuePath + "/" + objectItem, 200, ""},
		{makecom.AnswerYes, http.MethodHead, "/api/v2/hooks/1/incomings", 404, ""},
		{makecom.AnswerYes, http.MethodHead, queuePath + "/", 404, ""},
		{makecom.AnswerYes, http.MethodHead, "/api/v2/hooks/654/enable", 405, "POST"},
		{makecom.AnswerYes, http.MethodPut, queuePath, 405, "GET, HEAD, DELETE"},
	} {
		t.Run(e.answer+" "+e.method+" "+e.path, func(t *testing.T) {
			c := newClient(t, mockserver.WithDialect(contract.Dialect{makecom.HTTPHead.ID: e.answer}))
			got := c.direct(e.method, e.path)
			if got.Status != e.status || got.Header.Get("Allow") != e.allow {
				t.Errorf("%d, Allow: %s", got.Status, got.Header.Get("Allow"))
			}
			if e.method == http.MethodHead && got.Body != "" {
				t.Errorf("there is a body: %s", got.Body)
			}
			if get := c.direct(http.MethodGet, e.path); e.status == http.StatusOK {
				if diff := cmp.Diff(plainHead(get.Header), plainHead(got.Header)); diff != "" {
					t.Errorf("headers (-GET +HEAD):\n%s", diff)
				}
			}
		})
	}
}

// plainHead is a header without what each answer has of its own.
func plainHead(h http.Header) http.Header {
	h = h.Clone()
	h.Del("X-Request-Id")
	return h
}

// A token that may not read gets the same refusal by HEAD as by GET.
func TestHeadWantsTheScopeOfGet(t *testing.T) {
	c := newClient(t, mockserver.WithDialect(contract.Dialect{makecom.HTTPHead.ID: makecom.AnswerYes}))
	c.token = mint(t, c, "hooks:write")
	if got := c.direct(http.MethodHead, queuePath); got.Status != http.StatusForbidden {
		t.Errorf("got %d", got.Status)
	}
}
