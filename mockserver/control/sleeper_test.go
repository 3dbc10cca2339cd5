package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/journal"
)

const deadline = 30 * time.Second // for what takes no time on a machine that has some

// sleeper is a browser that has the events of a world open, and reads them when it is told to.
type sleeper struct {
	t    *testing.T
	conn net.Conn
	text *bufio.Scanner
}

// follow opens the events behind an exchange, and reads the head of the answer.
func follow(t *testing.T, address, after string) *sleeper {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10) // only so that less is written before the browser is found asleep
	}
	head := "GET /_understudy/v1/worlds/demo/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + after + "\r\n\r\n"
	if _, err := conn.Write([]byte(head)); err != nil {
		t.Fatal(err)
	}
	s := &sleeper{t, conn, bufio.NewScanner(conn)}
	s.text.Buffer(nil, 1<<20)
	s.until(": the events of this world")
	return s
}

// until reads on to a line, and reports whether it came before the stream ended.
func (s *sleeper) until(line string) bool {
	s.t.Helper()
	if err := s.conn.SetReadDeadline(time.Now().Add(deadline)); err != nil {
		s.t.Fatal(err)
	}
	for s.text.Scan() {
		if strings.TrimSpace(s.text.Text()) == line {
			return true
		}
	}
	return false
}

// skipped is how many events the browser is told to have missed, 0 where the stream ended before it was told.
func (s *sleeper) skipped() (count int) {
	s.t.Helper()
	if !s.until("event: skipped") || !s.text.Scan() {
		return 0
	}
	var told struct{ Count int }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(s.text.Text(), "data: ")), &told); err != nil {
		s.t.Fatal(err)
	}
	return told.Count
}

// A browser that is asleep holds no request up, and is told how many events it missed when it wakes up.
func TestASleepingBrowserHoldsNothingUp(t *testing.T) {
	server, err := mockserver.New(mockserver.WithJournal(journal.Limits{Entries: 20, Bytes: 4 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(server)
	web.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10) //nolint:forcetypeassert,errcheck // so that the connection holds little
		return ctx
	}
	web.Start()
	t.Cleanup(func() { server.EndStreams(); web.Close() })
	ask := func(query string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/api/v2/hooks/654/incomings/stats?"+query, nil)
		r.Header.Set("Authorization", "Token demo")
		server.ServeHTTP(httptest.NewRecorder(), r)
	}
	ask("")
	asleep := follow(t, web.Listener.Addr().String(), "1")
	const requests = 300 // of 8 KB: more than the journal and the connection hold
	ctx, cancel := context.WithTimeout(t.Context(), 4*deadline)
	defer cancel()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		for i := range requests {
			ask(fmt.Sprint("x=", i, strings.Repeat("y", 8<<10)))
		}
	}()
	select {
	case <-answered:
	case <-ctx.Done():
		t.Fatal("a browser that reads nothing holds requests up")
	}
	missed := asleep.skipped()
	if missed == 0 { // the stream was given up meanwhile; the browser comes back for what followed the first exchange
		missed = follow(t, web.Listener.Addr().String(), "1").skipped()
	}
	if missed <= 0 || missed > requests {
		t.Errorf("%d events were missed, of %d", missed, requests)
	}
}

// A page that was closed leaves nothing behind: the server can end at once, with nobody to tell the stream to.
func TestAPageThatIsClosedLeavesNothingBehind(t *testing.T) {
	server, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/_understudy/v1/worlds/demo/tokens", strings.NewReader("{}"))
	server.ServeHTTP(httptest.NewRecorder(), r)
	page := follow(t, web.Listener.Addr().String(), "0")
	_ = page.conn.Close()
	closed := make(chan struct{})
	go func() {
		web.Close() // waits for every request that is being answered
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(deadline):
		t.Error("the stream of a page that was closed is still open")
		server.EndStreams()
	}
}
