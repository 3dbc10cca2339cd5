package suite

import (
	"errors"
	"net/http"
	"testing"
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
