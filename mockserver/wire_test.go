package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// Percent-encoded letters, digits, hyphens, periods, underscores and tildes are the characters themselves.
func TestUnreservedCharactersMayBeEncoded(t *testing.T) {
	mock := newClient(t)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/api/v2/hooks/%36%35%34/%69ncomings", "", 200},
		{"GET", "/api/v2/hooks/6%354/incomings", "", 200},
		{"GET", "/api/v2/%68%6f%6F%6b%73?teamId=1", "", 200},
		{"GET", "/%61pi/v2/hooks/654", "", 200},
		{"GET", "/api/%762/hooks/654", "", 200},
		{"GET", "/api/v2/hooks/654/incomings/%73tats", "", 200},
		{"GET", "/api/v2/hooks/654/incomings/%37a567f385d1a4f5ab7bff89162b7605e", "", 200},
		{"POST", "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k%2Edemo", "{}", 200},
		{"POST", "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k%2edemo", "{}", 200},
		{"POST", "/%77%68/%79l8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", "{}", 200},
		{"POST", "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.dem%6f", "{}", 200},
		{"GET", "/%63rmapi/rest/v2/webhook%5Frequests/list?token=demo", "", 200},
		{"GET", "/crmapi/rest/v2/webhook_requests/sho%77?token=demo&webhook_request_identifier=number=7", "", 200},
		{"GET", "/%5Funderstudy/v1/worlds", "", 200},
		{"GET", "/_understudy/v1/worlds/d%65mo", "", 200},
		{"GET", "/_understudy/v1/worlds/demo/%6Aournal", "", 200},
		{"GET", "/_understudy/%68ealthz", "", 200},
		// What is reserved is not the same path.
		{"GET", "/api/v2/hooks%2F654", "", 404},
		{"GET", "/api%2Fv2/hooks/654", "", 404},
		{"GET", "/api/v2/hooks/654%2Fincomings", "", 400},
		{"GET", "/api/v2/hooks/654%20/incomings", "", 400},
		{"POST", "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k%2edem%C3%B6", "{}", 410},
	} {
		if a := mock.do(c.method, c.path, c.body); a.Status != c.status {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.Status, a.Body)
		}
	}
}

// A parameter that an operation does not know is nobody's business, whatever is in it.
func TestUnrelatedParameters(t *testing.T) {
	mock := newClient(t)
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/api/v2/hooks/654/incomings?utm=a;b", 200, ""},
		{"/api/v2/hooks/654/incomings?a;b", 200, ""},
		{"/api/v2/hooks/654/incomings?;", 200, ""},
		{"/api/v2/hooks/654/incomings?pg[limit]=1&x=;;", 200, ""},
		{"/api/v2/hooks/654/incomings?x=1&x=2", 200, ""},
		{"/api/v2/hooks/654/incomings/stats?a;b=c", 200, ""},
		{"/api/v2/hooks/654?a;b", 200, ""},
		{"/api/v2/hooks?teamId=1&a;b", 200, ""},
		{"/crmapi/rest/v2/webhook_requests/list?token=demo&entity=JOBS&a;b", 200, `"OK"`},
		{"/crmapi/rest/v2/webhook_requests/show?token=demo&webhook_request_identifier=number=7&x=;", 200, `"number"`},
		{"/api/v2/hooks/654/incomings?pg[limit]=1;2", 400, `\"1;2\" is not an integer`},
		{"/api/v2/hooks/654/incomings?pg[limit]=1&pg[limit]=1", 400, "pg[limit]: it is given 2 times"},
		{"/api/v2/hooks/654/incomings?pg[limit]=1&pg[limit]=2&pg[limit]=3", 400, "pg[limit]: it is given 3 times"},
		{"/api/v2/hooks/654/incomings?pg[limit]=&pg[limit]=1", 400, "given 2 times"},
		{"/api/v2/hooks/654/incomings?pg[offset]=0&pg%5Boffset%5D=0", 400, "pg[offset]: it is given 2 times"},
		{"/api/v2/hooks/654/incomings?pg[sortDir]=asc&pg[sortDir]=desc", 400, "pg[sortDir]: it is given 2 times"},
		{"/api/v2/hooks/654/incomings?pg[sortBy]=created&pg[sortBy]=created", 400, "pg[sortBy]: it is given 2 times"},
		{"/api/v2/hooks?teamId=1&teamId=1", 400, "teamId: it is given 2 times"},
		{"/crmapi/rest/v2/webhook_requests/list?token=demo&entity=JOBS&offset=1&offset=1", 200, "offset: it is given 2 times"},
		{"/crmapi/rest/v2/webhook_requests/list?token=demo&entity=JOBS&number_of_results=1&number_of_results=2&number_of_results=3", 200, "number_of_results: it is given 3 times"},
		{"/crmapi/rest/v2/webhook_requests/show?token=demo&webhook_request_identifier=number=7&webhook_request_identifier=number=7", 200, "given 2 times"},
		{"/_understudy/v1/worlds/demo/journal?limit=1&limit=2", 400, "limit: it is given 2 times"},
		{"/_understudy/v1/worlds/demo/journal?operation=ingest&operation=ingest", 400, "operation: it is given 2 times"},
	} {
		if a := mock.do(http.MethodGet, c.path, ""); a.Status != c.status || !strings.Contains(a.Body, c.says) {
			t.Errorf("%s: %d %s, want %d and %s", c.path, a.Status, a.Body, c.status, c.says)
		}
	}
	for _, query := range []string{"confirmed=true&confirmed=true", "confirmed=false&confirmed=true", "confirmed=yes&confirmed=true"} {
		a := mock.do(http.MethodDelete, queuePath+"?"+query, `{"all":true}`)
		if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "confirmed: it is given 2 times") {
			t.Errorf("%s: %d %s", query, a.Status, a.Body)
		}
	}
}

// Whoever misspells a parameter of the control API is told so, with the one that may have been meant.
func TestControlRefusesUnknownParameters(t *testing.T) {
	mock := newClient(t)
	for path, says := range map[string]string{
		"/worlds/demo/journal?operaton=x":                    `take \"operation\"`,
		"/worlds/demo/journal?Limit=1":                       `take \"limit\"`,
		"/worlds/demo/journal?limt=1&wait=0":                 `take \"limit\"`,
		"/worlds?world=demo":                                 "this operation has none",
		"/worlds/demo/clock?x":                               `there is no parameter \"x\"`,
		"/worlds/demo/journal?operation=deleteIncoming":      `take \"deleteHookIncomings\"`,
		"/worlds/demo/journal?operation=nope":                `there is no operation \"nope\"`,
		"/worlds/demo/journal?requirement=makecom/delete/id": `makecom/delete/ids`,
		"/worlds/demo/journal?requirement=x":                 `there is no requirement \"x\"`,
		"/worlds/demo/journal?requirement=y":                 "contracts lists them",
	} {
		a := mock.do(http.MethodGet, "/_understudy/v1"+path, "")
		if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, says) {
			t.Errorf("%s: %d %s, want %s", path, a.Status, a.Body, says)
		}
	}
	for _, path := range []string{"/worlds/demo/journal?operation=listHookIncomings&limit=1&format=har", "/worlds/demo/journal?commands=true&operation=putClock", "/worlds"} {
		if a := mock.do(http.MethodGet, "/_understudy/v1"+path, ""); a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
}

func TestVerifyRefusesUnknownNamesAndComparesExactly(t *testing.T) {
	mock := newClient(t)
	mock.do(http.MethodDelete, queuePath, `{"ids":["x"],"n":9007199254740993}`)
	const path = "/_understudy/v1/worlds/demo/journal/verify"
	for _, c := range []struct {
		expectation string
		status      int
		says        string
	}{
		{`{"operation":"deleteIncomings","never":true}`, 400, `take \"deleteHookIncomings\"`},
		{`{"requirement":"makecom/delete/idz","never":true}`, 400, `expectations[0].requirement`},
		{`{"operation":"deleteHookIncomings","body":{"n":9007199254740993}}`, 200, ""},
		{`{"operation":"deleteHookIncomings","body":{"n":9007199254740993.0}}`, 200, ""},
		{`{"operation":"deleteHookIncomings","body":{"n":9007199254740992}}`, 409, "9007199254740993"},
		{`{"operation":"deleteHookIncomings","body":{"n":9007199254740994}}`, 409, "9007199254740994"},
		{`{"operation":"deleteHookIncomings","body":{"n":"9007199254740993"}}`, 409, ""},
	} {
		a := mock.do(http.MethodPost, path, `{"expectations":[`+c.expectation+`]}`)
		if a.Status != c.status || !strings.Contains(a.Body, c.says) {
			t.Errorf("%s: %d %s", c.expectation, a.Status, a.Body)
		}
	}
}

// Pact's verifiers send a change of state as a query when told to, and every value as text.
func TestStatesByQueryAndInText(t *testing.T) {
	mock := newClient(t)
	states := "/_understudy/v1/provider-states"
	for _, c := range []struct {
		query, body string
		status      int
		says        string
	}{
		{"?state=a+hook&action=setup&token=demo&queueLimit=2&method=true", "", 200, "hookUrl"},
		{"?state=items%20waiting&token=demo&hookId=654&count=2", "", 200, `"ids":["`},
		{`?state=items+waiting&token=demo&hookId=654&data=[{"a":1.0}]`, "", 200, `"ids":["`},
		{"?state=an+item+being+processed&token=demo&hookId=654", "", 200, `"id":"`},
		{"?state=a+token&token=demo&scopes=hooks:read", "", 200, `"token":"`},
		{"?state=a+token&token=demo&scopes=hooks:read&scopes=hooks:write", "", 200, `"token":"`},
		{"?state=a+rate+limit&token=demo&perMinute=60", "", 200, "{}"},
		{"?state=a+rate+limit&token=demo&perMinute=0&hookId=654&ingestPer10s=9", "", 200, "{}"},
		{"?state=a+rejected+webhook+request&token=demo&entity_id=7", "", 200, `"entity_id":"7"`},
		{"?state=a+hooc&token=demo", "", 404, "there is no state"},
		{"?state=items+waiting&token=demo&hookId=x&count=1", "", 400, "hookId"},
		{"?action=setup&token=demo", "", 400, "state"},
		{"", `{"state":"items waiting","params":{"token":"demo","hookId":"654","count":"1"}}`, 200, `"ids":["`},
		{"", `{"state":"a hook","params":{"token":"demo","queueLimit":"3","method":"true","headers":"false"}}`, 200, "hookUrl"},
		{"", `{"state":"a webhook definition","params":{"token":"demo","url":"sink:shop","effective":"true","fields_set":"id"}}`, 200, "secret_key"},
		{"", `{"state":"a hook","params":{"token":"demo","queueLimit":"many"}}`, 400, "queueLimit"},
		{"", `{"state":"a hook","params":{"token":"demo","method":"perhaps"}}`, 400, "method"},
	} {
		if a := mock.do(http.MethodPost, states+c.query, c.body); a.Status != c.status || !strings.Contains(a.Body, c.says) {
			t.Errorf("%s%s: %d %s", c.query, c.body, a.Status, a.Body)
		}
	}
}

// Numbers keep their digits and members their order from the state that is asked for to what is signed and shown.
func TestStatesKeepNumbers(t *testing.T) {
	mock := newClient(t)
	const data = `{"z":1.0,"a":123456789012345678901234567890,"n":9007199254740993,"m":9223372036854775807,"e":1e400,"p":0.10}`
	a := mock.do(http.MethodPost, "/_understudy/v1/provider-states", `{"state":"a rejected webhook request","params":{"token":"demo","data":`+data+`}}`)
	if a.Status != http.StatusOK || !strings.Contains(a.Body, data) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	a = mock.do(http.MethodPost, "/_understudy/v1/provider-states", `{"state":"items waiting","params":{"token":"demo","hookId":654,"data":[`+data+`]}}`)
	_, id, _ := strings.Cut(a.Body, `["`)
	id, _, _ = strings.Cut(id, `"`)
	mock.wantData(id, data)
}

func TestTheRefusalOfAHostNamesTheFlag(t *testing.T) {
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"mock.example", "[::]:8654", "mock.example:8654"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/_understudy/v1/worlds", nil)
		r.Host = host
		w := httptest.NewRecorder()
		mock.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "--control-host ") {
			t.Errorf("%s: %d %s", host, w.Code, w.Body)
		}
	}
}

func FuzzPlainPaths(f *testing.F) {
	f.Add("/wh/%41")
	f.Add("/a%2Fb")
	mock, err := mockserver.New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		escaped := ""
		for i := range len(path) {
			escaped += fmt.Sprintf("%%%02x", path[i])
		}
		for _, p := range []string{"/wh/" + escaped, "/" + escaped} {
			w := httptest.NewRecorder()
			mock.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, p, nil))
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("%s: %d %s", p, w.Code, w.Body)
			}
		}
	})
}
