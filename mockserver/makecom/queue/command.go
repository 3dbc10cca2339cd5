package queue

import (
	"errors"
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// PartName is what a world knows the queues by.
const PartName = "queue"

// Part is the hooks and queues of a world.
func Part() world.Part {
	return world.Part{
		Name:     PartName,
		New:      func() world.State { return NewState() },
		Commands: commands,
	}
}

func commands() []world.Command {
	return []world.Command{
		CreateHook{}, RestoreHook{}, RemoveHook{}, Configure{}, Arrive{}, Deliver{}, Delete{}, Begin{}, Finish{}, Elapse{}, SkipTo{}, Refill{},
	}
}

// Kinds of the commands.

// Kind implements world.Command.
func (CreateHook) Kind() string { return PartName + "/create-hook" }

// Kind implements world.Command.
func (RestoreHook) Kind() string { return PartName + "/restore-hook" }

// Kind implements world.Command.
func (RemoveHook) Kind() string { return PartName + "/remove-hook" }

// Kind implements world.Command.
func (Configure) Kind() string { return PartName + "/configure" }

// Kind implements world.Command.
func (Arrive) Kind() string { return PartName + "/arrive" }

// Kind implements world.Command.
func (Deliver) Kind() string { return PartName + "/deliver" }

// Kind implements world.Command.
func (Delete) Kind() string { return PartName + "/delete" }

// Kind implements world.Command.
func (Begin) Kind() string { return PartName + "/begin" }

// Kind implements world.Command.
func (Finish) Kind() string { return PartName + "/finish" }

// Kind implements world.Command.
func (Elapse) Kind() string { return PartName + "/elapse" }

// Kind implements world.Command.
func (SkipTo) Kind() string { return PartName + "/skip-to" }

// At narrows what is due to one hook. It changes nothing.
type At int

// Kind implements world.Command.
func (At) Kind() string { return PartName + "/at" }

// ErrCommand says that a command is none of this package.
var ErrCommand = errors.New("the queues have no such command")

// Apply implements world.State. The result has the type that the command's own method returns.
func (s *State) Apply(c world.Command, m world.Moment) (any, error) {
	switch c := c.(type) {
	case CreateHook:
		return s.createHook(c, m)
	case RestoreHook:
		return nil, s.restoreHook(c, m)
	case RemoveHook:
		return nil, s.removeHook(c)
	case Configure:
		return nil, s.configure(c, m)
	case Arrive:
		return s.arrive(c, m)
	case Deliver:
		return s.deliver(c, m)
	case Delete:
		return s.delete(c)
	case Begin:
		return s.begin(c)
	case Finish:
		return s.finish(c, m)
	case Elapse:
		return nil, s.elapse(c, m)
	case Refill:
		return nil, s.refill(c)
	case SkipTo:
		s.skipTo(c)
		return nil, nil //nolint:nilnil // nothing comes of it
	}
	return nil, fmt.Errorf("%w: %s", ErrCommand, c.Kind())
}

// Due implements world.State: hooks that process by a schedule.
func (s *State) Due(now time.Time, scope world.Command) world.Command {
	if id, one := hookOf(scope); one {
		if s.due(id, now) {
			return Elapse{HookID: id, Most: slice}
		}
		return nil
	}
	for id := range s.hooks {
		if s.due(id, now) {
			return Elapse{Most: slice}
		}
	}
	return nil
}

// hookOf is the hook that a command is about. Of commands without any nothing is due.
func hookOf(scope world.Command) (id int, one bool) {
	switch c := scope.(type) {
	case nil:
		return 0, false
	case At:
		return int(c), true
	case Arrive:
		return c.HookID, true
	case Deliver:
		return c.HookID, true
	case Delete:
		return c.HookID, true
	case Begin:
		return c.HookID, true
	case Finish:
		return c.HookID, true
	case Configure:
		return c.HookID, true
	case RemoveHook:
		return c.HookID, true
	}
	return 0, true
}
