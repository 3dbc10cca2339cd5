package conformance

import (
	"context"
	"net"
	"net/url"
	"time"
)

// OnLoopback reports whether a URL is of this machine itself.
func OnLoopback(address string) bool {
	u, err := url.Parse(address)
	return err == nil && loopback(u)
}

func loopback(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// reachable dials the target, with patience for one that is just starting. It sends nothing.
func reachable(ctx context.Context, target string) error {
	u, err := url.Parse(target)
	if err != nil {
		return err
	}
	var d net.Dialer
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		dialCtx, cancel := context.WithTimeout(ctx, 3*time.Second)
		conn, err := d.DialContext(dialCtx, "tcp", address(u))
		cancel()
		if err == nil {
			return conn.Close()
		}
		if pause > 500*time.Millisecond {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func address(u *url.URL) string {
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
