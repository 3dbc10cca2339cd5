package conformance_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// roughRuns is how often each rough target is verified, each time with another seed: `make rough` wants 50.
var roughRuns = flag.Int("rough", 1, "runs against each rough target")

// condition is one way in which a target is hard to measure.
type condition struct {
	name    string
	behind  func(*mockserver.Server, uint64) http.Handler
	visible time.Duration // how long changes may take to show
	// way is what deliveries go through, nil for straight to the suite's receiver.
	way func(*testing.T, http.RoundTripper, uint64) http.RoundTripper
	// given is what the target offers beside its address, nil for a provider-state URL.
	given func(*testing.T, http.Handler, *conformance.Target)
	// after looks at the vendor itself when the run is over, unless it is nil.
	after func(*testing.T, http.Handler, conformance.Target, *report.Report)
}

func conditions() []condition {
	return []condition{
		{name: "calm", behind: func(m *mockserver.Server, _ uint64) http.Handler { return m }},
		{name: "changes show up to 1 s late", behind: func(m *mockserver.Server, seed uint64) http.Handler { return newLate(m, seed) }, visible: mostLag},
		{name: "60 calls a minute", behind: func(m *mockserver.Server, _ uint64) http.Handler { return metered(m) }},
		{name: "5 % of connections break", behind: func(m *mockserver.Server, seed uint64) http.Handler { return flaky(m, seed) }},
		{name: "all of these at once", behind: func(m *mockserver.Server, seed uint64) http.Handler {
			return flaky(metered(newLate(m, seed)), seed)
		}, visible: mostLag},
	}
}

// roughly is one run against the mock, or a mutant of it, behind a condition. Its time is virtual.
func roughly(t *testing.T, c condition, api, mutant string, seed uint64, opts ...conformance.Option) *report.Report {
	t.Helper()
	n := &network{ports: map[string]*port{}}
	var way http.RoundTripper = n.transport(t, false)
	if c.way != nil {
		way = c.way(t, way, seed)
	}
	mock, err := mockserver.New(mockserver.WithTransport(way), mockserver.WithMaxWorlds(1<<20), mockserver.WithMutant(mutant))
	if err != nil {
		t.Fatal(err)
	}
	n.serve(t, "127.0.0.1:1", apart(c.behind(mock, seed)))
	target := roughTarget(api, c.visible)
	if c.given != nil {
		c.given(t, mock, &target)
	}
	r := run(t, target, append(opts,
		conformance.Seed(seed), conformance.Transport(n.transport(t, true)), conformance.ReceiveOn(n.listen("127.0.0.1:2")))...)
	if c.after != nil {
		c.after(t, mock, target, r)
	} else if len(r.Left) > 0 {
		t.Errorf("seed %d: left behind: %q", seed, r.Left)
	}
	return r
}

func roughTarget(api string, visible time.Duration) conformance.Target {
	target := at("http://127.0.0.1:1")
	target.API, target.Consistency.Within = api, visible
	if api == crmcom.Contract.Name {
		target.URL = "http://127.0.0.1:1" + crmcom.BasePath
		target.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: "demo"}
	}
	return target
}

// tally sums runs up.
type tally struct {
	runs, pass, violations, unverified, errors, answered, requests int
	took                                                           time.Duration
}

func (s *tally) add(r *report.Report) {
	s.runs++
	s.pass += r.Count(report.Pass)
	s.violations += r.Count(report.Fail) + r.Count(report.Warn)
	s.unverified += r.Count(report.Unverified)
	s.errors += r.Count(report.Error)
	s.requests += r.Requests
	s.took += time.Duration(r.Seconds * float64(time.Second))
	for i := range r.Questions {
		if r.Questions[i].Answer == r.Questions[i].Default {
			s.answered++
		}
	}
}

// TestRoughTargets wants no violation from an honest vendor that is hard to measure, and nothing to go wrong in the suite.
func TestRoughTargets(t *testing.T) {
	roughTable(t, sweep.Of(conditions(), 3), 75, conformance.APIs()...)
}

// roughTable verifies honest vendors under every condition, wants so many percent of the requirements to pass, and logs a table
// of what came of it.
func roughTable(t *testing.T, all []condition, passing int, apis ...string) {
	t.Helper()
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "target\tAPI\truns\tpass\tunverified\tviolations\terrors\tquestions answered right\trequests a run\ttime a run\t")
	for _, c := range all {
		for _, api := range apis {
			var sum tally
			t.Run(c.name+"/"+api, func(t *testing.T) {
				for i := range *roughRuns {
					synctest.Test(t, func(t *testing.T) {
						r := roughly(t, c, api, "", uint64(i+1))
						sum.add(r)
						wantHonest(t, r, passing)
					})
				}
			})
			sum.row(w, c.name, api)
		}
	}
	_ = w.Flush() // to memory
	t.Logf("seeds 1 to %d\n%s", *roughRuns, table.String())
}

// row prints what the runs came to, unless there were none.
func (s *tally) row(w io.Writer, name, api string) {
	if s.runs == 0 {
		return // not selected
	}
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%v\t\n", name, api, s.runs, s.pass, s.unverified, s.violations, s.errors,
		s.answered, s.requests/s.runs, (s.took / time.Duration(s.runs)).Round(time.Second))
}

// wantHonest wants a run that found nothing wrong, and could measure so many percent.
func wantHonest(t *testing.T, r *report.Report, passing int) {
	t.Helper()
	for i := range r.Results {
		result := &r.Results[i]
		if result.Outcome == report.Unverified {
			t.Logf("seed %d: %s: %s", r.Seed, result.Requirement, result.Reason)
		}
		if result.Outcome == report.Error {
			t.Errorf("seed %d: %s: %s", r.Seed, result.Requirement, result.Reason)
		}
		for _, f := range result.Findings {
			t.Errorf("seed %d: %s: %s: want %s, got %s\n%s", r.Seed, result.Requirement, result.Outcome, f.Want, f.Got, timeline(result.Exchanges))
		}
	}
	for i := range r.Questions {
		switch q := &r.Questions[i]; q.Answer {
		case q.Default:
		case "":
			t.Logf("seed %d: %s: not observed: %s", r.Seed, q.ID, q.Observed)
		default:
			t.Errorf("seed %d: %s: the mock answers %s, the run learned %s", r.Seed, q.ID, q.Default, q.Answer)
		}
	}
	if r.Count(report.Pass)*100 < len(r.Results)*passing {
		t.Errorf("seed %d: %s %s: %s", r.Seed, r.Verdict, r.Why, report.Summary(r))
	}
}

// TestRoughTargetsHideNothing wants vendors found out that do wrong what a read that came too early would not show.
func TestRoughTargetsHideNothing(t *testing.T) {
	all := conditions()[len(conditions())-1]
	for requirement, wrong := range map[string]string{
		"makecom/auth/token-required":       "refused-too-late",
		"makecom/list/arrived":              "newest-hidden",
		"makecom/list/read-only":            "page-is-taken",
		"makecom/delete/ids":                "one-more",
		"makecom/delete/all-unconfirmed":    "refused-too-late",
		"makecom/delete/processing-refused": "deleted",
		"crmcom/auth/token-required":        "refused-too-late",
		"crmcom/resend/rejected-only":       "refused-and-touched",
		"crmcom/resend/succeeds":            "stays-rejected",
		"crmcom/delete/gone":                "still-listed",
		"crmcom/delete/others":              "siblings-touched",
		"crmcom/delete/identifier":          "none-is-the-newest",
	} {
		t.Run(requirement, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api, _, _ := strings.Cut(requirement, "/")
				r := roughly(t, all, api, requirement+"/"+wrong, 1, conformance.Select(regexp.MustCompile("^"+requirement+"$")))
				if r.Count(report.Fail)+r.Count(report.Warn) != 1 {
					t.Errorf("%s: %s", r.Verdict, report.Summary(r))
				}
			})
		})
	}
}

// timeline tells what a check did and when.
func timeline(exchanges []report.Exchange) string {
	var b strings.Builder
	for i := range exchanges {
		e := &exchanges[i]
		fmt.Fprintf(&b, "%s %s %s %.80s: %d %.80s %s\n", e.At.Format("04:05.000"), e.Method, e.URL, e.Body, e.Status, e.ResponseBody, e.Err)
	}
	return b.String()
}
