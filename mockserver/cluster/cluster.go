// Package cluster lets several replicas share their worlds: it is the [world.Log] of a stream of NATS JetStream, and a handler that sends
// every request to the replica that has the worlds at present.
//
// One replica at a time, the owner, has all of them; a lease in the stream says which. The lease is for finding it and for
// reads. What makes a change safe is the stream: a message is taken only where it follows the last one that its writer knows, and a new
// owner appends a barrier before it reads, after which nothing of an older owner is taken any more. An answer leaves when the stream has
// acknowledged the message, and while the replica has the worlds. The package knows neither commands nor states, only their text.
package cluster

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Server is what plays the worlds of a log; a mockserver.Server is one.
type Server interface {
	http.Handler
	Control() http.Handler
	EndStreams()
	Close() error
}

// Options say where the cluster is, and how others reach this replica.
type Options struct {
	URL      string   // of NATS servers, with commas between them
	Creds    string   // file of credentials, "" for none
	Monitors []string // base addresses of the NATS servers' monitoring, to be asked how they sync; none for nobody to ask

	Address string // scheme and host by which other replicas reach this one
	Control string // the same for a control API with a listener of its own; "" for the same

	Make   func(world.Log) (Server, error) // the server of an owner
	Logger *slog.Logger                    // nil for nobody

	connecting time.Duration // how long to wait for servers that do not answer yet
	lease      time.Duration // how long others leave a lease alone that is not renewed
	hold       time.Duration // how long a request waits for an owner
	doubt      time.Duration // how long an append may be in doubt
	parting    time.Duration // how long an owner that leaves waits for what it answers
	probe      time.Duration // after how long it is tried again whether a full stream has room
	long       int           // bytes of messages that call for snapshots at least
}

func (o Options) complete() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Control == "" {
		o.Control = o.Address
	}
	for at, d := range map[*time.Duration]time.Duration{
		&o.connecting: 10 * time.Second, &o.lease: 3 * time.Second, &o.hold: 20 * time.Second, &o.doubt: 20 * time.Second, &o.parting: 700 * time.Millisecond,
		&o.probe: time.Second,
	} {
		if *at == 0 {
			*at = d
		}
	}
	if o.long == 0 {
		o.long = 2 << 20
	}
	return o
}

// Why something is not kept, or nobody answers.
var (
	errLost  = errors.New("another replica has the worlds now")
	errDoubt = errors.New("the NATS servers did not say in time whether it is kept")
	errEnded = errors.New("this replica gave the worlds away")
	errHole  = errors.New("something is missing before it")
	errFull  = errors.New("the NATS servers have no room for it; raise the limits of the stream " + streamName + " or of the account, or make room on their disks, and it goes on by itself")
)
