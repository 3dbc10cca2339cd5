package cluster

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
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
	e := &errand{node: n, w: w, r: r, here: here, at: at, forwarded: r.URL.Path == forwardPath}
	if e.forwarded {
		var err error
		if e.r, err = unwrap(r, n.key); err != nil {
			elsewhere(w, "this address is for the other replicas: "+err.Error())
			return
		}
	}
	deadline := time.Now().Add(n.options.hold)
	for !e.try() {
		if e.sent.isSpent() || !time.Now().Before(deadline) || !pause(r.Context(), again) {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "understudy: "+e.why()+". Nothing was done", http.StatusServiceUnavailable)
			return
		}
	}
}

// elsewhere says that nothing was done, because the worlds are not here.
func elsewhere(w http.ResponseWriter, why string) {
	w.Header().Set(elsewhereHeader, "true")
	http.Error(w, "understudy: "+why, http.StatusServiceUnavailable)
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
	failed    error   // what came of the last try to send it on
}

// why says why nobody answers.
func (e *errand) why() string {
	var unreachable *net.OpError
	if other := e.node.other.Load(); other != nil && errors.As(e.failed, &unreachable) {
		return fmt.Sprintf("the replica that has the worlds cannot be reached from here: %v; let --cluster-address be the address by which the others reach it", e.failed)
	}
	if e.node.noRoom.Load() {
		return noRoom
	}
	return "no replica has the worlds at present; the NATS servers may be choosing a leader"
}

// try reports whether the request was answered, or will not be. Nothing was done where it was not.
func (e *errand) try() (done bool) {
	n := e.node
	if o := n.has(); o != nil {
		n.answer(o, e.w, e.sent.unpack(e.r), e.here)
		return true
	}
	if e.forwarded {
		elsewhere(e.w, "this replica does not have the worlds")
		return true
	}
	other := n.other.Load()
	if other == nil {
		return false
	}
	if e.sent == nil {
		e.sent = pack(e.r)
	}
	e.failed = n.forward(e.w, e.r, other, e.at(other), e.sent)
	return e.failed == nil
}

func (n *Node) answer(o *owner, w http.ResponseWriter, r *http.Request, here func(Server, http.ResponseWriter, *http.Request)) {
	defer o.end()
	g := &gate{
		ResponseWriter: w, may: func() bool { return n.mayAnswer(o) },
		full: func() bool { return n.until.Load().holds() && o.log.stopped.Load() != nil },
	}
	here(o.server, g, r)
	g.decide(http.StatusOK) // of an answer that says nothing
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
