package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

func newServeCommand(all apis) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Play the vendors",
		Long: `Serve plays the vendors on one address:
` + all.places() + `  /_understudy         the control API

Any token opens a world of its own, a copy of the base world, so that parallel tests share one
server and never meet. When it listens, serve writes the port file and prints one line of JSON.
SIGTERM lets running requests finish and stops.`,
		Example: `  understudy serve
  understudy serve --addr 127.0.0.1:0 --port-file /tmp/port
` + all.example("  curl {call}"),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), all, &f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.register(cmd.Flags(), all)
	return cmd
}

// serve listens before it makes the server, so that the control API can say where the vendors are, and nothing is announced too
// early. What is wrong with the flags is told before the port is taken.
func serve(ctx context.Context, all apis, f *serveFlags, stdout, stderr io.Writer) error {
	if err := f.check(all, stderr); err != nil {
		return withCode(codeUsage, err)
	}
	f.tellCollector()
	kept, err := f.openData(stderr)
	if err != nil {
		return withCode(codeUsage, err)
	}
	sites, err := f.listen(ctx)
	if err != nil {
		return errors.Join(err, closeData(kept))
	}
	if f.cluster.url != "" {
		return f.serveCluster(ctx, all, sites, stdout, stderr)
	}
	var keeping []mockserver.Option
	if kept != nil {
		keeping = append(keeping, mockserver.WithStore(kept))
	}
	server, err := f.newServer(all, sites, stderr, keeping...)
	if err != nil {
		sites.close()
		return withCode(codeUsage, err)
	}
	if kept != nil {
		kept.Announce(sites.vendorsURL())
	}
	sites.start(server)
	if err = f.run(ctx, all, sites, "", stdout, func() {}); err == nil {
		err = f.reportCoverage(server)
	}
	return errors.Join(err, server.Close())
}

// run answers requests until it is told to stop, and leaves. What else the ready line says begins with a comma.
func (f *serveFlags) run(ctx context.Context, all apis, sites *sites, says string, stdout io.Writer, leave func()) error {
	ours, err := announce(stdout, f.portFile, all, sites, says)
	defer removeOurs(f.portFile, ours)
	if err != nil {
		sites.close()
		return err
	}
	select {
	case err := <-sites.failed:
		sites.close()
		return err
	case <-f.parentGone():
	case <-ctx.Done():
	}
	leave()
	sites.drain(f.drain)
	return nil
}

// parentGone is closed when standard input ends. A parent that is killed cannot stop what it started; its pipe ends all the same.
// What is read is thrown away. Without --until-eof it never ends.
func (f *serveFlags) parentGone() <-chan struct{} {
	if !f.untilEOF {
		return nil
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, os.Stdin) // an end is an end, whatever its reason
	}()
	return gone
}

// sites are the listeners of one server: the vendors', and the control API's where it has one of its own.
type sites struct {
	vendors, control net.Listener
	scheme           string
	failed           chan error
	servers          []*http.Server
	newcomers        newcomers
}

func (f *serveFlags) listen(ctx context.Context) (*sites, error) {
	secure, err := f.tlsConfig()
	if err != nil {
		return nil, withCode(codeUsage, err)
	}
	s := &sites{scheme: "http", failed: make(chan error, 2)}
	if secure != nil {
		s.scheme = "https"
	}
	if s.vendors, err = listen(ctx, "--addr", f.addr, secure); err != nil {
		return nil, err
	}
	if f.controlAddr == "" {
		return s, nil
	}
	if s.control, err = listen(ctx, "--control-addr", f.controlAddr, secure); err != nil {
		return nil, errors.Join(err, s.vendors.Close())
	}
	return s, nil
}

func (s *sites) start(server playing) {
	s.serve(s.vendors, server, server)
	if s.control != nil {
		s.serve(s.control, server.Control(), server)
	}
}

func (s *sites) serve(l net.Listener, h http.Handler, server playing) {
	web := httpServer(h)
	web.RegisterOnShutdown(server.EndStreams)
	web.ConnState = s.newcomers.note
	s.servers = append(s.servers, web)
	go func() { s.failed <- web.Serve(l) }()
}

func (s *sites) close() {
	for _, l := range []net.Listener{s.vendors, s.control} {
		if l != nil {
			_ = l.Close() // it was closed before, at worst
		}
	}
}

// drain lets running requests finish within the time given, and then cuts what is left.
func (s *sites) drain(within time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	defer s.newcomers.dismiss().Stop()
	var stopping sync.WaitGroup
	for _, web := range s.servers {
		stopping.Go(func() {
			if web.Shutdown(ctx) != nil {
				_ = web.Close() // nothing can be done about what is left
			}
		})
	}
	stopping.Wait()
}

func (s *sites) vendorsURL() string { return s.scheme + "://" + reachable(s.vendors.Addr().String()) }

// reachable is an address by which this machine reaches what listens at addr: one that listens everywhere is told to others as
// loopback, which the control API answers to.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

func (s *sites) controlURL() string {
	if s.control == nil {
		return s.vendorsURL()
	}
	return s.scheme + "://" + reachable(s.control.Addr().String())
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

// announce says that requests are answered from now on, and where: one line of JSON.
func announce(stdout io.Writer, portFile string, all apis, s *sites, says string) (ours os.FileInfo, err error) {
	if portFile != "" {
		if ours, err = writePort(portFile, s.vendors.Addr()); err != nil {
			return nil, withCode(codeUsage, fmt.Errorf("--port-file: %w", err))
		}
	}
	line := fmt.Sprintf(`{"ready":true,"addr":%q`, reachable(s.vendors.Addr().String()))
	if tcp, ok := s.vendors.Addr().(*net.TCPAddr); ok {
		line += fmt.Sprintf(`,"port":%d`, tcp.Port) // for whoever reaches it by another name, such as that of a container
	}
	for _, at := range all.addresses() {
		line += fmt.Sprintf(`,%q:%q`, at.Name, s.vendorsURL()+at.Path)
	}
	_, err = fmt.Fprintf(stdout, "%s,\"control\":%q%s}\n", line, s.controlURL()+control.Prefix+"/v1", says)
	return ours, err
}

// removeOurs removes a port file, unless another server has put its own in the place.
func removeOurs(file string, ours os.FileInfo) {
	if ours == nil {
		return
	}
	if now, err := os.Stat(file); err == nil && os.SameFile(now, ours) {
		_ = os.Remove(file) // somebody else may have removed it
	}
}

// writePort writes the file in one step, so that whoever waits for it never reads half of it.
func writePort(file string, addr net.Addr) (os.FileInfo, error) {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return nil, err
	}
	part, err := os.CreateTemp(filepath.Dir(file), ".port-*")
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintln(part, port)
	ours, statErr := part.Stat()
	if err := errors.Join(err, statErr, part.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(part.Name()))
	}
	return ours, os.Rename(part.Name(), file)
}

func listen(ctx context.Context, flag, addr string, secure *tls.Config) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s %s: the port is in use; stop what listens there, or take port 0 for a free one", flag, addr)
	case err != nil:
		return nil, withCode(codeUsage, fmt.Errorf("%s %q: %w; give an address of this machine and a port, such as 127.0.0.1:8654 or 127.0.0.1:0", flag, addr, err))
	}
	if secure != nil {
		return tls.NewListener(listener, secure), nil
	}
	return listener, nil
}
