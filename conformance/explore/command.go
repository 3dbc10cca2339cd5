package explore

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Command is one thing that a client does, or the vendor's other side: a verb and named arguments. It is written in one
// line, as in
//
//	delete confirmed=true ids=a,b
//
// A list is separated by commas. Things have short names of the sequence's own, because their ids are other ones each time.
type Command struct {
	Verb string
	Args map[string]string
}

// Of makes a command from its verb and pairs of argument and value. Empty values are left out.
func Of(verb string, pairs ...string) Command {
	c := Command{Verb: verb, Args: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			c.Args[pairs[i]] = pairs[i+1]
		}
	}
	return c
}

// Arg is an argument, "" when it is not given.
func (c Command) Arg(name string) string { return c.Args[name] }

// Int is an argument as a number, absent when it is not given or none.
func (c Command) Int(name string, absent int) int {
	n, err := strconv.Atoi(c.Args[name])
	if err != nil {
		return absent
	}
	return n
}

// List is an argument as a list, nil when it is not given.
func (c Command) List(name string) []string {
	if c.Args[name] == "" {
		return nil
	}
	return strings.Split(c.Args[name], ",")
}

// With is the command with an argument set, or left out when the value is empty.
func (c Command) With(name, value string) Command {
	out := Command{Verb: c.Verb, Args: maps.Clone(c.Args)}
	if out.Args == nil {
		out.Args = map[string]string{}
	}
	delete(out.Args, name)
	if value != "" {
		out.Args[name] = value
	}
	return out
}

// WithList is With for a list.
func (c Command) WithList(name string, values []string) Command {
	return c.With(name, strings.Join(values, ","))
}

func (c Command) String() string {
	words := []string{c.Verb}
	for _, name := range slices.Sorted(maps.Keys(c.Args)) {
		words = append(words, name+"="+c.Args[name])
	}
	return strings.Join(words, " ")
}

// Text writes commands one a line.
func Text(commands []Command) string {
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintln(&b, c)
	}
	return b.String()
}

// Parse reads what [Text] wrote. Empty lines and lines that begin with # are passed over.
func Parse(text string) ([]Command, error) {
	var commands []Command
	number := 0
	for line := range strings.Lines(text) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		c := Of(words[0])
		for _, word := range words[1:] {
			name, value, ok := strings.Cut(word, "=")
			if !ok || name == "" || value == "" {
				return nil, fmt.Errorf("line %d: %q is no argument; write it as name=value", number, word)
			}
			c.Args[name] = value
		}
		commands = append(commands, c)
	}
	return commands, nil
}
