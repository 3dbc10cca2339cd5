package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Script is a transcript as a shell script: each request by curl, with the ids that answers gave carried over to the
// requests that use them. The credential is taken from UNDERSTUDY_TOKEN, the target's address from UNDERSTUDY_URL.
func Script(base string, exchanges []Exchange) string {
	s := &scripter{base: base, exchanges: exchanges, counts: map[string]int{}}
	s.line("#!/bin/sh")
	s.line("# Needs UNDERSTUDY_TOKEN, the credential.")
	s.line(": \"${UNDERSTUDY_URL:=%s}\"", base)
	for i := range exchanges {
		s.exchange(i)
	}
	return s.text.String()
}

type scripter struct {
	base      string
	exchanges []Exchange
	text      strings.Builder
	captured  []capture // the longest value first
	counts    map[string]int
}

// capture is a shell variable with a value that an answer gave.
type capture struct{ name, value string }

func (s *scripter) line(format string, args ...any) { fmt.Fprintf(&s.text, format+"\n", args...) }

func (s *scripter) exchange(i int) {
	e := &s.exchanges[i]
	s.line("")
	s.line("answer=$(%s)", s.portable(e.Curl()))
	s.line("printf '%%s\\n\\n' \"$answer\"  # %d in the recorded run", e.Status)
	for _, f := range found(e) {
		if s.isNew(f.value) && s.used(f.value, i+1) {
			s.capture(f)
		}
	}
}

func (s *scripter) isNew(value string) bool {
	return !slices.ContainsFunc(s.captured, func(c capture) bool { return c.value == value })
}

// used reports whether a later request has the value in it.
func (s *scripter) used(value string, from int) bool {
	spot := place(value)
	for i := range s.exchanges[from:] {
		e := &s.exchanges[from+i]
		if spot.MatchString(e.URL) || spot.MatchString(e.Body) {
			return true
		}
	}
	return false
}

func (s *scripter) capture(f value) {
	s.counts[f.name]++
	name := fmt.Sprintf("%s_%d", f.name, s.counts[f.name])
	s.line("%s=$(printf '%%s\\n' \"$answer\" | tr -d '\\r' | sed -n '%s' | head -n 1)", name, f.sed)
	s.captured = append(s.captured, capture{name, f.value})
	slices.SortStableFunc(s.captured, func(a, b capture) int { return len(b.value) - len(a.value) })
}

// portable puts variables where captured values stand in a line.
func (s *scripter) portable(line string) string {
	for _, c := range s.captured {
		line = place(c.value).ReplaceAllString(line, "${1}'\"$$"+c.name+"\"'${2}")
	}
	return strings.ReplaceAll(line, s.base, `'"$UNDERSTUDY_URL"'`)
}

// place is where a value stands for itself: a number only as a segment of a path or as the value of a member.
func place(value string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(value)
	if digits.MatchString(value) {
		return regexp.MustCompile(`(/|":\s*"?|number=|number%3D)` + quoted + `([/?"',}]|$)`)
	}
	return regexp.MustCompile(`()` + quoted + `()`)
}

var digits = regexp.MustCompile(`^[0-9]+$`)

// value is something in an answer that a later request may use, and how sed finds it.
type value struct{ name, value, sed string }

// found lists what an answer gives: ids and addresses by the names of their members, and the id of the request.
func found(e *Exchange) []value {
	var all []value
	for name, text := range e.ResponseHeader {
		if strings.EqualFold(name, "X-Request-Id") {
			all = append(all, value{"request_id", text, `s/^[Xx]-[Rr]equest-[Ii]d: *//p`})
		}
	}
	var members map[string]any
	d := json.NewDecoder(strings.NewReader(e.ResponseBody))
	d.UseNumber()
	if d.Decode(&members) != nil {
		return all
	}
	return append(all, foundIn(members)...)
}

func foundIn(members map[string]any) []value {
	var all []value
	for _, name := range slices.Sorted(maps.Keys(members)) {
		switch v := members[name].(type) {
		case string:
			all = append(all, member(name, v))
		case json.Number:
			all = append(all, member(name, v.String()))
		case []any:
			if len(v) == 0 {
				continue
			}
			if first, ok := v[0].(string); ok {
				all = append(all, value{name, first, `s/.*"` + name + `": *\["\([^"]*\)".*/\1/p`})
			}
		case map[string]any:
			all = append(all, foundIn(v)...)
		}
	}
	return all
}

func member(name, text string) value {
	return value{name, text, `s/.*"` + name + `": *"\{0,1\}\([^",}]*\).*/\1/p`}
}
