package world

import (
	"maps"
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
	if limits[c.Vendor] != c.PerMinute {
		delete(w.now.minutes, c.Vendor) // another limit begins a minute of its own
	}
	limits[c.Vendor] = c.PerMinute
	w.now.limits = limits
	w.publish()
	return nil, nil //nolint:nilnil // nothing comes of it
}

// Spend counts a call of a vendor. The result is the Rate afterwards.
type Spend struct{ Vendor string }

// Kind implements Command.
func (Spend) Kind() string { return "world/spend" }

func (c Spend) apply(w *World, m Moment) (any, error) {
	limit := w.now.limits[c.Vendor]
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
func (w *World) Limit(vendor string) int { return w.shown.Load().limits[vendor] }

// SetLimit replaces the limit of a vendor.
func (w *World) SetLimit(vendor string, perMinute int) { _, _ = w.Do(SetLimit{vendor, perMinute}) } // it is never refused

// Spend counts a call against the limit of a vendor, if there is one.
func (w *World) Spend(vendor string) Rate {
	if w.Limit(vendor) <= 0 {
		return Rate{}
	}
	rate, _ := Do[Rate](w, Spend{vendor}) // it is never refused
	return rate
}
