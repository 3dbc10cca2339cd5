package suite

import (
	"net/http"
	"strconv"
	"time"
)

// throttle is how often one request was refused because there are too many, and how long it has waited for that.
type throttle struct {
	times  int
	waited time.Duration
}

// The least pause before a throttled request is sent again doubles, so that a target whose clock is behind is not run down.
const (
	leastPause = 20 * time.Millisecond
	mostPause  = 10 * time.Second
)

// pause is how long to wait before the request is sent again, and ErrThrottled when that would take more patience than
// there is.
func (t *throttle) pause(e *Exchange, patience time.Duration) (time.Duration, error) {
	least := min(leastPause<<min(t.times, 10), mostPause)
	pause := max(retryAfter(e, time.Now()), least)
	t.times++
	if t.waited += pause; t.waited > patience {
		return 0, ErrThrottled
	}
	return pause, nil
}

func throttled(e *Exchange) bool {
	return e.Status == http.StatusTooManyRequests ||
		e.Status == http.StatusServiceUnavailable && e.ResponseHeader.Get("Retry-After") != ""
}

// retryAfter is how long a throttled client is told to wait: Retry-After in seconds or as a date, else x-ratelimit-reset in
// epoch seconds, else one second.
func retryAfter(e *Exchange, now time.Time) time.Duration {
	return min(max(told(e, now), 0), mostTold)
}

// mostTold is longer than any run waits. Without it, times that are far off overflow as they are added up.
const mostTold = 24 * time.Hour

func told(e *Exchange, now time.Time) time.Duration {
	after := e.ResponseHeader.Get("Retry-After")
	if n, err := strconv.Atoi(after); err == nil && n >= 0 {
		return time.Duration(min(n, int(mostTold/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(after); err == nil {
		return at.Sub(now)
	}
	if n, err := strconv.ParseInt(e.ResponseHeader.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
		return time.Unix(min(max(n, 0), now.Add(mostTold).Unix()), 0).Sub(now)
	}
	return time.Second
}
