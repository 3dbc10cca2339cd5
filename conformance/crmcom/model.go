package crmcom

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/contract"
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
	verbReceived = "received" // def=2

	unknown = "unknown"
)

// Model is the log of webhook requests that two definitions make, as far as the documents and the target's own answers to
// the open questions go.
type Model struct{}

// State is what the model knows of a target. It is never changed in place.
type State struct {
	dialect  contract.Dialect // only what was observed
	log      []entry          // in order of creation
	refuses  [2]bool          // the receivers of the definitions
	sent     [2]int           // deliveries to each
	gone     map[string]bool  // names of webhook requests that were deleted, or replaced
	next     int              // names given so far
	crowded  bool             // several clients: what is sent cannot be counted command by command
	received bool             // the suite's receiver is reached
}

// entry is one webhook request.
type entry struct {
	name     string
	def      int
	about    string
	rejected bool
}

func (e entry) lifeCycle() string {
	if e.rejected {
		return crmcom.StateRejected
	}
	return crmcom.StateSuccessful
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

func (s State) answers(q *contract.Question, answer string) bool { return s.dialect[q.ID] == answer }

// replaces reports whether a resend that succeeds makes a new record.
func (s State) replaces() bool { return s.answers(crmcom.ResendIdentity, crmcom.AnswerNewRecord) }

// without is the state after a webhook request went.
func (s State) without(name string) State {
	s.log = slices.DeleteFunc(slices.Clone(s.log), func(e entry) bool { return e.name == name })
	s.gone = maps.Clone(s.gone)
	if s.gone == nil {
		s.gone = map[string]bool{}
	}
	s.gone[name] = true
	return s
}

// with is the state after a webhook request came.
func (s State) with(e entry) State {
	s.log = append(slices.Clone(s.log), e)
	s.next++
	return s
}

// sending is the state after one delivery more.
func (s State) sending(def int) State {
	s.sent[def]++
	return s
}

// succeeded is the state after a resend that the receiver took.
func (s State) succeeded(name, as string) State {
	old, _ := s.find(name)
	old.rejected = false
	if s.replaces() {
		s = s.without(name)
		old.name = as
		return s.with(old)
	}
	s.log = slices.Clone(s.log)
	for i := range s.log {
		if s.log[i].name == name {
			s.log[i] = old
		}
	}
	return s
}

func (s State) known() []string {
	var names []string
	for _, e := range s.log {
		names = append(names, e.name)
	}
	return append(names, slices.Sorted(maps.Keys(s.gone))...)
}

func (s State) knows(name string) bool { return slices.Contains(s.known(), name) }

// listed are the names that a list shows.
func (s State) listed(c explore.Command) []string {
	names := []string{}
	for _, e := range s.log {
		if matches(e, c) {
			names = append(names, e.name)
		}
	}
	if s.answers(crmcom.ListOrder, crmcom.AnswerNewestFirst) {
		slices.Reverse(names)
	}
	names = names[min(c.Int("offset", 0), len(names)):]
	return names[:min(c.Int("size", len(names)), len(names))]
}

func matches(e entry, c explore.Command) bool {
	byDef := c.Arg("def") != "" || c.Arg("about") == ""
	return (!byDef || e.def == defOf(c)) &&
		(c.Arg("about") == "" || e.about == c.Arg("about")) &&
		(c.Arg("state") == "" || e.lifeCycle() == c.Arg("state"))
}

// String is the state as people write it down, and as good as the state for telling two apart.
func (s State) String() string {
	var b strings.Builder
	for _, e := range s.log {
		fmt.Fprintf(&b, "%s:%d%s", e.name, e.def+1, e.about)
		if e.rejected {
			b.WriteString("*")
		}
		b.WriteString(" ")
	}
	fmt.Fprintf(&b, "refuse %v", s.refuses)
	return b.String()
}

// requestName is the n-th name, from 0: a … z, a1 … z1 and so on.
func requestName(n int) string {
	name := string(rune('a' + n%26))
	if n >= 26 {
		name += strconv.Itoa(n / 26)
	}
	return name
}

// Draw chooses a command.
func (Model) Draw(from explore.Chooser, s State) explore.Command {
	verbs := []string{
		verbFire, verbFire, verbFire, verbFire, verbResend, verbResend, verbResend, verbDelete, verbDelete,
		verbAccept, verbRefuse, verbRefuse, verbShow, verbShow, verbList, verbList, verbList,
	}
	c := explore.Of(verbs[from.IntN(len(verbs))])
	switch c.Verb {
	case verbFire:
		return maybe(from, maybe(from, c.With("as", requestName(s.next)), "def", "2"), "about", "y")
	case verbAccept, verbRefuse:
		return maybe(from, c, "def", "2")
	case verbList:
		return drawList(from, c)
	default:
		c = maybe(from, c.With("request", drawName(from, s)), "by", "number")
		if c.Verb == verbResend {
			c = c.With("as", requestName(s.next))
		}
		return c
	}
}

// maybe sets an argument in one case of three.
func maybe(from explore.Chooser, c explore.Command, name, value string) explore.Command {
	if from.IntN(3) > 0 {
		return c
	}
	return c.With(name, value)
}

func drawList(from explore.Chooser, c explore.Command) explore.Command {
	c = maybe(from, maybe(from, maybe(from, c, "def", "2"), "about", "x"), "about", "y")
	c = maybe(from, maybe(from, c, "state", crmcom.StateRejected), "state", crmcom.StateSuccessful)
	return maybe(from, maybe(from, c, "size", strconv.Itoa(1+from.IntN(3))), "offset", strconv.Itoa(from.IntN(4)))
}

// drawName chooses a webhook request: most often one that is there, sometimes one that is gone or never was.
func drawName(from explore.Chooser, s State) string {
	names := append(s.known(), unknown)
	if len(s.log) > 0 && from.IntN(3) > 0 {
		names = names[:len(s.log)]
	}
	return names[from.IntN(len(names))]
}

// Fit leaves out of a command what the state does not know.
func (Model) Fit(s State, c explore.Command) (explore.Command, bool) {
	name := c.Arg("request")
	switch c.Verb {
	case verbFire:
		return c, c.Arg("as") != "" && !s.knows(c.Arg("as"))
	case verbList:
		return c, s.dialect[crmcom.ListOrder.ID] != ""
	case verbResend:
		e, there := s.find(name)
		if !s.replaces() || !there || !e.rejected || s.refuses[e.def] {
			c = c.With("as", "")
		}
		needed := s.replaces() && there && e.rejected && !s.refuses[e.def]
		return c, s.received && s.names(name) && s.dialect[crmcom.ResendIdentity.ID] != "" &&
			(!needed || c.Arg("as") != "" && !s.knows(c.Arg("as")))
	case verbShow, verbDelete:
		return c, s.names(name)
	case verbAccept, verbRefuse:
		return c, s.received && s.refuses[defOf(c)] == (c.Verb == verbAccept)
	default:
		return c, true
	}
}

func (s State) names(name string) bool { return name == unknown || s.knows(name) }

// Reads reports whether a command only looks.
func (Model) Reads(c explore.Command) bool {
	return c.Verb == verbShow || c.Verb == verbList || c.Verb == verbReceived
}

// Looks are the lists and the deliveries of both definitions.
func (Model) Looks(State) []explore.Command {
	return []explore.Command{
		explore.Of(verbList), explore.Of(verbList, "def", "2"), explore.Of(verbReceived), explore.Of(verbReceived, "def", "2"),
	}
}
