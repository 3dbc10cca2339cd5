package distance_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/internal/distance"
)

// echo answers each line with the same line, until nothing more comes.
func echo(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // the test is over
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(conn, conn) // whoever asks sees what came back
				_ = conn.Close()           // as above
			}()
		}
	}()
	return l
}

func TestEverythingArrivesInOrderAndLater(t *testing.T) {
	const roundTrip = 20 * time.Millisecond
	p, err := distance.Listen(t.Context(), echo(t).Addr().String(), roundTrip)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	dialled := time.Now()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // the test is over
	answers := bufio.NewReader(conn)
	for n, least := range []time.Duration{2 * roundTrip, roundTrip, roundTrip} { // the first one waits until the line is open
		line, began := strings.Repeat(fmt.Sprint(n), 100_000)+"\n", time.Now()
		if n == 0 {
			began = dialled // the line was being opened from then on
		}
		go func() { _, _ = io.WriteString(conn, line) }() // the answer tells
		got, err := answers.ReadString('\n')
		if err != nil || got != line {
			t.Fatalf("line %d: got %d bytes, %v; want the same %d bytes", n, len(got), err, len(line))
		}
		if took := time.Since(began); took < least {
			t.Errorf("line %d was back after %v, want %v at least", n, took, least)
		}
	}
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		t.Fatal("the connection cannot be closed by half")
	}
	if err := half.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(answers); err != nil || len(rest) > 0 {
		t.Errorf("after the end came %q, %v; want nothing", rest, err)
	}
}
