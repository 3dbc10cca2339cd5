// Package server is a second implementation of both APIs, written from the contract alone.
//
// It exists to be read by whoever brings their own implementation, and to keep the conformance suite honest: where the
// documents leave a point open it often answers otherwise than the mock, and still conforms. It imports the standard
// library only, keeps everything in memory behind one lock, serves one organization, and will not grow: no worlds, no
// clock control, no faults. README.md lists the answers it chose.
package server

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Options are what a server can be told. The zero value serves an honest server with the credentials "demo".
type Options struct {
	Token           string           // issued from the start, good for both APIs; "" for "demo"
	Username        string           // who may log in to CRM.COM; "" for "demo"
	Password        string           // "" for "demo"
	Organisation    string           // "" for "demo"
	DeliveryTimeout time.Duration    // how long a CRM.COM receiver has over all; 0 for 5 s
	Now             func() time.Time // nil for time.Now
	Defect          Defect           // the one thing that this server does wrong; "" for none
}

// server holds the state of both APIs. mu guards every field below it, and is never held while bytes are read from or
// written to a connection.
type server struct {
	options Options
	client  *http.Client

	mu          sync.Mutex
	tokens      map[string]token
	hooks       map[int64]*hook
	lastHook    int64
	limit       *window // of the organization's calls to Make; nil for none
	definitions []*definition
	records     []*record // oldest first
	lastNumber  int
}

// New makes a server with nothing in it but the token. It starts no goroutine and needs no closing.
func New(o Options) http.Handler {
	o = o.withDefaults()
	s := &server{
		options: o,
		client:  newClient(),
		tokens:  map[string]token{o.Token: {scopes: []string{scopeRead, scopeWrite}}},
		hooks:   map[int64]*hook{},
	}
	mux := http.NewServeMux()
	s.routeMakecom(mux)
	s.routeCrmcom(mux)
	mux.HandleFunc("POST /states", s.serveStates())
	return withRequestID(mux)
}

func (o Options) withDefaults() Options {
	for _, text := range []*string{&o.Token, &o.Username, &o.Password, &o.Organisation} {
		if *text == "" {
			*text = "demo"
		}
	}
	if o.DeliveryTimeout == 0 {
		o.DeliveryTimeout = 5 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (s *server) now() time.Time { return s.options.Now().UTC() }

const requestIDHeader = "X-Request-Id"

// withRequestID gives every answer an id of its own. For an accepted delivery it becomes the id of the item.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(requestIDHeader, newID())
		next.ServeHTTP(w, r)
	})
}

// newID is 32 lower-case hex digits. It is random, so no id comes back after its owner is gone.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it crashes the program instead
	return hex.EncodeToString(b[:])
}

var errTooLarge = errors.New("body is too large")

// readBody reads a body of at most limit bytes. Of a larger one it swallows some more, so that the client is done
// writing when the refusal comes and does not see a broken connection instead.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 8*limit))
		return nil, errTooLarge
	}
	return body, nil
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	_ = out.Encode(answer) // a client that went away is no concern of ours
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
