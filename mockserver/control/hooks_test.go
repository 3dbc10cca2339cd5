package control_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	controlapi "github.com/understudy-mock/understudy/generated/control"
)

func itoa(n int) string { return strconv.Itoa(n) }

// hook makes a hook in the world demo.
func (m mock) hook(settings object) controlapi.CreatedHook {
	m.t.Helper()
	var hook controlapi.CreatedHook
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks", settings).into(&hook)
	return hook
}

// deliver puts items into a queue.
func (m mock) deliver(hookID int, body object) []string {
	m.t.Helper()
	var items controlapi.IncomingIDs
	m.control(http.MethodPost, fmt.Sprintf("/worlds/demo/makecom/hooks/%d/incomings", hookID), body).into(&items)
	return items.IDs
}

// listed are the ids that Make's API lists.
func (m mock) listed(hookID int) []string {
	m.t.Helper()
	var page struct{ Incomings []struct{ ID string } }
	m.make("demo", http.MethodGet, fmt.Sprintf("/hooks/%d/incomings", hookID), nil).into(&page)
	ids := make([]string, len(page.Incomings))
	for i, item := range page.Incomings {
		ids[i] = item.ID
	}
	return ids
}

func TestCreatedHookAcceptsDeliveries(t *testing.T) {
	m := start(t)
	hook := m.hook(object{"name": "Orders", "queueLimit": 2, "keepMethod": true})
	for _, want := range []int{http.StatusOK, http.StatusOK, http.StatusBadRequest} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, hook.HookURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.send(r).status; got != want {
			t.Errorf("status %d, want %d", got, want)
		}
	}
	shown := m.make("demo", http.MethodGet, "/hooks/"+itoa(hook.HookID), nil).within("hook")
	if shown["name"] != "Orders" || shown["queueLimit"] != 2.0 || shown["url"] != hook.HookURL || shown["teamId"] != 1.0 {
		t.Errorf("hook %v", shown)
	}
}

func TestCreateHookRefuses(t *testing.T) {
	m := start(t)
	const path = "/worlds/demo/makecom/hooks"
	m.control(http.MethodPost, path, object{"limit": 3}).refused(http.StatusBadRequest, "bad-body", "limit")
	m.control(http.MethodPost, path, object{"queueLimit": -1}).refused(http.StatusBadRequest, "bad-body", "queueLimit")
	m.control(http.MethodPost, path, object{"processing": object{"mode": "scheduled"}}).refused(http.StatusBadRequest, "bad-value", "processing.every")
	m.control(http.MethodPost, path, object{"processing": object{"mode": "scheduled", "every": "0s"}}).refused(http.StatusBadRequest, "bad-value", "processing.every")
}

func TestDeliveredDataIsKept(t *testing.T) {
	m := start(t)
	hook := m.hook(object{"ingestPer10s": 1})
	ids := m.deliver(hook.HookID, object{"data": []any{object{"name": "test"}, "text", object{"value": object{"$base64": "ew=="}}}})
	want := []any{
		object{"name": "test"},
		object{"value": "text"},
		object{"value": "IMTBuffer(1, binary, 60ba4b2daa4ed4d070fec06687e249e0e6f9ee45): 7b"},
	}
	for i, id := range ids {
		shown := m.make("demo", http.MethodGet, fmt.Sprintf("/hooks/%d/incomings/%s", hook.HookID, id), nil).within("incoming")
		if diff := cmp.Diff(want[i], shown["data"]); diff != "" {
			t.Errorf("item %d (-want +got):\n%s", i, diff)
		}
	}
	if len(ids) != len(want) {
		t.Errorf("%d ids", len(ids))
	}
}

func TestDeliverAllOrNone(t *testing.T) {
	m := start(t)
	hook := m.hook(object{"queueLimit": 3})
	path := fmt.Sprintf("/worlds/demo/makecom/hooks/%d/incomings", hook.HookID)
	first := m.deliver(hook.HookID, object{"count": 2})
	m.control(http.MethodPost, path, object{"count": 2}).refused(http.StatusConflict, "queue-full", "")
	m.control(http.MethodPost, path, object{"data": []int{1, 2}}).refused(http.StatusConflict, "queue-full", "")
	m.control(http.MethodPost, path, object{}).refused(http.StatusBadRequest, "bad-value", "count")
	m.control(http.MethodPost, path, object{"count": 1, "data": []int{1}}).refused(http.StatusBadRequest, "bad-value", "count")
	m.control(http.MethodPost, path, object{"data": []object{{"$base64": "!"}}}).refused(http.StatusBadRequest, "bad-value", "data[0]")
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks/99/incomings", object{"count": 1}).refused(http.StatusNotFound, "unknown-hook", "")
	if diff := cmp.Diff(first, m.listed(hook.HookID)); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
	disabled := m.hook(object{"enabled": false})
	m.control(http.MethodPost, fmt.Sprintf("/worlds/demo/makecom/hooks/%d/incomings", disabled.HookID), object{"count": 1}).
		refused(http.StatusConflict, "hook-disabled", "")
}

func TestBeginAndFinish(t *testing.T) {
	m := start(t)
	hook := m.hook(object{})
	ids := m.deliver(hook.HookID, object{"count": 4})
	path := fmt.Sprintf("/worlds/demo/makecom/hooks/%d", hook.HookID)
	m.control(http.MethodPost, path+"/begin", object{"ids": []string{ids[2]}}).is(http.StatusOK, object{"ids": []any{ids[2]}})
	m.control(http.MethodPost, path+"/begin", object{"count": 2}).is(http.StatusOK, object{"ids": []any{ids[0], ids[1]}})
	answer := m.make("demo", http.MethodDelete, "/hooks/"+itoa(hook.HookID)+"/incomings", object{"ids": []string{ids[0], ids[3]}}).object()
	if diff := cmp.Diff([]any{ids[3]}, answer["incomings"]); diff != "" || answer["error"] == nil {
		t.Errorf("partial delete %v", answer)
	}
	m.control(http.MethodPost, path+"/begin", object{"count": 1}).refused(http.StatusConflict, "not-waiting", "")
	m.control(http.MethodPost, path+"/begin", object{"ids": []string{ids[0]}}).refused(http.StatusConflict, "not-waiting", "")
	m.control(http.MethodPost, path+"/begin", object{"ids": []string{ids[3]}}).refused(http.StatusNotFound, "unknown-item", "")
	m.control(http.MethodPost, path+"/begin", object{}).refused(http.StatusBadRequest, "bad-value", "count")
	m.control(http.MethodPost, path+"/begin", object{"ids": []string{"a", "a"}}).refused(http.StatusBadRequest, "bad-body", "ids")
	m.control(http.MethodPost, path+"/finish", object{"ids": []string{ids[0]}}).is(http.StatusOK, object{"ids": []any{ids[0]}})
	m.control(http.MethodPost, path+"/finish", object{"ids": []string{ids[0]}}).refused(http.StatusNotFound, "unknown-item", "")
	last := m.deliver(hook.HookID, object{"count": 1})
	m.control(http.MethodPost, path+"/finish", object{"ids": last}).refused(http.StatusConflict, "not-processing", "")
	m.control(http.MethodPost, path+"/finish", object{}).is(http.StatusOK, object{"ids": []any{ids[1], ids[2]}})
	if diff := cmp.Diff(last, m.listed(hook.HookID)); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
}

func TestBeginAndFinishOnTheQueue(t *testing.T) {
	m := start(t)
	hookID, ids := 654, object{"ids": []string{"7a567f385d1a4f5ab7bff89162b7605e"}}
	for _, action := range []string{"begin", "finish"} {
		var got struct{ IDs []string }
		m.control(http.MethodPost, fmt.Sprintf("/worlds/demo/makecom/hooks/%d/incomings/%s", hookID, action), ids).into(&got)
		if len(got.IDs) != 1 {
			t.Errorf("%s: %v, want the one item", action, got.IDs)
		}
	}
}
