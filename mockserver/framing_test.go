package mockserver_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/openapi/makecom"
)

// written is the answer to bytes that go out as they are; {path} is the address of hook 654. The client sends no more after them.
func (c *client) written(text string) answer {
	c.t.Helper()
	var hook struct{ Hook struct{ URL string } }
	if err := json.Unmarshal([]byte(c.do(http.MethodGet, "/api/v2/hooks/654", "").Body), &hook); err != nil {
		c.t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(c.t.Context(), "tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(text, "{path}", strings.TrimPrefix(hook.Hook.URL, c.url))); err != nil {
		c.t.Fatal(err)
	}
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		c.t.Fatalf("%T cannot be closed by half", conn)
	}
	if err := half.CloseWrite(); err != nil {
		c.t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	resp, err := http.ReadResponse(answers, nil)
	if err == nil && resp.StatusCode == http.StatusContinue {
		resp, err = http.ReadResponse(answers, nil)
	}
	if err != nil {
		return answer{}
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body) // of an answer that is cut off, the status counts
	return answer{Status: resp.StatusCode, Header: resp.Header, Body: string(body)}
}

// However a delivery is framed (RFC 9112, 6), all of its body is kept, or nothing of it is.
func TestDeliveriesInEveryFraming(t *testing.T) {
	const post, chunked = "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n", "Transfer-Encoding: chunked\r\n\r\n"
	mock := newClient(t)
	for _, c := range []struct {
		name, sent string
		kept       string // "" when it must not be accepted
	}{
		{"a length", post + "Content-Length: 9\r\n\r\n{\"a\":1.0}", `{"a":1.0}`},
		{"a length that was said twice", post + "Content-Length: 9\r\nContent-Length: 9\r\n\r\n{\"a\":1.0}", `{"a":1.0}`},
		{"two lengths", post + "Content-Length: 9\r\nContent-Length: 8\r\n\r\n{\"a\":1.0}", ""},
		{"a list of lengths", post + "Content-Length: 9, 9\r\n\r\n{\"a\":1.0}", ""},
		{"a signed length", post + "Content-Length: +9\r\n\r\n{\"a\":1.0}", ""},
		{"a length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n{\"a\":1.0}", ""},
		{"a body that ends early", post + "Content-Length: 10\r\n\r\n{\"a\":1.0}", ""},
		{"more than the length", post + "Content-Length: 9\r\nConnection: close\r\n\r\n{\"a\":1.0}{\"b\":2}", `{"a":1.0}`},
		{"chunks", post + chunked + "4\r\n{\"a\"\r\n5\r\n:1.0}\r\n0\r\n\r\n", `{"a":1.0}`},
		{"a chunk a byte", post + chunked + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", `{}`},
		{"sizes with zeros and capitals", post + chunked + "0000A\r\n{\"a\":1.00}\r\n000\r\n\r\n", `{"a":1.00}`},
		{"an extension of a chunk", post + chunked + "9;name=\"v\"\r\n{\"a\":1.0}\r\n0;last\r\n\r\n", `{"a":1.0}`},
		{"a trailer", post + "Trailer: Expires\r\n" + chunked + "9\r\n{\"a\":1.0}\r\n0\r\nExpires: never\r\n\r\n", `{"a":1.0}`},
		{"a trailer that would change the type", post + chunked + "9\r\n{\"a\":1.0}\r\n0\r\nContent-Type: text/plain\r\n\r\n", `{"a":1.0}`},
		{"chunks without an end", post + chunked + "9\r\n{\"a\":1.0}\r\n", ""},
		{"a chunk that ends early", post + chunked + "a\r\n{\"a\":1.0}", ""},
		{"a chunk longer than its size", post + chunked + "8\r\n{\"a\":1.0}\r\n0\r\n\r\n", ""},
		{"a size that is no number", post + chunked + "nine\r\n{\"a\":1.0}\r\n0\r\n\r\n", ""},
		{"a size beyond 64 bits", post + chunked + "10000000000000009\r\n{\"a\":1.0}\r\n0\r\n\r\n", ""},
		{"chunks within another coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n9\r\n{\"a\":1.0}\r\n0\r\n\r\n", ""},
		{"a coding that nobody knows", post + "Transfer-Encoding: fold\r\n\r\n{\"a\":1.0}", ""},
		{"HTTP/1.0", "POST {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":1.0}", `{"a":1.0}`},
		{"a client that waits to be told to go on", post + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n{\"a\":1.0}", `{"a":1.0}`},
		{"an expectation that nobody knows", post + "Expect: tea\r\nContent-Length: 9\r\n\r\n{\"a\":1.0}", ""},
		{"a control character in a field", post + "X-Odd: \x00\r\nContent-Length: 9\r\n\r\n{\"a\":1.0}", ""},
		{"a space before the colon", post + "Content-Length : 9\r\n\r\n{\"a\":1.0}", ""},
		{"no Host", "POST {path} HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"a\":1.0}", ""},
	} {
		before := mock.queued("654")
		a := mock.written(c.sent)
		if c.kept != "" {
			if a.Status != http.StatusOK {
				t.Errorf("%s: %d %s, want it to be accepted", c.name, a.Status, a.Body)
				continue
			}
			mock.wantData(a.Header.Get(makecom.HeaderRequestID), c.kept)
			continue
		}
		if a.Status != 0 && a.Status < 400 || a.Status == http.StatusForbidden { // 403 is about Host, and says nothing here
			t.Errorf("%s: %d %s, want a refusal", c.name, a.Status, a.Body)
		}
		if diff := cmp.Diff(before, mock.queued("654")); diff != "" {
			t.Errorf("%s: the queue changed:\n%s", c.name, diff)
		}
	}
}
