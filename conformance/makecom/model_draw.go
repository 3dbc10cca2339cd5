package makecom

import (
	"slices"
	"strconv"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Draw chooses a command. Deliveries and deletions are the most frequent, for they are what the rest is about.
func (Model) Draw(from explore.Chooser, s State) explore.Command {
	hook := ""
	if s.rules.second && from.IntN(5) == 0 {
		hook = "2"
	}
	weights := []struct {
		weight int
		draw   func(explore.Chooser, State, string) explore.Command
	}{
		{9, drawDelivery},
		{4, drawList},
		{2, drawDetail},
		{3, func(_ explore.Chooser, _ State, hook string) explore.Command {
			return explore.Of(verbStats, "hook", hook)
		}},
		{5, drawIDs},
		{2, drawAll},
		{1, drawOdd},
		{3, func(_ explore.Chooser, _ State, hook string) explore.Command {
			return explore.Of(verbBegin, "hook", hook)
		}},
		{2, drawFinish},
		{1, drawSwitch},
	}
	total := 0
	for _, w := range weights {
		total += w.weight
	}
	n := from.IntN(total)
	for _, w := range weights {
		if n -= w.weight; n < 0 {
			return w.draw(from, s, hook)
		}
	}
	return explore.Of(verbStats)
}

func drawDelivery(_ explore.Chooser, s State, hook string) explore.Command {
	return explore.Of(verbDeliver, "hook", hook, "item", explore.Name(s.next))
}

func drawList(from explore.Chooser, _ State, hook string) explore.Command {
	c := explore.Of(verbList, "hook", hook)
	if from.IntN(2) == 0 {
		return c
	}
	c = c.With("offset", strconv.Itoa(from.IntN(6))).With("limit", strconv.Itoa(1+from.IntN(4)))
	if from.IntN(2) == 0 {
		c = c.With("sort", "desc")
	}
	return c
}

func drawDetail(from explore.Chooser, s State, hook string) explore.Command {
	return explore.Of(verbDetail, "hook", hook, "item", drawName(from, s, hook))
}

func drawFinish(from explore.Chooser, s State, hook string) explore.Command {
	return explore.Of(verbFinish, "hook", hook, "item", drawName(from, s, hook))
}

// drawName chooses an item: most often one that waits, sometimes one that is gone, elsewhere or never was.
func drawName(from explore.Chooser, s State, hook string) string {
	own, other := s.queues[0].names(anyItem), s.queues[1].names(anyItem)
	if hook != "" {
		own, other = other, own
	}
	pools := [][]string{own, own, own, own, other, s.known(), {unknown}}
	pool := pools[from.IntN(len(pools))]
	if len(pool) == 0 {
		return unknown
	}
	return pool[from.IntN(len(pool))]
}

func drawNames(from explore.Chooser, s State, hook string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = drawName(from, s, hook)
	}
	return names
}

func drawIDs(from explore.Chooser, s State, hook string) explore.Command {
	c := explore.Of(verbDelete, "hook", hook).WithList("ids", drawNames(from, s, hook, 1+from.IntN(3)))
	return c.With("confirmed", []string{"", "", "true", "false"}[from.IntN(4)])
}

func drawAll(from explore.Chooser, s State, hook string) explore.Command {
	c := explore.Of(verbDelete, "hook", hook, "all", "true").With("confirmed", []string{"true", "true", "", "false"}[from.IntN(4)])
	if from.IntN(2) == 0 {
		return c
	}
	return c.WithList("except", drawNames(from, s, hook, 1+from.IntN(3)))
}

// drawOdd chooses a deletion whose meaning the documents leave open.
func drawOdd(from explore.Chooser, s State, hook string) explore.Command {
	c := explore.Of(verbDelete, "hook", hook)
	switch from.IntN(3) {
	case 0:
		return c.WithList("ids", drawNames(from, s, hook, 1)).With("all", "true").With("confirmed", "true")
	case 1:
		return c.WithList("ids", drawNames(from, s, hook, 1)).WithList("except", drawNames(from, s, hook, 1))
	default:
		return c
	}
}

func drawSwitch(_ explore.Chooser, s State, hook string) explore.Command {
	c := explore.Of(verbDisable, "hook", hook)
	if s.queues[hookOf(c)].disabled {
		c.Verb = verbEnable
	}
	return c
}

// Reads reports whether a command only looks.
func (Model) Reads(c explore.Command) bool {
	return c.Verb == verbList || c.Verb == verbDetail || c.Verb == verbStats
}

// Looks are a list and the stats of each hook.
func (Model) Looks(s State) []explore.Command {
	looks := []explore.Command{explore.Of(verbList), explore.Of(verbStats)}
	if s.rules.second {
		looks = append(looks, explore.Of(verbList, "hook", "2"), explore.Of(verbStats, "hook", "2"))
	}
	return looks
}

// Fit leaves out of a command what the state does not know, and refuses commands whose answer nobody could foretell.
func (Model) Fit(s State, c explore.Command) (explore.Command, bool) {
	hook := hookOf(c)
	if !s.rules.can[c.Verb] || hook == 1 && !s.rules.second {
		return c, false
	}
	q, name := s.queues[hook], c.Arg("item")
	it, there := q.find(name)
	switch c.Verb {
	case verbDeliver:
		return c, name != "" && !s.knows(name) && s.foretellsArrival(q)
	case verbDetail:
		return c, (name == unknown || s.knows(name)) && (!it.processing || s.rules.Knows(makecom.DetailProcessing))
	case verbBegin:
		return c, len(q.names(waits)) > 0 && s.rules.can[verbFinish]
	case verbFinish:
		return c, there && it.processing
	case verbDisable, verbEnable:
		return c, q.disabled == (c.Verb == verbEnable)
	case verbDelete:
		return s.fitDelete(q, c)
	}
	return c, true
}

// foretellsArrival reports whether it is clear what becomes of a delivery. Whether items being processed fill a queue is
// open, and so is whether a state provider delivers to a disabled hook.
func (s State) foretellsArrival(q queue) bool {
	certain := len(q.names(waits)) >= q.limit || len(q.items) < q.limit
	return certain && (!q.disabled || s.rules.ids == fromAnswer)
}

func (s State) fitDelete(q queue, c explore.Command) (explore.Command, bool) {
	c = c.WithList("ids", s.fitNames(c.List("ids"))).WithList("except", s.fitNames(c.List("except")))
	named, all, except := c.Arg("ids") != "", c.Arg("all") == "true", c.Arg("except") != ""
	know := s.rules.Knows
	switch {
	case (all || !named) && !s.rules.can[verbDeleteAll]:
		return c, false
	case all && named:
		return c, !except && know(makecom.DeleteIDsWithAll) && s.foretellsIDs(q, c.List("ids"))
	case all:
		return c, true
	case named && except:
		return c, know(makecom.DeleteExceptWithoutAll) && s.rules.can[verbDeleteAll] && s.foretellsIDs(q, c.List("ids"))
	case named:
		return c, s.foretellsIDs(q, c.List("ids"))
	default:
		return c, !except && know(makecom.DeleteNoSelector)
	}
}

func (s State) fitNames(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name != unknown && !s.knows(name) })
}

// foretellsIDs reports whether the target showed what it does with ids such as these.
func (s State) foretellsIDs(q queue, names []string) bool {
	know := s.rules.Knows
	sees := sort(q, names)
	return (len(sees.absent) == 0 || know(makecom.DeleteUnknownID)) &&
		(len(sees.processing) == 0 || know(makecom.DeletePartialIncomings)) &&
		(len(sees.repeated) == 0 || know(makecom.DeleteDuplicateID))
}
