package egress

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// hosts are those beyond loopback that may be sent to, with or without port.
type hosts []string

// HostError says that a host is none of those that may be sent to.
type HostError struct{ Host string }

func (e *HostError) Error() string {
	return fmt.Sprintf("%q is neither loopback nor allowed; allow it with --egress %s", e.Host, e.Host)
}

// check refuses an address without asking the network about it.
func (h hosts) check(address string) error {
	u, err := parseAddress(address)
	if err != nil {
		return err
	}
	if !h.allows(hostPort(u)) && !isLoopback(u.Hostname()) {
		return &HostError{u.Hostname()}
	}
	return nil
}

// hostPort is where a URL leads to, with the port that its scheme stands for where it names none.
func hostPort(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (h hosts) allows(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	for _, allowed := range h {
		if strings.EqualFold(allowed, host) || strings.EqualFold(allowed, name) || strings.EqualFold("["+allowed+"]", host) {
			return true
		}
	}
	return false
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// transport connects to loopback and to allowed hosts only, whatever a name resolves to.
func (h hosts) transport() http.RoundTripper {
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialer := &net.Dialer{}
			if !h.allows(address) {
				dialer.Control = onlyLoopback
			}
			return dialer.DialContext(ctx, network, address)
		},
		DisableKeepAlives:      true, // so that no goroutine stays behind
		DisableCompression:     true,
		MaxResponseHeaderBytes: MaxKept,
	}
}

func onlyLoopback(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return &HostError{address}
	}
	return nil
}
