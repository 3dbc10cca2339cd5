package journal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/openapi"
)

// Filter describes exchanges; what is left empty does not narrow. The zero Filter describes all.
type Filter struct {
	Operation   string
	Method      string // in any case of letters
	Path        string // without query; a trailing * stands for anything
	Status      int
	Requirement string // id of one that decided the answer
	Fault       string // a part of the mark, such as "status 429", or * for any fault
	Body        any    // what the request's JSON body contains, as encoding/json writes it; numbers are compared exactly
}

// Check refuses names that are nowhere: an operation or a requirement that no API has and that no exchange of the journal names. The
// error names the member and the remedy.
func (j *Journal) Check(f Filter) error {
	operations, requirements := j.names()
	for _, c := range []struct {
		member, given string
		known         []string
		recorded      func(*Entry) bool
	}{
		{"operation", f.Operation, operations, func(e *Entry) bool { return e.Operation == f.Operation }},
		{"requirement", f.Requirement, requirements, func(e *Entry) bool { return listed(f.Requirement, requirementIDs(e.Requirements)) }},
	} {
		if c.given == "" || slices.Contains(c.known, c.given) || slices.ContainsFunc(j.Entries(), c.recorded) {
			continue
		}
		return &NameError{Member: c.member, Given: c.given, Remedy: cmp.Or(near.Remedy(c.given, c.known), "GET /_understudy/v1/contracts lists them")}
	}
	return nil
}

// NameError names an operation or a requirement that there is not.
type NameError struct {
	Member string // of a filter, as it is spelt in JSON
	Given  string
	Remedy string
}

func (e *NameError) Error() string {
	text := fmt.Sprintf("there is no %s %q", e.Member, e.Given)
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

// names are those of every API.
func (j *Journal) names() (operations, requirements []string) {
	apis := j.apis
	if len(apis) == 0 {
		apis = openapi.APIs()
	}
	for _, api := range apis {
		operations = append(operations, api.Operations...)
		for _, r := range api.Requirements {
			requirements = append(requirements, r.ID)
		}
	}
	return operations, requirements
}

// Match reports whether the filter describes the exchange.
func (f Filter) Match(e *Entry) bool { return len(f.differences(e)) == 0 }

func (f Filter) empty() bool {
	wanted := f.Body != nil
	f.Body = nil
	return !wanted && f == Filter{}
}

// String lists what the filter asks for.
func (f Filter) String() string {
	var words []string
	for _, c := range f.conditions() {
		words = append(words, c.field+" "+c.want)
	}
	if words == nil {
		return "any exchange"
	}
	return strings.Join(words, ", ")
}

// Find lists the exchanges that the filter describes, oldest first.
func (j *Journal) Find(f Filter) []*Entry { return f.among(j.kept()) }

func (f Filter) among(records []record) []*Entry {
	var found []*Entry
	for i := range records {
		if e := records[i].decode(); f.Match(e) {
			found = append(found, e)
		}
	}
	return found
}

// Count counts the exchanges that the filter describes.
func (j *Journal) Count(f Filter) int { return len(j.Find(f)) }

// Wait returns as soon as the filter describes n exchanges, with them. The error of a context that ends before wraps
// the context's own and says how many there were.
func (j *Journal) Wait(ctx context.Context, f Filter, n int) ([]*Entry, error) {
	var found []*Entry
	var seen sight
	for {
		grown := j.Grown() // before looking, so that none is missed
		var came []record
		came, seen = j.since(seen)
		found = append(seen.kept(found), f.among(came)...)
		if len(found) >= n {
			return found, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return found, fmt.Errorf("waited for %d of %s, found %d: %w", n, f, len(found), context.Cause(ctx))
		}
	}
}

// sight is how much of a journal somebody has seen. The zero sight is nothing.
type sight struct {
	to     uint64 // the number of the newest exchange
	oldest uint64 // the number of the oldest one that is kept
}

// since lends the exchanges that came since, and says how much is seen with them: whoever waits need not look at the same ones again.
func (j *Journal) since(seen sight) ([]record, sight) {
	j.mu.Lock()
	defer j.mu.Unlock()
	came := j.exchanges.latest(j.next-seen.to, len(j.exchanges.records))
	return came, sight{to: j.next, oldest: j.next - uint64(len(j.exchanges.records)-j.exchanges.first) + 1}
}

// kept leaves out what the journal has dropped meanwhile.
func (s sight) kept(found []*Entry) []*Entry {
	return slices.DeleteFunc(found, func(e *Entry) bool { return e.Number < s.oldest })
}
