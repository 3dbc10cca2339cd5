package conformance

import (
	"net"
	"net/http"
	"path"
	"regexp"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Option changes how a run goes, not what it demands.
type Option func(*options)

type options struct {
	catalogs  []*suite.Catalog
	seed      uint64
	runID     string
	require   string
	selection *regexp.Regexp
	probes    bool
	times     int // that each question is asked
	checks    bool
	baseline  *Baseline
	progress  func(*report.Result)
	transport http.RoundTripper
	listener  net.Listener
	plain     bool  // the order of the requirements, also when the requests are counted
	replay    *tape // nil for a run on a target
	explore   bool
	rounds    int

	concurrent          bool
	clients, operations int
}

// first is the number of a check's first attempt.
func (o options) first(id string) int {
	if o.replay == nil {
		return 0
	}
	return o.replay.attempts[id]
}

func newOptions(opts []Option) options {
	o := options{catalogs: builtIn(), seed: 1, times: 1, probes: true, checks: true}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// Seed chooses what is sent, in which shapes; what is made up has the run's id in it besides.
func Seed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// RunID repeats the id of an earlier run: with the same seed, the same is sent to the byte. A run that has none of its own
// takes a random one, so that a target that remembers earlier runs never sees the same thing twice.
func RunID(id string) Option {
	return func(o *options) {
		if id != "" {
			o.runID = id
		}
	}
}

// Select runs only the checks and probes whose id matches.
func Select(pattern *regexp.Regexp) Option { return func(o *options) { o.selection = pattern } }

// OnlyQuestions leaves the checks out: the run only learns the target's dialect.
func OnlyQuestions() Option { return func(o *options) { o.checks = false } }

// OnlyChecks leaves the open questions out.
func OnlyChecks() Option { return func(o *options) { o.probes = false } }

// Known brings the target's known failures.
func Known(b *Baseline) Option { return func(o *options) { o.baseline = b } }

// Progress is called after every check, from one goroutine at a time.
func Progress(f func(*report.Result)) Option { return func(o *options) { o.progress = f } }

// Transport carries the requests instead of a transport of the run's own.
func Transport(t http.RoundTripper) Option { return func(o *options) { o.transport = t } }

// ReceiveOn takes what the target delivers at a listener instead of on a port of this machine. With [Transport] it keeps a
// run off the network, so that it can stand inside testing/synctest.
func ReceiveOn(l net.Listener) Option { return func(o *options) { o.listener = l } }

// selects reports whether the user wants to see an id.
func (o options) selects(id string) bool { return o.selection == nil || o.selection.MatchString(id) }

// selectsAny says whether the selection matches anything at all in an API.
func (o options) selectsAny(api *contract.API) error {
	for _, r := range api.Requirements {
		if o.selects(r.ID) {
			return nil
		}
	}
	for _, q := range api.Questions {
		if o.selects(q.ID) {
			return nil
		}
	}
	return configError("the pattern %q matches no requirement and no question; ids look like %q", o.selection, path.Join(api.Name, "list", "shape"))
}
