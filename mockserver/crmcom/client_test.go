package crmcom_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

const (
	show    = "/webhook_requests/show"
	list    = "/webhook_requests/list"
	resend  = "/webhook_requests/resend"
	del     = "/webhook_requests/delete"
	login   = "/authentication/token"
	release = "/authentication/token/release"
	token   = "demo"
)

// client speaks to a mock whose answers are held against the document.
type client struct {
	t      *testing.T
	server *mockserver.Server
	base   string
	world  *world.World // that of the token
}

func newClient(t *testing.T, options ...mockserver.Option) *client {
	t.Helper()
	server, err := mockserver.New(append(options, mockserver.WithValidateResponses())...)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	w, err := server.Worlds().Find(token)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, violation := range w.Violations() {
			t.Errorf("an answer does not follow the document: %s", violation)
		}
	})
	return &client{t, server, listening.URL, w}
}

// speaks sets answers of the dialect.
func (c *client) speaks(pairs ...string) *client {
	c.t.Helper()
	d := contract.Dialect{}
	for i := 0; i < len(pairs); i += 2 {
		d[pairs[i]] = pairs[i+1]
	}
	if err := c.world.SetDialect(d); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// reply is an answer, taken apart.
type reply struct {
	Status struct{ Code, Message, Description string }
	Data   json.RawMessage

	http   int
	cited  string
	header http.Header
	text   string
}

// record is the members of a webhook request that the tests look at.
type record struct {
	ID        string
	Number    string
	State     string `json:"life_cycle_state"`
	Entity    string
	EntityID  string `json:"entity_id"`
	URL       string
	Code      string `json:"authentication_code"`
	FieldsSet string `json:"fields_set"`
	Request   json.RawMessage
	Response  json.RawMessage
	ErrorCode string `json:"error_code"`
	ErrorText string `json:"error_description"`
	Log       struct {
		Created   string                    `json:"created_date"`
		Updated   string                    `json:"updated_date"`
		UpdatedBy struct{ Username string } `json:"updated_by_user"`
	} `json:"log_information"`
}

func (r reply) record(t *testing.T) record {
	t.Helper()
	var one record
	r.into(t, &one)
	return one
}

func (r reply) into(t *testing.T, value any) {
	t.Helper()
	if r.Status.Code != "OK" || r.http != http.StatusOK {
		t.Fatalf("refused with %d: %s", r.http, r.text)
	}
	if err := json.Unmarshal(r.Data, value); err != nil {
		t.Fatalf("%v in %s", err, r.text)
	}
}

// numbers are those of a list.
func (r reply) numbers(t *testing.T) string {
	t.Helper()
	var all []record
	r.into(t, &all)
	words := []string{}
	for _, one := range all {
		words = append(words, one.Number)
	}
	return strings.Join(words, " ")
}

func (c *client) get(path, query string) reply {
	c.t.Helper()
	return c.do(http.MethodGet, path+"?token="+token+"&"+query, "", "")
}

func (c *client) post(path, body string) reply {
	c.t.Helper()
	return c.do(http.MethodPost, path, "application/json", body)
}

// byNumber posts the usual body.
func (c *client) byNumber(path, number string) reply {
	c.t.Helper()
	return c.post(path, `{"token":"`+token+`","webhook_request_identifier":{"number":"`+number+`"}}`)
}

func (c *client) do(method, path, contentType, body string) reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/crmapi/rest/v2"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	answer := reply{http: response.StatusCode, header: response.Header, cited: response.Header.Get("Understudy-Requirements"), text: string(text)}
	if err := json.Unmarshal(text, &answer); err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
	return answer
}

// define makes a definition that sends to url, and its rule.
func (c *client) define(d requestlog.Definition) requestlog.Key {
	c.t.Helper()
	made, err := world.Do[requestlog.Defined](c.world, requestlog.DefineWithRule{Definition: d})
	if err != nil {
		c.t.Fatal(err)
	}
	return requestlog.Key{Field: requestlog.ID, Value: made.Rule.ID}
}

func (c *client) origin() egress.Origin { return egress.Origin{World: c.world, BaseURL: c.base} }

// fire makes a rule fire for a job, and returns what was logged.
func (c *client) fire(ctx context.Context, rule requestlog.Key, entityID, data string) *requestlog.Request {
	c.t.Helper()
	logged, err := crmcom.Fire(ctx, c.server.Egress(), c.origin(), requestlog.Fire{Rule: rule, Entity: "JOBS", EntityID: entityID, Data: []byte(data)})
	if err != nil {
		c.t.Fatal(err)
	}
	return logged.Request
}

// receiver is a receiver of the test's own, which counts and keeps what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	bodies [][]byte
	header []http.Header
}

func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(req.Body)
		r.mu.Lock()
		r.bodies, r.header = append(r.bodies, body.Bytes()), append(r.header, req.Header)
		r.mu.Unlock()
		answer(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got() [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([][]byte(nil), r.bodies...)
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// redefine changes the definition of a rule.
func (c *client) redefine(rule requestlog.Key, change func(*requestlog.Definition)) {
	c.t.Helper()
	if _, err := world.Decide(c.world, requestlog.PartName, nil, func(log *requestlog.State) (world.Command, error) {
		r, err := log.Rule(rule)
		if err != nil {
			return nil, err
		}
		d, err := log.Definition(requestlog.Key{Field: requestlog.ID, Value: r.DefinitionID})
		if err != nil {
			return nil, err
		}
		change(&d)
		return requestlog.Redefine{Definition: d}, nil
	}); err != nil {
		c.t.Fatal(err)
	}
}

// rawText is a JSON value as it stands.
type rawText = json.RawMessage

func unmarshal(text []byte, value any) error { return json.Unmarshal(text, value) }
