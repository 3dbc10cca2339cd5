package mocktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Whatever was done to a world, over the APIs and through the control API: the script that is exported does it again, to a
// world of another server, with the same answers.
func TestReplayOfDrawnSequencesAsCurl(t *testing.T) {
	t.Parallel()
	for seed := range uint64(sequences()) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			recorded := drawn(t, seed, true)
			again := newDriven(t)
			again.replay(t, recorded.export(t))
			if diff := cmp.Diff(recorded.answers(t, recordedWorld), again.answers(t, again.onlyWorld(t))); diff != "" {
				t.Errorf("answers (-recorded +replayed):\n%s", diff)
			}
		})
	}
}

// From another seed every id is another one, so that a request is right only when its ids are taken from the new answers.
func TestReplayWithOtherIDsAsCurl(t *testing.T) {
	t.Parallel()
	for seed := range uint64(sequences()) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			script := drawn(t, seed, false).export(t)
			newDriven(t).replay(t, seedMember.ReplaceAllString(script, `  "seed": 4711`))
		})
	}
}

func sequences() int {
	if testing.Short() {
		return 1
	}
	return 3
}

// drawn is a server whose world has seen a sequence that follows from a seed. No credential of it may be exported.
func drawn(t *testing.T, seed uint64, chances bool) *driven {
	t.Helper()
	d := &draw{
		driven: newDriven(t), rand: rand.New(rand.NewPCG(seed, 1)), chances: chances,
		hooks: []string{"654", "655"}, tokens: []string{recordedWorld},
	}
	d.run(40)
	script := d.export(t)
	for _, secret := range append(d.tokens[1:], "8d1f0c6b5a49e7d3") {
		if strings.Contains(script, secret) {
			t.Errorf("the script tells %q", secret)
		}
	}
	return d.driven
}

const recordedWorld = "recorded"

var seedMember = regexp.MustCompile(`(?m)^  "seed": .*\d`)

// driven is a server on loopback, and a client that keeps no connection, so that it sends nothing twice.
type driven struct {
	t      *testing.T
	mock   *mockserver.Server
	url    string
	client *http.Client
}

func newDriven(t *testing.T) *driven {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithValidateResponses())
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(mock)
	t.Cleanup(web.Close)
	return &driven{t, mock, web.URL, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
}

func (d *driven) export(t *testing.T) string {
	t.Helper()
	status, script := d.send(http.MethodGet, controlPath+"/journal?format=curl", "", "")
	if status != http.StatusOK {
		t.Fatalf("%d: %s", status, script)
	}
	return script
}

const controlPath = "/_understudy/v1/worlds/" + recordedWorld

func (d *driven) replay(t *testing.T, script string) {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "bash", "-s", d.url)
	shell.Stdin = strings.NewReader(script)
	if out, err := shell.CombinedOutput(); err != nil {
		kept := filepath.Join(os.TempDir(), "understudy-"+strings.ReplaceAll(t.Name(), "/", "-")+".sh")
		_ = os.WriteFile(kept, []byte(script), 0o600)
		t.Errorf("%v: %s\nthe script is %s", err, out, kept)
	}
}

// onlyWorld is the name of the world that a replay made.
func (d *driven) onlyWorld(t *testing.T) string {
	t.Helper()
	all := d.mock.Worlds().Worlds()
	if len(all) != 1 {
		t.Fatalf("the replay made %d worlds", len(all))
	}
	return all[0].Name
}

// answers are what a world answered, commands among them, without what is never the same twice.
func (d *driven) answers(t *testing.T, name string) []string {
	t.Helper()
	w, err := d.mock.Worlds().Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer(d.url, "URL", name, "WORLD")
	var all []string
	for _, e := range w.Journal.WithCommands(w.Journal.Entries()) {
		body := signature.ReplaceAllString(own.Replace(string(e.Response.Body.Bytes)), "CODE")
		body = signedToken.ReplaceAllString(body, "JWT")
		all = append(all, fmt.Sprintf("%d %s %s: %d %s %s", e.Number, e.Operation, e.Fault, e.Response.Status, e.Transition, body))
	}
	checkViolations(t, w)
	return all
}

func checkViolations(t *testing.T, w *world.World) {
	t.Helper()
	for _, violation := range w.Violations() {
		t.Errorf("an answer of world %s does not follow the document: %s", w.Name, violation)
	}
}

// What is never the same twice: a signature, because keys are hidden, and a token of a login, which holds the name of the world.
var (
	signature   = regexp.MustCompile(`"authentication_code": ?"[^"]*"`)
	signedToken = regexp.MustCompile(`eyJ[\w.-]+`)
)

// send returns status 0 for a connection that was cut.
func (d *driven) send(method, path, token, body string) (status int, text string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Token "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := d.client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = answer.Body.Close() }()
	read, _ := io.ReadAll(answer.Body) // a fault may have cut it
	return answer.StatusCode, string(read)
}

// draw sends what chance has it send, and remembers the ids that came back, to use them later.
type draw struct {
	*driven
	rand                                             *rand.Rand
	chances                                          bool // with what follows from the seed of the world
	hooks, addresses, items, rules, requests, tokens []string
}

func (d *draw) run(steps int) {
	d.control("PUT", "/clock", `{"mode":"frozen","now":"2026-01-01T09:00:00Z"}`)
	all := []func(){
		d.api, d.api, d.api, d.ingest, d.ingest, d.crmcom, d.crmcom, d.crmcom, d.login, d.release, d.clock, d.clock, d.createHook, d.deliver,
		d.begin, d.begin, d.finish, d.dialect, d.faults, d.mutant, d.define, d.fire, d.fire, d.sink, d.mint, d.state, d.state,
	}
	for range steps {
		all[d.rand.IntN(len(all))]()
	}
}

func (d *draw) control(method, path, body string) string {
	d.t.Helper()
	_, text := d.send(method, controlPath+path, "", body)
	return text
}

// one is one of several texts, "none" of none.
func (d *draw) one(of ...string) string {
	if len(of) == 0 {
		return "none"
	}
	return of[d.rand.IntN(len(of))]
}

// chance is the first text if chances may follow from the seed of the world, and else the second.
func (d *draw) chance(seeded, fixed string) string {
	if d.chances {
		return seeded
	}
	return fixed
}

var (
	anItem   = regexp.MustCompile(`(?:[\[,]|"id": ?)"([0-9a-f]{32})"`)
	aHook    = regexp.MustCompile(`"hookId":(\d+),"hookUrl":"http://[^/]+([^"]+)"`)
	aRequest = regexp.MustCompile(`"id":"([0-9A-F]{32})","number":"(\d+)"`)
	aRule    = regexp.MustCompile(`"workflow_rule":{.*"id":"([^"]+)"`)
	aToken   = regexp.MustCompile(`"token":"([^"]+)"`)
)

func (d *draw) learn(text string) {
	for _, found := range anItem.FindAllStringSubmatch(text, -1) {
		d.items = append(d.items, found[1])
	}
	for _, found := range aHook.FindAllStringSubmatch(text, -1) {
		d.hooks, d.addresses = append(d.hooks, found[1]), append(d.addresses, found[2])
	}
	for _, found := range aRequest.FindAllStringSubmatch(text, -1) {
		d.requests = append(d.requests, `{"id":"`+found[1]+`"}`, `{"number":"`+found[2]+`"}`)
	}
	for _, found := range aRule.FindAllStringSubmatch(text, -1) {
		d.rules = append(d.rules, found[1])
	}
	for _, found := range aToken.FindAllStringSubmatch(text, -1) {
		d.tokens = append(d.tokens, found[1])
	}
}

func (d *draw) api() {
	hook, item, token := "/api/v2/hooks/"+d.one(d.hooks...), d.one(d.items...), d.one(d.tokens...)
	switch d.rand.IntN(7) {
	case 0:
		_, text := d.send("GET", hook+"/incomings?pg[limit]=2", token, "")
		d.learn(text)
	case 1:
		d.send("GET", hook+"/incomings/stats", token, "")
	case 2:
		d.send("GET", hook+"/incomings/"+item, token, "")
	case 3:
		d.send("DELETE", hook+"/incomings", token, fmt.Sprintf(`{"ids":[%q,%q]}`, item, d.one(d.items...)))
	case 4:
		d.send("DELETE", hook+"/incomings?confirmed=true", token, fmt.Sprintf(`{"all":true,"exceptIds":[%q]}`, item))
	case 5:
		d.send("POST", hook+d.one("/disable", "/enable", "/enable"), token, "")
	case 6:
		d.send("GET", hook, token, "")
	}
}

func (d *draw) ingest() {
	address := d.one(append(d.addresses, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k."+recordedWorld)...)
	d.send(d.one("POST", "PUT"), address+d.one("", "?a=it's&b=$x"), "", d.one(`{"a":"it's `+"`1`"+`"}`, "[1,2]", "a\x00b", "{", "x $token\n"))
}

func (d *draw) crmcom() {
	const path = "/crmapi/rest/v2/webhook_requests/"
	identifier, token := d.one(append(d.requests, `{"number":"14"}`, `{"number":"99"}`)...), d.one(d.tokens...)
	body := fmt.Sprintf(`{"token":%q,"webhook_request_identifier":%s}`, token, identifier)
	switch d.rand.IntN(4) {
	case 0:
		_, text := d.send("GET", path+"list?token="+token, "", "")
		d.learn(text)
	case 1:
		var named map[string]string
		_ = json.Unmarshal([]byte(identifier), &named)
		for name, value := range named {
			d.send("GET", path+"show?token="+token+"&webhook_request_identifier="+name+"%3D"+value, "", "")
		}
	case 2:
		_, text := d.send("POST", path+"resend", "", body)
		d.learn(text)
	case 3:
		d.send("POST", path+"delete", "", body)
	}
}

func (d *draw) login() {
	_, text := d.send("POST", "/crmapi/rest/v2/authentication/token", "",
		fmt.Sprintf(`{"organisation": %q,"username":"demo","password":%q}`, recordedWorld, d.one("demo", "wrong")))
	d.learn(text)
}

func (d *draw) release() {
	d.send("POST", "/crmapi/rest/v2/authentication/token/release", "", fmt.Sprintf(`{"token":%q}`, d.one(append(d.tokens[1:], "other")...)))
}

func (d *draw) clock() {
	if d.rand.IntN(5) == 0 {
		d.control("PUT", "/clock", fmt.Sprintf(`{"mode":"frozen","now":"2026-01-%02dT00:00:00Z"}`, 1+d.rand.IntN(20)))
		return
	}
	d.control("POST", "/clock/advance", fmt.Sprintf(`{"by":%q}`, d.one("1s", "15m", "25h", "0s")))
}

func (d *draw) createHook() {
	d.learn(d.control("POST", "/makecom/hooks", d.one(
		`{}`, `{"queueLimit":3}`, `{"ingestPer10s":1,"keepMethod":true}`, `{"processing":{"mode":"scheduled","every":"10m","maxResults":1,"duration":"5m"}}`, `{"foreign":true}`)))
}

func (d *draw) deliver() {
	d.learn(d.control("POST", "/makecom/hooks/"+d.one(d.hooks...)+"/incomings", d.one(`{"count":3}`, `{"data":["it's",{"a":1}]}`, `{"count":0}`)))
}

func (d *draw) begin() {
	d.control("POST", "/makecom/hooks/"+d.one(d.hooks...)+d.one("/begin", "/incomings/begin"), d.one(`{"count":1}`, `{"count":2}`, fmt.Sprintf(`{"ids":[%q]}`, d.one(d.items...))))
}

func (d *draw) finish() {
	d.control("POST", "/makecom/hooks/"+d.one(d.hooks...)+"/finish", d.one(`{}`, fmt.Sprintf(`{"ids":[%q]}`, d.one(d.items...))))
}

func (d *draw) dialect() {
	d.control("PUT", "/dialect", d.one(
		`{"name":"default"}`, d.chance(`{"name":"hostile"}`, `{"name":"hostile","seed":3}`), `{"crmcom/error/http-status":"4xx","crmcom/resend/identity":"new-record"}`, `{"makecom/delete/unknown-id":"error-4xx"}`))
}

func (d *draw) faults() {
	d.control("PUT", "/faults", d.one(
		`[]`, `[{"operation":"*","first":2,"status":503}]`, `[{"operation":"listHookIncomings","every":2,"reset":true}]`,
		d.chance(`[{"operation":"*","probability":0.3,"truncate":5}]`, `[{"operation":"*","probability":0.3,"truncate":5,"seed":1}]`), `[{"operation":"ingest","first":1,"malformed":true}]`, `[{"operation":"none","first":1}]`))
}

func (d *draw) mutant() {
	d.control("PUT", "/mutants", d.one(`{}`, `{}`, `{"id":"makecom/delete/ids/only-first"}`))
}

func (d *draw) define() {
	address := d.one("sink:shop", d.url+controlPath+"/sinks/shop")
	d.learn(d.control("POST", "/crmcom/definitions", fmt.Sprintf(`{"url":%q,"entity":"ACTIVITIES"}`, address)))
}

func (d *draw) fire() {
	rule := d.one(append(d.rules, "6A8C0E2F4B6D48A0C2E4F60819A2B3C4")...)
	d.learn(d.control("POST", "/crmcom/fire", fmt.Sprintf(`{"workflow_rule":%q%s}`, rule, d.one("", `,"entity_id":"E1","data":{"id":"E1"}`))))
}

func (d *draw) sink() {
	d.control("PUT", "/sinks/"+d.one("shop", "warehouse"), d.one(`{"answers":[{"status":500,"times":2},{"status":200}]}`, `{"answers":[{"close":"before"},{"status":200}]}`, `{"answers":[]}`))
}

func (d *draw) mint() {
	d.learn(d.control("POST", "/tokens", d.one(`{}`, `{"scopes":["hooks:read"]}`, `{"expires":"2026-01-05T00:00:00Z"}`)))
}

func (d *draw) state() {
	name := d.one("a hook", "items waiting", "an item being processed", "a token", "an expired token", "a refused token", "a rate limit",
		"a webhook definition", "a workflow rule fires", "a rejected webhook request", "hook disabled", "no such state")
	params := map[string]any{"token": recordedWorld}
	if d.rand.IntN(2) == 0 {
		params = map[string]any{"world": recordedWorld}
	}
	switch name {
	case "items waiting":
		params["hookId"], params["count"] = d.one(d.hooks...), 2
	case "an item being processed", "hook disabled":
		params["hookId"] = json.Number(d.one(d.hooks...))
	case "a rate limit":
		params["perMinute"] = 1 + d.rand.IntN(5)
	case "a webhook definition":
		params["url"] = "sink:shop"
	case "a workflow rule fires":
		params["workflow_rule"] = d.one(append(d.rules, "6A8C0E2F4B6D48A0C2E4F60819A2B3C4")...)
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(map[string]any{"state": name, "params": params, "action": d.one("setup", "setup", "teardown")}); err != nil {
		d.t.Fatal(err)
	}
	_, text := d.send("POST", "/_understudy/v1/provider-states", "", body.String())
	d.learn(text)
}
