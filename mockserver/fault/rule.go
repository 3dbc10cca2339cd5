// Package fault plans failures on top of correct answers: late, refused, cut, spoilt or slow ones, as often as a rule says.
//
// A plan only decides. It knows no HTTP; whoever sends the answer does the damage. The same rules, seed and requests
// give the same failures on every machine.
package fault

import (
	"fmt"
	"strings"
	"time"
)

// Rule is one failure: which operation it befalls, when, and what happens. At most one of First, Every and Probability
// says when; none says always. At most one of Status, Reset, Truncate, Malformed and Slow says what; Latency goes with
// each of them, or alone.
type Rule struct {
	Operation string `json:"Operation"` // operation id, or Any

	First       int     `json:"First"`       // the first so many requests
	Every       int     `json:"Every"`       // every nth request: 3 is the third, the sixth, …
	Probability float64 `json:"Probability"` // each request with this chance, above 0 and at most 1
	Seed        int64   `json:"Seed"`        // where chances and latencies start; 0 takes the world's

	Status    int           `json:"Status"`    // a refusal in the vendor's own form, 400 to 599; the request is not carried out
	Reset     bool          `json:"Reset"`     // the connection is reset, the request carried out
	Truncate  int           `json:"Truncate"`  // the body ends after so many bytes, though more are announced
	Malformed bool          `json:"Malformed"` // the body is whole by its length and broken by its content
	Slow      time.Duration `json:"Slow"`      // the body takes so long to arrive
	Latency   Latency       `json:"Latency"`   // before anything is answered, the request carried out
}

// Any stands for every operation.
const Any = "*"

// Latency is a span of time, drawn evenly from a range when To is above From.
type Latency struct {
	From time.Duration `json:"From"`
	To   time.Duration `json:"To"`
}

// ParseLatency reads "200ms", or the range "100ms..300ms".
func ParseLatency(s string) (Latency, error) {
	first, last, isRange := strings.Cut(s, "..")
	from, err := time.ParseDuration(first)
	if err != nil {
		return Latency{}, fmt.Errorf("latency %q: give a duration such as 200ms, or a range such as 100ms..300ms", s)
	}
	if !isRange {
		return Latency{From: from, To: from}, nil
	}
	to, err := time.ParseDuration(last)
	if err != nil {
		return Latency{}, fmt.Errorf("latency %q: give a duration such as 200ms, or a range such as 100ms..300ms", s)
	}
	return Latency{From: from, To: to}, nil
}

// String is the form that ParseLatency reads, "" for none.
func (l Latency) String() string {
	switch {
	case l == Latency{}:
		return ""
	case l.To <= l.From:
		return l.From.String()
	}
	return l.From.String() + ".." + l.To.String()
}

// at is the latency at a share of the range, from 0 up to but not including 1.
func (l Latency) at(share float64) time.Duration {
	if l.To <= l.From {
		return l.From
	}
	return l.From + time.Duration(share*float64(l.To-l.From+1))
}
