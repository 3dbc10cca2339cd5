package mockserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// loadTime is how long the clients of TestManyClientsOnOneHook go on. It is load, not a wait.
const loadTime = 5 * time.Second

// TestManyClientsOnOneHook delivers, lists and deletes from 100 clients at once and then accounts for every item:
// what was accepted is deleted once or still there, and nothing was deleted twice.
func TestManyClientsOnOneHook(t *testing.T) {
	if testing.Short() {
		t.Skip("five seconds of load")
	}
	c := newClient(t)
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	load := &load{url: c.url, http: &http.Client{Transport: transport}, end: time.Now().Add(loadTime)}
	var clients sync.WaitGroup
	for range 100 {
		clients.Go(load.run)
	}
	clients.Wait()
	load.account(t, c)
}

type load struct {
	url  string
	http *http.Client
	end  time.Time

	mu       sync.Mutex
	accepted []string
	deleted  []string
	failures []string
}

func (l *load) run() {
	for time.Now().Before(l.end) {
		id := l.deliver()
		listed := l.list()
		l.remove(append(listed, id))
	}
}

func (l *load) deliver() string {
	_, header := l.send(http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", `{"n":1}`)
	id := header.Get("x-request-id")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accepted = append(l.accepted, id)
	return id
}

func (l *load) list() []string {
	body, _ := l.send(http.MethodGet, queuePath+"?pg[limit]=2", "")
	var page struct{ Incomings []struct{ ID string } }
	_ = json.Unmarshal([]byte(body), &page) // a bad answer shows as a failure of send
	ids := []string{}
	for _, i := range page.Incomings {
		ids = append(ids, i.ID)
	}
	return ids
}

func (l *load) remove(ids []string) {
	request, _ := json.Marshal(map[string][]string{"ids": ids})
	body, _ := l.send(http.MethodDelete, queuePath, string(request))
	var done struct{ Incomings []string }
	_ = json.Unmarshal([]byte(body), &done)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deleted = append(l.deleted, done.Incomings...)
}

func (l *load) send(method, path, body string) (string, http.Header) {
	r, err := http.NewRequest(method, l.url+path, strings.NewReader(body)) //nolint:noctx // ends with the load
	if err != nil {
		return l.fail(err)
	}
	r.Header.Set("Authorization", "Token demo")
	r.Header.Set("Content-Type", "application/json")
	res, err := l.http.Do(r)
	if err != nil {
		return l.fail(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	if err != nil {
		return l.fail(err)
	}
	return string(text), res.Header
}

func (l *load) fail(err error) (string, http.Header) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, err.Error())
	return "", http.Header{}
}

func (l *load) account(t *testing.T, c *client) {
	t.Helper()
	if len(l.failures) > 0 {
		t.Fatalf("%d requests failed, the first with %s", len(l.failures), l.failures[0])
	}
	seen := map[string]int{}
	for _, id := range l.deleted {
		seen[id]++
	}
	var left []queue.Item
	if err := world.View(c.world(), queue.PartName, queue.At(654), func(s *queue.State) (err error) {
		left, err = s.List(queue.Page{HookID: 654, Limit: 1 << 30})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for i := range left {
		seen[left[i].ID]++
	}
	accepted := append([]string{bytesItem, objectItem}, l.accepted...)
	for _, id := range accepted {
		if seen[id] != 1 {
			t.Errorf("item %s was deleted or left %d times, want once", id, seen[id])
		}
		delete(seen, id)
	}
	if len(seen) > 0 {
		t.Errorf("%d items came from nowhere", len(seen))
	}
	t.Logf("%d items accepted, %d deleted, %d left", len(accepted), len(l.deleted), len(left))
}
