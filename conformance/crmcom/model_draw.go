package crmcom

import (
	"strconv"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Draw chooses a command. Firing, resending and listing are the most frequent, for they are what the rest is about.
func (Model) Draw(from explore.Chooser, s State) explore.Command {
	verbs := []string{
		verbFire, verbFire, verbFire, verbFire, verbResend, verbResend, verbResend, verbResend, verbResend, verbResend,
		verbDelete, verbDelete, verbRefuse, verbRefuse, verbRefuse, verbRefuse, verbShow, verbList, verbList, verbList, verbList,
	}
	c := explore.Of(verbs[from.IntN(len(verbs))])
	switch c.Verb {
	case verbFire:
		return maybe(from, 4, maybe(from, 6, c.With("as", explore.Name(s.next)), "def", "2"), "about", "y")
	case verbRefuse:
		return drawReply(s, maybe(from, 6, c, "def", "2"))
	case verbList:
		return drawList(from, c)
	case verbResend:
		return drawRequest(from, s, c).With("as", explore.Name(s.next))
	default:
		return drawRequest(from, s, c)
	}
}

// maybe sets an argument in one case of so many.
func maybe(from explore.Chooser, many int, c explore.Command, name, value string) explore.Command {
	if from.IntN(many) > 0 {
		return c
	}
	return c.With(name, value)
}

// drawReply has a receiver that accepts refuse, and the other way round.
func drawReply(s State, c explore.Command) explore.Command {
	if s.refuses[defOf(c)] {
		c.Verb = verbAccept
	}
	return c
}

// drawList chooses filters, and in half of the cases a page.
func drawList(from explore.Chooser, c explore.Command) explore.Command {
	c = maybe(from, 8, maybe(from, 8, maybe(from, 6, c, "def", "2"), "about", "x"), "about", "y")
	c = maybe(from, 3, maybe(from, 3, c, "state", crmcom.StateRejected), "state", crmcom.StateSuccessful)
	if from.IntN(2) == 0 {
		return c
	}
	return maybe(from, 2, c.With("offset", strconv.Itoa(from.IntN(3))), "size", strconv.Itoa(1+from.IntN(3)))
}

// drawRequest chooses a webhook request: most often the one that something happened to last, so that it has a story, and
// sometimes one that is gone or never was.
func drawRequest(from explore.Chooser, s State, c explore.Command) explore.Command {
	names := append(s.known(), unknown)
	switch n := from.IntN(6); {
	case n < 3 && s.knows(s.touched):
		names = []string{s.touched}
	case n < 5 && len(s.log) > 0:
		names = names[:len(s.log)]
	}
	return maybe(from, 3, c.With("request", names[from.IntN(len(names))]), "by", "number")
}

// Fit leaves out of a command what the state does not know, and refuses commands whose answer nobody could foretell.
func (Model) Fit(s State, c explore.Command) (explore.Command, bool) {
	switch c.Verb {
	case verbFire:
		return c, s.free(c.Arg("as"))
	case verbAccept, verbRefuse:
		return c, s.refuses[defOf(c)] == (c.Verb == verbAccept)
	case verbList:
		if !s.observed.Knows(crmcom.ListOrder) {
			c = c.With("size", "").With("offset", "")
		}
		return c, true
	case verbResend:
		return s.fitResend(c)
	case verbShow, verbDelete:
		return c, s.names(c.Arg("request"))
	default:
		return c, true
	}
}

// fitResend names the new record only where there is to be one.
func (s State) fitResend(c explore.Command) (explore.Command, bool) {
	e, there := s.find(c.Arg("request"))
	succeeds := there && e.rejected && !s.refuses[e.def]
	if !succeeds || !s.replaces() {
		return c.With("as", ""), s.names(c.Arg("request")) && (!succeeds || s.observed.Knows(crmcom.ResendIdentity))
	}
	return c, s.free(c.Arg("as"))
}

// free reports whether a name may be given.
func (s State) free(name string) bool { return name != "" && name != unknown && !s.knows(name) }

// names reports whether a name can be asked for.
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
