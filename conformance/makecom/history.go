package makecom

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// lastBegun is the item that the client's last command made begin.
const lastBegun = "mine"

// OpenShared is Open for several clients at once.
func (s Subject) OpenShared(ctx context.Context, session *suite.Session, start State) (history.World[Answer], error) {
	w, err := s.Open(ctx, session, start)
	if err != nil {
		return nil, err
	}
	h, ok := w.(*driver)
	if !ok {
		return nil, fmt.Errorf("makecom: %T is no world of its own", w)
	}
	return &sharedDriver{h}, nil
}

// Unfit says why clients at once cannot be judged: without ids, or where the answers depend on what nobody observed.
func (Subject) Unfit(start State) string {
	if start.rules.ids == fromList {
		return "a delivery's answer does not tell the id of its item"
	}
	for _, q := range []*contract.Question{makecom.DeleteUnknownID, makecom.DeletePartialIncomings} {
		if !start.rules.Knows(q) {
			return "the target's answer to " + q.ID + " was not observed"
		}
	}
	return ""
}

// Shared is the state of a world that several clients use: the same.
func (Subject) Shared(start State) State { return start }

// sharedDriver is a driver for several clients.
type sharedDriver struct{ *driver }

// Ready leaves items out whose ids are not known yet.
func (h *sharedDriver) Ready(c explore.Command, last *Answer) (explore.Command, bool) {
	if c.Arg("item") == lastBegun {
		if last == nil || len(last.Items) != 1 {
			return c, false
		}
		c = c.With("item", last.Items[0])
	}
	c = c.WithList("ids", h.existing(c.List("ids"))).WithList("except", h.existing(c.List("except")))
	switch c.Verb {
	case verbDelete:
		return c, c.Arg("ids") != "" || c.Arg("all") != ""
	case verbDetail, verbFinish:
		return c, len(h.existing(c.List("item"))) > 0
	default:
		return c, true
	}
}

// Name names the items whose delivery was answered after somebody else had seen them.
func (h *sharedDriver) Name(a *Answer) { a.Items = h.names.All(a.Items) }

// existing leaves out the names that have no id yet.
func (h *sharedDriver) existing(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, known := h.names.Thing(name)
		return !known
	})
}

// Do gives a history up when nobody knows what became of a state, or whose an id is.
func (h *sharedDriver) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	a, err := h.driver.Do(ctx, c)
	switch unanswered := history.Unanswered(err); {
	case unanswered && h.viaProvider(c):
		return nil, history.Lost(c, err)
	case unanswered && c.Verb == verbDeliver:
		h.missing(c.Arg("item"))
	case err == nil && c.Verb == verbList:
		return a, h.identify(ctx, c, a)
	}
	return a, err
}

// viaProvider reports whether a command is carried out by the state provider.
func (h *sharedDriver) viaProvider(c explore.Command) bool {
	switch c.Verb {
	case verbBegin, verbFinish, verbDisable, verbEnable:
		return true
	default:
		return c.Verb == verbDeliver && h.ids == fromProvider
	}
}

// missing notes a delivery whose answer never came: an item without a name may be its.
func (h *sharedDriver) missing(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unanswered = append(h.unanswered, name)
}

// identify finds the names of items whose delivery was never answered, by what they hold.
func (h *sharedDriver) identify(ctx context.Context, c explore.Command, a *Answer) error {
	h.mu.Lock()
	none := len(h.unanswered) == 0
	h.mu.Unlock()
	if none {
		return nil
	}
	on := h.hooks[hookOf(c)]
	for i, id := range a.Items {
		if !hexID().MatchString(id) {
			continue
		}
		d, err := on.open(ctx, id)
		if err != nil {
			return fmt.Errorf("%w: item %s is gone before it could be identified", history.ErrLost, id)
		}
		a.Items[i] = h.names.Bind(id, h.deliveredAs(d.Incoming["data"]), id)
	}
	return nil
}

// Workload draws a round. Those with an even number are about deliveries and deletions on a small queue, the others about
// items that are processed and deleted at once.
func (Subject) Workload(from explore.Chooser, start State, p history.Plan, round int) (history.Workload, bool) {
	if round%2 == 0 {
		return churn(from, start, p), true
	}
	return processing(from, p), start.rules.can[verbBegin] && start.rules.second && start.rules.Knows(makecom.DetailProcessing)
}

// drawer draws the commands of one history.
type drawer struct {
	from  explore.Chooser
	hook  string
	drawn int // items
	own   []string
}

func (d *drawer) delivery() explore.Command {
	name := explore.Name(d.drawn)
	d.drawn++
	d.own = append(d.own, name)
	return explore.Of(verbDeliver, "hook", d.hook, "item", name)
}

func (d *drawer) deliveries(n int) []explore.Command {
	var all []explore.Command
	for range n {
		all = append(all, d.delivery())
	}
	return all
}

// some chooses up to n different names.
func (d *drawer) some(names []string, n int) []string {
	var chosen []string
	for range n {
		if name := names[d.from.IntN(len(names))]; !slices.Contains(chosen, name) {
			chosen = append(chosen, name)
		}
	}
	return chosen
}

func (d *drawer) list() explore.Command  { return explore.Of(verbList, "hook", d.hook) }
func (d *drawer) stats() explore.Command { return explore.Of(verbStats, "hook", d.hook) }

func (d *drawer) deletion(names []string, n int) explore.Command {
	return explore.Of(verbDelete, "hook", d.hook).WithList("ids", d.some(names, n))
}

// churn is about a queue that is nearly full.
func churn(from explore.Chooser, start State, p history.Plan) history.Workload {
	d := &drawer{from: from}
	c := history.Workload{Before: d.deliveries(2), After: []explore.Command{d.list(), d.stats()}}
	for range p.Clients {
		var commands []explore.Command
		for len(commands) < p.Operations {
			commands = append(commands, d.churnCommand(start))
		}
		c.Clients = append(c.Clients, commands)
	}
	return c
}

func (d *drawer) churnCommand(start State) explore.Command {
	switch n := d.from.IntN(12); {
	case n < 4:
		return d.delivery()
	case n < 7:
		return d.deletion(d.own, 2)
	case n == 7 && start.rules.can[verbDeleteAll]:
		return explore.Of(verbDelete, "all", "true", "confirmed", "true")
	case n < 10:
		return d.list()
	case n == 10:
		return explore.Of(verbList, "limit", strconv.Itoa(1+d.from.IntN(3)), "offset", strconv.Itoa(d.from.IntN(2)))
	default:
		return d.stats()
	}
}

// processing is about items that begin while they are deleted. More wait from the start than can begin or be deleted: to
// begin on an empty queue is no single step of a provider's.
func processing(from explore.Chooser, p history.Plan) history.Workload {
	d := &drawer{from: from, hook: "2"}
	c := history.Workload{Before: d.deliveries(p.Clients*p.Operations + 1), After: []explore.Command{d.list(), d.stats()}}
	first := slices.Clone(d.own[:min(p.Clients, len(d.own))])
	for range p.Clients {
		var commands []explore.Command
		for len(commands) < p.Operations {
			switch d.from.IntN(6) {
			case 0, 1:
				commands = append(commands, explore.Of(verbBegin, "hook", d.hook))
				if d.from.IntN(2) == 0 {
					commands = append(commands, explore.Of(verbFinish, "hook", d.hook, "item", lastBegun))
				}
			case 2, 3:
				commands = append(commands, d.deletion(first, 1))
			case 4:
				commands = append(commands, d.delivery())
			default:
				commands = append(commands, d.list())
			}
		}
		c.Clients = append(c.Clients, commands[:p.Operations])
	}
	return c
}
