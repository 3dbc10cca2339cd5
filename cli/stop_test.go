package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// served is a running understudy serve.
type served struct {
	process *exec.Cmd
	addr    string
	stderr  bytes.Buffer
}

func serveProcess(t *testing.T, flags ...string) *served {
	t.Helper()
	args := append(flags, "--addr", "127.0.0.1:0", "--port-file", filepath.Join(t.TempDir(), "port"))
	s := &served{process: exec.CommandContext(t.Context(), "understudy", append([]string{"serve"}, args...)...)}
	s.process.Stderr = &s.stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	var line struct{ Addr string }
	if err := json.NewDecoder(out).Decode(&line); err != nil {
		t.Fatalf("no ready line: %v", err)
	}
	s.addr = line.Addr
	return s
}

// stop tells the server to stop and wants it to end well within the time.
func (s *served) stop(t *testing.T, within time.Duration) {
	t.Helper()
	began := time.Now()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("it ended with %v: %s", err, s.stderr.String())
	}
	if took := time.Since(began); took > within {
		t.Errorf("it took %s to stop", took)
	}
}

func (s *served) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A connection on which nothing was asked holds nobody up.
func TestStopWaitsForNobodyWhoAsksNothing(t *testing.T) {
	for name, sent := range map[string]string{"nothing sent": "", "half a head": "GET /api/v2/hooks"} {
		t.Run(name, func(t *testing.T) {
			s := serveProcess(t, "--drain", "1m")
			if _, err := io.WriteString(s.dial(t), sent); err != nil {
				t.Fatal(err)
			}
			s.stop(t, 10*time.Second)
		})
	}
}

// Of what is answered while the server stops nothing is cut off.
func TestStopUnderLoad(t *testing.T) {
	s := serveProcess(t)
	l := &stopLoad{warm: make(chan struct{})}
	var clients sync.WaitGroup
	for range 16 {
		conn := s.dial(t)
		clients.Go(func() { l.run(conn) })
	}
	select {
	case <-l.warm:
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not answer")
	}
	s.stop(t, 2*time.Second)
	clients.Wait()
	if l.failure != nil {
		t.Errorf("after %d answers: %v", l.answers.Load(), l.failure)
	}
	t.Logf("%d answers, all of them complete", l.answers.Load())
}

// An answer that is under way arrives whole, and one that would take too long holds nobody up.
func TestStopDuringAnAnswer(t *testing.T) {
	for slow, whole := range map[string]bool{"300ms": true, "1m": false} {
		t.Run(slow, func(t *testing.T) {
			within := 2 * time.Second
			if !whole {
				within += time.Second // of which 1.5 s are waited for the answer, whatever else the machine does
			}
			s := serveProcess(t)
			const world = "/_understudy/v1/worlds/load/"
			s.exchange(t, "PUT", world+"faults", `[{"operation":"listHookIncomings","slow":"`+slow+`"}]`)
			conn := s.dial(t)
			if _, err := io.WriteString(conn, "GET /api/v2/hooks/654/incomings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token load\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			s.exchange(t, "GET", world+"journal?wait=1&timeout=10s", "") // the exchange is recorded when its answer begins
			s.stop(t, within)
			if _, err := complete(bufio.NewReader(conn)); (err == nil) != whole {
				t.Errorf("whole: %t, got %v", whole, err)
			}
		})
	}
}

// exchange wants a call to succeed.
func (s *served) exchange(t *testing.T, method, path, body string) {
	t.Helper()
	conn := s.dial(t)
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if text, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s, %v: %s", method, path, response.Status, err, text)
	}
}

// stopLoad is clients that ask, each on one connection, until it ends.
type stopLoad struct {
	answers atomic.Int64
	warm    chan struct{} // closed once the load is under way

	once    sync.Once
	failure error // the first
}

// warmAnswers is how many answers make a load.
const warmAnswers = 2000

func (l *stopLoad) run(conn net.Conn) {
	in := bufio.NewReader(conn)
	var minted string
	for {
		for i, request := range []string{
			"POST /wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.load HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n{\"n\":1}",
			"GET /api/v2/hooks/654/incomings/stats HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token load\r\n\r\n",
			"DELETE /api/v2/hooks/654/incomings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token load\r\nContent-Type: application/json\r\n" +
				"Content-Length: 44\r\n\r\n{\"ids\":[\"" + fmt.Sprintf("%-32s", minted) + "\"]}", // that of the round before
		} {
			if _, err := io.WriteString(conn, request); err != nil {
				return // the server is gone
			}
			if _, err := in.Peek(1); err != nil {
				return // nothing was answered
			}
			id, err := complete(in)
			if err != nil {
				l.once.Do(func() { l.failure = err })
				return
			}
			if i == 0 {
				minted = id
			}
			if l.answers.Add(1) == warmAnswers {
				close(l.warm)
			}
		}
	}
}

// complete reads one answer and finds it whole.
func complete(in *bufio.Reader) (id string, err error) {
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		return "", fmt.Errorf("head: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return "", fmt.Errorf("body: %w", err)
	case response.StatusCode != http.StatusOK:
		return "", fmt.Errorf("%s: %s", response.Status, body)
	case response.ContentLength != int64(len(body)):
		return "", fmt.Errorf("%d bytes of %d", len(body), response.ContentLength)
	case strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") && !json.Valid(body):
		return "", fmt.Errorf("no JSON: %q", body)
	}
	return response.Header.Get("X-Request-Id"), nil
}

// A port file that a stopped server leaves behind would lead to nobody.
func TestStopRemovesThePortFile(t *testing.T) {
	s := serveProcess(t)
	file := s.process.Args[len(s.process.Args)-1]
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	s.stop(t, 10*time.Second)
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}
