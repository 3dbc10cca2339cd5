package cluster

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// parcel is a body that can be sent more than once, unless it is large or its client waits to be told to send it.
type parcel struct {
	begin []byte
	rest  io.ReadCloser // nil when begin is all
	waits bool          // the client sends it when it is told to go on
	cut   bool          // begin is not all, and nothing comes after it
	read  atomic.Bool   // some of the rest was read
}

// small is how much of a body is kept in memory.
const small = 64 << 10

// pack reads a body that is small. One that a client holds back is left to whoever wants it: asking for it is what tells the client.
func pack(r *http.Request) *parcel {
	if waits(r) {
		return &parcel{rest: r.Body, waits: true}
	}
	begin, err := io.ReadAll(io.LimitReader(r.Body, small+1))
	p := &parcel{begin: begin, cut: err != nil}
	if err == nil && len(begin) > small {
		p.rest = r.Body
		p.read.Store(true)
	}
	return p
}

// waits reports whether a client sends its body after 100 Continue only.
func waits(r *http.Request) bool {
	return r.ProtoAtLeast(1, 1) && r.ContentLength != 0 && strings.EqualFold(strings.TrimSpace(r.Header.Get("Expect")), "100-continue")
}

// isSpent reports whether some of the body is gone, so that it cannot be sent again.
func (p *parcel) isSpent() bool { return p != nil && p.rest != nil && p.read.Load() }

// body is the body to be sent, and its length.
func (p *parcel) body(r *http.Request) (io.ReadCloser, int64) {
	switch {
	case p.rest != nil:
		return io.NopCloser(io.MultiReader(bytes.NewReader(p.begin), p)), r.ContentLength
	case len(p.begin) == 0 && r.Method != http.MethodHead:
		return http.NoBody, 0
	}
	return io.NopCloser(bytes.NewReader(p.begin)), int64(len(p.begin)) // a transport repeats a HEAD by itself that has none
}

// Read reads the rest.
func (p *parcel) Read(b []byte) (int, error) {
	p.read.Store(true)
	return p.rest.Read(b)
}

// unpack gives a request its body back.
func (p *parcel) unpack(r *http.Request) *http.Request {
	if p != nil {
		body, _ := p.body(r)
		r.Body = &arrived{Reader: body, Closer: body, cut: p.cut}
	}
	return r
}
