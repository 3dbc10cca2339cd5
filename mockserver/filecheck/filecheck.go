// Package filecheck finds what the schema of a world file cannot say: names given twice, references that lead nowhere, members
// that exclude or need each other.
package filecheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
)

// Checker notes what is wrong with a file.
type Checker struct {
	Wrong []schemafile.Wrong
}

// Say notes something wrong at a place: strings are members, ints are elements.
func (c *Checker) Say(message string, place ...any) {
	path := make([]string, len(place))
	for i, p := range place {
		path[i] = fmt.Sprint(p)
	}
	c.Wrong = append(c.Wrong, schemafile.Wrong{Path: path, Message: message})
}

// Names finds values that stand in more than one place. The empty one does not count.
type Names struct {
	checker *Checker
	first   map[string]string
}

// Names begins a search for names that come twice.
func (c *Checker) Names() Names { return Names{c, map[string]string{}} }

// Add notes a value that came before at another place.
func (n Names) Add(value string, place ...any) {
	if value == "" {
		return
	}
	if first, twice := n.first[value]; twice {
		n.checker.Say("it is the same as "+first, place...)
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

// Span refuses a duration that has the right form and is too long for a clock.
func (c *Checker) Span(d control.Duration, place ...any) {
	if _, err := time.ParseDuration(d); d != "" && err != nil {
		c.Say(fmt.Sprintf("%q is too long", d), place...)
	}
}

// Refers refuses the id of a thing that is not there.
func (c *Checker) Refers(known map[string]bool, id, what string, place ...any) {
	if id != "" && !known[id] {
		c.Say(fmt.Sprintf("there is no %s %q", what, id), place...)
	}
}

// Duration reads a duration, "" for none.
func Duration(d control.Duration) (time.Duration, error) {
	if d == "" {
		return 0, nil
	}
	return time.ParseDuration(d)
}

// Written is a duration as files have it, "" for none.
func Written(d time.Duration) control.Duration {
	if d == 0 {
		return ""
	}
	return d.String()
}

// JSON writes a part of a file and keeps the bytes of data: encoding/json would escape <, > and & by default.
func JSON(v any) (json.RawMessage, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSpace(text.Bytes()), err
}
