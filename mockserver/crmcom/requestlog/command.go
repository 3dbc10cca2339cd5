package requestlog

import (
	"errors"
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// PartName is what a world knows the log by.
const PartName = "requestlog"

// Part is the definitions, rules and webhook requests of a world.
func Part() world.Part {
	return world.Part{
		Name:     PartName,
		New:      func() world.State { return NewState() },
		Commands: commands,
	}
}

func commands() []world.Command {
	return []world.Command{
		Define{},
		DefineWithRule{},
		Redefine{},
		AddRule{},
		Undefine{},
		Know{},
		Fire{},
		Log{},
		Restore{},
		Load{},
		Replace{},
		Delete{},
		Resend{},
		Resent{},
		SkipTo{},
		Recall{},
	}
}

// Kind implements world.Command.
func (Define) Kind() string { return PartName + "/define" }

// Kind implements world.Command.
func (DefineWithRule) Kind() string { return PartName + "/define-with-rule" }

// Kind implements world.Command.
func (Redefine) Kind() string { return PartName + "/redefine" }

// Kind implements world.Command.
func (AddRule) Kind() string { return PartName + "/add-rule" }

// Kind implements world.Command.
func (Undefine) Kind() string { return PartName + "/undefine" }

// Kind implements world.Command.
func (Know) Kind() string { return PartName + "/know" }

// Kind implements world.Command.
func (Fire) Kind() string { return PartName + "/fire" }

// Kind implements world.Command.
func (Log) Kind() string { return PartName + "/log" }

// Kind implements world.Command.
func (Restore) Kind() string { return PartName + "/restore" }

// Kind implements world.Command.
func (Load) Kind() string { return PartName + "/load" }

// Kind implements world.Command.
func (Replace) Kind() string { return PartName + "/replace" }

// Kind implements world.Command.
func (Delete) Kind() string { return PartName + "/delete" }

// Kind implements world.Command.
func (Resend) Kind() string { return PartName + "/resend" }

// Kind implements world.Command.
func (Resent) Kind() string { return PartName + "/resent" }

// Kind implements world.Command.
func (SkipTo) Kind() string { return PartName + "/skip-to" }

// ErrCommand says that a command is none of this package.
var ErrCommand = errors.New("the log has no such command")

// Apply implements world.State. The result has the type that the command's own method returns.
func (s *State) Apply(c world.Command, m world.Moment) (any, error) {
	switch c := c.(type) {
	case Fire:
		return s.fire(c, m)
	case Log:
		return s.log(c, m)
	case Restore:
		return s.restore(c, m)
	case Load:
		return s.load(c, m)
	case Delete:
		return s.delete(c)
	case Resend:
		return s.resend(c, m)
	case Resent:
		return s.resent(c, m)
	case DefineWithRule:
		return s.defineWithRule(c, m)
	}
	return nil, s.arrange(c, m)
}

// arrange applies the commands that have no result.
func (s *State) arrange(c world.Command, m world.Moment) error {
	switch c := c.(type) {
	case Define:
		return s.define(c, m)
	case Redefine:
		return s.redefine(c)
	case AddRule:
		return s.addRule(c)
	case Undefine:
		return s.undefine(c)
	case Know:
		return s.know(c)
	case Replace:
		return s.replace(c)
	case SkipTo:
		s.skipTo(c)
		return nil
	case Recall:
		s.recall(c)
		return nil
	}
	return fmt.Errorf("%w: %s", ErrCommand, c.Kind())
}

// Due implements world.State. Nothing happens in the log by time alone.
func (s *State) Due(time.Time, world.Command) world.Command { return nil }

// idOr is the id that is given, if no webhook request has it, or a fresh one.
func (s *State) idOr(given string, m world.Moment) (string, error) {
	if given == "" {
		return s.freshID(m), nil
	}
	if _, taken := s.byID.Get(given); taken {
		return "", &KeyError{Key{ID, given}, ErrTaken}
	}
	return given, nil
}

// freshID is an id that no webhook request has. One of a world file may have the first that comes.
func (s *State) freshID(m world.Moment) string {
	for {
		id := m.NewRecordID()
		if _, taken := s.byID.Get(id); !taken {
			return id
		}
	}
}
