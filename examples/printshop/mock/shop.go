// Package mock plays the print shop: its state, what answers over HTTP, and the broken shops.
package mock

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// The states of a job.
const (
	queued    = "queued"
	printing  = "printing"
	printed   = "printed"
	failed    = "failed"
	cancelled = "cancelled"
)

// Job is one job as the API shows it.
type Job struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Pages     int       `json:"pages"`
	State     string    `json:"state"`
	Attempts  int       `json:"attempts"`
	Submitted time.Time `json:"submitted_at"`
}

// Why a command is refused.
var (
	errNoJob    = refusal.New(refusal.Missing, "not-found", "there is no such job", "")
	errConflict = refusal.New(refusal.Conflict, "conflict", "the state of the job does not allow it", "")
	errFull     = refusal.New(refusal.Conflict, "conflict", "the shop takes no more jobs", "")
)

const (
	part     = "printshop"
	mostJobs = 10_000
)

// The commands, which are all that changes a shop.
type (
	submit struct {
		Title string
		Pages int
	}
	cancel struct{ ID string }
	retry  struct{ ID string }
	put    struct{ Job Job } // is how tests make a job in any state
	remove struct{ ID string }
	recall struct{ Jobs []Job } // is how a mock that keeps its worlds makes the shop again
)

func (submit) Kind() string { return part + "/submit" }
func (cancel) Kind() string { return part + "/cancel" }
func (retry) Kind() string  { return part + "/retry" }
func (put) Kind() string    { return part + "/put" }
func (remove) Kind() string { return part + "/remove" }
func (recall) Kind() string { return part + "/recall" }

// shop is the state: the jobs as they came.
type shop struct{ jobs []Job }

func shopPart() world.Part {
	return world.Part{
		Name:     part,
		New:      func() world.State { return &shop{} },
		Commands: func() []world.Command { return []world.Command{submit{}, cancel{}, retry{}, put{}, remove{}, recall{}} },
	}
}

// Fork implements world.State.
func (s *shop) Fork() world.State { return &shop{slices.Clone(s.jobs)} }

// Rebuild implements world.Rebuilder, which a mock wants that keeps its worlds.
func (s *shop) Rebuild() iter.Seq[world.Command] {
	return func(yield func(world.Command) bool) { yield(recall{s.jobs}) }
}

// Due implements world.State: time alone changes nothing.
func (*shop) Due(time.Time, world.Command) world.Command { return nil }

// Apply implements world.State. Its result is the job.
func (s *shop) Apply(c world.Command, m world.Moment) (any, error) {
	switch c := c.(type) {
	case submit:
		return s.add(Job{Title: c.Title, Pages: c.Pages, State: queued, Attempts: 1}, m)
	case put:
		return s.add(c.Job, m)
	case cancel:
		return s.change(c.ID, []string{queued, failed}, func(j *Job) { j.State = cancelled })
	case retry:
		return s.change(c.ID, []string{failed}, func(j *Job) { j.State, j.Attempts = queued, j.Attempts+1 })
	case remove:
		s.jobs = slices.DeleteFunc(slices.Clone(s.jobs), func(j Job) bool { return j.ID == c.ID })
		return Job{}, nil
	case recall:
		s.jobs = c.Jobs
		return Job{}, nil
	}
	return nil, fmt.Errorf("%s: the shop has no such command", c.Kind())
}

func (s *shop) add(j Job, m world.Moment) (Job, error) {
	if len(s.jobs) == mostJobs {
		return Job{}, errFull
	}
	j.ID, j.Submitted = m.NewID(), m.At.UTC()
	s.jobs = append(slices.Clip(s.jobs), j)
	return j, nil
}

func (s *shop) find(id string) (Job, error) {
	i := slices.IndexFunc(s.jobs, func(j Job) bool { return j.ID == id })
	if i < 0 {
		return Job{}, errNoJob
	}
	return s.jobs[i], nil
}

// change changes a job that is in one of the states.
func (s *shop) change(id string, from []string, change func(*Job)) (Job, error) {
	j, err := s.find(id)
	if err != nil {
		return j, err
	}
	if !slices.Contains(from, j.State) {
		return j, fmt.Errorf("%w: it is %s", errConflict, j.State)
	}
	change(&j)
	s.jobs = slices.Clone(s.jobs) // a fork may share them
	s.jobs[slices.IndexFunc(s.jobs, func(j Job) bool { return j.ID == id })] = j
	return j, nil
}
