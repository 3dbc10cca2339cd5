package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

// vendor is a served server and the credential that it starts with.
type vendor struct {
	t   *testing.T
	url string
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

func start(t *testing.T, o server.Options) vendor {
	t.Helper()
	s := httptest.NewServer(server.New(o))
	t.Cleanup(s.Close)
	return vendor{t, s.URL}
}

// send makes one request; header is pairs of names and values. It may be called from any goroutine.
func (v vendor) send(method, target, body string, header ...string) answer {
	v.t.Helper()
	if strings.HasPrefix(target, "/") {
		target = v.url + target
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		v.t.Error(err)
		return answer{}
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Error(err)
		return answer{}
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Error(err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

// mk calls Make's API with the token demo.
func (v vendor) mk(method, path, body string) answer {
	v.t.Helper()
	return v.send(method, "/api/v2"+path, body, "Authorization", "Token demo")
}

// crm calls one of CRM.COM's reads with the token demo.
func (v vendor) crm(method, query string) answer {
	v.t.Helper()
	return v.send(http.MethodGet, "/crmapi/rest/v2/webhook_requests/"+method+"?token=demo&"+query, "")
}

// post calls one of CRM.COM's writes with the token demo.
func (v vendor) post(method, number string) answer {
	v.t.Helper()
	body := marshal(v.t, object{"token": "demo", "webhook_request_identifier": object{"number": number}})
	return v.send(http.MethodPost, "/crmapi/rest/v2/webhook_requests/"+method, body)
}

type object = map[string]any

// state sets up a state that has to be reached, and returns its values.
func (v vendor) state(name string, params object) object {
	v.t.Helper()
	a := v.send(http.MethodPost, "/states", marshal(v.t, object{"state": name, "params": params, "action": "setup"}))
	if a.status != http.StatusOK {
		v.t.Fatalf("state %q: %d %s", name, a.status, a.body)
	}
	return a.object(v.t)
}

// hook makes a hook with that many items waiting.
func (v vendor) hook(items int) (id string, ids []string) {
	v.t.Helper()
	hookID := v.state("a hook", nil)["hookId"]
	id = marshal(v.t, hookID)
	if items == 0 {
		return id, nil
	}
	return id, texts(v.state("items waiting", object{"hookId": hookID, "count": items})["ids"])
}

// begin has the oldest waiting item of the hook processed.
func (v vendor) begin(hook string) string {
	v.t.Helper()
	return text(v.state("an item being processed", object{"hookId": json.RawMessage(hook)})["id"])
}

// listed are the ids that the list of a hook shows.
func (v vendor) listed(hook, query string) []string {
	v.t.Helper()
	a := v.mk(http.MethodGet, "/hooks/"+hook+"/incomings?"+query, "")
	ids := []string{}
	for _, it := range list(a.object(v.t)["incomings"]) {
		ids = append(ids, text(member(it, "id")))
	}
	return ids
}

// queued is the number of items that the stats of a hook count.
func (v vendor) queued(hook string) any {
	v.t.Helper()
	return member(v.mk(http.MethodGet, "/hooks/"+hook+"/incomings/stats", "").object(v.t)["incomingStat"], "queue")
}

func (a answer) object(t *testing.T) object {
	t.Helper()
	var o object
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		t.Fatalf("%d %q is no JSON object: %v", a.status, a.body, err)
	}
	return o
}

// code is CRM.COM's status.code.
func (a answer) code(t *testing.T) string {
	t.Helper()
	return text(member(a.object(t)["status"], "code"))
}

// wantJSON compares the answer with JSON in which <id> stands for any id of either API and <time> for any time.
func (a answer) wantJSON(t *testing.T, want string) {
	t.Helper()
	seen := regexp.MustCompile(`"[0-9a-f]{32}"|"[0-9A-F]{32}"`).ReplaceAllString(a.body, `"<id>"`)
	seen = regexp.MustCompile(`"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}Z)?"`).ReplaceAllString(seen, `"<time>"`)
	var got, wanted any
	if err := json.Unmarshal([]byte(seen), &got); err != nil {
		t.Fatalf("%d %q is no JSON: %v", a.status, a.body, err)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatalf("%q is no JSON: %v", want, err)
	}
	equal(t, got, wanted)
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// member, list and text read parsed JSON; what is not there is nil, no elements, "".
func member(v any, name string) any {
	o, _ := v.(object)
	return o[name]
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func texts(v any) []string {
	var all []string
	for _, element := range list(v) {
		all = append(all, text(element))
	}
	return all
}

func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return q.Encode()
}
