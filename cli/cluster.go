package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/cluster"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// playing is what answers: a mock, or a replica of several.
type playing interface {
	http.Handler
	Control() http.Handler
	EndStreams()
	Close() error
}

// clusterFlags say with whom the worlds are shared.
type clusterFlags struct {
	url      string
	address  string
	creds    string
	monitors []string
}

func (f *serveFlags) checkCluster() error {
	c := &f.cluster
	switch {
	case c.url == "" && (c.address != "" || c.creds != "" || len(c.monitors) > 0):
		return errors.New("--cluster-address, --cluster-creds and --cluster-monitor belong to --cluster; give the addresses of the NATS servers with it")
	case c.url == "":
		return nil
	case f.data != "":
		return errors.New("--cluster and --data: the worlds are kept in one place; leave one of them out")
	case f.coverage != "":
		return errors.New("--coverage-report: with --cluster, coverage is in the control API of the replica that has the worlds; leave the flag out")
	case f.tls.cert != "" || f.tls.ca != "":
		return errors.New("--cluster and TLS: replicas reach each other by http; let what stands before them speak TLS")
	}
	return errors.Join(c.checkServers(), c.checkAddress(), c.checkFiles())
}

// checkServers refuses what is no address of NATS servers.
func (c *clusterFlags) checkServers() error {
	for at := range strings.SplitSeq(c.url, ",") {
		server, err := url.Parse(strings.TrimSpace(at))
		if err != nil || server.Scheme != "nats" && server.Scheme != "tls" || !isHost(server.Host) || strings.Trim(server.Path, "/") != "" {
			return errors.New("--cluster: give the addresses of the NATS servers with commas between them, such as nats://10.0.0.1:4222,nats://10.0.0.2:4222 (tls:// for TLS)")
		}
	}
	return nil
}

func (c *clusterFlags) checkAddress() error {
	if c.address == "" {
		return nil
	}
	at, err := url.Parse(c.address)
	switch {
	case err == nil && at.User != nil:
		return errors.New("--cluster-address: it has a user or a password before the host, which nobody asks for; give scheme and host, such as http://10.0.0.7:8654")
	case err == nil && isEverywhere(at.Hostname()):
		return fmt.Errorf("--cluster-address %q: that is no address that others can reach; give the one of this machine, such as http://10.0.0.7:8654", c.address)
	case err != nil || at.Scheme+"://"+at.Host != c.address || at.Scheme != "http" || !isHost(at.Host):
		return fmt.Errorf("--cluster-address %q: give scheme and host by which the other replicas reach this one, such as http://10.0.0.7:8654", c.address)
	}
	return nil
}

func isEverywhere(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}

// isHost reports whether a host can be connected to, with a port or without.
func isHost(host string) bool {
	at := url.URL{Host: host}
	port := at.Port()
	if at.Hostname() == "" || port == "" {
		return at.Hostname() != "" && !strings.HasSuffix(host, ":")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

func (c *clusterFlags) checkFiles() error {
	for _, at := range c.monitors {
		if m, err := url.Parse(at); err != nil || m.Scheme != "http" && m.Scheme != "https" || !isHost(m.Host) {
			return fmt.Errorf("--cluster-monitor %q: give the address of a NATS server's monitoring, such as http://10.0.0.1:8222", at)
		}
	}
	if c.creds == "" {
		return nil
	}
	if err := cluster.CheckCreds(c.creds); err != nil {
		return fmt.Errorf("--cluster-creds %q: %w", c.creds, err)
	}
	return nil
}

// serveCluster is serve for a replica of several. It leaves before it stops to listen: what comes meanwhile is sent on.
func (f *serveFlags) serveCluster(ctx context.Context, all apis, sites *sites, stdout, stderr io.Writer) error {
	node, err := f.join(ctx, all, sites, stderr)
	if err != nil {
		sites.close()
		return withCode(codeUsage, fmt.Errorf("--cluster: %w", err))
	}
	sites.start(node)
	says := fmt.Sprintf(`,"cluster":{"replica":%q,"acknowledged":%q}`, node.ID(), node.Worth().String())
	return errors.Join(f.run(ctx, all, sites, says, stdout, node.Leave), node.Close())
}

// join takes part in a cluster.
func (f *serveFlags) join(ctx context.Context, all apis, s *sites, stderr io.Writer) (*cluster.Node, error) {
	log, err := newLogger(stderr, f.logFormat, f.logLevel)
	if err != nil {
		return nil, err
	}
	o := cluster.Options{
		URL: f.cluster.url, Creds: f.cluster.creds, Monitors: f.cluster.monitors, Address: f.cluster.address, Logger: log,
		Make: func(log world.Log) (cluster.Server, error) {
			return f.newServer(all, s, stderr, mockserver.WithLog(log))
		},
	}
	if o.Address == "" {
		if everywhere(s.vendors.Addr()) {
			return nil, errors.New("--addr listens everywhere, and nobody knows by which address the other replicas reach this one; say so with --cluster-address http://HOST:PORT")
		}
		o.Address = s.vendorsURL()
	}
	if s.control != nil {
		if o.Control, err = beside(o.Address, s.control.Addr()); err != nil {
			return nil, err
		}
	}
	return cluster.Join(ctx, o)
}

func everywhere(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsUnspecified()
}

// beside is the address of another listener on the same machine.
func beside(address string, control net.Addr) (string, error) {
	at, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(control.String())
	if err != nil {
		return "", err
	}
	if everywhere(control) {
		host = at.Hostname()
	}
	return "http://" + net.JoinHostPort(host, port), nil
}
