package cluster

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// forwardPath is where a replica takes the requests that another one sends on.
const forwardPath = "/_understudy/forwarded"

// Headers between replicas.
const (
	forwardedHeader = "Understudy-Forwarded" // the key of the replica that it is for, and the head of the client's request
	elsewhereHeader = "Understudy-Elsewhere" // of the answer of a replica that does not have the worlds: nothing was done
	doubtHeader     = "Understudy-Doubt"     // of an answer that does not know whether something was done
)

// apart are headers that net/http changes, removes or acts on. They are sent in the head, so that they come as the client sent them.
//
//nolint:gochecknoglobals // a table that never changes
var apart = []string{
	"Connection", "Content-Length", "Expect", "Idempotency-Key", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding",
	"Upgrade", "User-Agent", "X-Idempotency-Key", forwardedHeader,
}

// Members of the head that are no headers.
const (
	headMethod = "method"
	headTarget = "target"
	headHost   = "host"
	headProto  = "proto"
	headLocal  = "local" // the address that the client reached
	headLength = "length"
	headCut    = "cut" // the client's body ended early
)

// wrap makes the request that sends another one on. What it says is in the head and in the headers beside it.
func wrap(ctx context.Context, r *http.Request, to, key string, sent *parcel) (*http.Request, error) {
	head := url.Values{
		headMethod: {r.Method}, headTarget: {r.RequestURI}, headHost: {r.Host}, headProto: {r.Proto},
		headLength: {strconv.FormatInt(r.ContentLength, 10)},
	}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		head.Set(headLocal, local.String())
	}
	if sent.cut {
		head.Set(headCut, "true")
	}
	method := http.MethodPost
	if r.Method == http.MethodHead {
		method = r.Method // its answer has no body
	}
	out, err := http.NewRequestWithContext(ctx, method, to+forwardPath, nil)
	if err != nil {
		return nil, err
	}
	out.Header = maps.Clone(r.Header)
	for _, name := range apart {
		if values := r.Header[name]; values != nil {
			head[name] = values
			delete(out.Header, name)
		}
	}
	if sent.waits {
		out.Header["Expect"] = []string{"100-continue"}
	}
	out.Header["User-Agent"] = []string{""} // none
	out.Header[forwardedHeader] = []string{key + " " + head.Encode()}
	out.Body, out.ContentLength = sent.body(r)
	return out, nil
}

var errKey = errors.New("the key is not that of this replica")

// unwrap is the request that was sent on. Whoever cannot read the lease has no key.
func unwrap(r *http.Request, key string) (*http.Request, error) {
	given, text, _ := strings.Cut(r.Header.Get(forwardedHeader), " ")
	if subtle.ConstantTimeCompare([]byte(given), []byte(key)) != 1 {
		return nil, errKey
	}
	head, err := url.ParseQuery(text)
	if err != nil {
		return nil, err
	}
	was := r.WithContext(reachedAt(r.Context(), head.Get(headLocal)))
	was.Header = maps.Clone(r.Header)
	for _, name := range apart {
		delete(was.Header, name)
		if values := head[name]; values != nil {
			was.Header[name] = values
		}
	}
	was.Method, was.RequestURI, was.Host = head.Get(headMethod), head.Get(headTarget), head.Get(headHost)
	was.Proto = head.Get(headProto)
	was.ProtoMajor, was.ProtoMinor, _ = http.ParseHTTPVersion(was.Proto)
	if was.URL, err = targetOf(was); err != nil {
		return nil, err
	}
	if was.ContentLength, err = strconv.ParseInt(head.Get(headLength), 10, 64); err != nil {
		return nil, err
	}
	if was.ContentLength != 0 { // also of no byte, if that was sent in chunks
		was.Body = &arrived{Reader: r.Body, Closer: r.Body, cut: head.Has(headCut)}
	}
	return was, nil
}

// reachedAt is the context of a request that reached an address: it decides who may ask what.
func reachedAt(ctx context.Context, local string) context.Context {
	at, err := netip.ParseAddrPort(local)
	if err != nil {
		return ctx
	}
	return context.WithValue(ctx, http.LocalAddrContextKey, net.TCPAddrFromAddrPort(at))
}

// targetOf is the URL of a request, as net/http makes it.
func targetOf(r *http.Request) (*url.URL, error) {
	if r.Method != http.MethodConnect || strings.HasPrefix(r.RequestURI, "/") {
		return url.ParseRequestURI(r.RequestURI)
	}
	u, err := url.ParseRequestURI("http://" + r.RequestURI)
	if err == nil {
		u.Scheme = ""
	}
	return u, err
}

// arrived is a body that was sent on. It ends as that of the client did.
type arrived struct {
	io.Reader
	io.Closer

	cut bool
}

func (a *arrived) Read(b []byte) (int, error) {
	n, err := a.Reader.Read(b)
	if a.cut && errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
