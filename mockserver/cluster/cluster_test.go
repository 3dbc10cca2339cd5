package cluster_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/understudy-mock/understudy/internal/natstest"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/cluster"
	"github.com/understudy-mock/understudy/mockserver/world"
)

var natsServer = flag.String("nats", "", "a nats-server to run; without it, what needs one is not tested") //nolint:gochecknoglobals // a flag of go test

// startServer starts a NATS server with what its configuration says.
func startServer(t *testing.T, more string) (url string) {
	t.Helper()
	return natstest.Start(t, *natsServer, more)
}

func jetStream(t *testing.T) string {
	t.Helper()
	return natstest.JetStream(t)
}

// replica is a node behind a listener.
type replica struct {
	*cluster.Node
	web *httptest.Server
}

func join(t *testing.T, natsURL string) *replica {
	t.Helper()
	r := &replica{}
	r.web = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { r.ServeHTTP(w, q) }))
	node, err := cluster.Join(t.Context(), cluster.Quick(cluster.Options{
		URL: natsURL, Address: "http://" + r.web.Listener.Addr().String(), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Make: func(log world.Log) (cluster.Server, error) { return mockserver.New(mockserver.WithLog(log)) },
	}))
	if err != nil {
		t.Fatal(err)
	}
	r.Node = node
	r.web.Start()
	t.Cleanup(func() {
		r.web.Close()
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// call asks a replica. A read that nobody answered for sure is asked again.
func (r *replica) call(t *testing.T, method, path, token, body string) (status int, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		status, text = r.once(ctx, t, method, path, token, body)
		if method != http.MethodGet || ctx.Err() != nil || status != 0 && !strings.Contains(text, "not known whether") {
			return status, text
		}
	}
}

func (r *replica) once(ctx context.Context, t *testing.T, method, path, token, body string) (status int, text string) {
	t.Helper()
	q, err := http.NewRequestWithContext(ctx, method, r.web.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Token "+token)
	q.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(all)
}

// items are the payloads in the queue of the documented hook, as a replica shows them.
func (r *replica) items(t *testing.T, name string) map[string]int {
	t.Helper()
	status, text := r.call(t, http.MethodGet, "/_understudy/v1/worlds/"+name, "", "")
	var file struct {
		Makecom struct {
			Hooks []struct {
				Items []struct {
					Data struct{ Payload string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s %v", status, text, err)
	}
	all := map[string]int{}
	for _, hook := range file.Makecom.Hooks {
		for _, item := range hook.Items {
			if item.Data.Payload != "" {
				all[item.Data.Payload]++
			}
		}
	}
	return all
}

// address is the path that the documented hook of a world takes deliveries at.
func (r *replica) address(t *testing.T, token string) string {
	t.Helper()
	status, text := r.call(t, http.MethodGet, "/api/v2/hooks/654", token, "")
	var answer struct{ Hook struct{ URL string } }
	if err := json.Unmarshal([]byte(text), &answer); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s %v", status, text, err)
	}
	return strings.TrimPrefix(answer.Hook.URL, r.web.URL)
}

// deliver delivers once, whatever becomes of the owner meanwhile.
func (r *replica) deliver(t *testing.T, address, payload string) (status int) {
	t.Helper()
	_, name, _ := strings.Cut(address, ".")
	status, _ = r.ask(t, http.MethodPost, address, fmt.Sprintf(`{"payload":%q}`, payload), func() bool { return r.items(t, name)[payload] > 0 })
	return status
}

// fork copies the world of that name, whatever becomes of the owner meanwhile.
func (r *replica) fork(t *testing.T, name, as string) {
	t.Helper()
	status, text := r.ask(t, http.MethodPost, "/_understudy/v1/worlds/"+name+"/fork", fmt.Sprintf(`{"as":%q}`, as), func() bool {
		_, worlds := r.call(t, http.MethodGet, "/_understudy/v1/worlds", "", "") // to look at the world itself tells nothing: one that there is not is shown as it would be made
		return strings.Contains(worlds, fmt.Sprintf("%q", as))
	})
	if status != http.StatusCreated && status != http.StatusOK {
		t.Errorf("fork: %d %s", status, text)
	}
}

// ask asks for a change as a client of a cluster does: where nobody knows whether it was made, it looks, and asks again where it was not. A
// lease of so short a time is lost on a machine that is busy.
func (r *replica) ask(t *testing.T, method, path, body string, done func() bool) (status int, text string) {
	t.Helper()
	for {
		switch status, text = r.call(t, method, path, "", body); {
		case strings.Contains(text, "Nothing was done"):
		case status != 0 && !strings.Contains(text, "not known whether"):
			return status, text
		case done():
			return http.StatusOK, ""
		case t.Context().Err() != nil:
			return status, text
		}
	}
}

// Whatever a client does at one replica, it finds at every other one.
func TestReplicasShareTheirWorlds(t *testing.T) {
	s := startServer(t, jetStream(t))
	all := []*replica{join(t, s), join(t, s)}
	address := all[0].address(t, "shared")
	for i, r := range all {
		if _, text := r.call(t, http.MethodGet, "/", "", ""); !strings.Contains(text, "a change  is kept by one NATS server; whether they sync it first is not known") {
			t.Errorf("the start page at replica %d: %s", i, text)
		}
	}
	for i := range 10 {
		if status := all[i%2].deliver(t, address, fmt.Sprint(i)); status != http.StatusOK {
			t.Fatalf("delivery %d: %d", i, status)
		}
		if n := len(all[(i+1)%2].items(t, "shared")); n != i+1 {
			t.Fatalf("%d items at the other replica after %d deliveries", n, i+1)
		}
	}
	never := func() bool { return false } // one token more does no harm
	status, text := all[0].ask(t, http.MethodPost, "/_understudy/v1/worlds/shared/tokens", "{}", never)
	var minted struct{ Token string }
	if err := json.Unmarshal([]byte(text), &minted); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s", status, text)
	}
	if got := all[1].address(t, minted.Token); got != address {
		t.Errorf("a token minted at one replica leads to %s at the other", got)
	}
	large := strings.Repeat("x", 3<<20)
	if status := all[1].deliver(t, address, large); status != http.StatusOK {
		t.Errorf("a large delivery: %d", status)
	}
	all[1].fork(t, "shared", "copy")
	leaver := 0
	if all[1].Has() {
		leaver = 1
	}
	all[leaver].Leave()
	for _, name := range []string{"shared", "copy"} {
		for i, r := range all {
			if got := r.items(t, name); len(got) != 11 || got[large] != 1 {
				t.Errorf("world %q at replica %d after the owner left: %d items", name, i, len(got))
			}
		}
	}
}

// The journal of a world is that of its owner. At the next one it is empty, says so, and proves nothing by it.
func TestAJournalEndsWithItsOwner(t *testing.T) {
	s := startServer(t, jetStream(t))
	old := join(t, s)
	address := old.address(t, "shared")
	if status := old.deliver(t, address, "before"); status != http.StatusOK {
		t.Fatal(status)
	}
	never := func(r *replica) (status int, text string) {
		return r.call(t, http.MethodPost, "/_understudy/v1/worlds/shared/journal/verify", "", `{"expectations":[{"operation":"deleteHookIncomings","never":true}]}`)
	}
	if status, text := never(old); status != http.StatusOK {
		t.Fatal(text)
	}
	old.Leave()
	next := join(t, s)
	next.wait(t)
	if _, text := next.call(t, http.MethodGet, "/_understudy/v1/worlds/shared/journal", "", ""); !strings.Contains(text, `"resumed":{"after":0,`) || !strings.Contains(text, `"entries":[]`) {
		t.Errorf("the journal at the next owner is %s", text)
	}
	if status, text := never(next); status != http.StatusConflict || !strings.Contains(text, "no exchange before that is here, so that the journal cannot tell; clear it before") {
		t.Errorf("never: %d %s", status, text)
	}
	next.call(t, http.MethodDelete, "/_understudy/v1/worlds/shared/journal", "", "")
	if status, text := never(next); status != http.StatusOK {
		t.Errorf("never, of a journal that was emptied: %s", text)
	}
}

// Whoever looks at a world that there is not makes none, wherever the look is made and whoever has the worlds afterwards.
func TestReadsMakeNoWorldInACluster(t *testing.T) {
	s := startServer(t, jetStream(t))
	all := []*replica{join(t, s), join(t, s)}
	for range all {
		for i, r := range all {
			for _, path := range []string{"", "/clock", "/dialect", "/faults", "/mutants", "/journal", "/coverage", "/sinks", "/sinks/shop", "/state"} {
				r.call(t, http.MethodGet, "/_understudy/v1/worlds/nobody"+path, "", "")
			}
			if _, text := r.call(t, http.MethodGet, "/_understudy/v1/worlds", "", ""); strings.TrimSpace(text) != `{"worlds":[]}` {
				t.Errorf("replica %d: there is now %s", i, text)
			}
		}
		for _, r := range all {
			if r.Has() {
				r.Leave()
				break
			}
		}
	}
}

// An owner that was paused, and believes that it still has the worlds, can change nothing any more once another replica has them.
func TestAnOwnerThatWasPausedIsRefused(t *testing.T) {
	s := startServer(t, jetStream(t))
	old := join(t, s)
	address := old.address(t, "shared")
	if status := old.deliver(t, address, "before"); status != http.StatusOK {
		t.Fatal(status)
	}
	next := join(t, s)
	old.Believe(time.Hour)
	next.wait(t)
	if status, _ := old.call(t, http.MethodPost, address, "", `{"payload":"lost"}`); status == http.StatusOK {
		t.Error("the old owner acknowledged a delivery")
	}
	if status := next.deliver(t, address, "after"); status != http.StatusOK {
		t.Errorf("the new owner: %d", status)
	}
	if got := next.items(t, "shared"); got["before"] != 1 || got["after"] != 1 || len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// A replica that took its lease for over, as one does that was paused and goes on, does not answer by what it knew.
func TestAPausedOwnerDoesNotAnswerReads(t *testing.T) {
	s := startServer(t, jetStream(t))
	old := join(t, s)
	address := old.address(t, "shared")
	next := join(t, s)
	old.Mistrust()
	next.wait(t)
	if status := next.deliver(t, address, "after"); status != http.StatusOK {
		t.Fatal(status)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, old.web.URL+"/_understudy/v1/worlds/shared", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := http.DefaultClient.Do(q); err == nil {
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		if answer.StatusCode == http.StatusOK && !strings.Contains(string(text), "after") {
			t.Errorf("it answered by what it knew: %s", text)
		}
	}
}

// wait waits until the replica has the worlds.
func (r *replica) wait(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !r.Has(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it has not got the worlds for a minute")
		}
	}
}

// However long the log becomes, it is trimmed, and a new owner makes the same worlds of what is left.
func TestTheLogIsTrimmed(t *testing.T) {
	s := startServer(t, jetStream(t))
	old := join(t, s)
	address := old.address(t, "shared")
	for i := range 120 {
		if status := old.deliver(t, address, fmt.Sprint(i, strings.Repeat("x", 4000))); status != http.StatusOK {
			t.Fatal(i, status)
		}
		if i%40 == 0 {
			old.fork(t, "shared", fmt.Sprint("copy-", i))
		}
	}
	want := old.items(t, "shared")
	conn, err := nats.Connect(s)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for deadline := time.Now().Add(30 * time.Second); !trimmed(t, conn); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the log was not trimmed")
		}
	}
	old.Leave()
	next := join(t, s)
	next.wait(t)
	if got := next.items(t, "shared"); len(got) != len(want) || len(got) != 120 {
		t.Errorf("%d items, want %d", len(got), len(want))
	}
	if got := next.items(t, "copy-40"); len(got) != 41 {
		t.Errorf("the fork has %d items, want 41", len(got))
	}
}

// trimmed reports whether what the log began with was removed.
func trimmed(t *testing.T, conn *nats.Conn) bool {
	t.Helper()
	var e struct{ Prev uint64 }
	logged(t, conn, map[string]any{"seq": 1, "next_by_subj": "understudy.log"}, &e)
	return e.Prev != 0
}

// What is wrong with the servers is said with the remedy.
func TestServersThatDoNotSuit(t *testing.T) {
	off := startServer(t, "")
	small := startServer(t, "max_payload: 100000\n"+jetStream(t))
	closed := startServer(t, "authorization { user: a, password: secret }\n"+jetStream(t))
	foreign := startServer(t, jetStream(t))
	conn, err := nats.Connect(foreign)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	askStream(t, conn, "CREATE", json.RawMessage(`{"name":"UNDERSTUDY","subjects":["understudy.log"],"retention":"limits","storage":"file","metadata":{"understudy-format":"2"}}`), nil)
	for name, c := range map[string]struct{ url, want string }{
		"nobody":             {"nats://127.0.0.1:1", "give the address of a NATS server"},
		"JetStream is off":   {off, "JetStream is off"},
		"messages too small": {small, "max_payload"},
		"a wrong password":   {strings.Replace(closed, "://", "://a:wrong@", 1), "Authorization Violation"},
		"a newer format":     {foreign, `has the format "2"`},
	} {
		_, err := cluster.Join(t.Context(), cluster.Impatient(cluster.Options{URL: c.url}))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "wrong@") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
