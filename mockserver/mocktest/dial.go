package mocktest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver"
	mockcontrol "github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// Join is the environment variable that names a mock for [Start] to join: its address, or that of its control API. Tests then play on
// it instead of on servers of their own; `understudy mutate` sets it. Tests inside testing/synctest, whose time is their own, and
// those that give a server options, which a mock elsewhere does not know, stay in their process and log that.
const Join = mockcontrol.JoinVariable

// InWorld lets [Dial] take a world that there is. It stays when the test ends.
func InWorld(name string) Option { return func(o *setup) { o.world = name } }

// ControlToken lets [Dial] call a control API that wants a token.
func ControlToken(token string) Option { return func(o *setup) { o.token = token } }

// Dial gives the test a world of a mock that runs elsewhere, such as one of `understudy serve`: at is its address, or that of its control
// API. The world is new, and dropped when the test ends, unless [InWorld] names another. Options of a server by [With] are those
// with which a copy of the world can be read; [Playing] names the APIs where they are not those of this module.
func Dial(tb testing.TB, at string, options ...Option) *Bench {
	tb.Helper()
	o := setupOf(options)
	if o.server != nil || o.tcp || o.open != nil || o.here {
		tb.Fatal("mocktest: On, OnLoopback, Cluster and InProcess are options of Start")
	}
	return dial(tb, at, o)
}

func dial(tb testing.TB, at string, o setup) *Bench {
	tb.Helper()
	s, err := connect(tb.Context(), at, o)
	if err != nil {
		tb.Fatalf("mocktest: %v", err)
	}
	closeAfter(tb, s)
	return s.enter(tb, o)
}

// joins is the mock that a bench joins, "" for none.
func (o setup) joins(tb testing.TB) string {
	tb.Helper()
	at := os.Getenv(Join)
	if at == "" || o.here {
		return ""
	}
	reason := ""
	switch {
	case o.options != nil || o.open != nil:
		reason = "its server has options of its own"
	case inBubble():
		reason = "it runs inside testing/synctest"
	}
	if reason != "" {
		tb.Logf("mocktest: %s stays in its process and does not join %s, because %s", tb.Name(), at, reason)
		return ""
	}
	return at
}

// inBubble reports whether the caller runs inside testing/synctest, which says so nowhere but in stack traces.
func inBubble() bool {
	head := make([]byte, 128)
	head = head[:runtime.Stack(head, false)]
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.Contains(line, []byte("synctest bubble"))
}

// connect finds out where the mock's APIs are.
func connect(ctx context.Context, at string, o setup) (*Server, error) {
	base, err := controlURL(at)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Client:  &http.Client{Transport: &http.Transport{}}, // of its own: a fault that cuts a connection cuts none of the control API
		control: &controller{url: base, token: o.token, client: &http.Client{Transport: &http.Transport{}}},
		shell:   sync.OnceValues(func() (*mockserver.Server, error) { return mockserver.New(o.ofServer()...) }),
	}
	var known control.Contracts
	if err := s.control.call(ctx, http.MethodGet, "/contracts", nil, &known); err != nil {
		return nil, fmt.Errorf("the mock at %s: %w", at, err)
	}
	for _, api := range o.apis {
		if !slices.ContainsFunc(known.Apis, func(played control.Contract) bool { return played.Name == api.Name() }) {
			return nil, fmt.Errorf("the mock at %s does not play %s; start one that does, or leave out mocktest.Playing", at, api.Name())
		}
	}
	s.URL = known.URL
	return s, nil
}

// controlURL is the base of the control API of a mock.
func controlURL(at string) (string, error) {
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%q is no address of a mock; give one such as http://127.0.0.1:8654", at)
	}
	switch path := strings.TrimSuffix(u.Path, "/"); path {
	case "", mockcontrol.Prefix, mockcontrol.Prefix + "/v1":
		return u.Scheme + "://" + u.Host + mockcontrol.Prefix + "/v1", nil
	}
	return "", fmt.Errorf("%q is no address of a mock: leave out the path, or give that of the control API", at)
}

// enter gives the test a world of a server in another process.
func (s *Server) enter(tb testing.TB, o setup) *Bench {
	tb.Helper()
	if o.world != "" {
		b := s.bench(tb, o.world)
		b.mint()
		tb.Cleanup(b.logUnfired)
		return b
	}
	return s.open(tb, uniqueName(tb.Name()))
}

// open gives the test a world that is dropped with it.
func (s *Server) open(tb testing.TB, name string) *Bench {
	tb.Helper()
	b := s.bench(tb, name)
	b.mint()
	tb.Cleanup(func() {
		b.logUnfired()
		err := b.call(context.WithoutCancel(tb.Context()), http.MethodDelete, "", nil, nil)
		if refused := new(problemError); errors.As(err, &refused) && refused.status == http.StatusNotFound {
			return // the test deleted it
		}
		if err != nil {
			tb.Errorf("mocktest: drop world %s: %v", name, err)
		}
	})
	return b
}

// mint takes a token of the world, which is made by that from the base world where tokens need no declaration, and otherwise is a copy
// of the world that the base's tokens open.
func (b *Bench) mint() {
	b.t.Helper()
	var minted control.MintedToken
	err := b.call(b.t.Context(), http.MethodPost, "/tokens", control.TokenRequest{}, &minted)
	if refused := new(problemError); errors.As(err, &refused) && refused.Code == "unknown-world" {
		err = b.control.call(b.t.Context(), http.MethodPost, "/worlds/"+world.BaseName+"/fork", control.Fork{As: b.name}, nil)
		if err == nil {
			err = b.call(b.t.Context(), http.MethodPost, "/tokens", control.TokenRequest{}, &minted)
		} else {
			err = fmt.Errorf("the mock takes declared tokens only, and has no world to copy; name one by mocktest.InWorld: %w", refused)
		}
	}
	b.must(err)
	b.Token = minted.Token
}

// uniqueName is the test's name with a suffix, because other processes have tests of that name on the same mock.
func uniqueName(test string) string {
	var suffix [4]byte
	_, _ = rand.Read(suffix[:]) // never fails
	name := worldName(test)
	return name[:min(len(name), 64-9)] + "-" + hex.EncodeToString(suffix[:])
}

// copied is the world of another process as it stands, read from its export.
func (b *Bench) copied() (*world.World, error) {
	shell, err := b.server.shell()
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := b.call(b.t.Context(), http.MethodGet, "", nil, &text); err != nil {
		return nil, err
	}
	file, err := worldfile.Read("the export of world "+b.name, &text, shell.APIs()...)
	if err != nil {
		return nil, err
	}
	base, err := file.Base(shell.APIs()...)
	if err != nil {
		return nil, err
	}
	return shell.Worlds().Put(b.name, base)
}
