package fault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver/fault"
)

func TestUnfiredSaysWhy(t *testing.T) {
	for _, test := range []struct {
		name  string
		rules []fault.Rule
		asked int    // requests of list
		want  string // "" for: all fired
	}{
		{"none", nil, 3, ""},
		{"always", []fault.Rule{{Operation: list, Status: 500}}, 1, ""},
		{"never asked", []fault.Rule{{Operation: list, Status: 500}}, 0, "faults[0] (listHookIncomings: status 500) never fired: no request of listHookIncomings reached it"},
		{"no request at all", []fault.Rule{{Operation: fault.Any, Reset: true}}, 0, "faults[0] (*: reset) never fired: no request reached it"},
		{"another operation", []fault.Rule{{Operation: stats, Malformed: true}}, 2, "faults[0] (getHookIncomingStats: malformed) never fired: no request of getHookIncomingStats reached it"},
		{"too seldom", []fault.Rule{{Operation: list, Every: 3, Truncate: 4}}, 2, "faults[0] (listHookIncomings: truncate 4) never fired: it befalls every 3. request, and 2 reached it"},
		{"often enough", []fault.Rule{{Operation: list, Every: 3, Truncate: 4}}, 3, ""},
		{"spared", []fault.Rule{{Operation: list, Probability: 1e-12, Slow: time.Second}}, 5, "faults[0] (listHookIncomings: slow 1s) never fired: chance spared the 5 that reached it"},
		{"certain", []fault.Rule{{Operation: list, Probability: 1, Slow: time.Second}}, 1, ""},
		{
			"behind another",
			[]fault.Rule{{Operation: list, Status: 500}, {Operation: list, Latency: fault.Latency{From: 1, To: 2}}},
			9,
			"faults[1] (listHookIncomings: latency 1ns..2ns) never fired: no request of listHookIncomings reached it",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			plan := newPlan(t, 1, test.rules...)
			draw(plan, test.asked)
			if got := strings.Join(plan.Unfired(), "; "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
