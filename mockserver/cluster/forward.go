package cluster

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

var errElsewhere = errors.New("that replica does not have the worlds")

// forward has another replica answer, and passes the answer on as it comes. When nobody knows whether something was done, the connection
// ends as that to the other replica did, without an answer: so it does where the vendor breaks off on purpose. What was given up here, no
// vendor broke off, and it is said. An error means that nothing was done.
func (n *Node) forward(w http.ResponseWriter, r *http.Request, other *other, to string, sent *parcel) error {
	ctx, giveUp := context.WithCancelCause(context.WithoutCancel(r.Context()))
	cancel := func() { giveUp(nil) }
	defer cancel()
	// Whatever an owner lets out is right, also after its time: an answer may be on its way that it gave before.
	defer context.AfterFunc(other.term, func() { time.AfterFunc(n.options.parting, func() { giveUp(errLost) }) })()
	defer context.AfterFunc(r.Context(), func() { time.AfterFunc(grace, cancel) })()
	out, err := wrap(ctx, r, to, other.Key, sent)
	if err != nil {
		return err
	}
	answer, err := transport.RoundTrip(out)
	if err != nil {
		if nothingDone(err) {
			return err
		}
		if errors.Is(context.Cause(ctx), errLost) {
			doubt(w)
			return nil
		}
		breakOff(w, err)
	}
	defer answer.Body.Close()
	if answer.Header.Get(elsewhereHeader) != "" {
		return errElsewhere
	}
	if sent.rest != nil { // so that the rest of the body is not taken for this replica's
		_ = http.NewResponseController(w).EnableFullDuplex() // a writer that cannot reads it first
	}
	if answer.ContentLength < 0 {
		defer context.AfterFunc(r.Context(), cancel)() // it may never end
	}
	if err := pass(w, answer); err != nil {
		breakOff(w, err)
	}
	return nil
}

// grace is how long an answer is waited for whose client says nothing more. It may be gone, or it only closed its side of the connection.
const grace = 5 * time.Second

// nothingDone reports whether a request was certainly not begun by the replica that it was sent to.
func nothingDone(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}

// pass passes an answer on, each part as soon as it is there.
func pass(w http.ResponseWriter, answer *http.Response) error {
	header := w.Header()
	maps.Copy(header, answer.Header)
	if _, typed := header["Content-Type"]; !typed {
		header["Content-Type"] = nil // none, and no guess
	}
	if answer.Close {
		header.Set("Connection", "close")
	}
	w.WriteHeader(answer.StatusCode)
	controller := http.NewResponseController(w)
	if answer.ContentLength < 0 {
		_ = controller.Flush() // the client is gone, at worst; it ends the copying as well
	}
	buffer, _ := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	for passed := int64(0); ; {
		some, err := answer.Body.Read(*buffer)
		if _, gone := w.Write((*buffer)[:some]); gone != nil {
			return gone
		}
		passed += int64(some)
		if some > 0 && passed != answer.ContentLength || err != nil && !errors.Is(err, io.EOF) {
			_ = controller.Flush()
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

//nolint:gochecknoglobals // a pool is shared by design
var buffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

// breakOff closes the connection of a client: by a TCP reset where the other replica did so.
func breakOff(w http.ResponseWriter, err error) {
	if errors.Is(err, syscall.ECONNRESET) {
		if conn, _, hijackErr := http.NewResponseController(w).Hijack(); hijackErr == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // the connection is closed either way
			}
			_ = conn.Close() // nobody is left to be told
		}
	}
	panic(http.ErrAbortHandler)
}

// transport is shared by all replicas of a process. It asks no environment: replicas reach each other without a proxy.
//
//nolint:gochecknoglobals // a pool of connections
var transport = &http.Transport{
	DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		return (&net.Dialer{Timeout: attempt}).DialContext(ctx, network, addr)
	},
	MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true,
	ExpectContinueTimeout: time.Minute, // a client that sends without being told does not make its body wanted
}
