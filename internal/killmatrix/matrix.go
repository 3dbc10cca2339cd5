// Package killmatrix measures the power of the conformance suite: it runs the suite against every mutant of the mock and
// says which checks noticed.
//
// It is the one place beside the command line that knows both the mock and the judge, which otherwise share only the
// contract.
package killmatrix

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi"
)

// Fate is what became of a mutant.
type Fate string

// The fates. They are never added up into one number.
const (
	Killed         Fate = "killed"          // by a test of the requirement that it breaks, with a finding
	KilledByOthers Fate = "killed-by-other" // by tests of other requirements only
	Survived       Fate = "survived"
	NoVerdict      Fate = "no-verdict" // the test that it needs could not find out, or was not run
)

// Fates lists them in the order in which they are counted.
func Fates() []Fate { return []Fate{Killed, KilledByOthers, Survived, NoVerdict} }

// Row is one mutant.
type Row struct {
	Mutant      string `json:"mutant"`
	Requirement string `json:"requirement"`
	Text        string `json:"text"`
	Fate        Fate   `json:"fate"`
	By          By     `json:"by"` // the kind of test that the fate comes from
	// Want and Got are what the test of the requirement said first, with what changes from run to run taken out. Of a
	// mutant without a verdict, Got says why.
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
	// Commands are the shortest sequence that shows it, where exploration found it.
	Commands []string `json:"commands,omitempty"`
	// Also are the other requirements whose checks noticed.
	Also []string `json:"also,omitempty"`
	// Alone are the kinds of test that notice it without the others, whatever sentence they name; the page says with how many rounds.
	Alone []By `json:"alone,omitempty"`
	// Unsure are the requirements whose checks could not find out: the mutant was in the way.
	Unsure []string `json:"unsure,omitempty"`
}

// By is a kind of test.
type By string

// The kinds of test.
const (
	ByCheck       By = "check"
	ByExploration By = "exploration"
	ByHistory     By = "history"
)

// Bys lists the kinds, the simplest first.
func Bys() []By { return []By{ByCheck, ByExploration, ByHistory} }

// Matrix is every mutant against every check.
type Matrix struct {
	Seed uint64 `json:"seed"`
	Rows []Row  `json:"mutants"`
	// Idle are the requirements whose check noticed no mutant that breaks them.
	Idle []string `json:"idle,omitempty"`
}

// Count is how many mutants of an API had this fate by this kind of test.
func (m *Matrix) Count(api string, f Fate, by By) int {
	n := 0
	for i := range m.Rows {
		if r := &m.Rows[i]; r.Fate == f && r.By == by && apiOf(r.Mutant) == api {
			n++
		}
	}
	return n
}

// Alone is how many mutants of an API this kind of test notices without the others.
func (m *Matrix) Alone(api string, by By) int {
	n := 0
	for i := range m.Rows {
		if r := &m.Rows[i]; apiOf(r.Mutant) == api && slices.Contains(r.Alone, by) {
			n++
		}
	}
	return n
}

// Mutants is how many an API has.
func (m *Matrix) Mutants(api string) int {
	n := 0
	for i := range m.Rows {
		if apiOf(m.Rows[i].Mutant) == api {
			n++
		}
	}
	return n
}

// Wrong lists what is not as it should be: mutants that no test of what they break noticed, checks that noticed none. What
// was not run is no wrong.
func (m *Matrix) Wrong() []string {
	var all []string
	for i := range m.Rows {
		r := &m.Rows[i]
		if r.Fate != Killed && (r.Fate != NoVerdict || r.By == ByCheck) {
			all = append(all, fmt.Sprintf("%s: %s by %s; want %s, got %s", r.Mutant, r.Fate, r.By, Killed, r.Got))
		}
	}
	for _, id := range m.Idle {
		all = append(all, id+": its check noticed none of the mutants that break it")
	}
	return all
}

// Run runs the suite against every mutant of the APIs, as many at a time as there are processors.
func Run(ctx context.Context, seed uint64, apis ...string) (*Matrix, error) {
	mutants := slices.DeleteFunc(catalog.New(mockserver.APIs()...).All(), func(m *mutant.Mutant) bool { return !slices.Contains(apis, m.API()) })
	rows, err := eachMutant(mutants, func(m *mutant.Mutant) (Row, error) { return measured(ctx, m, seed) })
	if err != nil {
		return nil, err
	}
	return &Matrix{Seed: seed, Rows: rows, Idle: idle(rows)}, nil
}

// Quick asks of each mutant only whether the check of its requirement notices, which takes less time. Where that alone does
// not, because what other checks did before counts as well, the whole suite is run.
func Quick(ctx context.Context, seed uint64, apis ...string) (*Matrix, error) {
	mutants := slices.DeleteFunc(catalog.New(mockserver.APIs()...).All(), func(m *mutant.Mutant) bool { return !slices.Contains(apis, m.API()) })
	rows, err := eachMutant(mutants, func(m *mutant.Mutant) (Row, error) {
		r, err := verify(ctx, m.API(), seed, playing(m), checkOf(m.Breaks))
		if err != nil {
			return Row{}, err
		}
		if quick := row(m, r); quick.Fate == Killed {
			return quick, nil
		}
		return judge(ctx, m, seed)
	})
	if err != nil {
		return nil, err
	}
	return &Matrix{Seed: seed, Rows: rows, Idle: idle(rows)}, nil
}

// eachMutant judges the mutants side by side.
func eachMutant(mutants []*mutant.Mutant, judge func(*mutant.Mutant) (Row, error)) ([]Row, error) {
	rows, errs := make([]Row, len(mutants)), make([]error, len(mutants))
	inParallel(len(mutants), func(i int) { rows[i], errs[i] = judge(mutants[i]) })
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", mutants[i].ID, err)
		}
	}
	return rows, nil
}

func inParallel(n int, do func(i int)) {
	next := make(chan int)
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	done.Wait()
}

// idle lists the requirements whose check noticed none of the mutants that break it.
func idle(rows []Row) []string {
	var none []string
	for _, a := range openapi.APIs() {
		if !slices.ContainsFunc(rows, func(r Row) bool { return apiOf(r.Mutant) == a.Name }) {
			continue
		}
		for _, requirement := range a.Requirements {
			if !slices.ContainsFunc(rows, func(r Row) bool { return r.Requirement == requirement.ID && r.Fate == Killed && r.By == ByCheck }) {
				none = append(none, requirement.ID)
			}
		}
	}
	return none
}

func apiOf(id string) string {
	api, _, _ := strings.Cut(id, "/")
	return api
}
