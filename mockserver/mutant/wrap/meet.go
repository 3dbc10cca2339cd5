package wrap

import "time"

// inFlight counts the calls that are under way.
type inFlight int

// Meeting lets other answer a call that came while another one was under way. A call takes a moment, as it does elsewhere.
func Meeting(other func(c *Call) *Answer) Wrap {
	return Instead(func(c *Call) *Answer {
		first := false
		Remember(c, func(n *inFlight) { first = *n == 0; *n++ })
		defer Remember(c, func(n *inFlight) { *n-- })
		if !first {
			return other(c)
		}
		TakeAMoment(c)
		return c.Next()
	})
}

// TakeAMoment gives other calls the time to come between, as long as somebody waits for the answer.
func TakeAMoment(c *Call) {
	timer := time.NewTimer(time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.R.Context().Done():
	}
}
