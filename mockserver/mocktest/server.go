package mocktest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

// host is how the server is called in memory. No name server knows it.
const host = "understudy.test"

// Server is a mock that several benches can share. Close it when the tests are over.
type Server struct {
	URL    string
	Client *http.Client

	control *controller
	mock    *mockserver.Server // nil for one in another process
	shell   func() (*mockserver.Server, error)
	web     *http.Server // nil for one in another process
	done    chan error
	node    replica // nil for one that shares nothing
}

// NewServer starts a server in memory. Without options it joins the mock that the environment names, see [Join].
func NewServer(options ...mockserver.Option) (*Server, error) {
	if at := os.Getenv(Join); at != "" && len(options) == 0 && !inBubble() {
		return connect(context.Background(), at, setup{})
	}
	return newMemoryServer(options...)
}

func newMemoryServer(options ...mockserver.Option) (*Server, error) {
	l := newMemory()
	s, err := newServer(l, "http://"+host, options)
	if err != nil {
		return nil, err
	}
	s.Client = &http.Client{Transport: &http.Transport{DialContext: l.dial}}
	return s, nil
}

// NewLoopbackServer starts a server on a free port of 127.0.0.1. Without options it joins the mock that the environment names, see
// [Join].
func NewLoopbackServer(options ...mockserver.Option) (*Server, error) {
	if at := os.Getenv(Join); at != "" && len(options) == 0 {
		return connect(context.Background(), at, setup{})
	}
	return newLoopbackServer(options...)
}

func newLoopbackServer(options ...mockserver.Option) (*Server, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s, err := newServer(l, "http://"+l.Addr().String(), options)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s.Client = &http.Client{Transport: &http.Transport{}}
	return s, nil
}

func newServer(l net.Listener, url string, options []mockserver.Option) (*Server, error) {
	ours := []mockserver.Option{mockserver.WithValidateResponses(), mockserver.WithControl(control.Options{Hosts: []string{host}})}
	mock, err := mockserver.New(append(ours, options...)...)
	if err != nil {
		return nil, err
	}
	s := &Server{
		URL: url, mock: mock, web: &http.Server{Handler: mock}, done: make(chan error, 1), //nolint:gosec // the clients are the test's own
		control: &controller{url: url + control.Prefix + "/v1", client: &http.Client{Transport: within{mock.Control()}}},
	}
	go func() { s.done <- s.web.Serve(l) }()
	return s, nil
}

// Mock is the server's handler, for what the benches have no method for. It panics for a server in another process.
func (s *Server) Mock() *mockserver.Server {
	if s.mock == nil {
		panic("mocktest: Mock() has the handlers of this process only, and this one is at " + s.URL + "; give NewServer an option, leave out Cluster, or unset " + Join)
	}
	return s.mock
}

// Close ends the server, every connection and every delivery, and waits until no goroutine of the server is left.
func (s *Server) Close() error {
	s.Client.CloseIdleConnections()
	s.control.client.CloseIdleConnections()
	if s.web == nil {
		return nil // it goes on for others
	}
	playing := func() error { return s.mock.Close() }
	if s.node != nil {
		s.node.Leave()
		playing = s.node.Close
	}
	err := errors.Join(s.web.Close(), playing())
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// memory is a listener whose connections are pipes.
type memory struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newMemory() *memory {
	return &memory{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (m *memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

// Addr implements net.Listener.
func (*memory) Addr() net.Addr { return memoryAddress{} }

type memoryAddress struct{}

func (memoryAddress) Network() string { return "memory" }
func (memoryAddress) String() string  { return host }

// dial connects to the listener when it is meant, and to the network otherwise.
func (m *memory) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if name, _, err := net.SplitHostPort(addr); err != nil || name != host {
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	client, server := net.Pipe()
	select {
	case m.conns <- server:
		return client, nil
	case <-m.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
