package server

import (
	"net/http"
	"strconv"
	"time"
)

// window is a rate limit: at most limit calls per length, counted from the first call of each window.
type window struct {
	limit  int
	length time.Duration
	start  time.Time
	used   int
}

// take counts one call and reports whether it is within the limit. The nil window has none.
func (w *window) take(now time.Time) bool {
	if w == nil {
		return true
	}
	if now.Sub(w.start) >= w.length {
		w.start, w.used = now, 0
	}
	w.used++
	return w.used <= w.limit
}

// announce says what is left in the headers that Make uses.
func (w *window) announce(h http.Header) {
	if w == nil {
		return
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(w.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, w.limit-w.used)))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(w.start.Add(w.length).Unix(), 10))
}
