package world

import (
	"maps"
	"slices"
	"time"
)

// Rate is what is left of a rate limit after a call; the zero Rate is no limit.
type Rate struct {
	Limit     int       // calls per minute
	Remaining int       // in the running minute
	Reset     time.Time // when the next minute begins, on the world's clock
	Exceeded  bool      // this call was one too many
}

// Minute counts the calls of a running minute, which begins with its first call.
type Minute struct {
	Start time.Time `json:"Start"`
	Calls int       `json:"Calls"`
}

// SetLimit lets the vendor with a name refuse callers beyond so many calls per minute, 0 for no limit.
type SetLimit struct {
	Vendor    string
	PerMinute int
}

// Kind implements Command.
func (SetLimit) Kind() string { return "world/limit" }

func (c SetLimit) apply(w *World, _ Moment) (any, error) {
	limits := maps.Clone(w.now.limits)
	if limits == nil {
		limits = map[string]int{}
	}
	limits[c.Vendor] = c.PerMinute
	w.limitTo(c.Vendor, settings{limits: limits, held: w.now.held})
	return nil, nil //nolint:nilnil // nothing comes of it
}

// HoldLimit lets another limit hold, 0 for none, until it is let go. Several may hold at once, each for somebody: the last one counts.
type HoldLimit struct {
	Vendor    string
	PerMinute int
}

// Kind implements Command.
func (HoldLimit) Kind() string { return "world/hold-limit" }

func (c HoldLimit) apply(w *World, _ Moment) (any, error) {
	w.hold(c.Vendor, append(slices.Clone(w.now.held[c.Vendor]), c.PerMinute))
	return nil, nil //nolint:nilnil // nothing comes of it
}

// LetGo takes a limit back that holds, if it does.
type LetGo HoldLimit

// Kind implements Command.
func (LetGo) Kind() string { return "world/let-go" }

func (c LetGo) apply(w *World, _ Moment) (any, error) {
	held := slices.Clone(w.now.held[c.Vendor])
	if i := slices.Index(held, c.PerMinute); i >= 0 {
		w.hold(c.Vendor, slices.Delete(held, i, i+1))
	}
	return nil, nil //nolint:nilnil // nothing comes of it
}

func (w *World) hold(vendor string, limits []int) {
	held := maps.Clone(w.now.held)
	if held == nil {
		held = map[string][]int{}
	}
	held[vendor] = limits
	if len(limits) == 0 {
		delete(held, vendor)
	}
	w.limitTo(vendor, settings{limits: w.now.limits, held: held})
}

// limitTo puts the limits of s in force.
func (w *World) limitTo(vendor string, s settings) {
	if w.now.limit(vendor) != s.limit(vendor) {
		delete(w.now.minutes, vendor) // another limit begins a minute of its own
	}
	w.now.limits, w.now.held = s.limits, s.held
	w.publish()
}

// limit is the limit in force.
func (s settings) limit(vendor string) int {
	if held := s.held[vendor]; len(held) > 0 {
		return held[len(held)-1]
	}
	return s.limits[vendor]
}

// Spend counts a call of a vendor. The result is the Rate afterwards.
type Spend struct{ Vendor string }

// Kind implements Command.
func (Spend) Kind() string { return "world/spend" }

func (c Spend) apply(w *World, m Moment) (any, error) {
	limit := w.now.limit(c.Vendor)
	if limit <= 0 {
		return Rate{}, nil
	}
	minute := w.now.minutes[c.Vendor]
	if m.At.Before(minute.Start) || m.At.Sub(minute.Start) >= time.Minute {
		minute = Minute{Start: m.At}
	}
	minute.Calls++
	if w.now.minutes == nil {
		w.now.minutes = map[string]Minute{}
	}
	w.now.minutes[c.Vendor] = minute
	return Rate{
		Limit: limit, Remaining: max(limit-minute.Calls, 0), Reset: minute.Start.Add(time.Minute), Exceeded: minute.Calls > limit,
	}, nil
}

// Limit is how many calls per minute a vendor takes, 0 for any number.
func (w *World) Limit(vendor string) int { return w.shown.Load().limit(vendor) }

// HoldLimit lets another limit of a vendor hold until LetGo takes it back.
func (w *World) HoldLimit(vendor string, perMinute int) error {
	return w.change(HoldLimit{vendor, perMinute})
}

// LetGo takes back a limit that holds, if it does.
func (w *World) LetGo(vendor string, perMinute int) error {
	return w.change(LetGo{vendor, perMinute})
}

// SetLimit replaces the limit of a vendor.
func (w *World) SetLimit(vendor string, perMinute int) error {
	return w.change(SetLimit{vendor, perMinute})
}

// Spend counts a call against the limit of a vendor, if there is one.
func (w *World) Spend(vendor string) Rate {
	if w.Limit(vendor) <= 0 {
		return Rate{}
	}
	rate, _ := Do[Rate](w, Spend{vendor}) // it is never refused
	return rate
}
