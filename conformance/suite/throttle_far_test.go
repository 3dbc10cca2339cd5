package suite

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// However far off a target says that it will answer again, no time overflows.
func TestTimesThatAreFarOffRunOutOfPatience(t *testing.T) {
	for _, header := range []http.Header{
		{"Retry-After": {"9223372036854775807"}},
		{"Retry-After": {"9223372037"}}, // as nanoseconds, less than nothing
		{"Retry-After": {"Fri, 31 Dec 9999 23:59:59 GMT"}},
		{"X-Ratelimit-Reset": {"9223372036854775807"}},
	} {
		var refusals throttle
		pause, err := refusals.pause(&Exchange{Status: http.StatusTooManyRequests, ResponseHeader: header}, 90*time.Second)
		if !errors.Is(err, ErrThrottled) {
			t.Errorf("%v: wait %s (%v)", header, pause, err)
		}
	}
	var refusals throttle
	past := http.Header{"Retry-After": {"Fri, 31 Dec 1999 23:59:59 GMT"}}
	if pause, err := refusals.pause(&Exchange{ResponseHeader: past}, time.Minute); err != nil || pause != leastPause {
		t.Errorf("a time that has passed: %s (%v)", pause, err)
	}
}

// TestWhoeverWaitsIsToldOfALongPause refuses twice, the second time for a minute.
func TestWhoeverWaitsIsToldOfALongPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		many := http.StatusTooManyRequests
		target := &script{steps: []func(*http.Request) (*http.Response, error){
			answers(many, "Retry-After", "0"), answers(many, "Retry-After", "60"), answers(http.StatusOK),
		}}
		var notices []string
		r := runOn(t, target, Config{Notice: func(line string) { notices = append(notices, line) }})
		if _, err := r.Session("a check", 0).Do(t.Context(), &Request{Method: http.MethodGet, Path: "/"}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"the target refuses with status 429, too many requests: nothing is sent for 1m0s"}; !slices.Equal(notices, want) {
			t.Errorf("got %q", notices)
		}
		if got, want := r.Throttled(), (Throttled{Answers: 2, Waited: time.Minute + leastPause}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
