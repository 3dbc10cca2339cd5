package mocktest_test

import (
	"flag"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/internal/natstest"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

var natsServer = flag.String("nats", "", "a nats-server to run; without it, what needs one is not tested") //nolint:gochecknoglobals // a flag of go test

// A bench on a cluster does everything, whether its own replica has the worlds or another one.
func TestABenchOnAClusterDoesEverything(t *testing.T) {
	servers := natstest.Start(t, *natsServer, natstest.JetStream(t))
	here := everything(t, mocktest.Start(t, mocktest.OnLoopback()))
	for _, which := range []string{"the one that has the worlds", "another one"} {
		if diff := cmp.Diff(here, everything(t, mocktest.Start(t, mocktest.Cluster(servers)))); diff != "" {
			t.Errorf("in memory (-) and at a replica, %s (+):\n%s", which, diff)
		}
	}
}

// The world of a bench is dropped at its end. Its replica hands the others over, to one that begins meanwhile or later.
func TestWhatABenchLeavesToTheCluster(t *testing.T) {
	servers := natstest.Start(t, *natsServer, natstest.JetStream(t))
	t.Run("bench", func(t *testing.T) {
		mocktest.Start(t, mocktest.Cluster(servers)).Control(http.MethodPost, "/fork", map[string]string{"as": "stays"}, nil)
	})
	next := mocktest.Start(t, mocktest.Cluster(servers))
	_, names := call(t, next, http.MethodGet, next.URL+"/_understudy/v1/worlds", "")
	if !strings.Contains(names, `"stays"`) || strings.Contains(names, "bench") {
		t.Errorf("the next replica has %s, want the fork that stays, and not the world of the test", names)
	}
}

// What cannot be shared is refused with a sentence.
func TestClusterSaysWhatStandsInTheWay(t *testing.T) {
	for _, test := range []struct {
		name string
		call func(*failing)
		want string
	}{
		{"two places", func(f *failing) {
			mocktest.Start(f, mocktest.Data(t.TempDir()), mocktest.Cluster("nats://127.0.0.1:1"))
		}, "kept in one place"},
		{"a server that is set up", func(f *failing) {
			mocktest.Start(f, mocktest.On(new(mocktest.Server)), mocktest.Cluster("nats://127.0.0.1:1"))
		}, "give its options to NewServer"},
		{"a mock elsewhere", func(f *failing) { mocktest.Dial(f, "http://127.0.0.1:1", mocktest.Cluster("nats://127.0.0.1:1")) }, "options of Start"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := refusal(t, test.call); !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		if got := refusal(t, func(f *failing) { mocktest.Start(f, mocktest.Cluster("nats://127.0.0.1:1")) }); !strings.Contains(got, "synctest") {
			t.Errorf("got %q", got)
		}
	})
}
