package mockserver_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// operation is a request that a client sends again and again.
type operation struct {
	name   string
	method string
	path   string
	body   string
	waits  int  // items in the queue beforehand
	feed   bool // an item with the id fedID arrives before each request
	refuse bool // the rejected webhook request 4711 goes to a sink that refuses it again
}

const (
	fedID   = "00000000000000000000000000000fed"
	address = "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo"
	showURL = "/crmapi/rest/v2/webhook_requests/show?token=demo&webhook_request_identifier=number%3D7"
	listURL = "/crmapi/rest/v2/webhook_requests/list?token=demo&entity=CONTACTS"
)

// operations are those whose speed is promised.
func operations() []operation {
	page := queuePath + "?pg[limit]=50&pg[offset]="
	return []operation{
		{name: "stats", method: http.MethodGet, path: queuePath + "/stats"},
		{name: "list-50-of-50", method: http.MethodGet, path: page + "0", waits: 50},
		{name: "list-50-of-1000", method: http.MethodGet, path: page + "500", waits: 1000},
		{name: "list-50-of-1000000-start", method: http.MethodGet, path: page + "0", waits: 1_000_000},
		{name: "list-50-of-1000000-middle", method: http.MethodGet, path: page + "500000", waits: 1_000_000},
		{name: "list-50-of-1000000-end", method: http.MethodGet, path: page + "999950", waits: 1_000_000},
		{name: "detail", method: http.MethodGet, path: queuePath + "/" + objectItem},
		{name: "delete-by-id", method: http.MethodDelete, path: queuePath, body: `{"ids":["` + fedID + `"]}`, feed: true},
		{name: "deliver", method: http.MethodPost, path: address, body: `{"order":4711,"customer":"Ada","paid":true}`},
		{name: "crmcom-show", method: http.MethodGet, path: showURL},
		{name: "crmcom-list", method: http.MethodGet, path: listURL},
		{
			name: "crmcom-resend", method: http.MethodPost, path: "/crmapi/rest/v2/webhook_requests/resend", refuse: true,
			body: `{"token":"demo","webhook_request_identifier":{"number":"4711"}}`,
		},
	}
}

// repeater is a mock that an operation is sent to without a network between.
type repeater struct {
	operation

	mock    http.Handler
	world   *world.World
	request *http.Request
	answer  discarded
}

func newRepeater(tb testing.TB, o operation) *repeater {
	tb.Helper()
	mock, err := mockserver.New(mockserver.WithObserver(func(mockserver.Observation) {}))
	if err != nil {
		tb.Fatal(err)
	}
	w, err := mock.Worlds().Find("demo")
	if err != nil {
		tb.Fatal(err)
	}
	b := &repeater{operation: o, mock: mock, world: w, request: httptest.NewRequestWithContext(tb.Context(), o.method, o.path, nil)}
	b.request.Header.Set("Authorization", "Token demo")
	b.request.Header.Set("User-Agent", "bench")
	if o.body != "" {
		b.request.Header.Set("Content-Type", "application/json")
	}
	b.answer.header = http.Header{}
	b.configure(tb)
	b.fill(tb, o.waits)
	if o.refuse {
		b.refuseAll(tb)
	}
	return b
}

// refuseAll puts a rejected webhook request into the log that stays rejected however often it is sent again.
func (b *repeater) refuseAll(tb testing.TB) {
	tb.Helper()
	const address = "sink:refusing"
	definition := requestlog.Definition{Reference: requestlog.Reference{ID: strings.Repeat("D", 32)}, URL: address, SecretKey: "secret", Effective: true}
	for _, c := range []world.Command{
		world.ProgramSink{Name: "refusing", Answers: []sink.Answer{{Status: http.StatusInternalServerError}}},
		requestlog.Define{Definition: definition},
		requestlog.Restore{Request: requestlog.Request{
			Number: 4711, Rejected: true, Entity: "CONTACTINFORMATION", URL: address, SecretKey: "secret", Definition: definition.Reference,
		}},
	} {
		b.change(tb, c)
	}
}

// configure makes room for any number of items.
func (b *repeater) configure(tb testing.TB) {
	tb.Helper()
	b.change(tb, queue.Configure{HookID: 654, Limit: new(1 << 30)})
}

// fill adds items until so many wait.
func (b *repeater) fill(tb testing.TB, n int) {
	tb.Helper()
	waits := 0
	if err := world.View(b.world, queue.PartName, queue.At(654), func(s *queue.State) error {
		status, err := s.Hook(654)
		waits = status.Queued
		return err
	}); err != nil {
		tb.Fatal(err)
	}
	for ; waits < n; waits++ {
		b.change(tb, queue.Arrive{HookID: 654, Data: []byte(smallData)})
	}
}

func (b *repeater) change(tb testing.TB, command world.Command) {
	tb.Helper()
	if _, err := b.world.Do(command); err != nil {
		tb.Fatal(err)
	}
}

// smallData is {"n":1} as MessagePack.
const smallData = "\x81\xa1n\x01"

// do sends the request once and wants it to succeed.
func (b *repeater) do(tb testing.TB) {
	tb.Helper()
	if b.feed {
		b.change(tb, queue.Arrive{HookID: 654, ID: fedID, Data: []byte(smallData)})
	}
	if b.body != "" {
		b.request.Body, b.request.ContentLength = io.NopCloser(strings.NewReader(b.body)), int64(len(b.body))
	}
	b.answer.reset()
	b.mock.ServeHTTP(&b.answer, b.request)
	if b.answer.status != http.StatusOK {
		tb.Fatalf("%s: status %d: %s", b.name, b.answer.status, b.answer.start.String())
	}
}

// discarded is an answer of which only the status and the first bytes are kept.
type discarded struct {
	header http.Header
	status int
	size   int
	start  bytes.Buffer
}

func (d *discarded) reset() {
	d.header = http.Header{} // as a server makes it for each answer
	d.status, d.size = 0, 0
	d.start.Reset()
}

func (d *discarded) Header() http.Header    { return d.header }
func (d *discarded) WriteHeader(status int) { d.status = status }
func (d *discarded) Write(b []byte) (int, error) {
	d.size += len(b)
	if d.start.Len() < 200 {
		d.start.Write(b[:min(len(b), 200)])
	}
	return len(b), nil
}

// BenchmarkOperation answers requests without a network.
func BenchmarkOperation(b *testing.B) {
	for _, o := range operations() {
		b.Run(o.name, func(b *testing.B) {
			server := newRepeater(b, o)
			b.ReportAllocs()
			for b.Loop() {
				server.do(b)
			}
		})
	}
}

// BenchmarkNew starts a server without a listener.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := mockserver.New(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWorld makes, forks and resets a world.
func BenchmarkWorld(b *testing.B) {
	mock, err := mockserver.New(mockserver.WithMaxWorlds(1 << 30))
	if err != nil {
		b.Fatal(err)
	}
	worlds := mock.Worlds()
	first, err := worlds.Find("first")
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"make", func() error { n++; _, err := worlds.Find(fmt.Sprint("w", n)); return err }},
		{"fork", func() error { n++; _, err := worlds.Fork(first, fmt.Sprint("f", n)); return err }},
		{"reset", first.Reset},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDelete deletes 100 of many items by their ids, and all of a million but a thousand.
func BenchmarkDelete(b *testing.B) {
	for _, waits := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint("100-of-", waits), func(b *testing.B) { benchmarkDelete(b, waits) })
	}
	b.Run("all-but-1000-of-1000000", benchmarkDeleteAll)
}

func benchmarkDelete(b *testing.B, waits int) {
	b.Helper()
	server := newRepeater(b, operation{method: http.MethodDelete, path: queuePath, waits: waits})
	for b.Loop() {
		b.StopTimer()
		server.fill(b, waits)
		ids := server.spread(b, 100)
		server.body = `{"ids":["` + strings.Join(ids, `","`) + `"]}`
		server.request.Header.Set("Content-Type", "application/json")
		b.StartTimer()
		server.do(b)
	}
}

func benchmarkDeleteAll(b *testing.B) {
	const waits = 1_000_000
	server := newRepeater(b, operation{method: http.MethodDelete, path: queuePath + "?confirmed=true", waits: waits})
	server.request.Header.Set("Content-Type", "application/json")
	for b.Loop() {
		b.StopTimer()
		server.fill(b, waits)
		server.body = `{"all":true,"exceptIds":["` + strings.Join(server.spread(b, 1000), `","`) + `"]}`
		b.StartTimer()
		server.do(b)
	}
}

// spread names n items that lie evenly over the queue.
func (b *repeater) spread(tb testing.TB, n int) []string {
	tb.Helper()
	var ids []string
	if err := world.View(b.world, queue.PartName, queue.At(654), func(s *queue.State) error {
		status, err := s.Hook(654)
		for i := 0; i < n && err == nil; i++ {
			var page []queue.Item
			page, err = s.List(queue.Page{HookID: 654, Offset: i * status.Queued / n, Limit: 1})
			ids = append(ids, page[0].ID)
		}
		return err
	}); err != nil {
		tb.Fatal(err)
	}
	return ids
}
