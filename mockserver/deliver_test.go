package mockserver_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // neither fails on a buffer
	_ = w.Close()
	return b.String()
}

// deliver sends a body to the own address of hook 654.
func (c *client) deliver(body string, header http.Header) answer {
	c.t.Helper()
	var hook struct{ Hook struct{ URL string } }
	if err := json.Unmarshal([]byte(c.do(http.MethodGet, "/api/v2/hooks/654", "").Body), &hook); err != nil {
		c.t.Fatal(err)
	}
	r := c.request(http.MethodPost, strings.TrimPrefix(hook.Hook.URL, c.url), body)
	r.Header = header
	return c.send(r)
}

// What a delivery is refused for is said in its answer, and the queue stays as it was.
func TestDeliveriesAreKeptOrRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		body   string
		header http.Header
		status int
		want   string // the data, or what the refusal says
	}{
		{"a broken parameter", `{"a":1.0}`, http.Header{"Content-Type": {"application/json; charset"}}, 200, `{"a":1.0}`},
		{"gzip", gzipped("a=1"), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Content-Encoding": {"gzip"}}, 200, `{"a":"1"}`},
		{"gzip in two lines", gzipped(gzipped("{}")), http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip", "gzip"}}, 200, `{}`},
		{"two types", "{}", http.Header{"Content-Type": {"application/json", "text/plain"}}, 400, "more than one media type"},
		{"brotli", "x", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"br"}}, 415, `"br"`},
		{"a charset", "\x80", http.Header{"Content-Type": {"text/plain; charset=windows-1252"}}, 200, `{"value":"€"}`},
		{"an unknown charset", "x", http.Header{"Content-Type": {"text/plain; charset=klingon"}}, 415, "klingon"},
		{"a bomb", gzipped(strings.Repeat("x", makecom.MaxPayloadBytes+1)), http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {"gzip"}}, 413, "5 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			mock := newClient(t)
			before := mock.queued("654")
			a := mock.deliver(c.body, c.header)
			if a.Status != c.status {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			if c.status == http.StatusOK {
				mock.wantData(a.Header.Get(makecom.HeaderRequestID), c.want)
				return
			}
			if !strings.Contains(a.Body, c.want) {
				t.Errorf("%s does not say %s", a.Body, c.want)
			}
			if diff := cmp.Diff(before, mock.queued("654")); diff != "" {
				t.Errorf("the queue changed:\n%s", diff)
			}
		})
	}
}

// wantData wants an item to show this data, digit for digit.
func (c *client) wantData(id, want string) {
	c.t.Helper()
	if shown := c.do(http.MethodGet, queuePath+"/"+id, ""); !strings.Contains(shown.Body, `"data":`+want) {
		c.t.Errorf("%s shows %s, want %s", id, shown.Body, want)
	}
}

func TestDialectDecidesOnUnusualDeliveries(t *testing.T) {
	for _, c := range []struct {
		question *contract.Question
		answer   string
		body     string
		header   http.Header
		status   int
		data     string
	}{
		{makecom.IngestJSONMark, makecom.AnswerError400, "\ufeff{}", http.Header{"Content-Type": {"application/json"}}, 400, ""},
		{makecom.IngestContentEncoding, makecom.AnswerError415, gzipped("{}"), http.Header{"Content-Encoding": {"gzip"}}, 415, ""},
		{makecom.IngestCharset, makecom.AnswerError415, "x", http.Header{"Content-Type": {"text/plain; charset=koi8-r"}}, 415, ""},
		{makecom.IngestInvalidText, makecom.AnswerReplaced, "\xff", http.Header{"Content-Type": {"text/plain"}}, 200, "{\"value\":\"\ufffd\"}"},
		{makecom.IngestDuplicateMembers, makecom.AnswerLastWins, `{"a":1,"a":2}`, http.Header{"Content-Type": {"application/json"}}, 200, `{"a":2}`},
		{makecom.IngestBrokenEscape, makecom.AnswerAsSent, "a=%", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, 200, `{"a":"%"}`},
	} {
		t.Run(c.question.ID, func(t *testing.T) {
			mock := newClient(t, mockserver.WithDialect(contract.Dialect{c.question.ID: c.answer}))
			a := mock.deliver(c.body, c.header)
			if a.Status != c.status {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
			if c.data != "" {
				mock.wantData(a.Header.Get(makecom.HeaderRequestID), c.data)
			}
		})
	}
}
