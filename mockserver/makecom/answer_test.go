package makecom

import (
	"math/rand/v2"
	"testing"
	"time"

	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// TestStampsFollowTheContract writes times that share a day with the one before, and times that do not.
func TestStampsFollowTheContract(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var when stamps
	for i := range 10_000 {
		at := time.UnixMilli(int64(i/100)*3_600_000*20 - 5*86_400_000 + random.Int64N(86_400_000))
		if i%1000 == 0 {
			at = time.Date(9990+i/1000*10, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		want := string(makeapi.Timestamp{Time: at}.Append(nil))
		if got := string(when.append(nil, at)); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}
