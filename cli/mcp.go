package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/cli/agent"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/docs"
	"github.com/understudy-mock/understudy/internal/buildinfo"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

type mcpFlags struct {
	http         string
	url          string
	controlToken string
	world        string
	commands     bool
	remote       bool
}

func newMCPCommand(all apis) *cobra.Command {
	var f mcpFlags
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Offer the mock and the suite to agents, by the Model Context Protocol",
		Long: `Mcp speaks the Model Context Protocol on standard input and output, or with --http over HTTP on loopback.
It plays the vendors itself, on a free port, or takes hold of a mock that runs (--url).

Its tools open and fork worlds, do what only a vendor can (deliver, begin, finish, fire), move clocks, set faults, dialects and
mutants, read the journal, verify expectations, hold an implementation to the contract and look sentences up. check_client runs a
command and says which sentences it relies on, which of its calls the vendor refuses, and which broken vendors it misses.

On standard input the agent started this process and may run commands by it; over HTTP it may not, unless --commands says so.
Targets beyond this machine are not called without --remote.`,
		Example: `  understudy mcp
  understudy mcp --http 127.0.0.1:8655
  understudy mcp --url http://127.0.0.1:8654 --world shop`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("commands") {
				f.commands = f.http == ""
			}
			return f.run(cmd.Context(), all, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.http, "http", "", "address on loopback to listen at, instead of standard input and output")
	flags.StringVar(&f.url, "url", "", "mock to take hold of, such as "+exampleServer+"; without it, one is played")
	flags.StringVar(&f.controlToken, "control-token", "", "token of the control API of --url")
	flags.StringVar(&f.world, "world", "agent", "world of tools that are not told another one")
	flags.BoolVar(&f.commands, "commands", false, "let check_client run commands (default: yes on standard input, no over HTTP)")
	flags.BoolVar(&f.remote, "remote", false, "let verify call targets beyond this machine")
	return cmd
}

func (f *mcpFlags) run(ctx context.Context, all apis, stdin io.Reader, stdout, stderr io.Writer) error {
	origin, stop, err := f.mock(ctx, all)
	if err != nil {
		return withCode(codeUsage, err)
	}
	defer stop()
	server, err := agent.New(f.options(all, origin))
	if err != nil {
		return err
	}
	defer server.End()
	defer context.AfterFunc(ctx, server.End)()
	if f.http != "" {
		return f.overHTTP(ctx, server, stderr)
	}
	err = server.Run(ctx, agent.Lines(stdin, stdout))
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (f *mcpFlags) options(all apis, origin string) agent.Options {
	catalogs := make([]*suite.Catalog, len(all))
	for i, api := range all {
		catalogs[i] = api.Suite
	}
	return agent.Options{
		APIs: all.mocks(), Catalogs: catalogs,
		Origin: origin, Control: origin + control.Prefix + "/v1", ControlToken: f.controlToken,
		World: f.world, Commands: f.commands, Remote: f.remote,
		Pages: docs.Pages, Version: buildinfo.Read().Version,
	}
}

// mock is where the mock is: that of --url, or one that is started and ends with stop.
func (f *mcpFlags) mock(ctx context.Context, all apis) (origin string, stop func(), err error) {
	if f.url != "" {
		u, err := url.Parse(f.url)
		if err != nil || u.Host == "" || u.Scheme == "" || u.Path != "" && u.Path != "/" {
			return "", nil, fmt.Errorf("--url %q: give scheme and host of a mock, such as %s", f.url, exampleServer)
		}
		return u.Scheme + "://" + u.Host, func() {}, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	origin = "http://" + listener.Addr().String()
	server, err := mockserver.New(mockserver.WithOnly(all.mocks()...))
	if err != nil {
		return "", nil, errors.Join(err, listener.Close())
	}
	web := httpServer(server)
	go func() { _ = web.Serve(listener) }() // ends with stop
	return origin, func() { _ = web.Close() }, nil
}

// overHTTP listens on loopback until ctx ends. Requests of web pages are refused by the library, which looks at Host, Origin and
// Sec-Fetch-Site.
func (f *mcpFlags) overHTTP(ctx context.Context, server *agent.Agent, stderr io.Writer) error {
	listener, err := listen(ctx, "--http", f.http, nil)
	if err != nil {
		return err
	}
	if at, ok := listener.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		return withCode(codeUsage, errors.Join(fmt.Errorf("--http %s: it is not on loopback, and whoever reaches it may do anything; give 127.0.0.1:PORT", f.http), listener.Close()))
	}
	sessions := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server.Server },
		&mcp.StreamableHTTPOptions{CrossOriginProtection: http.NewCrossOriginProtection()})
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			server.EndSession(r.Header.Get("Mcp-Session-Id")) // the library waits for the calls of the session
		}
		sessions.ServeHTTP(w, r)
	}
	web := &http.Server{Handler: http.HandlerFunc(handler), ReadHeaderTimeout: httpServer(nil).ReadHeaderTimeout}
	fmt.Fprintf(stderr, "understudy: agents at http://%s/\n", listener.Addr())
	go func() { <-ctx.Done(); _ = web.Close() }()
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
