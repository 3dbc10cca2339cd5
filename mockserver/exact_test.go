package mockserver_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// exactNumbers are texts that a float64, an int64 or a writer of its own would change.
func exactNumbers() []string {
	return []string{
		"0", "-0", "-0.0", "0e10", "1.0", "1.50", "0.10", "-1.00", "1e2", "1E2", "1E+2", "1e-7", "100e-2",
		"9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
		"18446744073709551615", "18446744073709551616", "123456789012345678901234567890", "100000000000000000000000.0",
		"0.1234567890123456789", "3.141592653589793238462643383279", "12345678901234567.89", "70308608.71", "0.30000000000000004",
		"5e-324", "4.9e-325", "1e-400", "1.7976931348623157e308", "1.7976931348623159e308", "1e400", "-1e400",
	}
}

// entry is a way by which a number reaches the mock. Its function sends the data and returns the text in which it has to stand.
type entry struct {
	name string
	send func(c *client, data string) string
}

func entries() []entry {
	const control, states = "/_understudy/v1/worlds/demo", "/_understudy/v1/provider-states"
	state := func(name, params string) string {
		return fmt.Sprintf(`{"state":%q,"params":{"token":"demo",%s},"action":"setup"}`, name, params)
	}
	return []entry{
		{"a delivery", func(c *client, data string) string {
			return c.detail(c.deliver(data, http.Header{"Content-Type": {"application/json"}}).Header.Get("X-Request-Id"))
		}},
		{"the state items waiting", func(c *client, data string) string {
			return c.detail(firstID(c.do(http.MethodPost, states, state("items waiting", `"hookId":654,"data":[`+data+`]`))))
		}},
		{"the state a rejected webhook request", func(c *client, data string) string {
			return c.do(http.MethodPost, states, state("a rejected webhook request", `"data":`+data)).Body
		}},
		{"the state a successful webhook request", func(c *client, data string) string {
			return c.do(http.MethodPost, states, state("a successful webhook request", `"data":`+data)).Body
		}},
		{"the state a workflow rule fires", func(c *client, data string) string {
			return c.fired(func(rule string) answer {
				return c.do(http.MethodPost, states, state("a workflow rule fires", `"workflow_rule":"`+rule+`","entity_id":"E","data":`+data))
			}, data)
		}},
		{"items put by the control API", func(c *client, data string) string {
			return c.detail(firstID(c.do(http.MethodPost, control+"/makecom/hooks/654/incomings", `{"data":[`+data+`]}`)))
		}},
		{"a rule fired by the control API", func(c *client, data string) string {
			return c.fired(func(rule string) answer {
				return c.do(http.MethodPost, control+"/crmcom/fire", `{"workflow_rule":"`+rule+`","entity_id":"E","data":`+data+`}`)
			}, data)
		}},
		{"a world file", func(c *client, data string) string {
			const world = "/_understudy/v1/worlds/exact"
			c.do(http.MethodPut, world, `{"makecom":{"hooks":[{"id":654,"items":[{"data":`+data+`}]}]},"crmcom":{"entities":[{"entity":"JOBS","entity_id":"E","data":`+data+`}]}}`)
			exported := compact(c.t, c.do(http.MethodGet, world, "").Body)
			if strings.Count(exported, data) != 2 {
				c.t.Errorf("the item and the entity are %s", exported)
			}
			return exported
		}},
	}
}

func firstID(a answer) string {
	_, id, _ := strings.Cut(a.Body, `["`)
	id, _, _ = strings.Cut(id, `"`)
	return id
}

func (c *client) detail(id string) string { return c.do(http.MethodGet, queuePath+"/"+id, "").Body }

// fired defines a webhook, has its rule fire, and returns the body that the receiver got. What is signed is what was given.
func (c *client) fired(fire func(rule string) answer, data string) string {
	c.t.Helper()
	const control = "/_understudy/v1/worlds/demo"
	var made struct {
		SecretKey    string `json:"secret_key"`
		WorkflowRule struct {
			ID string `json:"id"`
		} `json:"workflow_rule"`
	}
	c.into(c.do(http.MethodPost, control+"/crmcom/definitions", `{"url":"sink:exact","entity":"JOBS"}`), &made)
	fire(made.WorkflowRule.ID)
	var received struct {
		Deliveries []struct{ Body string }
	}
	c.into(c.do(http.MethodGet, control+"/sinks/exact", ""), &received)
	if len(received.Deliveries) == 0 {
		c.t.Fatal("nothing was delivered")
	}
	body := received.Deliveries[len(received.Deliveries)-1].Body
	mac := hmac.New(sha256.New, []byte(made.SecretKey))
	mac.Write([]byte(data))
	if code := hex.EncodeToString(mac.Sum(nil)); !strings.Contains(body, code) {
		c.t.Errorf("%s is not signed with the code of %s, %s", body, data, code)
	}
	return body
}

func (c *client) into(a answer, value any) {
	c.t.Helper()
	if err := json.Unmarshal([]byte(a.Body), value); err != nil {
		c.t.Fatalf("%d %s: %v", a.Status, a.Body, err)
	}
}

// compact takes the indentation of an export away; numbers keep their digits.
func compact(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	inText := false
	for i, r := range text {
		if r == '"' && text[i-1] != '\\' {
			inText = !inText
		}
		if inText || !strings.ContainsRune(" \n", r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Every number goes through every entry digit for digit, and the members beside it in their order.
func TestNumbersAreKeptByEveryEntry(t *testing.T) {
	for _, e := range entries() {
		t.Run(e.name, func(t *testing.T) {
			mock := newClient(t)
			for _, number := range exactNumbers() {
				data := `{"z":` + number + `,"a":[` + number + `,{"y":1,"b":` + number + `}]}`
				if got := e.send(mock, data); !strings.Contains(got, data) {
					t.Errorf("%s does not have %s", got, data)
				}
			}
		})
	}
}

// Numbers that nobody listed.
func TestDrawnNumbersAreKept(t *testing.T) {
	mock := newClient(t)
	all := entries()
	rapid.Check(t, func(rt *rapid.T) {
		number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?`).Draw(rt, "number")
		data := `{"n":` + number + `}`
		e := rapid.SampledFrom(all).Draw(rt, "entry")
		if got := e.send(mock, data); !strings.Contains(got, data) {
			rt.Fatalf("%s: %s does not have %s", e.name, got, data)
		}
	})
}

// Two numbers are the same when their values are, whatever their digits; a rational number decides.
func TestExpectationsCompareNumbersExactly(t *testing.T) {
	mock := newClient(t)
	numbers := exactNumbers()
	var bodies []string
	for _, number := range numbers {
		mock.do(http.MethodDelete, queuePath, `{"ids":["x"],"n":`+number+`}`)
		bodies = append(bodies, `{"operation":"deleteHookIncomings","body":{"n":`+number+`},"exactly":%d}`)
	}
	for i, number := range numbers {
		equal := 0
		for _, other := range numbers {
			if value(t, number).Cmp(value(t, other)) == 0 {
				equal++
			}
		}
		expectation := fmt.Sprintf(bodies[i], equal)
		if a := mock.do(http.MethodPost, "/_understudy/v1/worlds/demo/journal/verify", `{"expectations":[`+expectation+`]}`); a.Status != http.StatusOK {
			t.Errorf("%s: %d %.300s", number, a.Status, a.Body)
		}
	}
}

func value(t *testing.T, number string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(number)
	if !ok {
		t.Fatalf("%s is no number", number)
	}
	return r
}
