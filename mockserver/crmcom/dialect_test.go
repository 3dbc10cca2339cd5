package crmcom_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// observations say, for every open question, what a client sees under each answer. What is named like an answer is
// what is seen under it.
func observations() map[*contract.Question]struct {
	see  func(*client) string
	want map[string]string
} {
	type observation = struct {
		see  func(*client) string
		want map[string]string
	}
	shown := func(c *client) reply { return c.get(show, "webhook_request_identifier=number=7") }
	refused := func(c *client) reply { return c.get(list, "") }
	listed := func(query string) func(*client) string {
		return func(c *client) string { return outcome(c, c.get(list, query)) }
	}
	return map[*contract.Question]observation{
		crmapi.ErrorHTTPStatus: {
			func(c *client) string { return fmt.Sprint(refused(c).http, c.byNumber(show, "7").http) },
			map[string]string{crmapi.Answer200: "200 200", crmapi.Answer4xx: "400 405"},
		},
		crmapi.ErrorCodeStyle: {
			func(c *client) string { return refused(c).Status.Code },
			map[string]string{crmapi.AnswerExceptionClass: crmapi.CodeFilterMissing.ExceptionClass, crmapi.AnswerShortCode: crmapi.CodeFilterMissing.ShortCode},
		},
		crmapi.ErrorData: {
			func(c *client) string {
				_, data, _ := strings.Cut(refused(c).text, `"},`)
				return data
			},
			map[string]string{crmapi.AnswerAbsent: "", crmapi.AnswerNull: `"data":null}`, crmapi.AnswerEmptyObject: `"data":{}}`},
		},
		crmapi.RequestForm: {
			func(c *client) string {
				r := c.byNumber(resend, "14").record(c.t)
				return string(r.Request[:1]) + string(r.Response[:1]) + fmt.Sprint(len(r.Request) == 34 && len(r.Response) == 34)
			},
			map[string]string{crmapi.AnswerObject: "{{false", crmapi.AnswerIDString: `""true`},
		},
		crmapi.ObjectNullMembers: {
			func(c *client) string { return fmt.Sprint(strings.Count(shown(c).text, "null")) },
			map[string]string{crmapi.AnswerNull: "9", crmapi.AnswerAbsent: "0"},
		},
		crmapi.FieldsSetUnknown: {
			listed("entity=ACTIVITIES&fields_set=number,nothing"),
			map[string]string{crmapi.AnswerIgnored: "15 14 7", crmapi.AnswerError: "refused"},
		},
		crmapi.FieldsSetID: {
			func(c *client) string {
				return string(c.get(show, "webhook_request_identifier=number=7&fields_set=number").Data)
			},
			map[string]string{crmapi.AnswerNo: `{"number":"7"}`, crmapi.AnswerYes: `{"id":"1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E","number":"7"}`},
		},
		crmapi.ShowTrailingSlash: {
			func(c *client) string { return outcome(c, c.get(list+"/", "entity=ACTIVITIES")) },
			map[string]string{crmapi.AnswerYes: "15 14 7", crmapi.AnswerNo: "refused"},
		},
		crmapi.ResendIdentity: {
			func(c *client) string {
				return c.byNumber(resend, "14").record(c.t).Number + ": " + c.get(list, "entity=ACTIVITIES").numbers(c.t)
			},
			map[string]string{crmapi.AnswerSameRecord: "14: 15 14 7", crmapi.AnswerNewRecord: "16: 16 15 7"},
		},
		crmapi.ResendContent: {resentContent, map[string]string{crmapi.AnswerAsFirstSent: `old {"v":1,"w":2}`, crmapi.AnswerReRead: `new {"v":2}`}},
		crmapi.HMACAlgorithm: {
			algorithm,
			map[string]string{crmapi.AnswerSHA256Hex: "sha256Hex", crmapi.AnswerSHA1Hex: "sha1Hex", crmapi.AnswerSHA256Base64: "sha256Base64"},
		},
		crmapi.HMACCarrier: {
			func(c *client) string {
				code := c.byNumber(resend, "14").record(c.t).Code
				d := c.deliveries("warehouse")[0]
				return fmt.Sprint(strings.Contains(string(d.Body), code), d.Header.Get(crmapi.HeaderAuthenticationCode) == code)
			},
			map[string]string{crmapi.AnswerBody: "true false", crmapi.AnswerHeader: "false true"},
		},
		crmapi.DeliverySuccess: {
			acceptance,
			map[string]string{
				crmapi.Answer2xx:                "SUCCESSFUL SUCCESSFUL SUCCESSFUL REJECTED",
				crmapi.Answer200Only:            "SUCCESSFUL REJECTED SUCCESSFUL REJECTED",
				crmapi.Answer2xxAndStatusCodeOK: "REJECTED REJECTED SUCCESSFUL REJECTED",
			},
		},
		crmapi.DeliveryTimeout: {timeLimit, map[string]string{crmapi.Answer30s: "29s", "5s": "4s"}},
		crmapi.ListCreatedDate: {
			func(c *client) string {
				var seen []string
				for _, at := range []string{"2015-11-06", "2015-11-02", "2015-11-06T08:45:11"} {
					seen = append(seen, c.get(list, "entity=ACTIVITIES&created_date="+at).numbers(c.t))
				}
				return strings.Join(seen, "; ")
			},
			map[string]string{crmapi.AnswerSameDay: "15 14; 7; 15 14", crmapi.AnswerFrom: "15 14; 15 14 7; 15 14", crmapi.AnswerExact: "; ; 14"},
		},
		crmapi.ListURLMatch: {
			func(c *client) string {
				whole := c.base + "/_understudy/v1/worlds/demo/sinks/warehouse"
				return c.get(list, "entity=ACTIVITIES&url="+whole).numbers(c.t) + "; " + c.get(list, "entity=ACTIVITIES&url="+c.base).numbers(c.t)
			},
			map[string]string{crmapi.AnswerExact: "15 14; ", crmapi.AnswerPrefix: "15 14; 15 14"},
		},
		crmapi.ListOrder: {
			listed("entity=ACTIVITIES"),
			map[string]string{crmapi.AnswerNewestFirst: "15 14 7", crmapi.AnswerOldestFirst: "7 14 15"},
		},
		crmapi.ListDefaultSize: {
			func(c *client) string {
				rule := c.define(requestlog.Definition{URL: sink.Address("many"), Effective: true})
				for range crmapi.DefaultListSize + 1 {
					c.fire(c.t.Context(), rule, "J", `{}`)
				}
				return fmt.Sprint(len(strings.Fields(c.get(list, "entity=JOBS").numbers(c.t))))
			},
			map[string]string{crmapi.AnswerAll: "101", crmapi.Answer100: "100"},
		},
		crmapi.ListZeroSize: {
			listed("entity=ACTIVITIES&number_of_results=0"),
			map[string]string{crmapi.AnswerAll: "15 14 7", crmapi.AnswerEmpty: "", crmapi.AnswerError: "refused"},
		},
		crmapi.ListUnknownDefinition: {
			func(c *client) string {
				return outcome(c, c.get(list, "webhook_definition_identifier=name=nothing")) + "/" + outcome(c, c.get(list, "workflow_rule_identifier=id=0"))
			},
			map[string]string{crmapi.AnswerEmpty: "/", crmapi.AnswerError: "refused/refused"},
		},
	}
}

func outcome(c *client, r reply) string {
	if r.Status.Code != "OK" {
		return "refused"
	}
	return r.numbers(c.t)
}

func TestEveryAnswerIsObservable(t *testing.T) {
	all := observations()
	for _, q := range crmapi.Contract.Questions {
		o, known := all[q]
		if !known {
			t.Errorf("%s: nothing is observed", q.ID)
			continue
		}
		for _, a := range q.Answers {
			if _, known := o.want[a.Name]; !known {
				t.Errorf("%s: nothing is known of %s", q.ID, a.Name)
			}
		}
		for answer, want := range o.want {
			t.Run(strings.TrimPrefix(q.ID, "crmcom/")+"="+answer, func(t *testing.T) {
				if got := o.see(newClient(t).speaks(q.ID, answer)); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
		if got := o.see(newClient(t)); got != o.want[q.Default()] {
			t.Errorf("%s: by default %q, want %q", q.ID, got, o.want[q.Default()])
		}
	}
}

// resentContent lets the definition and the entity change between two attempts.
func resentContent(c *client) string {
	old := newReceiver(c.t, status(http.StatusInternalServerError))
	fresh := newReceiver(c.t, status(http.StatusOK))
	rule := c.define(requestlog.Definition{URL: old.URL, Effective: true})
	c.fire(c.t.Context(), rule, "J1", `{"v":1,"w":2}`)
	c.redefine(rule, func(d *requestlog.Definition) { d.URL, d.FieldsSet = fresh.URL, []string{"v"} })
	other := c.define(requestlog.Definition{URL: sink.Address("x"), Effective: true})
	c.fire(c.t.Context(), other, "J1", `{"v":2,"w":3}`)
	r := c.byNumber(resend, "16").record(c.t)
	var sent struct{ Data rawText }
	if err := unmarshal(r.Request, &sent); err != nil {
		c.t.Fatal(err)
	}
	to := "old "
	if len(fresh.got()) == 1 {
		to = "new "
	}
	return to + string(sent.Data)
}

func algorithm(c *client) string {
	at := newReceiver(c.t, status(http.StatusOK))
	r := c.fire(c.t.Context(), c.define(requestlog.Definition{URL: at.URL, SecretKey: "key", Effective: true}), "J1", `{"v":"<é>"}`)
	data := []byte(`{"v":"<é>"}`)
	for name, sign := range map[string]func(string, []byte) string{"sha256Hex": sha256Hex, "sha1Hex": sha1Hex, "sha256Base64": sha256Base64} {
		if code := sign("key", data); r.Code == code && strings.Contains(string(at.got()[0]), `"authentication_code":"`+code+`"`) {
			return name
		}
	}
	return "none"
}

// acceptance is what becomes of 200, of 204, of 200 with an envelope that says OK, and of a 500 with one.
func acceptance(c *client) string {
	const envelope = `{"status":{"code":"OK"}}`
	answers := []sink.Answer{{Status: 200, Body: []byte(`{"status":{"code":"NO"}}`)}, {Status: 204}, {Status: 200, Body: []byte(envelope)}, {Status: 500, Body: []byte(envelope)}}
	if _, err := c.world.Do(world.ProgramSink{Name: "judge", Answers: answers}); err != nil {
		c.t.Fatal(err)
	}
	rule := c.define(requestlog.Definition{URL: sink.Address("judge"), Effective: true})
	var seen []string
	for range answers {
		r := c.fire(c.t.Context(), rule, "J", `{}`)
		seen = append(seen, c.get(show, "webhook_request_identifier=id="+r.ID).record(c.t).State)
	}
	return strings.Join(seen, " ")
}

// timeLimit is the longest of some delays that a receiver may take, on a clock that stands still.
func timeLimit(c *client) string {
	if err := c.world.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		c.t.Fatal(err)
	}
	longest := "none"
	for _, delay := range []time.Duration{4 * time.Second, 5 * time.Second, 29 * time.Second, 30 * time.Second} {
		if _, err := c.world.Do(world.ProgramSink{Name: "slow", Answers: []sink.Answer{{Delay: delay}}}); err != nil {
			c.t.Fatal(err)
		}
		r := c.fire(c.t.Context(), c.define(requestlog.Definition{URL: sink.Address("slow"), Effective: true}), "J", `{}`)
		if !r.Rejected {
			longest = delay.String()
		} else if r.Failure.Code != "SocketTimeoutException" {
			c.t.Errorf("after %s: %+v", delay, r.Failure)
		}
	}
	return longest
}

// A definition's own time-out goes before the dialect's.
func TestDefinitionsOwnTimeout(t *testing.T) {
	c := newClient(t)
	if err := c.world.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.world.Do(world.ProgramSink{Name: "slow", Answers: []sink.Answer{{Delay: time.Second}}}); err != nil {
		t.Fatal(err)
	}
	rule := c.define(requestlog.Definition{URL: sink.Address("slow"), Effective: true, Timeout: time.Second})
	if r := c.fire(t.Context(), rule, "J", `{}`); r.Failure.Code != "SocketTimeoutException" {
		t.Errorf("got %+v", r.Failure)
	}
}

func TestListsFilter(t *testing.T) {
	c := newClient(t)
	rule := c.define(requestlog.Definition{Reference: requestlog.Reference{Name: "Jobs, all", AlternativeCode: "JOBS"}, URL: sink.Address("jobs"), Effective: true})
	for range 3 {
		c.fire(t.Context(), rule, "J1", `{}`)
	}
	const definition = "3C5E7A9B1D2F4C6E8A0B2C4D6E8F0A1B"
	got := map[string]string{}
	want := map[string]string{
		"webhook_definition_identifier=id=" + definition:         "15 14 7",
		"webhook_definition_identifier=name=New%20activities":    "15 14 7",
		"webhook_definition_identifier=alternative_code=NEW-ACT": "15 14 7",
		"webhook_definition_identifier=name=Jobs,%20all":         "18 17 16",
		"workflow_rule_identifier=alternative_code=ACT-CREATED":  "15 14 7",
		"workflow_rule_identifier=id=" + rule.Value:              "18 17 16",
		"entity=JOBS":  "18 17 16",
		"entity_id=J1": "18 17 16",
		"entity_id=6CC9C4E50C2D54E2BB40CD82F2B6B3E1":                                   "14",
		"entity=JOBS&entity_id=6CC9C4E50C2D54E2BB40CD82F2B6B3E1":                       "",
		"entity=ACTIVITIES&webhook_definition_identifier=alternative_code=JOBS":        "",
		"entity=ACTIVITIES&life_cycle_state=SUCCESSFUL":                                "15",
		"entity=ACTIVITIES&life_cycle_state=REJECTED&created_date=2015-11-06":          "14",
		"entity=ACTIVITIES&url=http://127.0.0.1:9080/crmapi/rest/v2/activities/create": "7",
		"entity=JOBS&number_of_results=2":                                              "18 17",
		"entity=JOBS&number_of_results=2&offset=2":                                     "16",
		"entity=JOBS&number_of_results=2&offset=9":                                     "",
		"entity=JOBS&offset=1":                                                         "17 16",
		"entity=JOBS&life_cycle_state=SUCCESSFUL&offset=1&number_of_results=1":         "17",
	}
	for query := range want {
		got[query] = c.get(list, query).numbers(t)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
}
