package makecom

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// TestDeviations holds the sentences that may be broken at a command against what its answer leaves possible.
func TestDeviations(t *testing.T) {
	items := func(names ...string) *Answer { return &Answer{Status: http.StatusOK, Items: names} }
	partial := func(names ...string) *Answer { return &Answer{Status: http.StatusOK, Items: names, Partial: true} }
	queued := func(n int) *Answer { return &Answer{Status: http.StatusOK, Queue: n, Limit: 3, Enabled: true} }
	one := func(all ...*contract.Requirement) []*contract.Requirement { return all }
	const three = "deliver item=a\ndeliver item=b\ndeliver item=c"
	for _, test := range []struct {
		name, before, command string
		answer                *Answer
		want                  []*contract.Requirement
	}{
		{"stored, it says", "", "deliver item=a", items("a"), one(makecom.IngestAccepted, makecom.ProcessOnce)},
		{"no id", "", "deliver item=a", items(), one(makecom.IngestAccepted, makecom.ProcessOnce, makecom.ListArrived)},
		{"the id of another", "deliver item=a", "deliver item=b", items("a"), one(makecom.IngestIDsUnique)},
		{"taken by a full queue", three, "deliver item=d", items("d"), one(makecom.IngestFull, makecom.StatsLimit)},
		{"refused with room", "", "deliver item=a", &Answer{Status: http.StatusBadRequest}, nil},
		{"one is not listed", three, "list", items("a", "c"), one(makecom.ListArrived)},
		{"out of order", three, "list", items("b", "a", "c"), one(makecom.ListArrivalOrder)},
		{"too far", three, "list offset=1 limit=1", items("c"), one(makecom.ListArrived, makecom.ListOffset)},
		{"a deleted one is listed", three + "\ndelete ids=b", "list", items("a", "b", "c"), one(makecom.DeleteGone)},
		{"a processed one is listed", "deliver item=a\nbegin\nfinish item=a", "list", items("a"), one(makecom.ProcessLeaves)},
		{"a deleted one is counted", three + "\ndelete ids=b", "stats", queued(3), one(makecom.DeleteGone, makecom.StatsQueue)},
		{"one is not counted", three, "stats", queued(2), one(makecom.StatsQueue)},
		{"deleted, it says", three, "delete ids=b", items("b"), one(makecom.DeleteIDs, makecom.DeleteGone, makecom.DeleteIDsResponse)},
		{"deleted again", three + "\ndelete ids=b", "delete ids=b", items("b"), one(makecom.DeleteIDsResponse)},
		{"deleted unnamed", three, "delete ids=b", items(), one(makecom.DeleteIDsResponse)},
		{"another one is named", three, "delete ids=b", items("a"), nil},
		{"a busy one is deleted", three + "\nbegin", "delete ids=a", items("a"), one(makecom.DeleteIDsResponse, makecom.DeletePartialError, makecom.DeleteProcessingRefused)},
		{"an error for nothing", three, "delete ids=a", partial("a"), one(makecom.DeleteIDsResponse, makecom.DeleteNoErrorOnSuccess)},
		{"all, it says", three, "delete all=true confirmed=true", items("a", "b", "c"), one(makecom.DeleteAll, makecom.DeleteGone)},
		{"not quite all", three, "delete all=true confirmed=true", items("a", "b"), one(makecom.DeleteAll, makecom.DeleteIDsResponse, makecom.ProcessOnce)},
		{"begins twice", three + "\nbegin", "begin", items("a"), one(makecom.ProcessOnce)},
		{"a deleted one begins", three + "\ndelete ids=a", "begin", items("a"), one(makecom.ProcessDeletedIsNeverProcessed)},
		{"out of turn", three, "begin", items("b"), one(makecom.ProcessFIFO)},
		{"finished, it says", three + "\nbegin", "finish item=a", items(), one(makecom.ProcessLeaves)},
	} {
		t.Run(test.name, func(t *testing.T) {
			commands, err := explore.Parse(test.before + "\n" + test.command)
			if err != nil {
				t.Fatal(err)
			}
			last := len(commands) - 1
			var state State
			state.queues[0].limit = 3
			for _, c := range commands[:last] {
				if state, err = (Model{}).Step(state, c, nil); err != nil {
					t.Fatal(err)
				}
			}
			var got []*contract.Requirement
			for _, l := range (Subject{}).Deviations() {
				if len(l.Next(state, commands[last], test.answer)) > 0 && !slices.Contains(got, l.Breaks) {
					got = append(got, l.Breaks)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("deviations (-want +got):\n%s", diff)
			}
		})
	}
}
