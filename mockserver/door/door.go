// Package door says which requests come from where they should: a program, a page of this machine, a host that was named. A page of
// somebody else that a browser shows sends its own Origin or says that it is cross-site, and one that rebinds its name to loopback
// sends its own Host.
package door

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Door lets in loopback and the hosts that were named. The zero Door lets in loopback.
type Door struct {
	Hosts []string // names without port
}

// ForeignError says which header shows that a request comes from elsewhere.
type ForeignError struct {
	Header string // Host, Origin or Sec-Fetch-Site
	Value  string
}

func (e *ForeignError) Error() string { return fmt.Sprintf("%s is %q", e.Header, e.Value) }

// Admit returns a [*ForeignError] for a request that comes from elsewhere.
func (d Door) Admit(r *http.Request) error {
	origin := r.Header.Get("Origin")
	switch {
	case !d.Knows(Hostname(r.Host)):
		return &ForeignError{"Host", r.Host}
	case origin != "" && !d.Knows(originHost(origin)):
		return &ForeignError{"Origin", origin}
	case origin == "" && isCrossSite(r):
		return &ForeignError{"Sec-Fetch-Site", r.Header.Get("Sec-Fetch-Site")}
	}
	return nil
}

// isCrossSite reports whether a browser asks on behalf of a page of another site, for an image say, which no Origin comes with.
func isCrossSite(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Sec-Fetch-Site"), "cross-site")
}

// IsNavigation reports whether a browser is about to show the answer by itself, as after a click on a link, wherever that was.
func IsNavigation(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" && r.Header.Get("Origin") == ""
}

// OnLoopback reports whether a request came in by an address of loopback. Without a listener it did not.
func OnLoopback(r *http.Request) bool {
	at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
}

// Knows reports whether a host is this machine or was named. A name may end in the dot of the root, and every name under localhost
// is this machine (RFC 6761): no name server can say otherwise.
func (d Door) Knows(host string) bool {
	if host == "127.0.0.1" {
		return true
	}
	if host = strings.TrimSuffix(host, "."); isLocalhost(host) {
		return true
	}
	for _, named := range d.Hosts {
		if strings.EqualFold(named, host) {
			return true
		}
	}
	at, err := netip.ParseAddr(host)
	return err == nil && at.IsLoopback()
}

func isLocalhost(host string) bool {
	name := strings.ToLower(host)
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// Hostname is a host without its port, and an address of IPv6 without its brackets.
func Hostname(hostport string) string {
	if end := strings.LastIndexByte(hostport, ':'); end >= 0 && strings.IndexByte(hostport[end:], ']') < 0 {
		hostport = hostport[:end]
	}
	if inner, bracketed := strings.CutPrefix(hostport, "["); bracketed {
		return strings.TrimSuffix(inner, "]")
	}
	return hostport
}

// originHost is "" for an origin that is no URL, such as null.
func originHost(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
