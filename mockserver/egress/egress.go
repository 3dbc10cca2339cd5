// Package egress sends what a vendor sends by itself: one HTTP POST for each message, within one time-out over all, to
// loopback, to the sinks of the mock, and to nobody else who was not allowed. It follows no redirect, keeps no connection,
// starts no goroutine that outlives the message, and reads a bounded part of the answer.
package egress

import (
	"context"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Sender sends messages. It is safe for concurrent use.
type Sender struct {
	worlds    *world.Registry
	hosts     hosts
	transport http.RoundTripper
	life      context.Context //nolint:containedctx // it is the server's own, not a request's
}

// Options say where a sender may send and how. The zero value is right for most.
type Options struct {
	Hosts     []string          // beyond loopback that may be sent to, "host" or "host:port"
	Transport http.RoundTripper // that sends; by default one that checks every address it connects to
	Life      context.Context   //nolint:containedctx // of the server: messages are broken off when it is over; nil for never
}

// New returns a sender that finds the worlds of sinks in the registry.
func New(worlds *world.Registry, o Options) *Sender {
	s := &Sender{worlds: worlds, hosts: o.Hosts, transport: o.Transport, life: o.Life}
	if s.life == nil {
		s.life = context.Background()
	}
	if s.transport == nil {
		s.transport = s.hosts.transport()
	}
	return s
}

// Origin is where a message comes from.
type Origin struct {
	World   *world.World
	BaseURL string // scheme and host at which the server's own sinks are
}

// Message is what is sent.
type Message struct {
	Header http.Header
	Body   []byte
}

// Answer is what a receiver answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // its start, MaxKept bytes at most
	Cut    bool   // there was more
}

// Bounds of what is read of an answer.
const (
	MaxKept = 64 << 10 // is looked at and kept
	maxRead = 8 << 20  // is read to see whether the answer ends as it should
)

// Post sends a message and returns the answer as far as it came, nil for none, and what went wrong. It takes as long as the
// receiver does, the limit at most, and goes on when the caller's context ends: what was sent is sent.
func (s *Sender) Post(ctx context.Context, from Origin, url string, m Message, limit time.Duration) (*Answer, error) {
	at, isSink, err := s.locate(from, url)
	switch {
	case err != nil:
		return nil, err
	case isSink:
		return at.receive(s.life, m, limit)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	return s.post(ctx, url, m)
}
