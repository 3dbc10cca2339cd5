package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// neighbour is one world among many, and what it has to look like if nobody else touches it.
type neighbour struct {
	token string
	mock  *mockserver.Server
	world *world.World
	queue []string // ids, in order of arrival
	busy  []string
	gone  []string
	now   time.Time // zero while the clock is real
	fails bool      // every deletion is refused by a fault
}

// mark is in everything that the world was given, and in nothing of another world.
func (n *neighbour) mark() string { return "mark-of-" + n.token }

func (n *neighbour) call(t *rapid.T, method, path, body string) (int, string) {
	req := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8654"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Token "+n.token)
	req.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	n.mock.ServeHTTP(answer, req)
	text := answer.Body.String()
	if strings.Contains(strings.ReplaceAll(text, n.mark(), ""), "mark-of-") {
		t.Fatalf("%s: %s %s shows what another world was given: %s", n.token, method, path, text)
	}
	return answer.Code, text
}

const incomings = "/api/v2/hooks/654/incomings"

func (n *neighbour) deliver(t *rapid.T) {
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8654/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k."+n.token, strings.NewReader(n.mark()))
	req.Header.Set("Content-Type", "text/plain")
	answer := httptest.NewRecorder()
	n.mock.ServeHTTP(answer, req)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: delivery: %d %s", n.token, answer.Code, answer.Body)
	}
	n.queue = append(n.queue, answer.Header().Get("X-Request-Id"))
}

func (n *neighbour) begin(t *rapid.T) {
	waiting := slices.DeleteFunc(slices.Clone(n.queue), func(id string) bool { return slices.Contains(n.busy, id) })
	if len(waiting) == 0 {
		return
	}
	id := rapid.SampledFrom(waiting).Draw(t, "begin")
	n.command(t, queue.Begin{HookID: 654, IDs: []string{id}})
	n.busy = append(n.busy, id)
}

func (n *neighbour) finish(t *rapid.T) {
	n.command(t, queue.Finish{HookID: 654})
	n.queue = slices.DeleteFunc(n.queue, func(id string) bool { return slices.Contains(n.busy, id) })
	n.gone, n.busy = append(n.gone, n.busy...), nil
}

func (n *neighbour) command(t *rapid.T, c world.Command) {
	if _, err := n.world.Do(c); err != nil {
		t.Fatalf("%s: %v", n.token, err)
	}
}

// remove names ids of its own, of other worlds, and gone ones; only its own may leave.
func (n *neighbour) remove(t *rapid.T, all []*neighbour) {
	var ids []string
	for _, other := range all {
		ids = append(append(ids, other.queue...), other.gone...)
	}
	if len(ids) == 0 {
		return
	}
	ids = rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, min(4, len(slices.Compact(slices.Sorted(slices.Values(ids))))), rapid.ID).Draw(t, "ids")
	body, err := json.Marshal(map[string][]string{"ids": ids})
	if err != nil {
		t.Fatal(err)
	}
	n.deleted(t, incomings, string(body), func(id string) bool { return slices.Contains(ids, id) })
}

func (n *neighbour) removeAll(t *rapid.T) {
	n.deleted(t, incomings+"?confirmed=true", `{"all":true}`, func(string) bool { return true })
}

func (n *neighbour) deleted(t *rapid.T, path, body string, chosen func(string) bool) {
	status, text := n.call(t, http.MethodDelete, path, body)
	if n.fails {
		if status != http.StatusBadGateway {
			t.Fatalf("%s: the fault was not injected: %d %s", n.token, status, text)
		}
		return
	}
	if status != http.StatusOK {
		t.Fatalf("%s: delete: %d %s", n.token, status, text)
	}
	n.queue = slices.DeleteFunc(n.queue, func(id string) bool {
		leaves := chosen(id) && !slices.Contains(n.busy, id)
		if leaves {
			n.gone = append(n.gone, id)
		}
		return leaves
	})
}

func (n *neighbour) freeze(t *rapid.T) {
	n.now = time.Unix(rapid.Int64Range(1e9, 2e9).Draw(t, "now"), 0).UTC()
	if err := n.world.Freeze(n.now); err != nil {
		t.Fatal(err)
	}
}

func (n *neighbour) fault(t *rapid.T) {
	n.fails = !n.fails
	var rules []fault.Rule
	if n.fails {
		rules = []fault.Rule{{Operation: "deleteHookIncomings", Status: http.StatusBadGateway}}
	}
	if err := n.world.SetFaults(rules); err != nil {
		t.Fatal(err)
	}
}

func (n *neighbour) reset(t *rapid.T) {
	if err := n.world.Reset(); err != nil {
		t.Fatal(err)
	}
	n.queue, n.busy, n.gone, n.now, n.fails = documented(), nil, nil, time.Time{}, false
}

func documented() []string {
	return []string{"7a567f385d1a4f5ab7bff89162b7605e", "8d88f6f5b0484908890ef11fe7e5bf63"}
}

// look holds the world against what it has to look like.
func (n *neighbour) look(t *rapid.T) {
	_, text := n.call(t, http.MethodGet, incomings, "")
	var list struct{ Incomings []struct{ ID string } }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%s: %v in %s", n.token, err, text)
	}
	got := []string{}
	for _, i := range list.Incomings {
		got = append(got, i.ID)
	}
	if !slices.Equal(got, n.queue) {
		t.Fatalf("%s: the queue is %q, want %q", n.token, got, n.queue)
	}
	if !n.now.IsZero() && !n.world.Clock().Now().Equal(n.now) {
		t.Fatalf("%s: the clock shows %s, want %s", n.token, n.world.Clock().Now(), n.now)
	}
	for _, e := range n.world.Journal.Entries() {
		if auth := e.Request.Header.Get("Authorization"); auth != "" && auth != "Token "+n.token {
			t.Fatalf("%s: the journal holds a request of %q", n.token, auth)
		}
	}
}

// peek asks for an item of another world by its id, after one of its own to see that asking works.
func (n *neighbour) peek(t *rapid.T, other *neighbour) {
	if len(n.queue) > 2 {
		if status, text := n.call(t, http.MethodGet, incomings+"/"+n.queue[len(n.queue)-1], ""); status != http.StatusOK || !strings.Contains(text, n.mark()) {
			t.Fatalf("%s does not see its own item: %d %s", n.token, status, text)
		}
	}
	for _, id := range other.queue[min(2, len(other.queue)):] {
		if slices.Contains(n.queue, id) {
			continue
		}
		if status, text := n.call(t, http.MethodGet, incomings+"/"+id, ""); status != http.StatusNotFound {
			t.Fatalf("%s sees an item of %s: %d %s", n.token, other.token, status, text)
		}
	}
}

// Whatever happens in some worlds, in whatever order: each of them looks as if it were alone.
func TestNoWorldSeesOrChangesAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mock, err := mockserver.New()
		if err != nil {
			t.Fatal(err)
		}
		var all []*neighbour
		for i := range rapid.IntRange(2, 6).Draw(t, "worlds") {
			token := fmt.Sprint("world", i)
			w, err := mock.Worlds().Find(token)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, &neighbour{token: token, mock: mock, world: w, queue: documented()})
		}
		one := rapid.SampledFrom(all)
		t.Repeat(map[string]func(*rapid.T){
			"deliver":    func(t *rapid.T) { one.Draw(t, "in").deliver(t) },
			"begin":      func(t *rapid.T) { one.Draw(t, "in").begin(t) },
			"finish":     func(t *rapid.T) { one.Draw(t, "in").finish(t) },
			"delete":     func(t *rapid.T) { one.Draw(t, "in").remove(t, all) },
			"delete all": func(t *rapid.T) { one.Draw(t, "in").removeAll(t) },
			"freeze":     func(t *rapid.T) { one.Draw(t, "in").freeze(t) },
			"fault":      func(t *rapid.T) { one.Draw(t, "in").fault(t) },
			"reset":      func(t *rapid.T) { one.Draw(t, "in").reset(t) },
			"peek":       func(t *rapid.T) { one.Draw(t, "in").peek(t, one.Draw(t, "at")) },
			"": func(t *rapid.T) {
				for _, n := range all {
					n.look(t)
				}
			},
		})
	})
}
