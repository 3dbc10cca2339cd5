// Package killmatrix measures the power of the conformance suite: it runs the suite against every mutant of the mock and
// says which checks noticed.
//
// It is the one place that knows both the mock and the judge, which otherwise share only the contract.
package killmatrix

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi"
)

// Fate is what became of a mutant.
type Fate string

// The fates. They are never added up into one number.
const (
	Killed         Fate = "killed"          // by the check of the requirement that it breaks
	KilledByOthers Fate = "killed-by-other" // by other checks only
	Survived       Fate = "survived"
	NoVerdict      Fate = "no-verdict" // the check of the requirement could not find out
)

// Fates lists them in the order in which they are counted.
func Fates() []Fate { return []Fate{Killed, KilledByOthers, Survived, NoVerdict} }

// Row is one mutant.
type Row struct {
	Mutant      string `json:"mutant"`
	Requirement string `json:"requirement"`
	Text        string `json:"text"`
	Needs       string `json:"needs,omitempty"` // what it takes to notice it, where a check is not enough
	Fate        Fate   `json:"fate"`
	// Want and Got are what the check of the requirement said first, with ids and addresses taken out.
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
	// Also are the other requirements whose checks failed.
	Also []string `json:"also,omitempty"`
	// Unsure are the requirements whose checks could not find out.
	Unsure []string `json:"unsure,omitempty"`
}

// Matrix is every mutant of every API against every check.
type Matrix struct {
	Seed uint64 `json:"seed"`
	Rows []Row  `json:"mutants"`
	// Idle are the requirements whose check noticed no mutant of its own.
	Idle []string `json:"idle,omitempty"`
}

// Count is how many mutants of an API had this fate.
func (m *Matrix) Count(api string, f Fate) int {
	n := 0
	for _, r := range m.Rows {
		if r.Fate == f && apiOf(r.Mutant) == api {
			n++
		}
	}
	return n
}

// Run runs the suite against every mutant, so many at a time.
func Run(ctx context.Context, seed uint64, apis ...string) (*Matrix, error) {
	mutants := slices.DeleteFunc(catalog.New().All(), func(m *mutant.Mutant) bool { return !slices.Contains(apis, m.API()) })
	m := &Matrix{Seed: seed, Rows: make([]Row, len(mutants))}
	errs := make([]error, len(mutants))
	inParallel(len(mutants), func(i int) {
		m.Rows[i], errs[i] = judge(ctx, mutants[i], seed)
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", mutants[i].ID, err)
		}
	}
	m.Idle = idle(m.Rows)
	return m, nil
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

// judge runs the suite against one mutant.
func judge(ctx context.Context, m *mutant.Mutant, seed uint64) (Row, error) {
	r, err := verify(ctx, m.API(), seed, mockserver.WithMutant(m.ID))
	if err != nil {
		return Row{}, err
	}
	return row(m, r), nil
}

// verify runs the suite against a mock in memory.
func verify(ctx context.Context, api string, seed uint64, options ...mockserver.Option) (*report.Report, error) {
	mock, err := mocktest.NewServer(options...)
	if err != nil {
		return nil, err
	}
	defer mock.Close()
	return conformance.Run(ctx, target(mock.URL, api), conformance.Seed(seed), conformance.OnlyChecks(), conformance.Transport(mock.Client.Transport))
}

// token is the credential of every run, and the name of the world that it opens.
const token = "mutant"

func target(url, api string) conformance.Target {
	t := conformance.Target{API: api, Token: token, Mode: "owned", Workers: 1}
	t.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: token}
	t.States.URL = url + "/_understudy/v1/provider-states"
	for _, a := range openapi.APIs() {
		if a.Name == api {
			t.URL = url + a.BasePath
		}
	}
	return t
}
