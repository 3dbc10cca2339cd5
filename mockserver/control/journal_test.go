package control_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	controlapi "github.com/understudy-mock/understudy/generated/control"
)

const journalPath = "/worlds/demo/journal"

// played sends a list, a refused deletion and a deletion to hook 654.
func played(t *testing.T) mock {
	t.Helper()
	m := start(t)
	m.make("demo", http.MethodGet, "/hooks/654/incomings?pg[limit]=1", nil)
	m.make("demo", http.MethodDelete, "/hooks/654/incomings", object{"all": true})
	m.make("demo", http.MethodDelete, "/hooks/654/incomings", object{"ids": []string{"8d88f6f5b0484908890ef11fe7e5bf63"}, "all": false})
	return m
}

func (m mock) journal(query string) []controlapi.JournalEntry {
	m.t.Helper()
	var j controlapi.Journal
	m.control(http.MethodGet, journalPath+query, nil).into(&j)
	return j.Entries
}

func TestJournalShowsExchanges(t *testing.T) {
	m := played(t)
	entries := m.journal("")
	if len(entries) != 3 {
		t.Fatalf("%d entries", len(entries))
	}
	refused := entries[1]
	if refused.Sequence != 2 || refused.Operation != "deleteHookIncomings" || refused.Method != http.MethodDelete || refused.API != "makecom" ||
		refused.Path != "/api/v2/hooks/654/incomings" || refused.Status != http.StatusNotAcceptable {
		t.Errorf("entry %+v", refused)
	}
	if !slices.Contains(refused.Requirements, "makecom/delete/all-unconfirmed") {
		t.Errorf("requirements %q", refused.Requirements)
	}
	if refused.Request.Body != `{"all":true}` || !strings.Contains(refused.Response.Body, "IM004") {
		t.Errorf("request %q, response %q", refused.Request.Body, refused.Response.Body)
	}
	if entries[0].Query != "pg[limit]=1" {
		t.Errorf("query %q", entries[0].Query)
	}
	if text := string(m.control(http.MethodGet, journalPath, nil).text); strings.Contains(text, "Token demo") {
		t.Error("the credential is shown")
	}
}

func TestJournalIsNarrowed(t *testing.T) {
	m := played(t)
	for query, want := range map[string][]int64{
		"":                                {1, 2, 3},
		"?operation=deleteHookIncomings":  {2, 3},
		"?method=GET":                     {1},
		"?path=/api/v2/hooks/654/*":       {1, 2, 3},
		"?path=/api/v2/hooks/654":         nil,
		"?status=406":                     {2},
		"?requirement=makecom/delete/ids": {3},
		"?method=DELETE&status=200":       {3},
		"?limit=2":                        {2, 3},
	} {
		var got []int64
		for _, e := range m.journal(query) {
			got = append(got, e.Sequence)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	m.control(http.MethodDelete, journalPath, nil).is(http.StatusNoContent, nil)
	if got := m.journal(""); len(got) != 0 {
		t.Errorf("%d entries after clearing", len(got))
	}
}

func TestJournalWaits(t *testing.T) {
	m := start(t)
	waited := make(chan []controlapi.JournalEntry)
	go func() { waited <- m.journal("?wait=2&status=404&timeout=1m") }()
	for _, path := range []string{"/hooks/1", "/hooks/654", "/hooks/2"} {
		m.make("demo", http.MethodGet, path, nil)
	}
	if got := <-waited; len(got) != 2 || got[1].Path != "/api/v2/hooks/2" {
		t.Errorf("waited for %+v", got)
	}
	p := m.control(http.MethodGet, journalPath+"?wait=9&timeout=1ms", nil).refused(http.StatusConflict, "wait-timeout", "wait")
	if want := "3 of 9 exchanges came within 1ms"; p.Message != want {
		t.Errorf("message %q, want %q", p.Message, want)
	}
}

func TestJournalRefusesParameters(t *testing.T) {
	m := start(t)
	for query, want := range map[string]struct{ code, field string }{
		"?limit=-1":      {"bad-value", "limit"},
		"?limit=many":    {"bad-parameter", "limit"},
		"?wait=-1":       {"bad-value", "wait"},
		"?timeout=soon":  {"bad-value", "timeout"},
		"?format=pdf":    {"bad-value", "format"},
		"?status=twenty": {"bad-parameter", "status"},
		"?commands=yes":  {"bad-parameter", "commands"},
		"?limi=5":        {"bad-parameter", "limi"},
		"?wait=0&lim=1":  {"bad-parameter", "lim"},
	} {
		m.control(http.MethodGet, journalPath+query, nil).refused(http.StatusBadRequest, want.code, want.field)
	}
	for query, want := range map[string]string{
		"?status=twenty": `status: "twenty" is no integer`, "?commands=yes": `commands: "yes" is neither true nor false`,
		"?limit=99999999999999999999": "limit: 99999999999999999999 is too large",
	} {
		name, _, _ := strings.Cut(query[1:], "=")
		if p := m.control(http.MethodGet, journalPath+query, nil).refused(http.StatusBadRequest, "bad-parameter", name); p.Message != want {
			t.Errorf("%s: %s, want %s", query, p.Message, want)
		}
	}
}

func TestJournalListsCommandsOnRequest(t *testing.T) {
	m := start(t)
	m.control(http.MethodPost, "/worlds/demo/clock/advance", object{"by": "1h"})
	m.make("demo", http.MethodGet, "/hooks/654", nil)
	m.control(http.MethodPost, "/worlds/demo/tokens", object{})
	m.control(http.MethodPut, "/worlds/demo/faults", object{"refused": true})
	m.control(http.MethodGet, "/worlds/demo/clock", nil)
	m.control(http.MethodPost, "/provider-states", object{"state": "an expired token", "params": object{"token": "demo"}})
	if got := m.journal(""); len(got) != 1 || got[0].Command || got[0].Sequence != 1 {
		t.Errorf("without commands %+v", got)
	}
	var got []string
	for _, e := range m.journal("?commands=true") {
		got = append(got, fmt.Sprintf("%d %s %t %s %d", e.Sequence, e.Operation, e.Command, e.Path, e.Status))
	}
	want := []string{
		"0 advanceClock true /_understudy/v1/worlds/demo/clock/advance 200", "1 getHook false /api/v2/hooks/654 200",
		"1 mintToken true /_understudy/v1/worlds/demo/tokens 201", "1 setUpState true /_understudy/v1/provider-states 200",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	shown := m.journal("?commands=true&operation=mintToken")
	if len(shown) != 1 || shown[0].Response.Body != `{"token":"REDACTED"}` || shown[0].Request.Body != "{}" {
		t.Errorf("narrowed and without secrets: %+v", shown)
	}
	m.control(http.MethodPost, journalPath+"/verify", object{"expectations": []object{{"exactly": 1}}}).into(new(controlapi.Verification))
	m.control(http.MethodPost, journalPath+"/verify", object{"expectations": []object{{"operation": "advanceClock", "never": true}}}).
		refused(http.StatusBadRequest, "bad-value", "expectations[0].operation") // no expectation sees a command
	m.control(http.MethodGet, journalPath+"?wait=2&timeout=1ms", nil).refused(http.StatusConflict, "wait-timeout", "wait")
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	if got := m.journal("?commands=true"); len(got) != 0 {
		t.Errorf("after a reset %+v", got)
	}
}

// A world that did not start from the base world is replayed from where it did start, and without its tokens and keys.
func TestReplayStartsWhereTheWorldDid(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/demo", object{
		"tokens":  []object{{"token": "s3cret", "scopes": []string{"hooks:read"}}},
		"makecom": object{"hooks": []object{{"id": 7, "name": "Only"}}},
	}).into(new(controlapi.WorldSummary))
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks/7/incomings", object{"count": 1})
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "copy"})
	m.make("copy", http.MethodGet, "/hooks/7/incomings/stats", nil)
	for world, items := range map[string]int{"demo": 0, "copy": 1} {
		script := string(m.control(http.MethodGet, "/worlds/"+world+"/journal?format=curl", nil).text)
		_, file, found := strings.Cut(script, "<<'WORLD'\n")
		file, _, ended := strings.Cut(file, "\nWORLD\n")
		var started controlapi.World
		if err := json.Unmarshal([]byte(file), &started); err != nil || !found || !ended {
			t.Fatalf("%v in %s", err, script)
		}
		if hooks := started.Makecom.Hooks; len(hooks) != 1 || hooks[0].Name != "Only" || len(hooks[0].Items) != items {
			t.Errorf("%s started from %+v", world, hooks)
		}
		if strings.Contains(script, "s3cret") {
			t.Errorf("%s tells a token:\n%s", world, script)
		}
	}
}

func TestVerify(t *testing.T) {
	m := played(t)
	deletion := func(with object) object {
		with["operation"] = "deleteHookIncomings"
		return with
	}
	for name, test := range map[string]struct {
		expectations []object
		inOrder      bool
		unsatisfied  []int
	}{
		"at least one by default":   {expectations: []object{deletion(object{})}},
		"exactly":                   {expectations: []object{deletion(object{"exactly": 2})}},
		"exactly, too many":         {expectations: []object{deletion(object{"exactly": 1})}, unsatisfied: []int{0}},
		"at least, too few":         {expectations: []object{deletion(object{"atLeast": 3})}, unsatisfied: []int{0}},
		"at most":                   {expectations: []object{deletion(object{"atMost": 2})}},
		"at most, too many":         {expectations: []object{deletion(object{"atMost": 1})}, unsatisfied: []int{0}},
		"never":                     {expectations: []object{{"operation": "getHook", "never": true}}},
		"never, but it was":         {expectations: []object{deletion(object{"never": true})}, unsatisfied: []int{0}},
		"body":                      {expectations: []object{{"body": object{"ids": []string{"8d88f6f5b0484908890ef11fe7e5bf63"}}, "exactly": 1}}},
		"another body":              {expectations: []object{{"body": object{"ids": []string{"other"}}}}, unsatisfied: []int{0}},
		"in order":                  {expectations: []object{{"method": "GET"}, {"status": 406}, {"requirement": "makecom/delete/ids"}}, inOrder: true},
		"not in order":              {expectations: []object{{"status": 406}, {"method": "GET"}}, inOrder: true, unsatisfied: []int{1}},
		"one of two is unsatisfied": {expectations: []object{{"method": "GET"}, {"method": "POST"}}, unsatisfied: []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := mock{t, m.url}
			a := m.control(http.MethodPost, journalPath+"/verify", object{"expectations": test.expectations, "inOrder": test.inOrder})
			got := verdict(t, a)
			if diff := cmp.Diff(test.unsatisfied, got); diff != "" {
				t.Errorf("unsatisfied (-want +got):\n%s\n%s", diff, a.text)
			}
		})
	}
}

// verdict reads which expectations are unsatisfied, and wants the status and the error to say the same.
func verdict(t *testing.T, a answer) []int {
	t.Helper()
	var result controlapi.Verification
	want := http.StatusOK
	status := a.status
	a.status = http.StatusOK
	a.into(&result)
	var unsatisfied []int
	for _, f := range result.Unsatisfied {
		unsatisfied = append(unsatisfied, f.Index)
		if f.Reason == "" {
			t.Errorf("no reason for %d", f.Index)
		}
	}
	code := ""
	if unsatisfied != nil {
		want, code = http.StatusConflict, "unsatisfied"
	}
	if status != want || result.Error.Code != code {
		t.Errorf("status %d, code %q, want %d %q", status, result.Error.Code, want, code)
	}
	return unsatisfied
}

func TestVerifyShowsTheNearestMiss(t *testing.T) {
	m := played(t)
	a := m.control(http.MethodPost, journalPath+"/verify", object{"expectations": []object{
		{"operation": "deleteHookIncomings", "status": 200, "body": object{"ids": []string{"7a567f385d1a4f5ab7bff89162b7605e"}}},
	}})
	var result controlapi.Verification
	a.status = http.StatusOK
	a.into(&result)
	nearest := result.Unsatisfied[0].Nearest[0]
	want := []controlapi.Difference{{Field: "body/ids/0", Want: `"7a567f385d1a4f5ab7bff89162b7605e"`, Got: `"8d88f6f5b0484908890ef11fe7e5bf63"`}}
	if diff := cmp.Diff(want, nearest.Differences); diff != "" || nearest.Entry.Sequence != 3 {
		t.Errorf("entry %d, differences (-want +got):\n%s", nearest.Entry.Sequence, diff)
	}
}

func TestVerifyRefuses(t *testing.T) {
	m := start(t)
	const path = journalPath + "/verify"
	m.control(http.MethodPost, path, object{"expectations": []object{}}).refused(http.StatusBadRequest, "bad-body", "expectations")
	m.control(http.MethodPost, path, object{"expectations": []object{{"operation": "getHook", "never": true, "exactly": 1}}}).
		refused(http.StatusBadRequest, "bad-value", "expectations[0]")
	m.control(http.MethodPost, path, object{"expectations": []object{{"count": 1}}}).refused(http.StatusBadRequest, "bad-body", "expectations[0].count")
}

func TestCoverage(t *testing.T) {
	m := played(t)
	m.make("other", http.MethodGet, "/hooks/abc/incomings", nil)
	reached := func(path, requirement string) bool {
		t.Helper()
		var c controlapi.Coverage
		m.control(http.MethodGet, path, nil).into(&c)
		if !slices.IsSorted(c.Reached) || !slices.IsSorted(c.Never) {
			t.Errorf("%s is not sorted", path)
		}
		here, never := slices.Contains(c.Reached, requirement), slices.Contains(c.Never, requirement)
		if here == never {
			t.Errorf("%s: %s reached %t, never %t", path, requirement, here, never)
		}
		return here
	}
	const unconfirmed, badID = "makecom/delete/all-unconfirmed", "makecom/list/bad-hook-id"
	if !reached("/worlds/demo/coverage", unconfirmed) || reached("/worlds/demo/coverage", badID) {
		t.Error("demo reached the wrong requirements")
	}
	if reached("/worlds/other/coverage", unconfirmed) || !reached("/worlds/other/coverage", badID) {
		t.Error("other reached the wrong requirements")
	}
	m.control(http.MethodDelete, "/worlds/other", nil)
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	if reached("/worlds/demo/coverage", unconfirmed) {
		t.Error("a reset world remembers")
	}
	if !reached("/coverage", unconfirmed) || !reached("/coverage", badID) {
		t.Error("the total forgets worlds that were reset or deleted")
	}
}

// The sentence that made an outcome an exception is the first that is read, whatever its name and however many others were applied.
func TestJournalNamesFirstWhatDecided(t *testing.T) {
	m := start(t)
	hook := m.hook(object{"name": "Orders"})
	queue := fmt.Sprintf("/hooks/%d/incomings", hook.HookID)
	held := m.deliver(hook.HookID, object{"data": []object{{}}})
	m.control(http.MethodPost, "/worlds/demo/makecom"+queue+"/begin", object{"count": 1})
	for _, c := range []struct{ name, want string }{
		{held[0], "makecom/delete/processing-refused"},
		{"ffffffffffffffffffffffffffffffff", "makecom/delete/other-hook"},
	} {
		m.make("demo", http.MethodDelete, queue, object{"ids": []string{c.name}})
		m.decidedFirst(c.want)
	}
	m.make("demo", http.MethodGet, "/hooks/1/incomings", nil)
	m.decidedFirst("makecom/list/unknown-hook")
	m.make("demo", http.MethodGet, "/hooks/x/incomings", nil)
	m.decidedFirst("makecom/list/bad-hook-id")
}

// decidedFirst wants a sentence in front of what was applied besides, in the journal and in the answer.
func (m mock) decidedFirst(want string) {
	m.t.Helper()
	last := m.journal("?limit=1")[0]
	if got := last.Requirements; got[0] != want || len(got) < 3 {
		m.t.Errorf("requirements %q, want %s and what was applied besides", got, want)
	}
	if header := last.Response.Headers["Understudy-Requirements"]; !strings.HasPrefix(header[0], want+", ") {
		m.t.Errorf("the answer names %q, want %s first", header, want)
	}
}
