package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver"
)

const worldFile = `
seed: 7
clock: {mode: frozen, now: 2026-01-01T00:00:00Z}
dialect: {makecom/delete/unknown-id: echoed}
tokens:
  - {token: shop, scopes: ["hooks:read", "hooks:write"]}
  - {token: reader, scopes: ["hooks:read"], expires: 2026-01-02T00:00:00Z}
makecom:
  rateLimitPerMinute: 60
  hooks:
    - id: 12
      name: Orders
      keepMethod: true
      processing: {mode: scheduled, every: 15m, maxResults: 2, duration: 1m, next: 2026-01-01T00:10:00Z}
      items:
        - {data: {name: "<b>", raw: {$base64: ew==}}}
        - {data: {n: 1}, processing: true, until: 2026-01-01T00:05:00Z}
        - {data: {n: 2}}
    - {id: 13, enabled: false, foreign: true, ingestPer10s: 300}
`

func TestPutWorldTakesYAMLAndShowsIt(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/spring", worldFile).is(http.StatusOK, object{
		"name": "spring", "clock": object{"mode": "frozen", "now": "2026-01-01T00:00:00Z"}, "tokens": 2.0,
		"hooks": 2.0, "incomings": 3.0, "webhookRequests": 0.0, "journal": 0.0,
	})
	if got := m.queue("shop", "12"); got != 3 {
		t.Errorf("%d items, want 3", got)
	}
	if got := m.make("reader", http.MethodDelete, "/hooks/12/incomings?confirmed=true", object{"all": true}).status; got != http.StatusForbidden {
		t.Errorf("a reader deletes: status %d", got)
	}
}

// A world goes on where its export stood: what a fork does, the import does too.
func TestExportedWorldContinues(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/spring", worldFile)
	m.control(http.MethodPost, "/worlds/spring/makecom/hooks/12/incomings", object{"count": 2}).object()
	file := m.control(http.MethodGet, "/worlds/spring", nil)
	if again := m.control(http.MethodGet, "/worlds/spring", nil); string(again.text) != string(file.text) {
		t.Errorf("two exports differ:\n%s\n%s", file.text, again.text)
	}
	other := start(t)
	other.control(http.MethodPut, "/worlds/copy", string(file.text)).object()
	imported := other.control(http.MethodGet, "/worlds/copy", nil)
	if diff := cmp.Diff(string(file.text), string(imported.text)); diff != "" {
		t.Fatalf("export of the import (-first +second):\n%s", diff)
	}
	played := func(m mock, name string) string {
		m.control(http.MethodPost, "/worlds/"+name+"/makecom/hooks/12/incomings", object{"count": 3}).object()
		m.control(http.MethodPost, "/worlds/"+name+"/clock/advance", object{"by": "40m"}).object()
		return string(m.control(http.MethodGet, "/worlds/"+name, nil).text)
	}
	if diff := cmp.Diff(played(m, "spring"), played(other, "copy")); diff != "" {
		t.Errorf("after the same commands (-original +copy):\n%s", diff)
	}
}

func TestPutWorldRefuses(t *testing.T) {
	m := start(t)
	p := m.control(http.MethodPut, "/worlds/spring", "makecom:\n  hooks: [{id: 1, limit: 3}]").refused(http.StatusBadRequest, "bad-body", "makecom.hooks[0].limit")
	if !strings.HasPrefix(p.Message, "body:2:19: makecom.hooks[0].limit: unknown member; known are ") {
		t.Errorf("message %q", p.Message)
	}
	m.control(http.MethodPut, "/worlds/spring", `{"tokens": [{"token": "a", "scopes": []}, {"token": "a", "scopes": []}]}`).
		refused(http.StatusBadRequest, "bad-body", "tokens[1].token")
	m.control(http.MethodPut, "/worlds/spring", "").refused(http.StatusBadRequest, "bad-body", "")
	m.control(http.MethodPut, "/worlds/spring", `{"state": "mine"}`).refused(http.StatusBadRequest, "bad-body", "state")
	m.control(http.MethodPut, "/worlds/a%20b", "{}").refused(http.StatusBadRequest, "bad-name", "world")
	m.control(http.MethodGet, "/worlds", nil).is(http.StatusOK, object{"worlds": []any{}})
}

func TestWorldsAreListedAndDeleted(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/b", "{}").object()
	m.queue("a", "654")
	var list controlapi.WorldList
	m.control(http.MethodGet, "/worlds", nil).into(&list)
	var names []string
	for _, w := range list.Worlds {
		names = append(names, w.Name)
	}
	if got := list.Worlds[0].WebhookRequests; got != 3 {
		t.Errorf("%d webhook requests in a copy of the base world, want 3", got)
	}
	if diff := cmp.Diff([]string{"a", "b"}, names); diff != "" {
		t.Errorf("worlds (-want +got):\n%s", diff)
	}
	m.control(http.MethodDelete, "/worlds/b", nil).is(http.StatusNoContent, nil)
	m.control(http.MethodDelete, "/worlds/b", nil).refused(http.StatusNotFound, "unknown-world", "world")
}

// Whoever wants the world to be there makes none: neither by what changes it, nor by what an API adds, nor by a look.
func TestACallThatWantsAWorldMakesNone(t *testing.T) {
	m := start(t)
	for _, c := range [][2]string{
		{http.MethodPost, "/tokens"},
		{http.MethodPost, "/reset"},
		{http.MethodPut, ""},
		{http.MethodGet, ""},
		{http.MethodGet, "/clock"},
		{http.MethodPut, "/faults"},
		{http.MethodPost, "/makecom/hooks/654/incomings"},
		{http.MethodPost, "/crmcom/definitions"},
		{http.MethodPost, "/fork"},
	} {
		r := m.request(c[0], "/_understudy/v1/worlds/demo"+c[1], object{})
		r.Header.Set("If-Match", "*")
		m.send(r).refused(http.StatusPreconditionFailed, "unknown-world", "world")
	}
	m.control(http.MethodGet, "/worlds", nil).is(http.StatusOK, object{"worlds": []any{}})
	m.control(http.MethodPost, "/worlds/demo/reset", nil).object()
	r := m.request(http.MethodPost, "/_understudy/v1/worlds/demo/tokens", object{})
	r.Header.Set("If-Match", "*")
	if minted := m.send(r); minted.status != http.StatusCreated {
		t.Errorf("a world that is there: %d %s", minted.status, minted.text)
	}
}

func TestResetGoesBackToTheFile(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/spring", worldFile).object()
	before := m.control(http.MethodGet, "/worlds/spring", nil)
	m.make("shop", http.MethodDelete, "/hooks/12/incomings?confirmed=true", object{"all": true}).object()
	m.control(http.MethodPut, "/worlds/spring/dialect", object{}).object()
	m.control(http.MethodPost, "/worlds/spring/clock/advance", object{"by": "1h"}).object()
	if got := m.control(http.MethodPost, "/worlds/spring/reset", nil).object(); got["journal"] != 0.0 || got["incomings"] != 3.0 {
		t.Errorf("after reset %v", got)
	}
	after := m.control(http.MethodGet, "/worlds/spring", nil)
	if diff := cmp.Diff(string(before.text), string(after.text)); diff != "" {
		t.Errorf("world (-put +reset):\n%s", diff)
	}
}

func TestForkGoesItsOwnWay(t *testing.T) {
	m := start(t)
	m.queue("demo", "654")
	fork := m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "other"})
	if fork.status != http.StatusCreated || fork.object()["name"] != "other" {
		t.Errorf("fork %d %s", fork.status, fork.text)
	}
	m.make("other", http.MethodDelete, "/hooks/654/incomings?confirmed=true", object{"all": true}).object()
	if here, there := m.queue("demo", "654"), m.queue("other", "654"); here != 2 || there != 0 {
		t.Errorf("%d items in the original, %d in the fork, want 2 and 0", here, there)
	}
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "other"}).refused(http.StatusConflict, "taken", "as")
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "a b"}).refused(http.StatusBadRequest, "bad-name", "as")
	m.control(http.MethodPost, "/worlds/demo/fork", object{}).refused(http.StatusBadRequest, "bad-body", "")
}

func TestMintedTokens(t *testing.T) {
	m := start(t, mockserver.WithDeclaredTokens())
	m.control(http.MethodPut, "/worlds/spring", worldFile).object()
	mint := func(body any) string {
		t.Helper()
		var minted controlapi.MintedToken
		m.control(http.MethodPost, "/worlds/spring/tokens", body).into(&minted)
		return minted.Token
	}
	for name, test := range map[string]struct {
		body      any
		get, wipe int
	}{
		"every scope": {object{}, http.StatusOK, http.StatusOK},
		"read only":   {object{"scopes": []string{"hooks:read"}}, http.StatusOK, http.StatusForbidden},
		"expired":     {object{"expires": "2025-12-31T00:00:00Z"}, http.StatusUnauthorized, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			token := mint(test.body)
			if got := m.make(token, http.MethodGet, "/hooks/12/incomings", nil).status; got != test.get {
				t.Errorf("get: status %d, want %d", got, test.get)
			}
			if got := m.make(token, http.MethodDelete, "/hooks/12/incomings?confirmed=true", object{"all": true}).status; got != test.wipe {
				t.Errorf("delete: status %d, want %d", got, test.wipe)
			}
		})
	}
	m.control(http.MethodPost, "/worlds/spring/tokens", object{"scopes": []string{"hook:read"}}).refused(http.StatusBadRequest, "bad-body", "scopes[0]")
	m.control(http.MethodPost, "/worlds/none/tokens", object{}).refused(http.StatusNotFound, "unknown-world", "world")
}

// The copy of a world counts on where the world stood: calls of the minute, deliveries of the ten seconds, ids of hooks.
func TestWindowsAndHookIDsSurviveExportAndImport(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/w", `{"clock": {"mode": "frozen", "now": "2026-01-01T00:00:00Z"}, "makecom": {"rateLimitPerMinute": 3, "nextHookId": 70, "hooks": [{"id": 12, "udid": "u", "ingestPer10s": 2}]}}`).object()
	m.make("w", http.MethodGet, "/hooks/12/incomings/stats", nil).object()
	deliver := func(world string) int { return m.send(m.request(http.MethodPost, "/wh/u."+world, `{"n":1}`)).status }
	if got := deliver("w"); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	file := m.control(http.MethodGet, "/worlds/w", nil)
	m.control(http.MethodPut, "/worlds/copy", string(file.text)).object()
	if diff := cmp.Diff(string(file.text), string(m.control(http.MethodGet, "/worlds/copy", nil).text)); diff != "" {
		t.Fatalf("export of the import (-first +second):\n%s", diff)
	}
	for _, world := range []string{"w", "copy"} {
		deliveries := []int{deliver(world), deliver(world)}
		calls := []int{}
		for range 3 {
			calls = append(calls, m.make(world, http.MethodGet, "/hooks/12/incomings/stats", nil).status)
		}
		var hook controlapi.CreatedHook
		m.control(http.MethodPost, "/worlds/"+world+"/makecom/hooks", object{}).into(&hook)
		if diff := cmp.Diff([][]int{{200, 429}, {200, 200, 429}, {70}}, [][]int{deliveries, calls, {hook.HookID}}); diff != "" {
			t.Errorf("%s: deliveries, calls, hook (-want +got):\n%s", world, diff)
		}
	}
	m.control(http.MethodPut, "/worlds/bad", object{"makecom": object{"state": "654=soon/3"}}).refused(http.StatusBadRequest, "bad-body", "makecom.state")
}
