package cluster

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
)

// ownerOf is an owner behind a listener, of a mock of its own, without a stream: nothing is kept.
func ownerOf(t *testing.T) (*Node, *httptest.Server) {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithMaxBody(100 << 10))
	if err != nil {
		t.Fatal(err)
	}
	n := nodeOf(mock)
	web := httptest.NewServer(n)
	n.options.Address, n.options.Control = web.URL, web.URL
	t.Cleanup(func() {
		web.Close()
		if err := mock.Close(); err != nil {
			t.Error(err)
		}
	})
	return n, web
}

// nodeOf is an owner whose worlds are those of a mock.
func nodeOf(mock *mockserver.Server) *Node {
	n := &Node{id: "owner", key: "the-key", options: Options{}.complete()}
	n.owner.Store(newOwner(newLog(nil, n.options, newState(), 1, 1), mock))
	n.until.Store(&belief{time.Now(), time.Now().Add(time.Hour)})
	return n
}

// followerOf is a replica that knows the lease of an owner.
func followerOf(t *testing.T, l lease) (*Node, *httptest.Server) {
	t.Helper()
	n := &Node{id: "follower", key: "another-key", options: Options{hold: time.Millisecond}.complete()}
	n.life = t.Context()
	n.set(seen{l, 1, time.Now()})
	web := httptest.NewServer(n)
	t.Cleanup(web.Close)
	return n, web
}

// odd is a request as its bytes, and the body that is sent only when the server asks for it.
type odd struct {
	name, request string
	body          string // after 100 Continue
	ends          bool   // the client says that nothing more comes
	again         bool   // the server resets the connection soon after the answer, and a slow client does not see it
}

func request(line string, more ...string) string {
	return line + "\r\nHost: 127.0.0.1:8654\r\nAuthorization: Token odd\r\n" + strings.Join(more, "\r\n") + "\r\n\r\n"
}

const aList = "GET /api/v2/hooks/654/incomings HTTP/1.1"

// odds are requests that a proxy is known to change.
func odds() []odd {
	faults := func(rule string) odd {
		body := `[` + rule + `]`
		return odd{name: "program " + rule, request: request("PUT /_understudy/v1/worlds/odd/faults HTTP/1.1", "Content-Type: application/json", fmt.Sprint("Content-Length: ", len(body))) + body}
	}
	all := []odd{
		{name: "headers of proxies", request: request(aList, "Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2", "X-Forwarded-Host: a.example", "X-Forwarded-Proto: https", "Via: 1.1 a")},
		{name: "headers of a connection", request: request(aList, "Connection: keep-alive, X-Mine", "Keep-Alive: timeout=5", "X-Mine: 1", "Te: trailers", "Proxy-Connection: keep-alive", "Upgrade: h2c")},
		{name: "an end", request: request(aList, "Connection: close")},
		{name: "two agents", request: request(aList, "User-Agent: one", "User-Agent: two")},
		{name: "no agent", request: request(aList, "User-Agent: ")},
		{name: "a key for repeats", request: request(aList, "Idempotency-Key: 7", "X-Idempotency-Key: 8")},
		{name: "encodings", request: request(aList, "Accept-Encoding: gzip, br", "Range: bytes=0-3", "Cookie: a=b", "Cookie: c=d")},
		{name: "a byte that is no letter", request: request(aList, "X-Name: J\xf6rg \xff", "User-Agent: \xf6")},
		{name: "a replica's header", request: request(aList, "Understudy-Forwarded: spoof", "Understudy-Elsewhere: true", "Understudy-Doubt: true")},
		{name: "a replica's address", request: request("POST /_understudy/v1/worlds/odd/clock/advance HTTP/1.1", "Content-Length: 0", "Understudy-Forwarded: another-key method=GET")},
		{name: "HEAD", request: request("HEAD /api/v2/hooks HTTP/1.1")},
		{name: "OPTIONS", request: request("OPTIONS /api/v2/hooks HTTP/1.1")},
		{name: "TRACE", request: request("TRACE /api/v2/hooks HTTP/1.1")},
		{name: "CONNECT", request: request("CONNECT 127.0.0.1:8654 HTTP/1.1")},
		{name: "a method of nobody's", request: request("BREW /api/v2/hooks HTTP/1.1")},
		{name: "a GET with a body", request: request("GET /api/v2/hooks/654 HTTP/1.1", "Content-Length: 2") + "{}"},
		{name: "HTTP/1.0", request: request("GET /api/v2/hooks/654 HTTP/1.0")},
		{name: "HTTP/1.0 that stays", request: request("GET /api/v2/hooks/654 HTTP/1.0", "Connection: keep-alive")},
		{name: "an absolute address", request: request("GET http://127.0.0.1/api/v2/hooks/654?a=%7e&b=%zz;c HTTP/1.1")},
		{name: "an odd path", request: request("GET //api/../api/%76%32/hooks/6%354?&&=%20+ HTTP/1.1")},
		{name: "an empty query", request: request("GET /api/v2/hooks/654? HTTP/1.1")},
		{name: "another host", request: "GET /api/v2/hooks/654 HTTP/1.1\r\nHost: elsewhere.example\r\nAuthorization: Token odd\r\n\r\n"},
		{name: "nothing is there", request: request("GET /nothing HTTP/1.1")},
		{name: "a body in chunks", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Transfer-Encoding: chunked", "Trailer: X-Sum") + "2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n"},
		{name: "no chunk", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Transfer-Encoding: chunked") + "0\r\n\r\n"},
		{name: "a broken chunk", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Transfer-Encoding: chunked") + "zz\r\n"},
		{name: "a length of nothing", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Content-Length: 0")},
		{name: "a body that is cut", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Content-Length: 9") + "{}", ends: true},
		{name: "a body that waits", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Expect: 100-continue", "Content-Length: 2"), body: "{}"},
		{name: "a body in chunks that waits", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Expect: 100-Continue", "Transfer-Encoding: chunked"), body: "2\r\n{}\r\n0\r\n\r\n"},
		{name: "a large body that waits", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Expect: 100-continue", "Content-Length: 90000"), body: strings.Repeat("x", 90000)},
		{name: "a body that waits and is not wanted", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Expect: 100-continue", "Content-Length: 3000000"), body: strings.Repeat("x", 3000000)},
		{name: "a large body", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Content-Length: 90000") + strings.Repeat("x", 90000)},
		{name: "a body that is too large", request: request("POST /api/v2/hooks/654/enable HTTP/1.1", "Content-Length: 120000") + strings.Repeat("x", 120000)},
		{name: "a body that is much too large", request: strings.Replace(request("POST /api/v2/hooks/654/enable HTTP/1.1", "Content-Length: 900000"), "odd", "large", 1) + strings.Repeat("x", 900000), again: true},
		{name: "a client that says nothing more", request: request(aList), ends: true},
		{name: "another wish", request: request(aList, "Expect: 200-ok")},
	}
	for _, rule := range []string{`"truncate":5`, `"reset":true`, `"malformed":true`, `"slow":"20ms"`, `"latency":"1ms"`, `"status":503`} {
		all = append(all, faults(`{"operation":"*",`+rule+`}`), odd{name: rule, request: request("GET /api/v2/hooks/654 HTTP/1.1")})
	}
	return append(all, odd{name: "the faults end", request: faults("").request})
}

// Whichever replica a client asks, it gets the same answer, byte for byte but for the order of headers, and the journal has the same request.
func TestAReplicaThatSendsOnIsNotSeen(t *testing.T) {
	_, direct := ownerOf(t)
	behind, _ := ownerOf(t)
	_, through := followerOf(t, behind.own())
	for _, o := range odds() {
		want, got := transcript(t, direct, o), transcript(t, through, o)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: at the owner (-) and at another replica (+):\n%s", o.name, diff)
		}
	}
	journal := odd{request: request("GET /_understudy/v1/worlds/odd/journal HTTP/1.1")}
	want, got := transcript(t, direct, journal), transcript(t, through, journal)
	wants, gots := strings.Split(want, `{"api"`), strings.Split(got, `{"api"`)
	for i := range min(len(wants), len(gots)) {
		if diff := cmp.Diff(wants[i], gots[i]); diff != "" {
			t.Fatalf("exchange %d of %d in the journal at the owner (-) and of %d at another replica (+):\n%s", i, len(wants), len(gots), diff)
		}
	}
	if n := len(wants); n < len(odds())/2 {
		t.Errorf("the journal has %d exchanges", n)
	}
}

// changing is what differs between two mocks at different moments.
var changing = regexp.MustCompile(`Date: [^\r\n]*|"(?:at|took|tookMs|now)":(?:"[^"]*"|[0-9.]+)`)

// transcript is all that a server sends to a request, and how it ends.
func transcript(t *testing.T, web *httptest.Server, o odd) string {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.WriteString(conn, o.request) // that the server does not want it all shows in the answer
		if tcp, ok := conn.(*net.TCPConn); ok && o.ends {
			_ = tcp.CloseWrite()
		}
	}()
	var all bytes.Buffer
	answer, end := received(bufio.NewReader(io.TeeReader(conn, &all)), o, conn)
	if o.again && end != "whole" {
		return transcript(t, web, o)
	}
	text := strings.Join(heads(all.String()), "\n\n") + "\n\n" + answer
	return changing.ReplaceAllString(text, "…") + "\n" + end
}

// heads are those of the answers, the interim ones among them, with their headers in order: it says nothing.
func heads(answers string) (all []string) {
	head, rest, _ := strings.Cut(answers, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	slices.Sort(lines[1:])
	all = append(all, strings.Join(lines, "\n"))
	if strings.HasPrefix(head, "HTTP/1.1 100 ") {
		return append(all, heads(rest)...)
	}
	return all
}

// received reads an answer, and returns its body and how it ends.
func received(from *bufio.Reader, o odd, to io.Writer) (body, end string) {
	method, _, _ := strings.Cut(o.request, " ")
	for {
		answer, err := http.ReadResponse(from, &http.Request{Method: method})
		if err != nil {
			return "", "no answer: " + kind(err)
		}
		if answer.StatusCode == http.StatusContinue {
			if _, err := io.WriteString(to, o.body); err != nil {
				return "", "the body was not taken: " + kind(err)
			}
			continue
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close() // it is read
		if err != nil {
			return string(text), "cut: " + kind(err)
		}
		return string(text), "whole"
	}
}

// kind is what an error says of the connection.
func kind(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	}
	return err.Error()
}

// Nobody without the key of an owner is taken for a replica, however well they know how requests are sent on, and nothing is done for them.
func TestOnlyReplicasSendOn(t *testing.T) {
	owner, web := ownerOf(t)
	for name, c := range map[string]struct {
		key    string
		status int
	}{
		"the key":           {owner.key, http.StatusOK},
		"no key":            {"", http.StatusServiceUnavailable},
		"another one":       {"another-key", http.StatusServiceUnavailable},
		"half of it":        {owner.key[:3], http.StatusServiceUnavailable},
		"more than the key": {owner.key + "s", http.StatusServiceUnavailable},
	} {
		asked := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v2/hooks/654", http.NoBody)
		asked.Header.Set("Authorization", "Token odd")
		asked.Host = web.Listener.Addr().String()
		q, err := wrap(t.Context(), asked, web.URL, c.key, new(parcel))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // its head is all that is looked at
		if elsewhere := answer.Header.Get(elsewhereHeader) != ""; answer.StatusCode != c.status || elsewhere == (c.status == http.StatusOK) {
			t.Errorf("%s: %d %v, want %d", name, answer.StatusCode, answer.Header, c.status)
		}
	}
}

// A replica is ready while it can have requests answered, as far as it knows.
func TestReady(t *testing.T) {
	owner, ownerWeb := ownerOf(t)
	follower, followerWeb := followerOf(t, owner.own())
	want := func(when string, web *httptest.Server, status int) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, web.URL+"/_understudy/readyz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != status {
			t.Errorf("%s: %d %s, want %d", when, answer.StatusCode, text, status)
		}
	}
	want("the owner, in its lease", ownerWeb, http.StatusOK)
	want("another replica, in the lease", followerWeb, http.StatusOK)
	owner.until.Store(&belief{time.Now().Add(-time.Minute), time.Now().Add(-time.Second)})
	long := time.Now().Add(-time.Hour)
	follower.other.Load().heard.Store(&long)
	want("the owner, after its lease", ownerWeb, http.StatusServiceUnavailable)
	want("another replica, after the lease", followerWeb, http.StatusServiceUnavailable)
	follower.set(seen{owner.own(), 2, time.Now()})
	want("another replica, when the lease is renewed", followerWeb, http.StatusOK)
}

// That nobody can reach the owner is said as that, with the flag that is about it.
func TestAnOwnerThatCannotBeReached(t *testing.T) {
	follower, web := followerOf(t, lease{Replica: "owner", Address: "http://127.0.0.1:1", Control: "http://127.0.0.1:1"})
	follower.options.hold = 50 * time.Millisecond
	got := transcript(t, web, odd{request: request(aList)})
	if !strings.Contains(got, "503 Service Unavailable") || !strings.Contains(got, "--cluster-address") || !strings.Contains(got, "Nothing was done") {
		t.Error(got)
	}
}

// slowOwner is a replica of another kind: it says when it was asked, and answers when it is told to.
func slowOwner(t *testing.T) (l lease, asked <-chan struct{}, answer chan<- struct{}) {
	t.Helper()
	in, out := make(chan struct{}, 1), make(chan struct{}, 1) // nobody waits for a client that is cut off
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in <- struct{}{}
		select {
		case <-out:
			_, _ = io.WriteString(w, "it is done") // the test looks at it
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(web.Close)
	return lease{Replica: "slow", Address: web.URL, Control: web.URL}, in, out
}

// lost has a request sent on to an owner whose time ends while it answers, and returns what the client gets. What is done after that time
// ended is up to the caller.
func lost(t *testing.T, parting time.Duration, then func(answer chan<- struct{})) string {
	t.Helper()
	slow, asked, answer := slowOwner(t)
	follower, web := followerOf(t, slow)
	follower.options.parting = parting
	got := make(chan string)
	go func() { got <- transcript(t, web, odd{request: request(aList)}) }()
	<-asked
	follower.set(seen{lease{Replica: "next", Address: "http://127.0.0.1:1"}, 2, time.Now()})
	then(answer)
	return <-got
}

// What an owner lets out is right, also when it comes after its time: a client is not cut off from an answer that can be had.
func TestAnAnswerThatComesAfterTheOwnersTime(t *testing.T) {
	got := lost(t, time.Hour, func(answer chan<- struct{}) { answer <- struct{}{} })
	if !strings.Contains(got, "200 OK") || !strings.HasSuffix(got, "it is done\nwhole") {
		t.Error(got)
	}
}

// When no answer comes from an owner after its time, the client is told that nobody knows, and not left with a closed connection.
func TestNoAnswerAfterTheOwnersTime(t *testing.T) {
	got := lost(t, time.Millisecond, func(chan<- struct{}) {})
	if !strings.Contains(got, "503 Service Unavailable") || !strings.Contains(got, doubtHeader) || !strings.Contains(got, "not known whether") {
		t.Error(got)
	}
}
