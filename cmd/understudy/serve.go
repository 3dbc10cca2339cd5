package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// serveFlags are the settings of serve.
type serveFlags struct {
	addr      string
	portFile  string
	tokens    string
	seed      int64
	maxWorlds int
	maxBody   int64
	drain     time.Duration
}

func newServeCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Play the vendors",
		Long: `Serve plays the vendors on one address: Make under /api/v2, hooks' own addresses under /wh,
the control API under /_understudy.

Any token opens a world of its own, a copy of the base world, so that parallel tests share one
server and never meet. When it listens, serve writes the port file and prints one line of JSON.
SIGTERM lets running requests finish and stops.`,
		Example: `  understudy serve
  understudy serve --addr 127.0.0.1:0 --port-file /tmp/port
  curl -H 'Authorization: Token demo' http://127.0.0.1:8654/api/v2/hooks/654/incomings`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:8654", "address to listen on; port 0 takes a free one")
	flags.StringVar(&f.portFile, "port-file", "", "file to write the port to once it listens")
	flags.StringVar(&f.tokens, "tokens", "open", "open: any token opens a world; declared: only tokens that a world issued")
	flags.Int64Var(&f.seed, "seed", 1, "seed of the base world; ids follow from it")
	flags.IntVar(&f.maxWorlds, "max-worlds", world.DefaultMaxWorlds, "worlds to keep; the one unused for longest makes room")
	flags.Int64Var(&f.maxBody, "max-body", mockserver.DefaultMaxBody, "largest body of an API request, in bytes")
	flags.DurationVar(&f.drain, "drain", 1500*time.Millisecond, "how long running requests may take after SIGTERM")
	return cmd
}

func serve(ctx context.Context, f serveFlags, stdout, stderr io.Writer) error {
	options, err := f.options(stderr)
	if err != nil {
		return withCode(codeUsage, err)
	}
	server, err := mockserver.New(options...)
	if err != nil {
		return withCode(codeUsage, err)
	}
	listener, err := listen(ctx, f.addr)
	if err != nil {
		return err
	}
	web := httpServer(server)
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	if err := announce(stdout, f.portFile, listener.Addr()); err != nil {
		return errors.Join(err, web.Close())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return drain(web, f)
}

func (f serveFlags) options(stderr io.Writer) ([]mockserver.Option, error) {
	options := []mockserver.Option{
		mockserver.WithSeed(f.seed),
		mockserver.WithMaxWorlds(f.maxWorlds),
		mockserver.WithMaxBody(f.maxBody),
		mockserver.WithLogger(slog.New(slog.NewTextHandler(stderr, nil))),
	}
	switch f.tokens {
	case "open":
	case "declared":
		options = append(options, mockserver.WithDeclaredTokens())
	default:
		return nil, fmt.Errorf("--tokens %q: take open or declared", f.tokens)
	}
	return options, nil
}

// httpServer bounds how long a client may take for anything.
func httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("--addr %s: the port is in use; stop what listens there, or take --addr 127.0.0.1:0 for a free one", addr)
	case err != nil:
		return nil, withCode(codeUsage, fmt.Errorf("--addr %q: %w", addr, err))
	}
	return listener, nil
}

// ready is the line that says that requests are answered from now on.
type ready struct {
	Ready   bool   `json:"ready"`
	Addr    string `json:"addr"`
	Makecom string `json:"makecom"`
	Ingest  string `json:"ingest"`
}

func announce(stdout io.Writer, portFile string, addr net.Addr) error {
	if portFile != "" {
		if err := writePort(portFile, addr); err != nil {
			return withCode(codeUsage, fmt.Errorf("--port-file: %w", err))
		}
	}
	base := "http://" + addr.String()
	return json.NewEncoder(stdout).Encode(ready{Ready: true, Addr: addr.String(), Makecom: base + makecom.BasePath, Ingest: base + makecom.IngestPath})
}

// writePort writes the file in one step, so that whoever waits for it never reads half of it.
func writePort(file string, addr net.Addr) error {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(file), ".port-*")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(part, port)
	if err := errors.Join(err, part.Close()); err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return os.Rename(part.Name(), file)
}

// drain lets running requests finish within the time given, and then closes what is left.
func drain(web *http.Server, f serveFlags) error {
	ctx, cancel := context.WithTimeout(context.Background(), f.drain)
	defer cancel()
	if f.portFile != "" {
		_ = os.Remove(f.portFile) // somebody else may have removed it
	}
	if err := web.Shutdown(ctx); err != nil {
		return web.Close()
	}
	return nil
}
