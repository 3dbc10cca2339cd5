// Package receiver is the suite's own receiver: an HTTP server on loopback that a target delivers to, that answers as it is
// told, and that keeps every delivery to the byte. What a target sent is seen here, not believed from what the target says.
//
// It knows no vendor: where a delivery has its parts is said by a [Layout].
package receiver

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says where the receiver is and how patient the run is.
type Config struct {
	Listen string // address to listen on, "" for a free port on loopback
	// Listener takes the deliveries instead of a port, where it is not nil.
	Listener net.Listener
	Nonce    string // tells the addresses of this run from those of others, "" for a random one
	URL      string // how the target reaches that address, "" when it can reach the address itself

	Wait time.Duration // how long a delivery may take to come, 0 for 3 s
	// Patience is how long a delivery may be left without an answer to see when the target gives up; 0 for not at all.
	Patience time.Duration
	// Default says that nobody asked for this patience: then only what can be sped up is waited for.
	Default bool

	Layout Layout
}

// Receiver listens from the first inbox on. It is safe for concurrent use.
type Receiver struct {
	config Config
	nonce  string

	mu      sync.Mutex
	server  *http.Server
	base    string // URL without a slash at the end
	inboxes map[string]*Inbox
	heard   bool
	missed  bool
}

// New prepares a receiver. It does not listen yet.
func New(c Config) *Receiver {
	if c.Wait == 0 {
		c.Wait = 3 * time.Second
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	c.Layout = c.Layout.withDefaults()
	if c.Nonce == "" {
		c.Nonce = strings.ToLower(rand.Text()[:8])
	}
	return &Receiver{config: c, nonce: c.Nonce, inboxes: map[string]*Inbox{}}
}

// Config is the configuration with its defaults filled in.
func (r *Receiver) Config() Config { return r.config }

// Declared reports whether the user said how the target reaches the receiver, and so that it does.
func (r *Receiver) Declared() bool { return r.config.URL != "" }

// Heard reports whether any delivery has come so far: the target can reach the receiver.
func (r *Receiver) Heard() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.heard
}

// Miss notes that a delivery was provoked in every way there is and did not come.
func (r *Receiver) Miss() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.missed = true
}

// Missed reports whether a delivery failed to come that should have come.
func (r *Receiver) Missed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.missed
}

// Unreachable reports whether the target seems not to reach the receiver: it should have delivered, and nothing ever came.
func (r *Receiver) Unreachable() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.missed && !r.heard && !r.Declared()
}

// Open makes an inbox, with an address of its own that begins like no other inbox's address.
func (r *Receiver) Open(ctx context.Context, answer Answer) (*Inbox, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.listen(ctx); err != nil {
		return nil, fmt.Errorf("the suite's receiver: %w", err)
	}
	path := fmt.Sprintf("/%s/%06d", r.nonce, len(r.inboxes)+1)
	i := &Inbox{URL: r.base + path, wait: r.config.Wait, patience: r.config.Patience, answer: answer, more: make(chan struct{}), closed: make(chan struct{})}
	r.inboxes[path] = i
	return i, nil
}

// listen starts the server unless it runs. It needs mu.
func (r *Receiver) listen(ctx context.Context) error {
	if r.server != nil {
		return nil
	}
	listener := r.config.Listener
	if listener == nil {
		var config net.ListenConfig
		var err error
		if listener, err = config.Listen(ctx, "tcp", r.config.Listen); err != nil {
			return err
		}
	}
	r.base = r.config.URL
	if r.base == "" {
		r.base = "http://" + listener.Addr().String()
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second}
	go r.server.Serve(listener) //nolint:errcheck // it ends with Close
	return nil
}

// ServeHTTP takes a delivery. The inbox is found by the end of the path: what the user's address adds in front is no matter.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	inbox := r.find(req.URL.Path)
	if inbox == nil {
		http.NotFound(w, req)
		return
	}
	inbox.take(w, req)
}

func (r *Receiver) find(path string) *Inbox {
	at := strings.Index(path, "/"+r.nonce+"/")
	if at < 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	inbox := r.inboxes[path[at:]]
	r.heard = r.heard || inbox != nil
	return inbox
}

// Close stops listening and lets go of whoever waits for an answer.
func (r *Receiver) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, inbox := range r.inboxes {
		inbox.Close()
	}
	if r.server != nil {
		_ = r.server.Close() // nothing is left to lose
	}
}
