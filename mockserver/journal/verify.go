package journal

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Expectation says how many exchanges there are that a filter describes. Without any bound there is at least one.
type Expectation struct {
	Filter

	AtLeast, AtMost, Exactly *int
	Never                    bool

	// EveryFault expects that each fault of the world fired, and that there is one; nothing else stands beside it. A journal alone cannot
	// tell, its world can.
	EveryFault bool
}

// String is the expectation in words.
func (e Expectation) String() string {
	if e.EveryFault {
		return "every fault to fire"
	}
	return e.bounds().String() + " " + e.Filter.String()
}

// Check refuses bounds that contradict each other. The error names the member and the remedy.
func (e Expectation) Check() error {
	given := 0
	for _, bound := range []*int{e.AtLeast, e.AtMost, e.Exactly} {
		if bound != nil {
			given++
		}
		if bound != nil && *bound < 0 {
			return fmt.Errorf("a bound is %d; give 0 or more", *bound)
		}
	}
	switch {
	case e.EveryFault && (e.Never || given > 0 || !e.empty()):
		return errors.New("everyFault excludes everything else; give it as an expectation of its own")
	case e.Never && given > 0:
		return errors.New("never excludes atLeast, atMost and exactly; give one of them")
	case e.Exactly != nil && given > 1:
		return errors.New("exactly excludes atLeast and atMost; give exactly alone, or a range by the other two")
	case e.AtLeast != nil && e.AtMost != nil && *e.AtLeast > *e.AtMost:
		return fmt.Errorf("atLeast %d is above atMost %d; give the smaller number as atLeast", *e.AtLeast, *e.AtMost)
	}
	return nil
}

// ExpectationError says that an expectation contradicts itself.
type ExpectationError struct {
	Index int
	Err   error
}

func (e *ExpectationError) Error() string { return fmt.Sprintf("expectations[%d]: %v", e.Index, e.Err) }

// Unwrap is what the expectation got wrong.
func (e *ExpectationError) Unwrap() error { return e.Err }

// bounds are the least and the most exchanges; most is below zero for any number.
type bounds struct{ least, most int }

func (e Expectation) bounds() bounds {
	switch {
	case e.Never:
		return bounds{0, 0}
	case e.Exactly != nil:
		return bounds{*e.Exactly, *e.Exactly}
	case e.AtLeast == nil && e.AtMost == nil:
		return bounds{1, -1}
	}
	b := bounds{0, -1}
	if e.AtLeast != nil {
		b.least = *e.AtLeast
	}
	if e.AtMost != nil {
		b.most = *e.AtMost
	}
	return b
}

func (b bounds) String() string {
	switch {
	case b.most == 0:
		return "never"
	case b.least == b.most:
		return fmt.Sprintf("exactly %d of", b.least)
	case b.most < 0:
		return fmt.Sprintf("at least %d of", b.least)
	case b.least == 0:
		return fmt.Sprintf("at most %d of", b.most)
	}
	return fmt.Sprintf("%d to %d of", b.least, b.most)
}

// Finding is what became of one expectation.
type Finding struct {
	Index       int
	Expectation Expectation
	Found       int        // exchanges that it describes
	Reason      string     // why it is not satisfied, "" when it is
	Nearest     []NearMiss // when too few were found, the closest first
}

// NearMiss is an exchange that is not what was expected, and what differs.
type NearMiss struct {
	Entry       *Entry
	Differences []Difference
}

// nearest is how many near misses a finding shows.
const nearest = 3

// Verify holds the journal against expectations, one finding for each. In order, an expectation looks only at the
// exchanges after those that met the one before it: after the last one that its least number needs. A journal that had
// to drop exchanges, or that was resumed and may miss some, satisfies no expectation that bounds their number from above.
func (j *Journal) Verify(inOrder bool, expectations ...Expectation) ([]Finding, error) {
	return j.verify(inOrder, nil, expectations)
}

// VerifyWithFaults is Verify for a world, whose faults it is told: of each that never fired, why, and of how many.
func (j *Journal) VerifyWithFaults(inOrder bool, faults Faults, expectations ...Expectation) ([]Finding, error) {
	return j.verify(inOrder, &faults, expectations)
}

// Faults are those of a world.
type Faults struct {
	All     int
	Unfired []string // in words, each with its reason
}

var errNoFaults = errors.New("everyFault cannot be told by a journal alone; ask its world")

func (f *Faults) finding(e Expectation) Finding {
	found := Finding{Expectation: e, Found: f.All - len(f.Unfired), Reason: strings.Join(f.Unfired, "; ")}
	if f.All == 0 {
		found.Reason = "the world has no faults"
	}
	return found
}

func (j *Journal) verify(inOrder bool, faults *Faults, expectations []Expectation) ([]Finding, error) {
	for i, e := range expectations {
		if e.EveryFault && faults == nil {
			return nil, &ExpectationError{i, errNoFaults}
		}
		if err := cmp.Or(e.Check(), j.Check(e.Filter)); err != nil {
			return nil, &ExpectationError{i, err}
		}
	}
	entries, missing := j.Entries(), j.missing()
	passed := 0 // how many of them those met that stand before, in order
	findings := make([]Finding, len(expectations))
	for i, e := range expectations {
		if e.EveryFault {
			findings[i] = faults.finding(e)
			findings[i].Index = i
			continue
		}
		met := 0
		findings[i], met = verify(e, entries[passed:], missing)
		findings[i].Index = i
		if findings[i].Found < e.bounds().least {
			findings[i].Reason += e.earlier(entries[:passed])
		}
		if inOrder {
			passed += met
		}
	}
	return findings, nil
}

// earlier says which exchanges were expected and came too early for their place in the order, "" for none.
func (e Expectation) earlier(entries []*Entry) string {
	var found []*Entry
	for _, entry := range entries {
		if e.Match(entry) {
			found = append(found, entry)
		}
	}
	if found == nil {
		return ""
	}
	return " after what met the expectation before it; too early came " + lines(found)
}

// verify also returns how many entries it takes to meet the expectation's least number.
func verify(e Expectation, entries []*Entry, missing string) (f Finding, met int) {
	f.Expectation = e
	b := e.bounds()
	var found []*Entry
	for i, entry := range entries {
		if !e.Match(entry) {
			continue
		}
		found = append(found, entry)
		f.Found++
		if f.Found == b.least {
			met = i + 1
		}
	}
	f.Reason = b.reason(f.Found, missing)
	if b.most >= 0 && f.Found > b.most {
		f.Reason += ": " + lines(found)
	}
	if f.Found < b.least {
		f.Nearest = e.nearMisses(entries)
	}
	return f, met
}

func (b bounds) reason(found int, missing string) string {
	switch {
	case found < b.least, b.most >= 0 && found > b.most:
		return fmt.Sprintf("found %d", found)
	case b.most >= 0 && missing != "":
		return missing
	}
	return ""
}

// missing says why the journal cannot tell how many exchanges there were at most, "" where it can.
func (j *Journal) missing() string {
	if dropped := j.Dropped(); dropped > 0 {
		return fmt.Sprintf("the journal no longer holds %d older exchanges, so that it cannot tell; let it keep more, or clear it before", dropped)
	}
	if gap := j.Resumed().String(); gap != "" {
		return gap + ", so that the journal cannot tell; clear it before"
	}
	return ""
}

// shownOfTooMany is how many of too many exchanges a finding names.
const shownOfTooMany = 5

// lines names exchanges, the oldest first.
func lines(entries []*Entry) string {
	shown := make([]string, 0, shownOfTooMany+1)
	for _, e := range entries[:min(shownOfTooMany, len(entries))] {
		shown = append(shown, fmt.Sprintf("#%d %s", e.Number, e.Redacted().line()))
	}
	if len(entries) > shownOfTooMany {
		shown = append(shown, "…")
	}
	return strings.Join(shown, "; ")
}

// nearMisses are the exchanges that differ least, of equal ones the newest first.
func (f Filter) nearMisses(entries []*Entry) []NearMiss {
	type miss struct {
		NearMiss
		far int
	}
	var misses []miss
	for _, e := range slices.Backward(entries) {
		if d, far := f.distance(e); far > 0 {
			misses = append(misses, miss{NearMiss{e, d}, far})
		}
	}
	slices.SortStableFunc(misses, func(a, b miss) int { return cmp.Compare(a.far, b.far) })
	var closest []NearMiss
	for _, m := range misses[:min(nearest, len(misses))] {
		closest = append(closest, m.NearMiss)
	}
	return closest
}

// Refusal is the error that findings amount to, nil when every expectation is satisfied. It is made to be read in the
// output of a test: each expectation, what was found, and the exchanges that come closest.
func Refusal(findings []Finding) error {
	var unsatisfied []Finding
	for _, f := range findings {
		if f.Reason != "" {
			unsatisfied = append(unsatisfied, f)
		}
	}
	if unsatisfied == nil {
		return nil
	}
	return &RefusalError{unsatisfied, len(findings)}
}

// RefusalError says which expectations the journal does not satisfy.
type RefusalError struct {
	Unsatisfied []Finding
	Of          int // expectations in all
}

func (e *RefusalError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d expectations unsatisfied", len(e.Unsatisfied), e.Of)
	for _, f := range e.Unsatisfied {
		fmt.Fprintf(&b, "\n%d. want %s: %s", f.Index+1, f.Expectation, f.Reason)
		for _, m := range f.Nearest {
			fmt.Fprintf(&b, "\n   near: #%d %s", m.Entry.Number, m.Entry.Redacted().line())
			for _, d := range m.Differences {
				fmt.Fprintf(&b, "\n         %s", d)
			}
		}
	}
	return b.String()
}

// line is an exchange in one line.
func (e *Entry) line() string {
	line := fmt.Sprintf("%s %s → %d", e.Request.Method, e.Request.Path, e.Response.Status)
	if e.Fault != "" {
		line += " (" + e.Fault + ")"
	}
	return line
}
