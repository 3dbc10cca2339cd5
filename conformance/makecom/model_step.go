package makecom

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Answer is what a target answered, with items by the names that the model gave them. An id that has no name stands for
// itself.
type Answer struct {
	Status   int
	Code     string   // of a refusal
	Items    []string // that the answer names, in its order
	Queue    int
	Limit    int
	Enabled  bool
	Partial  bool // it has an `error`
	Exchange *suite.Exchange
}

// Succeeded reports whether the command was carried out.
func (a *Answer) Succeeded() bool { return a.Status == http.StatusOK }

func (a *Answer) refused() bool { return a.Status >= 400 && a.Status < 500 }

// String is the answer for a reader of histories.
func (a *Answer) String() string {
	switch {
	case !a.Succeeded():
		return a.outcome()
	case a.Limit > 0:
		return fmt.Sprintf("queue %d of %d, enabled %t", a.Queue, a.Limit, a.Enabled)
	case a.Partial:
		return show(a.Items) + " and an error"
	default:
		return show(a.Items)
	}
}

func (a *Answer) outcome() string {
	if a.Succeeded() {
		return "200"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, a.Code))
}

// against is a violation of r, or of no sentence at all when r is nil.
func (a *Answer) against(r *contract.Requirement, want, got string) error {
	return &suite.Violation{Requirement: r, Want: want, Got: got, Exchange: a.Exchange}
}

// wantOK wants a success.
func (a *Answer) wantOK(r *contract.Requirement) error {
	if a.Succeeded() {
		return nil
	}
	return a.against(r, "200", a.outcome())
}

// wantRefusal wants a 4xx, of this status when one is given.
func (a *Answer) wantRefusal(r *contract.Requirement, status string) error {
	switch {
	case !a.refused():
		return a.against(r, "a refusal (4xx)", a.outcome())
	case status != "" && fmt.Sprint(a.Status) != status:
		return a.against(nil, status+", as when it was asked before", a.outcome())
	default:
		return nil
	}
}

// Step is the state after a command, and what is wrong with its answer.
func (Model) Step(s State, c explore.Command, a *Answer) (State, error) {
	hook, name := hookOf(c), c.Arg("item")
	switch c.Verb {
	case verbDeliver:
		return s.stepDeliver(hook, name, a)
	case verbList:
		return s, s.wrongList(hook, c, a)
	case verbDetail:
		return s, s.wrongDetail(hook, name, a)
	case verbStats:
		return s, s.wrongStats(hook, a)
	case verbDelete:
		return s.stepDelete(hook, c, a)
	case verbBegin:
		return s.stepBegin(hook, a)
	case verbFinish:
		return s.left(hook, []string{name}, processed), a.wrong(func() error { return s.wrongFinish(hook, name, a) })
	default:
		return s.switched(hook, c.Verb == verbDisable), nil
	}
}

func (s State) stepDeliver(hook int, name string, a *Answer) (State, error) {
	q := s.queues[hook]
	refused := s // no name is used twice
	refused.next++
	switch {
	case q.disabled:
		return refused, a.wrong(func() error { return a.wantRefusal(makecom.StatsEnabled, s.rules.Observed[makecom.IngestDisabled.ID]) })
	case len(q.items) >= q.limit:
		return refused, a.wrong(func() error { return a.wantRefusal(makecom.IngestFull, "") })
	}
	return s.arrived(hook, name), a.wrong(func() error { return s.wrongArrival(name, a) })
}

// wrong runs a comparison unless the answer is unknown.
func (a *Answer) wrong(compare func() error) error {
	if a == nil {
		return nil
	}
	return compare()
}

func (s State) wrongArrival(name string, a *Answer) error {
	switch {
	case !a.Succeeded():
		return a.wantOK(makecom.IngestAccepted)
	case len(a.Items) == 0:
		return a.against(makecom.ListArrived, "the new item "+name+" in the list", "no new item")
	case a.Items[0] != name:
		return a.against(makecom.IngestIDsUnique, "an id of its own for "+name, "the id that "+a.Items[0]+" was given")
	}
	return nil
}

func (s State) stepBegin(hook int, a *Answer) (State, error) {
	waiting := s.queues[hook].names(waits)
	if len(waiting) == 0 {
		return s, a.wrong(func() error {
			return a.against(makecom.ProcessOnce, "nothing begins: no item waits", show(a.Items)+" begins")
		})
	}
	oldest := waiting[0]
	next := s.begun(hook, oldest)
	return next, a.wrong(func() error {
		if slices.Equal(a.Items, []string{oldest}) {
			return nil
		}
		return a.against(s.blameBegun(a.Items), "the oldest waiting item, "+oldest+", begins to be processed", show(a.Items)+" begins")
	})
}

func (s State) wrongFinish(hook int, name string, a *Answer) error {
	if it, _ := s.queues[hook].find(name); it.processing == a.Succeeded() {
		return nil
	}
	return a.against(nil, "the processing of "+name+" ends, if it began", a.outcome())
}

// blameBegun finds the sentence that an item breaks which begins out of turn.
func (s State) blameBegun(names []string) *contract.Requirement {
	if len(names) == 1 {
		switch s.gone[names[0]] {
		case deleted:
			return makecom.ProcessDeletedIsNeverProcessed
		case processed:
			return makecom.ProcessOnce
		}
	}
	return makecom.ProcessFIFO
}

func (s State) wrongStats(hook int, a *Answer) error {
	if a == nil {
		return nil
	}
	q := s.queues[hook]
	switch {
	case !a.Succeeded():
		return a.wantOK(makecom.StatsShape)
	case a.Queue != s.counted(hook):
		return a.against(makecom.StatsQueue, fmt.Sprintf("queue %d", s.counted(hook)), fmt.Sprintf("queue %d", a.Queue))
	case a.Limit != q.limit:
		return a.against(makecom.StatsLimit, fmt.Sprintf("limit %d", q.limit), fmt.Sprintf("limit %d", a.Limit))
	case a.Enabled == q.disabled:
		return a.against(makecom.StatsEnabled, fmt.Sprintf("enabled %t", !q.disabled), fmt.Sprintf("enabled %t", a.Enabled))
	}
	return nil
}

func (s State) wrongDetail(hook int, name string, a *Answer) error {
	if a == nil {
		return nil
	}
	it, there := s.queues[hook].find(name)
	hidden := it.processing && s.rules.Is(makecom.DetailProcessing, makecom.Answer404)
	switch {
	case !there && s.gone[name] == deleted:
		return a.wantRefusal(makecom.DeleteGone, "")
	case !there && s.gone[name] == processed:
		return a.wantRefusal(makecom.ProcessLeaves, "")
	case !there:
		return a.wantRefusal(makecom.DetailUnknownItem, "")
	case hidden:
		return a.wantRefusal(nil, makecom.Answer404)
	case !a.Succeeded():
		return a.wantOK(s.blameMissing(it))
	case !slices.Equal(a.Items, []string{name, name}):
		return a.against(makecom.DetailData, "item "+name+" with the data of "+name, "item and data of "+show(a.Items))
	}
	return nil
}

// blameMissing finds the sentence that is broken when an item cannot be seen that should be there.
func (State) blameMissing(it item) *contract.Requirement {
	if it.processing {
		return makecom.DeleteProcessingRefused
	}
	return makecom.ListArrived
}

func (s State) wrongList(hook int, c explore.Command, a *Answer) error {
	if a == nil {
		return nil
	}
	want := pageOf(s.visible(hook), c)
	switch {
	case !a.Succeeded():
		return a.wantOK(makecom.ListShape)
	case slices.Equal(want, a.Items):
		return nil
	}
	return a.against(s.blameList(hook, c, a.Items), "items "+show(want), "items "+show(a.Items))
}

// pageOf cuts the page that a list asks for.
func pageOf(names []string, c explore.Command) []string {
	names = slices.Clone(names)
	if c.Arg("sort") == "desc" {
		slices.Reverse(names)
	}
	names = names[min(c.Int("offset", 0), len(names)):]
	return names[:min(c.Int("limit", len(names)), len(names))]
}

// blameList finds the sentence that a wrong page breaks.
func (s State) blameList(hook int, c explore.Command, got []string) *contract.Requirement {
	for _, name := range got {
		if r := s.blameListed(hook, name); r != nil {
			return r
		}
	}
	visible := s.visible(hook)
	whole := c.Arg("offset") == "" && c.Arg("limit") == ""
	switch {
	case len(slices.Compact(slices.Sorted(slices.Values(got)))) < len(got):
		return makecom.ListPagesPartition
	case whole && len(got) < len(visible):
		missing := slices.DeleteFunc(slices.Clone(visible), func(name string) bool { return slices.Contains(got, name) })
		it, _ := s.queues[hook].find(missing[0])
		return s.blameMissing(it)
	case whole && c.Arg("sort") == "":
		return makecom.ListArrivalOrder
	case whole:
		return makecom.ListSortDir
	case len(got) > c.Int("limit", len(got)):
		return makecom.ListLimit
	default:
		return makecom.ListOffset
	}
}

// blameListed finds the sentence that an item breaks by being listed at all.
func (s State) blameListed(hook int, name string) *contract.Requirement {
	_, there := s.queues[hook].find(name)
	switch {
	case there:
		return nil
	case s.elsewhere(hook, name):
		return makecom.ListOwnHook
	case s.gone[name] == deleted:
		return makecom.DeleteGone
	case s.gone[name] == processed:
		return makecom.ProcessLeaves
	default:
		return makecom.ListArrived
	}
}

// show lists names for a reader.
func show(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, ", ")
}
