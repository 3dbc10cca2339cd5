package cluster

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// Headers between replicas.
const (
	forwardedHeader = "Understudy-Forwarded" // of a request that a replica sent on: it is not sent on again
	elsewhereHeader = "Understudy-Elsewhere" // of the answer of a replica that does not have the worlds: nothing was done
	doubtHeader     = "Understudy-Doubt"     // of an answer that does not know whether something was done
)

// ServeHTTP implements http.Handler for everything that the server has.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.serve(w, r, Server.ServeHTTP, func(l *other) string { return l.Address })
}

// Control is the control API alone.
func (n *Node) Control() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := func(s Server, w http.ResponseWriter, r *http.Request) { s.Control().ServeHTTP(w, r) }
		n.serve(w, r, control, func(l *other) string { return l.Control })
	})
}

// serve answers here or elsewhere, as soon as somebody has the worlds.
func (n *Node) serve(w http.ResponseWriter, r *http.Request, here func(Server, http.ResponseWriter, *http.Request), at func(*other) string) {
	if n.alive(w, r) {
		return
	}
	e := &errand{node: n, w: w, r: r, here: here, at: at, forwarded: r.Header.Get(forwardedHeader) != ""}
	r.Header.Del(forwardedHeader)
	deadline := time.Now().Add(n.options.hold)
	for !e.try() {
		if e.sent.isSpent() || !time.Now().Before(deadline) || !pause(r.Context(), again) {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "understudy: no replica has the worlds at present; the NATS servers may be choosing a leader. Nothing was done", http.StatusServiceUnavailable)
			return
		}
	}
}

// errand is a request that waits for somebody who has the worlds.
type errand struct {
	node *Node
	w    http.ResponseWriter
	r    *http.Request

	here      func(Server, http.ResponseWriter, *http.Request)
	at        func(*other) string
	forwarded bool
	sent      *parcel // nil while nobody has read the body
}

// try reports whether the request was answered, or will not be. Nothing was done where it was not.
func (e *errand) try() (done bool) {
	n := e.node
	if o := n.has(); o != nil {
		n.answer(o, e.w, e.sent.unpack(e.r), e.here)
		return true
	}
	if e.forwarded {
		e.w.Header().Set(elsewhereHeader, "true")
		http.Error(e.w, "understudy: this replica does not have the worlds", http.StatusServiceUnavailable)
		return true
	}
	other := n.other.Load()
	if other == nil {
		return false
	}
	if e.sent == nil {
		e.sent = pack(e.r)
	}
	return n.forward(e.w, e.r, other, e.at(other), e.sent)
}

func (n *Node) answer(o *owner, w http.ResponseWriter, r *http.Request, here func(Server, http.ResponseWriter, *http.Request)) {
	defer o.end()
	g := &gate{ResponseWriter: w, may: func() bool { return n.mayAnswer(o) }}
	here(o.server, g, r)
	g.decide() // of an answer that says nothing
}

// again is the pause before the next try to find who has the worlds.
const again = 20 * time.Millisecond

// alive answers what is asked of this replica alone.
func (n *Node) alive(w http.ResponseWriter, r *http.Request) bool {
	switch r.URL.Path {
	case "/_understudy/healthz":
		_, _ = io.WriteString(w, "ok\n")
	case "/_understudy/readyz":
		role, served := n.Role()
		if !served {
			http.Error(w, role, http.StatusServiceUnavailable)
			return true
		}
		_, _ = io.WriteString(w, "ok: "+role+"\n")
	default:
		return false
	}
	return true
}

// parcel is a body that can be sent more than once, unless it is large.
type parcel struct {
	begin []byte
	rest  io.ReadCloser // nil when begin is all
	sent  bool
}

// small is how much of a body is kept in memory.
const small = 64 << 10

func pack(r *http.Request) *parcel {
	begin, err := io.ReadAll(io.LimitReader(r.Body, small+1))
	p := &parcel{begin: begin}
	if err != nil || len(begin) > small {
		p.rest = r.Body // and the error comes again
	}
	return p
}

// isSpent reports whether the body was sent and cannot be sent again.
func (p *parcel) isSpent() bool { return p != nil && p.sent && p.rest != nil }

// body is the body to be sent. It is never that of a request that a transport repeats by itself: a vendor may break off on purpose.
func (p *parcel) body() io.ReadCloser {
	if p.rest == nil {
		return io.NopCloser(bytes.NewReader(p.begin))
	}
	p.sent = true
	return io.NopCloser(io.MultiReader(bytes.NewReader(p.begin), p.rest))
}

// unpack gives a request its body back.
func (p *parcel) unpack(r *http.Request) *http.Request {
	if p != nil {
		r.Body = p.body()
	}
	return r
}

var errElsewhere = errors.New("that replica does not have the worlds")

// forward reports whether the request was answered, or nobody knows: then the connection is closed without an answer, as it is where the
// vendor does so on purpose. It is false where nothing was done.
func (n *Node) forward(w http.ResponseWriter, r *http.Request, other *other, to string, sent *parcel) (done bool) {
	target, err := url.Parse(to)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(other.term, cancel)()
	out := r.Clone(ctx)
	out.Body = sent.body()
	done = true
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		ErrorLog:  slog.NewLogLogger(n.options.Logger.Handler(), slog.LevelDebug),
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.URL.RawQuery = target.Scheme, target.Host, p.In.URL.RawQuery
			p.Out.Host = p.In.Host
			p.Out.Header.Set(forwardedHeader, n.id)
			if p.Out.Body == nil { // a transport would repeat a request without a body by itself
				p.Out.Body = io.NopCloser(bytes.NewReader(nil))
			}
		},
		ModifyResponse: func(a *http.Response) error {
			if a.Header.Get(elsewhereHeader) != "" {
				return errElsewhere
			}
			return nil
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) {
			done = !nothingDone(err)
		},
	}
	answered := false
	proxy.ServeHTTP(&watched{w, &answered}, out)
	if done && !answered {
		panic(http.ErrAbortHandler)
	}
	return done
}

// nothingDone reports whether a request was certainly not begun by the replica that it was sent to.
func nothingDone(err error) bool {
	var dial *net.OpError
	return errors.Is(err, errElsewhere) || errors.As(err, &dial) && dial.Op == "dial"
}

// watched notes whether an answer has begun.
type watched struct {
	http.ResponseWriter

	begun *bool
}

func (w *watched) WriteHeader(status int) {
	*w.begun = *w.begun || status >= http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// transport is shared by all replicas of a process. It asks no environment: replicas reach each other without a proxy.
//
//nolint:gochecknoglobals // a pool of connections
var transport = &http.Transport{
	DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		return (&net.Dialer{Timeout: attempt}).DialContext(ctx, network, addr)
	},
	MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true,
}
