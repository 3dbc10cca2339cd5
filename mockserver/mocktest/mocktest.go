// Package mocktest gives a Go test a world of the mock, in its own process.
//
//	func TestSync(t *testing.T) {
//		bench := mocktest.Start(t)
//		ids := bench.Hook(654).Deliver(map[string]any{"order": 1})
//		…give the code under test bench.MakecomURL, bench.Client and bench.Token…
//		bench.Verify(mocktest.Exactly(1, journal.Filter{Operation: "deleteHookIncomings"}))
//	}
//
// Each call of [Start] gives a fresh copy of the base world, so that parallel tests never meet. The server listens in
// memory, which makes it quick and lets it run inside testing/synctest, where three days pass in a millisecond. A test
// fails when an answer does not follow the vendor's OpenAPI document; everything is closed when the test ends.
//
// [Dial] gives a test a world of a mock that runs elsewhere. `understudy mutate` runs tests that call [Start] against the broken
// vendors that it plays: it names them in the environment variable [Join], and Start dials instead of starting a server.
package mocktest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Bench is a world of a mock, the ways to it, and the control over it. Its methods fail the test where they cannot do
// what they say.
type Bench struct {
	URL        string // scheme and host of the server; the hooks' own addresses lie below
	MakecomURL string // base of Make's API
	CrmcomURL  string // base of CRM.COM's API
	ControlURL string // of this world in the control API
	Token      string // opens the world, for either API

	// Client reaches the server. It adds nothing to a request, the token neither, so that a client under test that
	// forgets something is found out. Requests to other hosts go out as usual.
	Client *http.Client

	t       testing.TB
	name    string       // of the world
	control *controller  // of the server
	server  *Server      // where the world is, and whose options a copy of it takes
	world   *world.World // nil when it is in another process
	faulty  bool         // the test has set faults
	unfired []string     // faults of the test that are over and never fired
}

// Option changes how a bench is set up.
type Option func(*setup)

type setup struct {
	server  *Server
	options []mockserver.Option
	apis    []*mockapi.API // that are played; none for those of this module
	tcp     bool
	data    bool                                          // the worlds are kept in a directory
	open    func(context.Context, setup) (*Server, error) // the bench's own server, nil for one that shares nothing
	here    bool                                          // whatever the environment says
	world   string                                        // an existing one of a mock elsewhere; "" for a new one
	token   string                                        // of a control API elsewhere
}

// On puts the bench on a server that several tests share. Options for a new server cannot be given beside it.
func On(s *Server) Option { return func(o *setup) { o.server = s } }

// With configures the bench's own server.
func With(options ...mockserver.Option) Option {
	return func(o *setup) { o.options = append(o.options, options...) }
}

// Playing has the bench's own server play some APIs and no others, such as one that does not come with this module. A mock that the bench
// joins or dials has to play them, too.
func Playing(apis ...*mockapi.API) Option {
	return func(o *setup) { o.apis = append(o.apis, apis...) }
}

// Data keeps the worlds of the bench's own server in a directory, as serve --data does. The world of the test is dropped at its end, as
// without it; a second server on the directory, after [Server.Close] of the first, finds what else there is.
func Data(dir string) Option {
	return func(o *setup) {
		o.data = true
		With(mockserver.WithData(dir))(o)
	}
}

// OnLoopback lets the bench's own server listen on a free port of 127.0.0.1, for a client that takes a URL and nothing
// else, or for another process. It does not work inside testing/synctest.
func OnLoopback() Option { return func(o *setup) { o.tcp = true } }

// InProcess keeps the bench in this process even where the environment names a mock to join, see [Join].
func InProcess() Option { return func(o *setup) { o.here = true } }

// Start gives the test a fresh world, on a server of its own unless an option, or the environment by [Join], says otherwise.
func Start(tb testing.TB, options ...Option) *Bench {
	tb.Helper()
	o := setupOf(options)
	if o.world != "" || o.token != "" {
		tb.Fatal("mocktest: InWorld and ControlToken are options of Dial")
	}
	if o.server == nil {
		if at := o.joins(tb); at != "" {
			return dial(tb, at, o)
		}
		o.server = ownServer(tb, o)
	} else if o.tcp || o.open != nil || o.options != nil || o.apis != nil {
		tb.Fatal("mocktest: On shares a server that is set up already; give its options to NewServer")
	}
	if o.server.mock == nil {
		return o.server.enter(tb, o)
	}
	w, err := create(o.server.mock.Worlds(), tb.Name())
	if err != nil {
		tb.Fatalf("mocktest: %v", err)
	}
	return newBench(tb, o.server, w)
}

func setupOf(options []Option) (o setup) {
	for _, set := range options {
		set(&o)
	}
	return o
}

// ofServer are the options of a server that plays what the bench wants.
func (o setup) ofServer() []mockserver.Option {
	if o.apis == nil {
		return o.options
	}
	return append([]mockserver.Option{mockserver.WithOnly(o.apis...)}, o.options...)
}

func ownServer(tb testing.TB, o setup) *Server {
	tb.Helper()
	open := func(_ context.Context, o setup) (*Server, error) { return newMemoryServer(o.ofServer()...) }
	switch {
	case o.open != nil:
		o.mayShare(tb)
		open = o.open
	case o.tcp:
		open = func(_ context.Context, o setup) (*Server, error) { return newLoopbackServer(o.ofServer()...) }
	}
	s, err := open(tb.Context(), o)
	if err != nil {
		tb.Fatalf("mocktest: %v", err)
	}
	closeAfter(tb, s)
	return s
}

func closeAfter(tb testing.TB, s *Server) {
	tb.Helper()
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("mocktest: %v", err)
		}
	})
}

// create makes a world that is named after the test, with a number when the test has one already.
func create(worlds *world.Registry, test string) (*world.World, error) {
	name := worldName(test)
	w, err := worlds.Create(name)
	for n := 2; err != nil && n <= maxWorldsOfATest; n++ {
		w, err = worlds.Create(fmt.Sprintf("%s-%d", name, n))
	}
	return w, err
}

// maxWorldsOfATest ends the search for a free name.
const maxWorldsOfATest = 1000

// worldName is the test's name where it can be one, so that journals and logs tell who it was.
func worldName(test string) string {
	const room = 64 - len("-1000")
	name := strings.ReplaceAll(test, "/", "_")
	if len(name) > room {
		return world.NameOf(test + " ") // a digest
	}
	return world.NameOf(name)
}

func newBench(tb testing.TB, s *Server, w *world.World) *Bench {
	tb.Helper()
	b := s.bench(tb, w.Name)
	b.world, b.Token = w, w.Name
	tb.Cleanup(b.end)
	return b
}

// bench is a bench in a world of the server, without a token yet.
func (s *Server) bench(tb testing.TB, name string) *Bench {
	tb.Helper()
	b := &Bench{
		URL:        s.URL,
		ControlURL: s.control.url + "/worlds/" + name,
		Client:     s.Client,
		t:          tb,
		name:       name,
		control:    s.control,
		server:     s,
	}
	b.setAddresses()
	return b
}

// end reports what the answers of the world got wrong, and drops it.
func (b *Bench) end() {
	b.logUnfired()
	for _, violation := range b.world.Violations() {
		b.t.Errorf("an answer of world %s does not follow the vendor's document: %s", b.name, violation)
	}
	_ = b.server.mock.Worlds().Delete(b.name) // the test may have deleted it
}

// World is the world itself, for what the bench has no method for. A world in another process cannot be had, and the test fails.
func (b *Bench) World() *world.World {
	b.t.Helper()
	if b.world == nil {
		b.t.Fatalf("mocktest: World() has worlds of this process only, and %s is at %s; use Control, or start with mocktest.InProcess()", b.name, b.control.url)
	}
	return b.world
}

// look is the world itself, or a copy of one that is in another process, to be read.
func (b *Bench) look() *world.World {
	b.t.Helper()
	if b.world != nil {
		return b.world
	}
	w, err := b.copied()
	b.must(err)
	return w
}

// Fork gives the test a second bench: a copy of the world as it stands, with an empty journal.
func (b *Bench) Fork(name string) *Bench {
	b.t.Helper()
	return b.fork(control.Fork{As: name})
}

// ForkAt is Fork of the world as it was at a moment, that of an entry of its journal. A clock that ran goes on from there. The test
// fails when the moment is so long ago that the world does not know it any more.
func (b *Bench) ForkAt(name string, moment uint64) *Bench {
	b.t.Helper()
	return b.fork(control.Fork{As: name, Moment: new(int64(moment))})
}

func (b *Bench) fork(of control.Fork) *Bench {
	b.t.Helper()
	name := of.As
	b.Control(http.MethodPost, "/fork", of, nil)
	if b.world == nil {
		return b.server.open(b.t, name)
	}
	w, err := b.server.mock.Worlds().Lookup(name)
	if err == nil {
		err = b.server.mock.Worlds().Issue(w, name, world.Grant{})
	}
	if err != nil {
		b.t.Fatalf("mocktest: fork: %v", err)
	}
	return newBench(b.t, b.server, w)
}

// Reset takes the world back to what it started from.
func (b *Bench) Reset() {
	b.t.Helper()
	b.noteUnfired()
	b.Control(http.MethodPost, "/reset", nil, nil)
	b.faulty = false
}
