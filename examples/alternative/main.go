// Command alternative serves a second implementation of both APIs, for the conformance suite to be run on.
//
// It prints one JSON line once it accepts connections. See README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

const (
	exitFailed = 1
	exitUsage  = 2

	shutdownTime = 2 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the flags.
type settings struct {
	addr, portFile string
	listDefects    bool
	options        server.Options
}

func parse(args []string, errOut io.Writer) (settings, error) {
	var s settings
	var defect string
	flags := flag.NewFlagSet("alternative", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:0", "listen on this `address`")
	flags.StringVar(&s.portFile, "port-file", "", "write the port to this `file` once it accepts connections")
	flags.StringVar(&s.options.Token, "token", "demo", "the `token` that is issued from the start")
	flags.StringVar(&defect, "defect", "", "have this `defect`")
	flags.BoolVar(&s.listDefects, "defects", false, "list the defects and stop")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	s.options.Defect, err = server.ParseDefect(defect)
	return s, err
}

// run serves until ctx is done and returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	s, err := parse(args, errOut)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(errOut, "alternative:", err)
		return exitUsage
	case s.listDefects:
		listDefects(out)
		return 0
	}
	if err := serve(ctx, s, out); err != nil {
		_, _ = fmt.Fprintln(errOut, "alternative:", err)
		return exitFailed
	}
	return 0
}

func listDefects(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, b := range server.Defects() {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", b.Defect, b.Violates, b.What)
	}
	_ = table.Flush()
}

func serve(ctx context.Context, s settings, out io.Writer) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	web := &http.Server{Handler: server.New(s.options), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	if err := announce(listener.Addr(), s.portFile, out); err != nil {
		return errors.Join(err, web.Close())
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	return web.Shutdown(grace)
}

// announce says where the server is: the port in the file, the addresses in one JSON line.
func announce(addr net.Addr, portFile string, out io.Writer) error {
	if portFile != "" {
		_, port, err := net.SplitHostPort(addr.String())
		if err != nil {
			return err
		}
		if err := writeWhole(portFile, port+"\n"); err != nil {
			return err
		}
	}
	root := "http://" + addr.String()
	return json.NewEncoder(out).Encode(map[string]string{
		"makecom": root + "/api/v2", "crmcom": root + "/crmapi/rest/v2", "states": root + "/states",
	})
}

// writeWhole lets nobody who waits for the file read half of it.
func writeWhole(name, text string) error {
	if err := os.WriteFile(name+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
