package mocktest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/cluster"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Cluster makes the bench's own server a replica of those that share their worlds on NATS servers, as serve --cluster does; url has the
// addresses of these servers. The replica listens on a free port of 127.0.0.1. The world of the test is one for all replicas, and is dropped
// at its end. Another replica may have it, so that [Bench.World] cannot be had. It does not work inside testing/synctest, nor beside [Data].
func Cluster(url string) Option {
	return func(o *setup) {
		o.open = func(ctx context.Context, o setup) (*Server, error) { return newReplica(ctx, url, o) }
	}
}

func newReplica(ctx context.Context, url string, o setup) (*Server, error) {
	shell := sync.OnceValues(func() (*mockserver.Server, error) { return mockserver.New(o.ofServer()...) })
	if _, err := shell(); err != nil { // the replica would try again and again
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	base := "http://" + l.Addr().String()
	node, err := cluster.Join(ctx, cluster.Options{URL: url, Address: base, Make: func(log world.Log) (cluster.Server, error) {
		return mockserver.New(slices.Concat(o.ofServer(), []mockserver.Option{mockserver.WithLog(log)})...)
	}})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s := &Server{
		URL: base, Client: &http.Client{Transport: &http.Transport{}}, web: &http.Server{Handler: node}, done: make(chan error, 1), //nolint:gosec // the clients are the test's own
		control: &controller{url: base + control.Prefix + "/v1", client: &http.Client{Transport: &http.Transport{}}}, shell: shell, node: node,
	}
	go func() { s.done <- s.web.Serve(l) }()
	return s, nil
}

// replica is what is left before its server ends, and closed after it.
type replica interface {
	Leave()
	Close() error
}

// mayShare fails a test whose worlds cannot be shared. Inside testing/synctest the time stands still while the network is waited for.
func (o setup) mayShare(tb testing.TB) {
	tb.Helper()
	switch {
	case inBubble():
		tb.Fatal("mocktest: Cluster does not work inside testing/synctest")
	case o.data:
		tb.Fatal("mocktest: Data and Cluster: the worlds are kept in one place; leave one of them out")
	}
}
