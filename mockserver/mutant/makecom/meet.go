package makecom

import (
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// meet are mutants that look first and act a moment later. To one client alone they are honest.
func meet() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteIDsResponse, "both-of-two-at-once", "Of two deletions that meet, both answer what only one deleted.",
			onDelete(wrap.If(byID, wrap.Instead(answerSeen)))).Seen(mutant.History),
		mutant.Of(makeapi.ProcessOnce, "lost-to-a-deletion", "A delivery that meets a deletion of everything is answered and gone.",
			onDelete(wrap.If(everything, wrap.Instead(loseArriving)))).Seen(mutant.History),
		mutant.Of(makeapi.ListArrived, "torn-page", "A list is read in two halves, between which items may move up.",
			onList(wrap.Instead(tear))).Seen(mutant.History),
		mutant.Of(makeapi.StatsLimit, "overrun-at-once", "Deliveries that meet where one has room are all taken.",
			onIngest(wrap.If(hasRoom, wrap.Instead(overrun)))).Seen(mutant.History),
	}
}

// answerSeen answers as deleted what was there when the call came.
func answerSeen(c *wrap.Call) *wrap.Answer {
	seen := idsOf(held(c), func(h queue.Held) bool { return waiting(h) && in(named(c))(h) })
	wrap.TakeAMoment(c)
	a := c.Next()
	a.Edit(func(body wrap.Object) {
		answered := wrap.Strings(body["incomings"])
		for _, id := range seen {
			if a.OK() && !slices.Contains(answered, id) {
				answered = append(answered, id)
				body["incomings"] = answered
			}
		}
	})
	return a
}

// onlyAnswered answers a deletion as it should, and does not carry it out. Where not all that it names can go, it is honest.
func onlyAnswered(c *wrap.Call) *wrap.Answer {
	ids := idsOf(held(c), func(h queue.Held) bool { return waiting(h) && in(named(c))(h) })
	if len(ids) < len(named(c)) {
		return c.Next()
	}
	return wrap.JSON(http.StatusOK, wrap.Object{"incomings": ids})
}

// loseArriving deletes what arrives while it is at work, and does not say so.
func loseArriving(c *wrap.Call) *wrap.Answer {
	seen := idsOf(held(c), waiting)
	wrap.TakeAMoment(c)
	a := c.Next()
	a.Edit(func(body wrap.Object) {
		answered := wrap.Strings(body["incomings"])
		kept := slices.DeleteFunc(slices.Clone(answered), func(id string) bool { return !slices.Contains(seen, id) })
		if a.OK() && len(kept) < len(answered) {
			body["incomings"] = append([]string{}, kept...)
		}
	})
	return a
}

// tear takes the first half of a page now and the second a moment later.
func tear(c *wrap.Call) *wrap.Answer {
	first := c.Next()
	wrap.TakeAMoment(c)
	second := c.Next()
	half, ok := first.Object()
	if !ok || !first.OK() || !second.OK() {
		return first
	}
	page, _ := half["incomings"].([]any) // a success has them
	second.Edit(func(body wrap.Object) {
		rest, _ := body["incomings"].([]any)
		cut := (len(page) + 1) / 2
		body["incomings"] = append(slices.Clone(page[:cut]), rest[min(cut, len(rest)):]...)
	})
	return second
}

func hasRoom(c *wrap.Call) bool { return !isFull(c) }

// overrun takes a delivery for which there was room when it came.
func overrun(c *wrap.Call) *wrap.Answer {
	wrap.TakeAMoment(c)
	if !isFull(c) {
		return c.Next()
	}
	hook := hookOf(c)
	raise := func(by int) {
		change(c, func(s *queue.State) world.Command {
			status, err := s.Hook(hook)
			if err != nil {
				return nil
			}
			return queue.Configure{HookID: hook, Limit: new(status.Limit + by)}
		})
	}
	raise(1)
	defer raise(-1)
	return c.Next()
}
