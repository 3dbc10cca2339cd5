package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/openapi"
)

// observations say for each defect what a client sees of an honest server and of a broken one.
func observations() map[server.Defect]struct {
	observe        func(*testing.T, vendor) any
	honest, broken any
} {
	type seen = struct {
		observe        func(*testing.T, vendor) any
		honest, broken any
	}
	return map[server.Defect]seen{
		server.DeleteAllUnconfirmed: {func(t *testing.T, v vendor) any {
			t.Helper()
			hook, _ := v.hook(2)
			v.mk(http.MethodDelete, "/hooks/"+hook+"/incomings", `{"all":true}`)
			return v.queued(hook)
		}, 2.0, 0.0},
		server.DeletesProcessing: {func(t *testing.T, v vendor) any {
			t.Helper()
			hook, _ := v.hook(1)
			v.mk(http.MethodDelete, "/hooks/"+hook+"/incomings", `{"ids":["`+v.begin(hook)+`"]}`)
			return v.queued(hook)
		}, 1.0, 0.0},
		server.PartialFailsWhole: {func(t *testing.T, v vendor) any {
			t.Helper()
			hook, ids := v.hook(2)
			v.begin(hook)
			v.mk(http.MethodDelete, "/hooks/"+hook+"/incomings", marshal(t, object{"ids": ids}))
			return v.queued(hook)
		}, 1.0, 2.0},
		server.OffsetOffByOne: {func(t *testing.T, v vendor) any {
			t.Helper()
			hook, _ := v.hook(3)
			return len(v.listed(hook, "pg[offset]=2"))
		}, 1, 2},
		server.OtherHookDelete: {func(t *testing.T, v vendor) any {
			t.Helper()
			hook, ids := v.hook(1)
			other, _ := v.hook(1)
			v.mk(http.MethodDelete, "/hooks/"+other+"/incomings", marshal(t, object{"ids": ids}))
			return v.queued(hook)
		}, 1.0, 0.0},
		server.ResendSuccessful: {func(t *testing.T, v vendor) any {
			t.Helper()
			to := receive(t, http.StatusOK)
			v.state("a successful webhook request", object{"url": to.URL})
			v.post("resend", "1")
			return len(to.deliveries())
		}, 0, 1},
		server.DeleteCrmKeeps: {func(t *testing.T, v vendor) any {
			t.Helper()
			v.state("a successful webhook request", nil)
			equal(t, v.post("delete", "1").code(t), "OK")
			return v.crm("show", "webhook_request_identifier=number=1").code(t)
		}, "NOT_FOUND", "OK"},
		server.WrongHMAC: {func(t *testing.T, v vendor) any {
			t.Helper()
			to := receive(t, http.StatusOK)
			d := v.state("a webhook definition", object{"url": to.URL})
			v.state("a workflow rule fires", object{"workflow_rule": d["workflow_rule"]})
			return to.deliveries()[0].verifies(d["secret_key"])
		}, true, false},
		server.NumberReused: {func(t *testing.T, v vendor) any {
			t.Helper()
			v.state("a successful webhook request", nil)
			v.post("delete", "1")
			return v.state("a successful webhook request", nil)["number"]
		}, "2", "1"},
		server.FilterIgnored: {func(t *testing.T, v vendor) any {
			t.Helper()
			v.state("a successful webhook request", nil)
			return len(v.crm("list", "entity=ACTIVITIES&life_cycle_state=REJECTED").numbers(t))
		}, 0, 1},
	}
}

func TestDefects(t *testing.T) {
	seen := observations()
	equal(t, len(seen), len(server.Defects()))
	for _, b := range server.Defects() {
		t.Run(string(b.Defect), func(t *testing.T) {
			o := seen[b.Defect]
			equal(t, o.observe(t, start(t, server.Options{})), o.honest)
			equal(t, o.observe(t, start(t, server.Options{Defect: b.Defect})), o.broken)
		})
	}
}

// TestDefectsViolateRequirements holds the ids against the contract.
func TestDefectsViolateRequirements(t *testing.T) {
	for _, b := range server.Defects() {
		known := false
		for _, api := range openapi.APIs() {
			known = known || api.Requirement(b.Violates) != nil
		}
		if !known {
			t.Errorf("%s: no requirement %q", b.Defect, b.Violates)
		}
	}
}

func TestParseDefect(t *testing.T) {
	d, err := server.ParseDefect("wrong-hmac")
	equal(t, fmt.Sprint(d, err), "wrong-hmac<nil>")
	d, err = server.ParseDefect("")
	equal(t, fmt.Sprint(d, err), "<nil>")
	if _, err = server.ParseDefect("slow"); err == nil {
		t.Error("a defect that nobody has was taken")
	}
}

// TestHooksAreNumberedOnce holds that a hook's id does not come back, nor the ids of its items.
func TestHooksAreNumberedOnce(t *testing.T) {
	v := start(t, server.Options{})
	hook, _ := v.hook(1)
	v.tearDown("a hook", nil, object{"hookId": json.RawMessage(hook)})
	again, _ := v.hook(0)
	if again == hook {
		t.Errorf("hook %s twice", hook)
	}
}
