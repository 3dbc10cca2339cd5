package worldfile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Check finds what the schema of a world file cannot say: names given twice, references that lead nowhere, members that
// exclude or need each other. A world built in Go wants it as much as one read from a file.
func Check(file control.World) []schemafile.Wrong {
	c := checker{}
	c.clock(file.Clock)
	c.dialect(file.Dialect)
	c.tokens(file.Tokens)
	c.faults(file.Faults)
	c.mutant(file.Mutant)
	c.makecom(file.Makecom)
	c.crmcom(file.Crmcom)
	c.sinks(file.Sinks)
	if err := readState(file.State, new(world.Given)); err != nil {
		c.say(err.Error(), "state")
	}
	return c.wrong
}

type checker struct {
	wrong []schemafile.Wrong
}

// say notes something wrong at a place: strings are members, ints are elements.
func (c *checker) say(message string, place ...any) {
	path := make([]string, len(place))
	for i, p := range place {
		path[i] = fmt.Sprint(p)
	}
	c.wrong = append(c.wrong, schemafile.Wrong{Path: path, Message: message})
}

// names finds values that stand in more than one place. The empty one does not count.
type names struct {
	checker *checker
	first   map[string]string
}

func (c *checker) names() names { return names{c, map[string]string{}} }

func (n names) add(value string, place ...any) {
	if value == "" {
		return
	}
	if first, twice := n.first[value]; twice {
		n.checker.say("it is the same as "+first, place...)
		return
	}
	n.first[value] = written(place)
}

// written is a place as messages have it: "tokens[0].token".
func written(place []any) string {
	var s strings.Builder
	for _, p := range place {
		if i, ok := p.(int); ok {
			fmt.Fprintf(&s, "[%d]", i)
			continue
		}
		if s.Len() > 0 {
			s.WriteByte('.')
		}
		fmt.Fprint(&s, p)
	}
	return s.String()
}

func (c *checker) clock(k control.Clock) {
	if k.Mode == control.ClockReal && !k.Now.IsZero() && !clock.CanRun(k.Now) {
		c.say("a clock that runs stays within 290 years of the machine's; freeze it to go further", "clock", "now")
	}
}

func (c *checker) dialect(d control.Dialect) {
	for _, id := range slices.Sorted(maps.Keys(d)) {
		if err := (contract.Dialect{id: d[id]}).Validate(openapi.APIs()...); err != nil {
			c.say(strings.TrimPrefix(err.Error(), "dialect: "), "dialect", id)
		}
	}
}

func (c *checker) tokens(tokens []control.Token) {
	seen := c.names()
	for i, t := range tokens {
		seen.add(t.Token, "tokens", i, "token")
	}
}

func (c *checker) faults(faults []control.Fault) {
	for i, f := range faults {
		r, wrong := rule(f)
		if wrong == nil {
			_ = errors.As(fault.Check([]fault.Rule{r}), &wrong) // the first thing is enough
		}
		if wrong != nil {
			c.say(wrong.Reason+"; "+wrong.Remedy, "faults", i, wrong.Member)
		}
	}
}

// span refuses a duration that has the right form and is too long for a clock.
func (c *checker) span(d control.Duration, place ...any) {
	if _, err := time.ParseDuration(d); d != "" && err != nil {
		c.say(fmt.Sprintf("%q is too long", d), place...)
	}
}

func (c *checker) makecom(m control.MakeState) {
	if _, err := readWindows(m.State, new(world.Given)); err != nil {
		c.say(err.Error(), "makecom", "state")
	}
	ids, udids := c.names(), c.names()
	items := c.names()
	for i, h := range m.Hooks {
		place := []any{"makecom", "hooks", i}
		ids.add(strconv.Itoa(h.ID), extend(place, "id")...)
		udids.add(h.UDID, extend(place, "udid")...)
		c.hook(h, items, place)
	}
}

func (c *checker) hook(h control.Hook, items names, place []any) {
	if p := h.Processing; p.Mode == control.ProcessingScheduled && !positive(p.Every) {
		c.say("a schedule needs every, a time above zero such as 15m", extend(place, "processing")...)
	}
	c.span(h.Processing.Duration, extend(place, "processing", "duration")...)
	limit := h.QueueLimit
	if limit == 0 {
		limit = defaultQueueLimit
	}
	if len(h.Items) > limit {
		c.say(fmt.Sprintf("%d items are more than the queue holds, which is %d", len(h.Items), limit), extend(place, "items")...)
	}
	for i, item := range h.Items {
		items.add(item.ID, extend(place, "items", i, "id")...)
		if _, err := payload.FromExport(item.Data); err != nil {
			c.say(err.Error(), extend(place, "items", i, "data")...)
		}
		if !item.Until.IsZero() && !item.Processing {
			c.say("until needs processing: true", extend(place, "items", i, "until")...)
		}
	}
}

// defaultQueueLimit is what the document says of a hook without queueLimit.
const defaultQueueLimit = 10000

func positive(d control.Duration) bool {
	parsed, err := time.ParseDuration(d)
	return err == nil && parsed > 0
}

func extend(place []any, more ...any) []any { return slices.Concat(place, more) }

func (c *checker) crmcom(s control.CRMState) {
	definitions := map[string]bool{}
	ids := c.names()
	for i, d := range s.Definitions {
		definitions[d.ID] = true
		ids.add(d.ID, "crmcom", "definitions", i, "id")
		c.span(d.Timeout, "crmcom", "definitions", i, "timeout")
	}
	rules := map[string]bool{}
	for i, r := range s.Rules {
		rules[r.ID] = true
		ids.add(r.ID, "crmcom", "rules", i, "id")
		c.refers(definitions, r.Definition, "definition", "crmcom", "rules", i, "definition")
	}
	numbers := c.names()
	for i, r := range s.Requests {
		ids.add(r.ID, "crmcom", "requests", i, "id")
		numbers.add(strconv.Itoa(r.Number), "crmcom", "requests", i, "number")
		c.refers(definitions, r.Definition, "definition", "crmcom", "requests", i, "definition")
		c.refers(rules, r.Rule, "rule", "crmcom", "requests", i, "rule")
		c.errors(r, i)
	}
	entities := c.names()
	for i, e := range s.Entities {
		entities.add(string(e.Entity)+" "+e.EntityID, "crmcom", "entities", i, "entity_id")
		if _, err := jsonobject.Parse(e.Data); err != nil {
			c.say(err.Error(), "crmcom", "entities", i, "data")
		}
	}
	c.logins(s.Logins)
}

func (c *checker) refers(known map[string]bool, id, what string, place ...any) {
	if id != "" && !known[id] {
		c.say(fmt.Sprintf("there is no %s %q", what, id), place...)
	}
}

func (c *checker) errors(r control.WebhookRequest, i int) {
	if r.LifeCycleState != control.REJECTED && r.ErrorCode+r.ErrorDescription != "" {
		c.say("only a REJECTED request has an error_code or error_description", "crmcom", "requests", i)
	}
}

func (c *checker) logins(logins []control.Login) {
	seen := c.names()
	for i, l := range logins {
		seen.add(l.Organisation+"/"+l.Unit+"/"+l.Username, "crmcom", "logins", i, "username")
	}
}

func (c *checker) sinks(sinks map[string]control.Sink) {
	for _, name := range slices.Sorted(maps.Keys(sinks)) {
		for i, a := range sinks[name].Answers {
			c.span(a.Delay, "sinks", name, "answers", i, "delay")
		}
	}
}
