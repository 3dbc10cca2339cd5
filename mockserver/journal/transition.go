package journal

import (
	"fmt"
	"slices"
	"strings"
)

// Transition is what an exchange changed in its world: one thing, or several of one kind, from one state to another. The
// zero Transition is nothing.
type Transition struct {
	Thing    string   // item, hook, webhook request or token
	ID       string   // of the one thing
	IDs      []string // of several things, the first ones; instead of ID
	Count    int      // of several things
	From, To string   // states; "" where it was not there before
}

// named is how many of several things a transition names.
const named = 8

// Several is the transition of several things, of which it names the first ones. It does not hold on to a long list.
func Several(thing string, ids []string, from, to string) Transition {
	t := Transition{Thing: thing, IDs: ids, Count: len(ids), From: from, To: to}
	switch {
	case len(ids) == 0:
		return Transition{}
	case len(ids) > named:
		t.IDs = slices.Clone(ids[:named])
	}
	return t
}

// String is the transition in words, such as "item 7a56: waiting → deleted", and "" for nothing.
func (t Transition) String() string {
	if t.Thing == "" {
		return ""
	}
	from := t.From
	if from == "" {
		from = "none"
	}
	return t.things() + ": " + from + " → " + t.To
}

func (t Transition) things() string {
	switch {
	case t.ID != "":
		return t.Thing + " " + t.ID
	case t.Count == 1 && len(t.IDs) == 1:
		return t.Thing + " " + t.IDs[0]
	case t.Count == 0:
		return t.Thing
	case t.Count > len(t.IDs):
		return fmt.Sprintf("%d %ss (%s, …)", t.Count, t.Thing, strings.Join(t.IDs, ", "))
	}
	return t.Thing + "s " + strings.Join(t.IDs, ", ")
}

// ParseTransition reads what [Transition.String] writes, with what changed as one text in Thing, which is written as the same text. A
// text of another form is nothing.
func ParseTransition(text string) Transition {
	things, change, found := strings.Cut(text, ": ")
	from, to, changed := strings.Cut(change, " → ")
	if !found || !changed {
		return Transition{}
	}
	return Transition{Thing: things, From: from, To: to}
}
