package cluster_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// streamInfo is what JetStream says of the stream.
type streamInfo struct {
	Config map[string]any
	State  struct {
		Bytes    int64
		Subjects map[string]int
	}
}

// epoch is that of the owner who appended last.
func epoch(t *testing.T, conn *nats.Conn) int {
	t.Helper()
	var e struct{ Epoch int }
	logged(t, conn, map[string]any{"last_by_subj": "understudy.log"}, &e)
	return e.Epoch
}

// limit lets the stream take so many bytes more, any number for -1.
func limit(t *testing.T, conn *nats.Conn, more int64) {
	t.Helper()
	var is streamInfo
	askStream(t, conn, "INFO", struct{}{}, &is)
	is.Config["max_bytes"] = int64(-1)
	if more >= 0 {
		is.Config["max_bytes"] = is.State.Bytes + more
	}
	askStream(t, conn, "UPDATE", is.Config, nil)
}

// A server that takes nothing any more, the lease neither, says so to whoever asks the mock.
func TestServersWithoutRoomForALease(t *testing.T) {
	s := startServer(t, fmt.Sprintf("jetstream { store_dir: %q, max_file_store: 50KB }", t.TempDir()))
	owner := join(t, s)
	owner.wait(t)
	const large = 40000
	for _, payload := range []string{"before", strings.Repeat("x", large)} { // the second one goes beyond the limit
		if status, text := owner.call(t, http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.shared", "", fmt.Sprintf(`{"payload":%q}`, payload)); status != http.StatusOK {
			t.Fatal(text)
		}
	}
	text := ""
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(text, "no room, not even for the lease; raise their max_file_store"); time.Sleep(20 * time.Millisecond) {
		if _, text = owner.once(t.Context(), t, http.MethodGet, "/_understudy/readyz", "", ""); time.Now().After(deadline) {
			t.Fatalf("it says %q", text)
		}
	}
}

// When the servers have no room, a change is refused by the vendor's own failure and is not made, the worlds are read as they are, by every
// replica and for longer than a lease, and changes go on when there is room.
func TestAStreamWithoutRoom(t *testing.T) {
	s := startServer(t, jetStream(t))
	conn, err := nats.Connect(s)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	owner := join(t, s)
	address := owner.address(t, "shared")
	owner.wait(t)
	other := join(t, s)
	want := map[string]int{}
	deliver := func(r *replica, i int) int {
		payload := fmt.Sprint(i, strings.Repeat("x", 1500))
		status, text := r.call(t, http.MethodPost, address, "", fmt.Sprintf(`{"payload":%q}`, payload))
		if status == http.StatusOK {
			want[payload] = 1
		} else if status != http.StatusInternalServerError || strings.Contains(text, "understudy:") {
			t.Fatalf("delivery %d: %d %s, want it done or the vendor's own 500", i, status, text)
		}
		return status
	}
	for i := range 5 {
		deliver(owner, i)
	}
	first := epoch(t, conn)
	limit(t, conn, 20<<10)
	i := 5
	for ; deliver(other, i) == http.StatusOK; i++ {
		if i > 100 {
			t.Fatal("the stream takes everything")
		}
	}
	read := func(when string) {
		t.Helper()
		for name, r := range map[string]*replica{"the owner": owner, "the other": other} {
			if got := r.items(t, "shared"); len(got) != len(want) {
				t.Errorf("%s, %s: %d items, want %d", when, name, len(got), len(want))
			}
		}
	}
	read("full")
	leases := func() int {
		var is streamInfo
		askStream(t, conn, "INFO", map[string]string{"subjects_filter": "understudy.owner"}, &is)
		return is.State.Subjects["understudy.owner"]
	}
	before, fewer := leases(), false
	for deadline := time.Now().Add(30 * time.Second); !fewer; time.Sleep(20 * time.Millisecond) {
		now := leases()
		before, fewer = now, now < before
		if time.Now().After(deadline) {
			t.Fatal("no lease made room for another one")
		}
		if deliver(owner, -1) == http.StatusOK {
			t.Fatal("something was taken without room")
		}
	}
	read("full for a while")
	if !owner.Has() {
		t.Error("the owner lost the worlds")
	}
	limit(t, conn, -1)
	for deadline := time.Now().Add(30 * time.Second); deliver(other, i) != http.StatusOK; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing is taken though there is room")
		}
	}
	read("with room again")
	if now := epoch(t, conn); now != first {
		t.Errorf("%d owners came and went for want of room", now-first)
	}
	owner.Leave()
	read("at the next owner")
}
