package makecom

import (
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// The provider states that mutants care for.
const (
	itemsWaiting       = "items waiting"
	itemBeingProcessed = "an item being processed"
	processingFinished = "processing finished"
)

// process are the mutants of what happens to the queue by itself. They play where an item is made to begin or to end its
// processing; a hook that processes on a schedule is honest.
func process() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ProcessFIFO, "newest-first", "The newest item is processed first.", nil).
			WithSetup(begin(func(c *wrap.Call, ids []string) string { return ids[len(ids)-1] })),
		mutant.Of(makeapi.ProcessFIFO, "overtaken-while-busy", "While an item is being processed, the newest one is next.", nil).
			WithSetup(begin(func(c *wrap.Call, ids []string) string {
				if hasBusy(c) {
					return ids[len(ids)-1]
				}
				return ids[0]
			})),
		mutant.Of(makeapi.ProcessLeaves, "stays", "A processed item stays in the queue.", nil).
			WithSetup(wrap.When(wrap.Instead(func(c *wrap.Call) *wrap.Answer { return c.Setup().Answer(c.Setup().IDs()...) }), processingFinished)),
		mutant.Of(makeapi.ProcessLeaves, "detail-stays", "The detail of a processed item can still be read.",
			onDetail(wrap.RefusedWith(http.StatusNotFound, showNoted))).
			WithSetup(wrap.When(wrap.Before(noteDetails), processingFinished)),
		mutant.Of(makeapi.ProcessDeletedIsNeverProcessed, "processed", "What was deleted is processed all the same.",
			onDelete(wrap.Instead(func(c *wrap.Call) *wrap.Answer { return noteDeleted(c, named(c)) }))).
			WithSetup(wrap.When(wrap.Instead(beginDeleted), itemBeingProcessed)),
		mutant.Of(makeapi.ProcessDeletedIsNeverProcessed, "processed-after-a-partial-deletion", "What a partial deletion took is processed all the same.",
			onDelete(wrap.If(namesBusy, wrap.Instead(func(c *wrap.Call) *wrap.Answer { return noteDeleted(c, named(c)) })))).
			WithSetup(wrap.When(wrap.Instead(beginDeleted), itemBeingProcessed)).Seen(mutant.Exploration),
		mutant.Of(makeapi.ProcessOnce, "twice", "Every item is processed twice.", nil).
			WithSetup(wrap.When(wrap.Instead(beginTwice), itemBeingProcessed)),
		mutant.Of(makeapi.ProcessOnce, "one-lost", "The item after the one that begins is lost.", nil).
			WithSetup(wrap.When(wrap.Instead(loseNext), itemBeingProcessed)),
		mutant.Of(makeapi.ProcessOnce, "queued-again", "A processed item is queued once more.", nil).
			WithSetup(wrap.When(wrap.Instead(queueAgain), processingFinished)),
		mutant.Of(makeapi.ProcessOnce, "two-workers", "Two items that begin at once are the same one.", nil).
			WithSetup(wrap.When(wrap.Meeting(answerOldest), itemBeingProcessed)).Seen(mutant.History),
	}
}

// begin chooses which of the waiting items begins when none is named.
func begin(choose func(c *wrap.Call, ids []string) string) wrap.Wrap {
	return wrap.When(wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		ids := idsOf(held(c), waiting)
		if len(ids) == 0 || len(c.Setup().IDs()) > 0 {
			return c.Next()
		}
		id := choose(c, ids)
		c.Do(queue.Begin{HookID: hookOf(c), IDs: []string{id}})
		return c.Setup().Answer(id)
	}), itemBeingProcessed)
}

type (
	deletedIDs map[string][]string
	begunOnce  map[string]string
)

// noteDeleted remembers which of the ids a deletion took.
func noteDeleted(c *wrap.Call, ids []string) *wrap.Answer {
	there := idsOf(held(c), in(ids))
	a := c.Next()
	still := idsOf(held(c), in(there))
	wrap.Remember(c, func(hooks *deletedIDs) {
		for _, id := range there {
			if !in(still)(queue.Held{Item: &queue.Item{ID: id}}) {
				wrap.Put(hooks, addressOf(c), append((*hooks)[addressOf(c)], id))
			}
		}
	})
	return a
}

func beginDeleted(c *wrap.Call) *wrap.Answer {
	var ghost string
	wrap.Remember(c, func(hooks *deletedIDs) {
		if ids := (*hooks)[addressOf(c)]; len(ids) > 0 {
			ghost = ids[0]
			wrap.Put(hooks, addressOf(c), ids[1:])
		}
	})
	if ghost == "" {
		return c.Next()
	}
	return c.Setup().Answer(ghost)
}

// beginTwice hands each item out a second time before the next.
func beginTwice(c *wrap.Call) *wrap.Answer {
	var again string
	wrap.Remember(c, func(hooks *begunOnce) {
		again = (*hooks)[addressOf(c)]
		delete(*hooks, addressOf(c))
	})
	if again != "" {
		return c.Setup().Answer(again)
	}
	a := c.Next()
	if ids := a.Answered(); len(ids) > 0 {
		wrap.Remember(c, func(hooks *begunOnce) { wrap.Put(hooks, addressOf(c), ids[0]) })
	}
	return a
}

func loseNext(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	if ids := idsOf(held(c), waiting); len(ids) > 1 {
		drop(c, ids[0])
	}
	return a
}

func queueAgain(c *wrap.Call) *wrap.Answer {
	items := held(c)
	a := c.Next()
	rebuild(c, func(left []queue.Held) []queue.Held {
		for _, h := range items {
			if len(idsOf(left, in([]string{h.ID}))) == 0 {
				left = append(left, queue.Held{Item: h.Item})
			}
		}
		return left
	})
	return a
}

// answerOldest names the oldest waiting item as begun, and leaves it to another call to begin it.
func answerOldest(c *wrap.Call) *wrap.Answer {
	ids := idsOf(held(c), waiting)
	if len(ids) == 0 {
		return c.Next()
	}
	return c.Setup().Answer(ids[0])
}
