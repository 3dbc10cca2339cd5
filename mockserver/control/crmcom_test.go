package control_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
)

// crm calls CRM.COM's API by GET and reads the data of a success.
func (m mock) crm(path string) any {
	m.t.Helper()
	var envelope struct {
		Status struct{ Code, Message string }
		Data   any
	}
	m.send(m.request(http.MethodGet, "/crmapi/rest/v2"+path, nil)).into(&envelope)
	if envelope.Status.Code != "OK" {
		m.t.Fatalf("%s: %+v", path, envelope.Status)
	}
	return envelope.Data
}

func with(params object, more object) object {
	all := object{}
	for _, o := range []object{params, more} {
		for name, value := range o {
			all[name] = value
		}
	}
	return all
}

const webhook = `{"b":1.50,"a":"<é>"}`

func TestFireDeliversToASink(t *testing.T) {
	m := start(t)
	made := m.control(http.MethodPost, "/worlds/w/crmcom/definitions", object{"url": "sink:shop", "secret_key": "key", "entity": "JOBS"}).object()
	m.control(http.MethodPut, "/worlds/w/sinks/shop", object{"answers": []object{{"status": 503, "body": "later"}, {"status": 204}}}).
		is(http.StatusOK, object{"answers": []any{object{"status": 503.0, "body": "later"}, object{"status": 204.0}}})
	fire := func() object {
		return m.control(http.MethodPost, "/worlds/w/crmcom/fire", `{"workflow_rule":`+text(t, made["workflow_rule"])+`,"entity_id":"E1","data":`+webhook+`}`).object()
	}
	first, second := fire(), fire()
	if first["number"] != "16" || second["number"] != "17" {
		t.Errorf("got numbers %v and %v", first["number"], second["number"])
	}
	for number, want := range map[string][]any{"16": {"REJECTED", "HttpServerErrorException"}, "17": {"SUCCESSFUL", nil}} {
		r, _ := m.crm("/webhook_requests/show?token=w&webhook_request_identifier=number=" + number).(object)
		if diff := cmp.Diff(want, []any{r["life_cycle_state"], r["error_code"]}); diff != "" {
			t.Errorf("number %s (-want +got):\n%s", number, diff)
		}
	}
	var sink struct {
		Deliveries []struct {
			Method, Path, Body string
			Status             int
		}
	}
	m.control(http.MethodGet, "/worlds/w/sinks/shop", nil).into(&sink)
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write([]byte(webhook))
	body := `{"entity":"JOBS","entity_id":"E1","data":` + webhook + `,"authentication_code":"` + hex.EncodeToString(mac.Sum(nil)) + `"}`
	if len(sink.Deliveries) != 2 {
		t.Fatalf("got %d deliveries", len(sink.Deliveries))
	}
	m.send(m.request(http.MethodPost, "/_understudy/v1/worlds/w/sinks/shop", strings.Replace(body, "E1\",\"data\":{", "E1\",\"data\":{\"forged\":true,", 1)))
	m.send(m.request(http.MethodPost, "/_understudy/v1/worlds/w/sinks/shop", "no letter"))
	named, _ := m.control(http.MethodGet, "/worlds/w/sinks", nil).object()["sinks"].([]any)
	if got := text(t, named); !strings.Contains(got, `"codes":["right","right","wrong","none"]`) {
		t.Errorf("the codes are judged otherwise: %s", got)
	}
	for i, status := range []int{503, 204} {
		if d := sink.Deliveries[i]; d.Body != body || d.Status != status || d.Method != http.MethodPost || d.Path != "/_understudy/v1/worlds/w/sinks/shop" {
			t.Errorf("delivery %d: %+v, want status %d and body %s", i, d, status, body)
		}
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSinkIsAnOpenReceiver(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/w/sinks/shop", object{"answers": []object{
		{"status": 201, "headers": object{"X-Seen": []string{"yes"}}, "body": "taken"},
		{"status": 200, "close": "before"},
	}}).object()
	path := "/_understudy/v1/worlds/w/sinks/shop"
	got := m.send(m.request(http.MethodPost, path+"?a=b", "anything"))
	if got.status != http.StatusCreated || string(got.text) != "taken" || got.header.Get("X-Seen") != "yes" {
		t.Errorf("got %d %v %q", got.status, got.header, got.text)
	}
	if response, err := http.DefaultClient.Do(m.request(http.MethodPost, path, "again")); err == nil {
		_ = response.Body.Close()
		t.Errorf("a connection that breaks was answered with %d", response.StatusCode)
	}
	seen, _ := m.control(http.MethodGet, "/worlds/w/sinks/shop", nil).object()["deliveries"].([]any)
	if len(seen) != 2 {
		t.Fatalf("got %d deliveries", len(seen))
	}
	first, _ := seen[0].(object)
	second, _ := seen[1].(object)
	if first["path"] != path+"?a=b" || first["body"] != "anything" || first["status"] != 201.0 || second["status"] != 0.0 {
		t.Errorf("got %v and %v", first, second)
	}
	m.control(http.MethodGet, "/worlds/other/sinks/shop", nil).refused(http.StatusNotFound, "unknown-sink", "name")
}

// Nothing was sent to a name that is misspelt, which says nothing about the one that is meant.
func TestASinkThatNobodyMadeIsRefused(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/w/sinks/shop", object{"answers": []object{}}).object()
	m.send(m.request(http.MethodPost, "/_understudy/v1/worlds/w/sinks/sent", "{}"))
	m.control(http.MethodPost, "/worlds/w/crmcom/definitions", object{"url": "sink:led-to"}).object()
	m.control(http.MethodPost, "/worlds/w/crmcom/definitions", object{"url": m.url + "/_understudy/v1/worlds/w/sinks/absolute"}).object()
	for _, known := range []string{"shop", "sent", "led-to", "absolute"} {
		if a := m.control(http.MethodGet, "/worlds/w/sinks/"+known, nil); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", known, a.status, a.text)
		}
	}
	for _, misspelt := range []string{"shopp", "led", "nope"} {
		m.control(http.MethodGet, "/worlds/w/sinks/"+misspelt, nil).refused(http.StatusNotFound, "unknown-sink", "name")
	}
	if a := m.control(http.MethodGet, "/worlds/w/sinks/shopp", nil); !strings.Contains(string(a.text), `take \"shop\"`) {
		t.Errorf("no near name: %s", a.text)
	}
}

func TestCrmcomRefuses(t *testing.T) {
	m := start(t)
	definitions, fire := "/worlds/w/crmcom/definitions", "/worlds/w/crmcom/fire"
	m.control(http.MethodPost, definitions, object{"url": "ftp://x"}).refused(http.StatusBadRequest, "bad-value", "url")
	m.control(http.MethodPost, definitions, object{"url": "sink:"}).refused(http.StatusBadRequest, "bad-value", "url")
	m.control(http.MethodPost, definitions, object{"url": "sink:a", "name": "New activities"}).refused(http.StatusConflict, "taken", "")
	m.control(http.MethodPost, fire, object{"workflow_rule": "none"}).refused(http.StatusNotFound, "unknown-rule", "")
	m.control(http.MethodPost, fire, object{"workflow_rule": object{}}).refused(http.StatusBadRequest, "bad-value", "workflow_rule")
	rule := object{"name": "Activity created"}
	m.control(http.MethodPost, fire, object{"workflow_rule": rule, "entity": "JOBS"}).refused(http.StatusBadRequest, "bad-value", "")
	about := m.control(http.MethodPost, definitions, object{"url": "sink:any"}).object()["workflow_rule"]
	problem := m.control(http.MethodPost, fire, object{"workflow_rule": about}).refused(http.StatusBadRequest, "no-entity", "")
	if strings.Contains(problem.Remedy, "leave it out") || !strings.Contains(problem.Remedy, "give an entity") {
		t.Errorf("got the remedy %q where none was given", problem.Remedy)
	}
	m.control(http.MethodPost, fire, object{"workflow_rule": rule, "data": []int{}}).refused(http.StatusBadRequest, "bad-value", "")
	m.control(http.MethodPut, "/worlds/w/sinks/shop", object{"answers": []object{{"status": 99}}}).
		refused(http.StatusBadRequest, "bad-body", "answers[0].status")
	m.state("setup", "a webhook definition", object{"token": "w"}).refused(http.StatusBadRequest, "bad-value", "params.url")
	m.state("setup", "a webhook definition", object{"token": "w", "url": "sink:a", "logging": "none"}).refused(http.StatusBadRequest, "bad-value", "params.logging")
	m.state("setup", "a rejected webhook request", object{"token": "w", "entity": "NOTHING"}).refused(http.StatusBadRequest, "bad-value", "params.entity")
	m.state("setup", "a workflow rule fires", object{"token": "w", "workflow_rule": "none"}).refused(http.StatusConflict, "unknown-rule", "")
}

func TestStateOfADefinition(t *testing.T) {
	m := start(t)
	params := object{"token": "w", "url": m.url + "/_understudy/v1/worlds/w/sinks/shop", "fields_set": []string{"a"}}
	d := m.state("setup", "a webhook definition", params).object()
	rule, _ := d["workflow_rule"].(object)
	for name, value := range with(d, rule) {
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
	fired := m.state("setup", "a workflow rule fires", object{
		"token": "w", "workflow_rule": rule, "entity": "LEADS", "entity_id": "E", "data": object{"a": 1, "b": 2},
	}).object()
	r, _ := m.crm("/webhook_requests/show?token=w&webhook_request_identifier=number=" + fired["number"].(string)).(object)
	sent, _ := r["request"].(object)
	if r["id"] != fired["id"] || r["entity"] != "LEADS" || r["fields_set"] != "a" || r["life_cycle_state"] != "SUCCESSFUL" {
		t.Errorf("got %v", r)
	}
	if diff := cmp.Diff(any(object{"a": 1.0}), sent["data"]); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	m.state("teardown", "a workflow rule fires", with(object{"token": "w"}, fired)).is(http.StatusOK, object{})
	m.state("teardown", "a webhook definition", with(params, d)).is(http.StatusOK, object{})
	m.state("teardown", "a webhook definition", with(params, d)).is(http.StatusOK, object{})
	if left := m.crm("/webhook_requests/list?token=w&entity=LEADS"); len(values(left)) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStatesThatLogNothing(t *testing.T) {
	m := start(t)
	for name, params := range map[string]object{
		"not effective":             {"token": "w", "url": "sink:quiet", "effective": false},
		"logs only what is refused": {"token": "w", "url": "sink:shop", "logging": "rejected-only"},
	} {
		d := m.state("setup", "a webhook definition", params).object()
		m.state("setup", "a workflow rule fires", object{"token": "w", "workflow_rule": d["workflow_rule"], "entity": "JOBS"}).is(http.StatusOK, object{})
		if d["id"] == nil {
			t.Errorf("%s: no definition in %v", name, d)
		}
	}
	m.control(http.MethodGet, "/worlds/w/sinks/quiet", nil).is(http.StatusOK, object{})
}

func TestStatesOfARequest(t *testing.T) {
	for state, want := range map[string]string{"a rejected webhook request": "REJECTED", "a successful webhook request": "SUCCESSFUL"} {
		t.Run(state, func(t *testing.T) {
			m := start(t)
			params := object{"token": "w", "entity": "PAYMENTS", "entity_id": "P1", "data": object{"x": 1}}
			got := m.state("setup", state, params).object()
			r, _ := m.crm("/webhook_requests/show?token=w&webhook_request_identifier=id=" + got["id"].(string)).(object)
			for _, name := range []string{"id", "number", "life_cycle_state", "entity", "entity_id", "url"} {
				if got[name] != r[name] || got[name] == "" {
					t.Errorf("%s: the state says %v, the request %v", name, got[name], r[name])
				}
			}
			if got["life_cycle_state"] != want || got["entity_id"] != "P1" || got["secret_key"] == "" {
				t.Errorf("got %v", got)
			}
			if diff := cmp.Diff(any(object{"x": 1.0}), got["data"]); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
			for _, name := range []string{"webhook_definition", "workflow_rule"} {
				shown, _ := r[name].(object)
				named, _ := got[name].(object)
				if shown["id"] != named["id"] || shown["name"] != named["name"] || named["id"] == nil {
					t.Errorf("%s: the state says %v, the request %v", name, named, shown)
				}
			}
			m.state("teardown", state, with(params, got)).is(http.StatusOK, object{})
			if left := m.crm("/webhook_requests/list?token=w&entity=PAYMENTS"); len(values(left)) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// What the world file says comes back from the export, and the copy goes on where the original stood.
func TestCrmcomSurvivesExportAndImport(t *testing.T) {
	first, second := start(t), start(t, mockserver.WithSeed(99))
	const frozen = `{"mode":"frozen","now":"2026-01-01T00:00:00Z"}`
	first.control(http.MethodPut, "/worlds/w/clock", frozen).object()
	d := first.state("setup", "a webhook definition", object{"world": "w", "url": "sink:shop", "fields_set": "a,b"}).object()
	first.state("setup", "a rejected webhook request", object{"world": "w"}).object()
	first.control(http.MethodPut, "/worlds/w/sinks/shop", object{"answers": []object{{"status": 500, "times": 2}, {"status": 200}}}).object()
	fire := func(m mock, world string) {
		m.control(http.MethodPost, "/worlds/"+world+"/crmcom/fire", object{"workflow_rule": d["workflow_rule"], "entity": "JOBS", "data": object{"a": "<&>", "c": 1}}).object()
	}
	fire(first, "w")
	file := first.control(http.MethodGet, "/worlds/w", nil)
	second.control(http.MethodPut, "/worlds/w", string(file.text)).object()
	for range 2 {
		again := second.control(http.MethodGet, "/worlds/w", nil)
		if diff := cmp.Diff(string(first.control(http.MethodGet, "/worlds/w", nil).text), string(again.text)); diff != "" {
			t.Fatalf("export of the import (-first +second):\n%s", diff)
		}
		fire(first, "w")
		fire(second, "w")
	}
}

func TestLoginFollowsTheWorldsUsers(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/shop", `{"logins":"declared","crmcom":{"logins":[{"organisation":"ACME","username":"ann","password":"p","unit":"north","legacy":true}]}}`).object()
	login := func(body string) string {
		r := m.request(http.MethodPost, "/crmapi/rest/v2/authentication/token", body)
		r.Header.Set("Content-Type", "application/json")
		var answer struct {
			Status struct{ Code string }
			Data   struct{ Token string }
		}
		m.send(r).into(&answer)
		return answer.Data.Token
	}
	token := login(`{"organisation":"ACME","username":"ann","password":"p","unit":"north"}`)
	if len(token) != 32 {
		t.Errorf("got token %q, want 32 hex digits", token)
	}
	for _, bad := range []string{
		`{"organisation":"ACME","username":"ann","password":"q","unit":"north"}`,
		`{"organisation":"ACME","username":"bob","password":"p","unit":"north"}`,
		`{"organisation":"ACME","username":"ann","password":"p"}`,
		`{"organisation":"ACME","username":"ann","password":"p","unit":"south"}`,
	} {
		if got := login(bad); got != "" {
			t.Errorf("%s: got token %q", bad, got)
		}
	}
	if found := m.crm("/webhook_requests/list?entity=ACTIVITIES&token=" + token); len(values(found)) != 0 {
		t.Errorf("the token opens another world: %v", found)
	}
}

// A resend sends the latest data of an entity. The copy of a world knows it as well as the world does.
func TestLatestDataSurvivesExportAndImport(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/w/dialect", object{"crmcom/resend/content": "re-read"}).object()
	m.control(http.MethodPut, "/worlds/w/sinks/shop", object{"answers": []object{{"status": 500, "times": 2}, {"status": 200}}}).object()
	made := m.control(http.MethodPost, "/worlds/w/crmcom/definitions", object{"url": "sink:shop", "entity": "JOBS"}).object()
	for v := range 2 {
		m.control(http.MethodPost, "/worlds/w/crmcom/fire", object{"workflow_rule": made["workflow_rule"], "entity_id": "E1", "data": object{"v": v}}).object()
	}
	m.control(http.MethodPut, "/worlds/copy", string(m.control(http.MethodGet, "/worlds/w", nil).text)).object()
	for _, world := range []string{"w", "copy"} {
		r := m.request(http.MethodPost, "/crmapi/rest/v2/webhook_requests/resend", object{"token": world, "webhook_request_identifier": object{"number": "16"}})
		r.Header.Set("Content-Type", "application/json")
		m.send(r).within("data")
		var sink struct{ Deliveries []struct{ Body string } }
		m.control(http.MethodGet, "/worlds/"+world+"/sinks/shop", nil).into(&sink)
		if last := sink.Deliveries[len(sink.Deliveries)-1].Body; !strings.Contains(last, `"v":1`) {
			t.Errorf("%s: it sent %s", world, last)
		}
	}
}
