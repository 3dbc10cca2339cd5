package makecom

import (
	"encoding/json"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func stats() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.StatsShape, "unwrapped", "The counts stand at the top, not in incomingStat.",
			onStats(wrap.Success(func(_ *wrap.Call, body wrap.Object) {
				inner, _ := body["incomingStat"].(wrap.Object) // nil has no members
				delete(body, "incomingStat")
				for name, value := range inner {
					body[name] = value
				}
			}))),
		mutant.Of(makeapi.StatsShape, "enabled-as-number", "enabled is 1 or 0.",
			onStats(stat(func(_ *wrap.Call, s wrap.Object) { s["enabled"] = map[any]int{true: 1, false: 0}[s["enabled"]] }))),
		mutant.Of(makeapi.StatsQueue, "never-falls", "queue counts what has arrived and never falls.",
			onStats(stat(func(c *wrap.Call, s wrap.Object) { s["queue"] = highest(c, count(s)) }))),
		mutant.Of(makeapi.StatsQueue, "one-behind", "queue is what it was at the last look.",
			onStats(stat(func(c *wrap.Call, s wrap.Object) { s["queue"] = seenBefore(c, count(s)) }))),
		mutant.Of(makeapi.StatsQueue, "partial-counted-whole", "After a partial deletion queue falls by everything that was named.",
			wrap.All(onDelete(wrap.If(namesBusy, wrap.After(func(c *wrap.Call, _ *wrap.Answer) { countGone(c) }))),
				onStats(stat(func(c *wrap.Call, s wrap.Object) { s["queue"] = count(s) - wronglyGone(c) })))).Seen(mutant.Exploration),
		mutant.Of(makeapi.StatsLimit, "always-the-default", "limit is always 10000.",
			onStats(stat(func(_ *wrap.Call, s wrap.Object) { s["limit"] = makeapi.DefaultQueueLimit }))),
		mutant.Of(makeapi.StatsLimit, "what-is-left", "limit is what still fits.",
			onStats(stat(func(_ *wrap.Call, s wrap.Object) { s["limit"] = value(s["limit"]) - count(s) }))),
		mutant.Of(makeapi.StatsEnabled, "always", "enabled is always true.",
			onStats(stat(func(_ *wrap.Call, s wrap.Object) { s["enabled"] = true }))),
		mutant.Of(makeapi.StatsEnabled, "not-while-empty", "enabled is false while the queue is empty.",
			onStats(stat(func(_ *wrap.Call, s wrap.Object) { s["enabled"] = s["enabled"] == true && count(s) > 0 }))),
		mutant.Of(makeapi.StatsEnabled, "still-accepts", "A disabled hook takes deliveries all the same.",
			onIngest(wrap.Instead(takeDisabled))),
	}
}

func stat(change func(c *wrap.Call, s wrap.Object)) wrap.Wrap {
	return wrap.Success(func(c *wrap.Call, body wrap.Object) {
		if s, ok := body["incomingStat"].(wrap.Object); ok {
			change(c, s)
		}
	})
}

func value(number any) int {
	n, _ := number.(json.Number)
	i, _ := n.Int64() // the honest mock counts in integers
	return int(i)
}

func count(s wrap.Object) int { return value(s["queue"]) }

// counts remembers a number per hook, by its address.
type counts map[string]int

type (
	highestSeen struct{ counts }
	lastSeen    struct{ counts }
	goneTooMuch struct{ counts }
)

func (c *counts) at(hook string) int { return (*c)[hook] }

func (c *counts) set(hook string, n int) {
	if *c == nil {
		*c = counts{}
	}
	(*c)[hook] = n
}

func highest(c *wrap.Call, n int) (most int) {
	wrap.Remember(c, func(seen *highestSeen) {
		most = max(seen.at(addressOf(c)), n)
		seen.set(addressOf(c), most)
	})
	return most
}

func seenBefore(c *wrap.Call, n int) (before int) {
	wrap.Remember(c, func(seen *lastSeen) {
		before = seen.at(addressOf(c))
		seen.set(addressOf(c), n)
	})
	return before
}

func countGone(c *wrap.Call) {
	still := len(idsOf(held(c), in(named(c))))
	wrap.Remember(c, func(gone *goneTooMuch) { gone.set(addressOf(c), gone.at(addressOf(c))+still) })
}

func wronglyGone(c *wrap.Call) (n int) {
	wrap.Remember(c, func(gone *goneTooMuch) { n = gone.at(addressOf(c)) })
	return n
}

// takeDisabled opens a disabled hook for as long as the delivery takes.
func takeDisabled(c *wrap.Call) *wrap.Answer {
	hook := hookOf(c)
	disabled := false
	set := func(enabled bool) {
		change(c, func(s *queue.State) world.Command {
			status, err := s.Hook(hook)
			if err != nil || status.Enabled == enabled {
				return nil
			}
			disabled = true
			return queue.Configure{HookID: hook, Enabled: &enabled}
		})
	}
	set(true)
	a := c.Next()
	if disabled {
		set(false)
	}
	return a
}
