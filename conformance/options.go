package conformance

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/near"
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
	notice    func(string)
	transport http.RoundTripper
	listener  net.Listener
	answers   int   // bytes of an answer that a report has whole, 0 for the default
	plain     bool  // the order of the requirements, also when the requests are counted
	replay    *tape // nil for a run on a target
	explore   bool
	rounds    int

	deadline *time.Duration // nil for none

	concurrent bool
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

// Notices is told in a line, while the run goes on, what makes it wait for long.
func Notices(f func(string)) Option { return func(o *options) { o.notice = f } }

// DefaultDeadline is how long a run may take that no rate slows down.
const DefaultDeadline = 10 * time.Minute

// Deadline ends a run that takes longer: the report says then what was found out so far. 0 is [DefaultDeadline] where the target has no
// rate, and none where it has one.
func Deadline(d time.Duration) Option { return func(o *options) { o.deadline = &d } }

// limited is the context of a run. Its cause is a *deadlineError when the deadline ended it.
func (o options) limited(ctx context.Context, t Target) (context.Context, context.CancelFunc) {
	if o.deadline == nil || *o.deadline == 0 && t.Rate > 0 {
		return ctx, func() {}
	}
	d := cmp.Or(*o.deadline, DefaultDeadline)
	return context.WithTimeoutCause(ctx, d, &deadlineError{d})
}

// deadlineError says that a run took too long.
type deadlineError struct{ after time.Duration }

func (e *deadlineError) Error() string {
	return fmt.Sprintf("the run did not end within its deadline of %s; give it longer by --deadline", e.after)
}

// Transport carries the requests instead of a transport of the run's own.
func Transport(t http.RoundTripper) Option { return func(o *options) { o.transport = t } }

// ReceiveOn takes what the target delivers at a listener instead of on a port of this machine. With [Transport] it keeps a
// run off the network, so that it can stand inside testing/synctest.
func ReceiveOn(l net.Listener) Option { return func(o *options) { o.listener = l } }

// selects reports whether the user wants to see an id.
func (o options) selects(id string) bool { return o.selection == nil || o.selection.MatchString(id) }

// nearIDs says which ids somebody may have meant, "" where none is near.
func nearIDs(api *contract.API, given string) string {
	var known []string
	for _, r := range api.Requirements {
		known = append(known, r.ID)
	}
	for _, q := range api.Questions {
		known = append(known, q.ID)
	}
	if !strings.HasPrefix(given, api.Name+"/") {
		for i := range known {
			known[i] = strings.TrimPrefix(known[i], api.Name+"/")
		}
	}
	if len(near.Names(given, known)) == 0 {
		return "; understudy requirements " + api.Name + " lists them"
	}
	return "; " + near.Remedy(given, known)
}

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
	return configError("the pattern %q (--run) matches no requirement and no question; ids look like %q%s", o.selection, path.Join(api.Name, "list", "shape"), nearIDs(api, o.selection.String()))
}
