// Package natstest starts real NATS servers for tests. There is no mock of them.
package natstest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// Start starts a NATS server, which ends with the test, and returns its address. What else is to be in its configuration, such as
// [JetStream], is given. A test that has no program to start is skipped.
func Start(tb testing.TB, program, more string) (url string) {
	tb.Helper()
	if program == "" {
		tb.Skip("it needs a nats-server: make cluster-test")
	}
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "nats.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, "listen: %q\nlog_file: %q\n%s\n", addr, file+".log", more), 0o600); err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(program, "-c", file) //nolint:noctx // it outlives what uses it
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // that it was killed is no news
	})
	url = "nats://" + addr
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := nats.Connect(url)
		if err == nil {
			conn.Close()
		}
		if err == nil || errors.Is(err, nats.ErrAuthorization) {
			return url
		}
		if time.Now().After(deadline) {
			tb.Fatal(err)
		}
	}
}

// JetStream is the configuration of a file store that ends with the test.
func JetStream(tb testing.TB) string {
	tb.Helper()
	return fmt.Sprintf("jetstream { store_dir: %q }", tb.TempDir())
}
