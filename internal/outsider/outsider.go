// Package outsider is a third honest server of both APIs, for tests of the suite alone.
//
// It behaves as a vendor's account does and a test double does not: it forgets nothing. Tearing a state down does nothing,
// which the protocol allows, so that its logs fill up over many runs; with a file they outlive the process too. It shares
// no code with the mock or the second implementation in examples/alternative, and imports the standard library only. It
// has no paging of hooks, no scopes beyond the two, no organizations, and will get none.
package outsider

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// Options are what a server can be told. The zero value keeps everything in memory.
type Options struct {
	File    string                          // journal that is read at the start and appended to; "" for none
	Dialect map[string]string               // answers to open questions by id, where they are not the server's own
	Wrong   func(http.Handler) http.Handler // what it does wrong, nil for nothing
	Uses    int                             // calls after which a token of the login expires, 0 for never
}

// Token is the credential that is good from the start. User, password and organisation of the login are the same word.
const Token = "outsider-credential"

// Server is one account. Nothing is ever taken out of its journal.
type Server struct {
	dialect map[string]string
	most    int // uses of a token
	sender  *http.Client
	mux     http.Handler

	mu     sync.Mutex
	file   *os.File
	uses   map[string]int
	tokens map[string]string // scopes, or "expired" or "released"
	last   int               // number and hook id that were given last
	shelf  shelf[*entry]     // CRM.COM's log
	rules  shelf[*sender]
	hooks  shelf[*mailbox]
	turns  map[string]*sync.Mutex // whoever resends or deletes an entry waits for its turn
}

// New opens a server, with what its file holds.
func New(o Options) (*Server, error) {
	s := &Server{
		dialect: o.Dialect,
		most:    o.Uses,
		uses:    map[string]int{},
		sender:  &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		tokens:  map[string]string{Token: "hooks:read hooks:write"},
		last:    40_000,
		turns:   map[string]*sync.Mutex{},
	}
	mux := http.NewServeMux()
	s.serveLog(mux)
	s.serveHooks(mux)
	mux.HandleFunc("POST /prepare", s.prepare)
	mux.HandleFunc("POST /taken", func(w http.ResponseWriter, _ *http.Request) { s.reply(w, "{}", nil) })
	s.mux = mux
	if o.Wrong != nil {
		s.mux = o.Wrong(mux)
	}
	if o.File == "" {
		return s, nil
	}
	if err := s.remember(o.File); err != nil {
		return nil, fmt.Errorf("outsider: %w", err)
	}
	return s, nil
}

// Close lets go of the file.
func (s *Server) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", serial())
	s.mux.ServeHTTP(w, r)
}

// says reports whether the server gives this answer to an open question.
func (s *Server) says(question, answer string) bool { return s.dialect[question] == answer }

// serial is a random id.
func serial() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails
	return hex.EncodeToString(raw[:])
}

func capitals() string { return strings.ToUpper(serial()) }

// shelf keeps things in the order in which they came, also those that are gone.
type shelf[T any] struct {
	order []string
	byID  map[string]T
}

func (s *shelf[T]) put(id string, thing T) {
	if s.byID == nil {
		s.byID = map[string]T{}
	}
	if _, known := s.byID[id]; !known {
		s.order = append(s.order, id)
	}
	s.byID[id] = thing
}

// each lists what is there, the oldest first.
func (s *shelf[T]) each() []T {
	all := make([]T, 0, len(s.order))
	for _, id := range s.order {
		all = append(all, s.byID[id])
	}
	return all
}

// turn waits until nobody else works on the thing of this id.
func (s *Server) turn(id string) (done func()) {
	s.mu.Lock()
	t := s.turns[id]
	if t == nil {
		t = new(sync.Mutex)
		s.turns[id] = t
	}
	s.mu.Unlock()
	t.Lock()
	return t.Unlock
}
