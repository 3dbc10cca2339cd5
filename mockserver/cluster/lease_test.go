package cluster

import (
	"encoding/json"
	"testing"

	"github.com/nats-io/nats.go"
)

// What a replica hears of the lease has it look soon when it is news, and lets it rest otherwise.
func TestWhatIsHeardOfTheLease(t *testing.T) {
	for name, c := range map[string]struct {
		lease
		hurries bool
	}{
		"its owner renews it":       {lease{Replica: "owner"}, false},
		"its owner gives it back":   {lease{Replica: "owner", Released: true}, true},
		"another replica has it":    {lease{Replica: "next"}, true},
		"the replica has it":        {lease{Replica: "follower"}, false},
		"the replica gives it back": {lease{Replica: "follower", Released: true}, false},
	} {
		n, _ := followerOf(t, lease{Replica: "owner", Address: "http://127.0.0.1:1"})
		n.wake = make(chan struct{}, 1)
		text, err := json.Marshal(c.lease)
		if err != nil {
			t.Fatal(err)
		}
		n.heard(&nats.Msg{Data: text})
		if woken := len(n.wake) == 1; woken != c.hurries || n.hurried.Load() > 0 != c.hurries {
			t.Errorf("%s: woken %t, and %d looks, want %t", name, woken, n.hurried.Load(), c.hurries)
		}
	}
}
