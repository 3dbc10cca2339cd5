package crmcom

import (
	"strconv"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Draw chooses a command. Firing, resending and listing are the most frequent, for they are what the rest is about.
func (Model) Draw(from explore.Chooser, s State) explore.Command {
	verbs := []string{
		verbFire, verbFire, verbFire, verbFire, verbResend, verbResend, verbResend, verbDelete, verbDelete,
		verbAccept, verbAccept, verbRefuse, verbRefuse, verbShow, verbShow, verbList, verbList, verbList,
	}
	c := explore.Of(verbs[from.IntN(len(verbs))])
	switch c.Verb {
	case verbFire:
		return maybe(from, maybe(from, c.With("as", requestName(s.next)), "def", "2"), "about", "y")
	case verbAccept, verbRefuse:
		return maybe(from, c, "def", "2")
	case verbList:
		return drawList(from, c)
	case verbResend:
		return drawRequest(from, s, c).With("as", requestName(s.next))
	default:
		return drawRequest(from, s, c)
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

// drawRequest chooses a webhook request: most often one that is there, sometimes one that is gone or never was.
func drawRequest(from explore.Chooser, s State, c explore.Command) explore.Command {
	names := append(s.known(), unknown)
	if len(s.log) > 0 && from.IntN(3) > 0 {
		names = names[:len(s.log)]
	}
	return maybe(from, c.With("request", names[from.IntN(len(names))]), "by", "number")
}

// Fit leaves out of a command what the state does not know, and refuses commands whose answer nobody could foretell.
func (Model) Fit(s State, c explore.Command) (explore.Command, bool) {
	switch c.Verb {
	case verbFire:
		return c, s.free(c.Arg("as"))
	case verbAccept, verbRefuse:
		return c, s.refuses[defOf(c)] == (c.Verb == verbAccept)
	case verbList:
		if !s.observed(crmcom.ListOrder) {
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
		return c.With("as", ""), s.names(c.Arg("request")) && (!succeeds || s.observed(crmcom.ResendIdentity))
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
