package journal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func entry(operation, method, path string, status int, body string, decided ...*contract.Requirement) *journal.Entry {
	return &journal.Entry{
		At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Took: 1500 * time.Microsecond, API: "makecom",
		Operation: operation, Requirements: decided,
		Request: journal.Request{
			Method: method, Host: "127.0.0.1:8654", Path: path,
			Header: http.Header{"Authorization": {"Token secret"}, "Content-Type": {"application/json"}},
			Body:   journal.Cut([]byte(body)),
		},
		Response: journal.Response{
			Status: status, Header: http.Header{"X-Request-Id": {"00000000000000000000000000000001"}},
			Body: journal.Cut([]byte(`{"incomings":[]}`)),
		},
	}
}

func list(status int) *journal.Entry {
	return entry("listHookIncomings", "GET", "/api/v2/hooks/654/incomings?pg[limit]=5", status, "", makecom.ListShape, makecom.ListLimit)
}

func remove(ids string) *journal.Entry {
	return entry("deleteHookIncomings", "DELETE", "/api/v2/hooks/654/incomings", 200, `{"ids":[`+ids+`],"all":false}`, makecom.DeleteIDs)
}

func filled(limits journal.Limits, entries ...*journal.Entry) *journal.Journal {
	j := journal.New(limits)
	for _, e := range entries {
		j.Record(e)
	}
	return j
}

func TestFindNarrowsByEveryMember(t *testing.T) {
	faulted := list(429)
	faulted.Fault, faulted.Requirements = "status 429", nil
	j := filled(journal.DefaultLimits(), list(200), remove(`"a"`), faulted)
	for _, test := range []struct {
		filter journal.Filter
		want   int
	}{
		{journal.Filter{}, 3},
		{journal.Filter{Operation: "listHookIncomings"}, 2},
		{journal.Filter{Operation: "listHookIncomings", Status: 200}, 1},
		{journal.Filter{Method: "delete"}, 1},
		{journal.Filter{Path: "/api/v2/hooks/654/incomings"}, 3},
		{journal.Filter{Path: "/api/v2/hooks/*"}, 3},
		{journal.Filter{Path: "/api/v2/hooks/65"}, 0},
		{journal.Filter{Requirement: "makecom/list/limit"}, 1},
		{journal.Filter{Requirement: "makecom/list"}, 0},
		{journal.Filter{Fault: "429"}, 1},
		{journal.Filter{Fault: "*"}, 1},
		{journal.Filter{Body: map[string]any{"ids": []any{"a"}}}, 1},
		{journal.Filter{Body: map[string][]string{"ids": {"a"}}}, 1},
		{journal.Filter{Body: map[string]any{"ids": []any{"b"}}}, 0},
		{journal.Filter{Body: map[string]any{"ids": []any{}}}, 0},
	} {
		if got := j.Count(test.filter); got != test.want {
			t.Errorf("%s: found %d, want %d", test.filter, got, test.want)
		}
	}
}

func TestWaitReturnsAsSoonAsEnoughWereRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := filled(journal.DefaultLimits(), list(200))
		go func() {
			for range 3 {
				<-time.After(time.Minute)
				j.Record(list(200))
			}
		}()
		began := time.Now()
		found, err := j.Wait(t.Context(), journal.Filter{Operation: "listHookIncomings"}, 3)
		if err != nil || len(found) != 3 || time.Since(began) != 2*time.Minute {
			t.Errorf("got %d after %s, %v", len(found), time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		_, err = j.Wait(ctx, journal.Filter{Status: 500}, 1)
		if want := "waited for 1 of status 500, found 0: context deadline exceeded"; !errors.Is(err, context.DeadlineExceeded) || err.Error() != want {
			t.Errorf("got %v", err)
		}
	})
}

func TestVerify(t *testing.T) {
	lists := journal.Filter{Operation: "listHookIncomings"}
	deletions := journal.Filter{Operation: "deleteHookIncomings"}
	j := filled(journal.DefaultLimits(), list(200), remove(`"a"`), list(200))
	for _, test := range []struct {
		name         string
		inOrder      bool
		expectations []journal.Expectation
		want         []int // indices of the unsatisfied ones
	}{
		{"at least one by default", false, []journal.Expectation{{Filter: lists}, {Filter: journal.Filter{Status: 500}}}, []int{1}},
		{"at least", false, []journal.Expectation{{Filter: lists, AtLeast: new(2)}, {Filter: lists, AtLeast: new(3)}}, []int{1}},
		{"at most", false, []journal.Expectation{{Filter: lists, AtMost: new(2)}, {Filter: lists, AtMost: new(1)}}, []int{1}},
		{"exactly", false, []journal.Expectation{{Filter: lists, Exactly: new(2)}, {Filter: deletions, Exactly: new(2)}}, []int{1}},
		{"a range", false, []journal.Expectation{{Filter: lists, AtLeast: new(1), AtMost: new(2)}}, nil},
		{"never", false, []journal.Expectation{{Filter: journal.Filter{Status: 500}, Never: true}, {Filter: lists, Never: true}}, []int{1}},
		{"in order", true, []journal.Expectation{{Filter: lists}, {Filter: deletions}, {Filter: lists}}, nil},
		{"out of order", true, []journal.Expectation{{Filter: deletions}, {Filter: lists, AtLeast: new(2)}}, []int{1}},
		{"never after", true, []journal.Expectation{{Filter: deletions}, {Filter: deletions, Never: true}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			findings, err := j.Verify(test.inOrder, test.expectations...)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, f := range findings {
				if f.Reason != "" {
					got = append(got, f.Index)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("unsatisfied (-want +got):\n%s\n%v", diff, journal.Refusal(findings))
			}
		})
	}
}

func TestVerifyExplainsNearMisses(t *testing.T) {
	j := filled(journal.DefaultLimits(), list(200), remove(`"a"`), remove(`"b","c"`))
	findings, err := j.Verify(false, journal.Expectation{
		Filter:  journal.Filter{Operation: "deleteHookIncomings", Path: "/api/v2/hooks/654/*", Body: map[string]any{"ids": []any{"d"}}},
		Exactly: new(1),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `1 of 1 expectations unsatisfied
1. want exactly 1 of operation deleteHookIncomings, path /api/v2/hooks/654/*, body {"ids":["d"]}: found 0
   near: #3 DELETE /api/v2/hooks/654/incomings → 200
         body/ids: want ["d"], got ["b","c"]
   near: #2 DELETE /api/v2/hooks/654/incomings → 200
         body/ids/0: want "d", got "a"
   near: #1 GET /api/v2/hooks/654/incomings?pg[limit]=5 → 200
         operation: want deleteHookIncomings, got listHookIncomings
         body: want {"ids":["d"]}, got no JSON`
	if diff := cmp.Diff(want, journal.Refusal(findings).Error()); diff != "" {
		t.Errorf("refusal (-want +got):\n%s", diff)
	}
}

func TestVerifyDoesNotBoundWhatItForgot(t *testing.T) {
	j := filled(journal.Limits{Entries: 2, Bytes: 1 << 20}, list(200), list(200), list(500))
	findings, err := j.Verify(false, journal.Expectation{Filter: journal.Filter{Status: 404}, Never: true}, journal.Expectation{Filter: journal.Filter{Status: 500}})
	if err != nil {
		t.Fatal(err)
	}
	if findings[0].Reason == "" || findings[1].Reason != "" {
		t.Errorf("got %q and %q", findings[0].Reason, findings[1].Reason)
	}
	j.Clear()
	if findings, err = j.Verify(false, journal.Expectation{Never: true}); err != nil || findings[0].Reason != "" {
		t.Errorf("after clearing: %v, %v", findings, err)
	}
}

func TestVerifyRefusesContradictions(t *testing.T) {
	for want, e := range map[string]journal.Expectation{
		"expectations[0]: never excludes atLeast, atMost and exactly; give one of them":                         {Never: true, AtLeast: new(1)},
		"expectations[0]: exactly excludes atLeast and atMost; give exactly alone, or a range by the other two": {Exactly: new(1), AtMost: new(1)},
		"expectations[0]: atLeast 2 is above atMost 1; give the smaller number as atLeast":                      {AtLeast: new(2), AtMost: new(1)},
		"expectations[0]: a bound is -1; give 0 or more":                                                        {Exactly: new(-1)},
	} {
		if _, err := filled(journal.DefaultLimits()).Verify(false, e); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestRedactedHidesCredentialsOnly(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`{"token":"s3","webhook_request_identifier":{"number":"7"}}`, `{"token":"REDACTED","webhook_request_identifier":{"number":"7"}}`},
		{`{"a": {"secret_key" : "s3\"x", "b": 1}}`, `{"a": {"secret_key" : "REDACTED", "b": 1}}`},
		{`{"body":"{\"secret_key\":\"s3\",\"b\":1}"}`, `{"body":"{\"secret_key\":\"REDACTED\",\"b\":1}"}`},
		{`{"password":"s3`, `{"password":"REDACTED"`},
		{`{"token":12345,"n":1}`, `{"token":"REDACTED","n":1}`},
		{`{"token":null,"tokens":["a"]}`, `{"token":null,"tokens":["a"]}`},
		{`name=x&token=s3&b=1`, `name=x&token=REDACTED&b=1`},
		{`a text about token=s3`, `a text about token=s3`},
		{"\x00\xff", "\x00\xff"},
		{`{"tok\u0065n":"s3","n":1}`, `{"tok\u0065n":"REDACTED","n":1}`},
		{`{"\u0054OKEN":"s3","secret\u005Fkey":"s4"}`, `{"\u0054OKEN":"REDACTED","secret\u005Fkey":"REDACTED"}`},
		{`{"body":"{\"tok\\u0065n\":\"s3\"}"}`, `{"body":"{\"tok\\u0065n\":\"REDACTED\"}"}`},
	} {
		e := entry("x", "POST", "/p?token=s3&q=1", 200, test.body)
		safe := e.Redacted()
		if got := string(safe.Request.Body.Bytes); got != test.want {
			t.Errorf("%s: got %s, want %s", test.body, got, test.want)
		}
		if got := safe.Request.Path; got != "/p?token=REDACTED&q=1" {
			t.Errorf("path %s", got)
		}
		if got := safe.Request.Header.Get("Authorization"); got != "Token REDACTED" {
			t.Errorf("header %s", got)
		}
		if string(e.Request.Body.Bytes) != test.body || e.Request.Header.Get("Authorization") != "Token secret" {
			t.Error("the entry itself was changed")
		}
	}
}

// A name is what it is decoded to, in a query and in a form.
func TestRedactedKnowsEscapedNames(t *testing.T) {
	e := entry("x", "POST", "/p?tok%65n=s3&q=%zz&%50assword=s4", 200, "a=%41&tok%65n=s5&b")
	e.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	safe := e.Redacted()
	if got, want := safe.Request.Path, "/p?tok%65n=REDACTED&q=%zz&%50assword=REDACTED"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if got, want := string(safe.Request.Body.Bytes), "a=%41&tok%65n=REDACTED&b"; got != want {
		t.Errorf("body %s, want %s", got, want)
	}
}

func TestWriteHAR(t *testing.T) {
	var out bytes.Buffer
	if err := journal.WriteHAR(&out, []*journal.Entry{list(200), remove("\"\xff\"")}); err != nil {
		t.Fatal(err)
	}
	var archive struct {
		Log struct {
			Version string
			Entries []struct {
				StartedDateTime time.Time
				Time            float64
				Request         struct {
					Method, URL string
					QueryString []struct{ Name, Value string }
					PostData    *struct {
						Text     string
						Encoding string `json:"_encoding"`
					}
				}
				Response struct{ Status int }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &archive); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out.Bytes(), []byte("secret")) {
		t.Error("the archive holds the token")
	}
	first, second := archive.Log.Entries[0], archive.Log.Entries[1]
	if first.Request.URL != "http://127.0.0.1:8654/api/v2/hooks/654/incomings?pg[limit]=5" || first.Time != 1.5 || first.Request.PostData != nil {
		t.Errorf("got %+v", first)
	}
	if diff := cmp.Diff([]struct{ Name, Value string }{{"pg[limit]", "5"}}, first.Request.QueryString); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if second.Request.PostData.Encoding != "base64" || archive.Log.Version != "1.2" {
		t.Errorf("got %+v", second)
	}
}

// delivered is a delivery and a deletion of the item that it made.
func delivered() []*journal.Entry {
	arrive := entry("ingest", "POST", "/wh/abc.bench?x='1'", 200, "it's\x00")
	refused := list(429)
	refused.Fault = "status 429"
	return []*journal.Entry{arrive, refused, remove(`"00000000000000000000000000000001"`), list(200)}
}

// addresses name the world of a delivery.
func addresses() journal.Names {
	return journal.Names{Worlds: []journal.WorldForm{
		{Operation: "ingest", Path: regexp.MustCompile(`^(/wh/[^./?]+)(?:\.[^/?]*)?`), With: "$1." + journal.Place},
	}}
}

func TestWriteCurlIsAShellScript(t *testing.T) {
	var out strings.Builder
	if err := journal.WriteCurl(&out, journal.Server{Vendors: "http://mock:1", Control: "http://mock:2"}, delivered(), addresses()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`call 0 200 'POST' '/wh/abc.'"$token"'?x='\''1'\'''`,
		`printf %s 'aXQncwA=' | base64 -d >"$body"`,
		"id1=$(given 'X-Request-Id: [0-9a-f]{32}' 1)",
		`--data-raw '{"ids":["'"$id1"'"],"all":false}'`,
		`-H 'Authorization: Token '"$token"''`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the script lacks %s:\n%s", want, out.String())
		}
	}
	if !strings.Contains(out.String(), "call 0 429 ") {
		t.Error("the script does not replay an injected refusal, which the commands in the journal inject again")
	}
	shell := exec.CommandContext(t.Context(), "sh", "-n")
	shell.Stdin = strings.NewReader(out.String())
	if message, err := shell.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, message)
	}
}

func TestWriteGoIsFormattedGo(t *testing.T) {
	var out strings.Builder
	if err := journal.WriteGo(&out, delivered(), addresses()); err != nil {
		t.Fatal(err)
	}
	formatted, err := format.Source([]byte(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(formatted), out.String()); diff != "" {
		t.Errorf("gofmt (-formatted +written):\n%s", diff)
	}
}

// advance is a command, as the control API records it.
func advance(by string) *journal.Entry {
	e := entry("advanceClock", "POST", "/_understudy/v1/worlds/demo/clock/advance", 200, `{"by":"`+by+`"}`)
	e.World = "demo"
	return e
}

func TestCommandsAreNoExchanges(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 2, Bytes: 1 << 20})
	j.RecordCommand(advance("1s"))
	for range 3 {
		j.Record(list(200))
		j.RecordCommand(advance("1h"))
		j.RecordCommand(advance("2h"))
	}
	if j.Count(journal.Filter{}) != 2 || j.Total() != 3 || j.Dropped() != 1 {
		t.Errorf("%d exchanges of %d, %d dropped", j.Count(journal.Filter{}), j.Total(), j.Dropped())
	}
	var got []string
	for _, e := range j.WithCommands(j.Entries()) {
		got = append(got, fmt.Sprint(e.Number, e.Command))
	}
	if diff := cmp.Diff([]string{"2 false", "3 false", "3 true", "3 true"}, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	j.Clear()
	if left := j.WithCommands(nil); len(left) != 0 {
		t.Errorf("after clearing there are %d", len(left))
	}
}

// A share of the bytes is all that they may take.
func TestCommandsAreBounded(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 1000, Bytes: 64 << 10})
	for range 20 {
		j.RecordCommand(advance(strings.Repeat("x", 8<<10)))
	}
	if kept := len(j.WithCommands(nil)); kept == 0 || kept > 2 {
		t.Errorf("%d commands are kept", kept)
	}
}

// A method is whatever the client calls it, and no part of the script.
func TestWriteCurlQuotesTheMethod(t *testing.T) {
	var out strings.Builder
	e := entry("ingest", "`id`", "/wh/abc", 200, "")
	if err := journal.WriteCurl(&out, journal.Server{}, []*journal.Entry{e}); err != nil || !strings.Contains(out.String(), "call 0 200 '`id`' ") {
		t.Errorf("%v in:\n%s", err, out.String())
	}
}

func TestReplayRefusesWhatWasNotKept(t *testing.T) {
	large := remove(`"` + strings.Repeat("x", 20_000) + `"`)
	large.Number = 9
	err := journal.WriteGo(new(strings.Builder), []*journal.Entry{large})
	if want := "exchange 9: its body has 20024 bytes, of which the journal kept 16384; replay smaller ones"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// What a client can make large counts, headers too.
func TestBytesAreBounded(t *testing.T) {
	const most, each = 64 << 10, 8 << 10
	long := strings.Repeat("x", each)
	for name, e := range map[string]journal.Entry{
		"path":            {Request: journal.Request{Path: "/" + long}},
		"request body":    {Request: journal.Request{Body: journal.Cut([]byte(long))}},
		"answer body":     {Response: journal.Response{Body: journal.Cut([]byte(long))}},
		"request header":  {Request: journal.Request{Header: http.Header{"X-Long": {long}}}},
		"answer header":   {Response: journal.Response{Header: http.Header{"X-Long": {long}}}},
		"name of header":  {Request: journal.Request{Header: http.Header{long: {""}}}},
		"many headers":    {Request: journal.Request{Header: manyHeaders(each / 6)}},
		"a header's list": {Request: journal.Request{Header: http.Header{"X": make([]string, each)}}},
	} {
		t.Run(name, func(t *testing.T) {
			j := journal.New(journal.Limits{Entries: 1000, Bytes: most})
			for range 20 {
				j.Record(new(e))
			}
			if kept := len(j.Entries()); kept == 0 || kept > most/each || j.Dropped() != uint64(20-kept) {
				t.Errorf("%d exchanges are kept, %d were dropped", kept, j.Dropped())
			}
		})
	}
}

func manyHeaders(n int) http.Header {
	header := http.Header{}
	for i := range n {
		header[fmt.Sprint("X-", i)] = nil
	}
	return header
}

func TestTransitionsInWords(t *testing.T) {
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprint("i", i)
	}
	for want, transition := range map[string]journal.Transition{
		"":                              {},
		"item 7: none → waiting":        {Thing: "item", ID: "7", To: "waiting"},
		"item 7: waiting → deleted":     journal.Several("item", []string{"7"}, "waiting", "deleted"),
		"items 7, 8: waiting → deleted": journal.Several("item", []string{"7", "8"}, "waiting", "deleted"),
		"100 items (i0, i1, i2, i3, i4, i5, i6, i7, …): waiting → deleted": journal.Several("item", many, "waiting", "deleted"),
		"token: issued → released": {Thing: "token", From: "issued", To: "released"},
	} {
		if got := transition.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := journal.Several("item", nil, "waiting", "deleted"); got.String() != "" {
		t.Errorf("of nothing it says %q", got)
	}
	if kept := cap(journal.Several("item", many, "", "").IDs); kept > 20 {
		t.Errorf("it holds on to %d ids", kept)
	}
}

// What came before its place in the order is told: else a reader looks for a call that was made.
func TestVerifyInOrderTellsWhatCameTooEarly(t *testing.T) {
	j := filled(journal.DefaultLimits(), remove(`"a"`), list(200))
	findings, err := j.Verify(true,
		journal.Expectation{Filter: journal.Filter{Operation: "listHookIncomings"}},
		journal.Expectation{Filter: journal.Filter{Operation: "deleteHookIncomings"}},
		journal.Expectation{Filter: journal.Filter{Status: 500}})
	if err != nil {
		t.Fatal(err)
	}
	if got := findings[1].Reason; !strings.HasPrefix(got, "found 0 after what met the expectation before it; too early came #1 DELETE ") {
		t.Errorf("got %q", got)
	}
	if got := findings[2].Reason; got != "found 0" {
		t.Errorf("got %q for what never came", got)
	}
}
