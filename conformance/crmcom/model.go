package crmcom

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// The verbs of the model's commands. Definitions are 1 and 2, things that webhook requests are about x and y; def=1 and
// about=x where a command does not say. Webhook requests have names, and unknown is one that never was.
const (
	verbFire     = "fire"     // as=a def=2 about=y
	verbAccept   = "accept"   // def=2: its receiver accepts from now on
	verbRefuse   = "refuse"   // def=2
	verbShow     = "show"     // request=a by=number
	verbList     = "list"     // def=2 about=y state=REJECTED size=2 offset=1; by def=1 where none of the first two is given
	verbResend   = "resend"   // request=a by=number as=b: the name of the record that takes its place
	verbDelete   = "delete"   // request=a by=number
	verbReceived = "received" // def=2: how many deliveries have come

	unknown = "unknown"
)

// Model is the log of webhook requests that two definitions make, as far as the documents and the target's own answers to
// the open questions go. It is slow and simple.
type Model struct{}

// State is what the model knows of a target. It is never changed in place.
type State struct {
	observed   explore.Observed
	log        []entry         // in order of creation
	refuses    [2]bool         // the receivers of the definitions
	sent       [2]int          // deliveries to each
	gone       map[string]bool // names of webhook requests that were deleted, or replaced
	next       int             // names given so far
	last       string          // the verb of the last command that changed the log
	touched    string          // the webhook request that was fired or resent last
	concurrent bool            // several clients are at work
	idsKnown   bool            // the provider returns the id of the webhook request that a rule made
}

// entry is one webhook request.
type entry struct {
	name     string
	def      int
	about    string
	rejected bool
	resent   bool // its state comes from a resend
}

func (e entry) lifeCycle() string {
	if e.rejected {
		return crmcom.StateRejected
	}
	return crmcom.StateSuccessful
}

// String is the webhook request as people write it down; a star marks a REJECTED one.
func (e entry) String() string {
	star := ""
	if e.rejected {
		star = "*"
	}
	return fmt.Sprintf("%s:%d%s%s", e.name, e.def+1, e.about, star)
}

func defOf(c explore.Command) int { return c.Int("def", 1) - 1 }

func aboutOf(c explore.Command) string {
	if c.Arg("about") == "" {
		return "x"
	}
	return c.Arg("about")
}

func (s State) find(name string) (entry, bool) {
	i := slices.IndexFunc(s.log, func(e entry) bool { return e.name == name })
	if i < 0 {
		return entry{}, false
	}
	return s.log[i], true
}

// replaces reports whether a resend that succeeds makes a new record.
func (s State) replaces() bool { return s.observed.Is(crmcom.ResendIdentity, crmcom.AnswerNewRecord) }

// with is the state after a webhook request came.
func (s State) with(e entry) State {
	s.log = append(slices.Clone(s.log), e)
	s.next++
	s.last, s.touched = verbFire, e.name
	return s
}

// without is the state after a webhook request went.
func (s State) without(name string) State {
	s.log = slices.DeleteFunc(slices.Clone(s.log), func(e entry) bool { return e.name == name })
	gone := map[string]bool{name: true}
	maps.Copy(gone, s.gone)
	s.gone = gone
	s.last = verbDelete
	return s
}

// sending is the state after one delivery more.
func (s State) sending(def int) State {
	s.sent[def]++
	return s
}

// resent is the state after a resend; as is the name of the new record, where one takes the place of the old.
func (s State) resent(old entry, as string) State {
	now := old
	now.rejected, now.resent = s.refuses[old.def], true
	if !now.rejected && s.replaces() {
		now.name = as
		s = s.without(old.name).with(now)
	} else {
		s.log = slices.Clone(s.log)
		s.log[slices.Index(s.log, old)] = now
	}
	s.last, s.touched = verbResend, now.name
	return s.sending(old.def)
}

// known are the names given so far: first of webhook requests that are there, then of deleted ones.
func (s State) known() []string {
	var names []string
	for _, e := range s.log {
		names = append(names, e.name)
	}
	return append(names, slices.Sorted(maps.Keys(s.gone))...)
}

func (s State) knows(name string) bool { return slices.Contains(s.known(), name) }

// listed are the webhook requests that a list shows. Their order is that of creation where the target's own is not known.
func (s State) listed(c explore.Command) []entry {
	all := []entry{}
	for _, e := range s.log {
		if e.matches(c) {
			all = append(all, e)
		}
	}
	if s.observed.Is(crmcom.ListOrder, crmcom.AnswerNewestFirst) {
		slices.Reverse(all)
	}
	all = all[min(c.Int("offset", 0), len(all)):]
	return all[:min(c.Int("size", len(all)), len(all))]
}

// matches reports whether a webhook request satisfies the filters of a list.
func (e entry) matches(c explore.Command) bool {
	byDef := c.Arg("def") != "" || c.Arg("about") == ""
	return (!byDef || e.def == defOf(c)) &&
		(c.Arg("about") == "" || e.about == c.Arg("about")) &&
		(c.Arg("state") == "" || e.lifeCycle() == c.Arg("state"))
}

// String is the state as people write it down, and as good as the state for telling two apart. Among several clients the
// order of the log is nobody's promise, so that states that differ in it are the same.
func (s State) String() string {
	var entries []string
	for _, e := range s.log {
		entries = append(entries, e.String())
	}
	if s.concurrent {
		slices.Sort(entries)
	}
	return fmt.Sprintf("%s; refuse %v; sent %v", strings.Join(entries, " "), s.refuses, s.sent)
}

// definitionName is the name of a definition, from 0.
func definitionName(def int) string { return strconv.Itoa(def + 1) }
