package world

import "time"

// Rate is what is left of a rate limit after a call.
type Rate struct {
	Limit     int       // calls per minute
	Remaining int       // in the running minute
	Reset     time.Time // when the next minute begins, on the world's clock
	Exceeded  bool      // this call was one too many
}

// rateMinute counts the calls of the running minute, which begins with its first call.
type rateMinute struct {
	start time.Time
	calls int
}

// SpendMakecom counts a call against Make's rate limit. It reports false when there is none.
func (w *World) SpendMakecom() (Rate, bool) {
	if w.Limits().MakecomPerMinute <= 0 {
		return Rate{}, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now.rate.spend(w.now.clock.Now(), w.now.limits.MakecomPerMinute), true
}

func (m *rateMinute) spend(at time.Time, limit int) Rate {
	if at.Before(m.start) || at.Sub(m.start) >= time.Minute {
		*m = rateMinute{start: at}
	}
	m.calls++
	return Rate{
		Limit: limit, Remaining: max(limit-m.calls, 0), Reset: m.start.Add(time.Minute), Exceeded: m.calls > limit,
	}
}
