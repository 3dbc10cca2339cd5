package crmcom_test

import (
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Traffic can reach every requirement: some answer, or some delivery, was decided by it.
func TestTrafficReachesEveryRequirement(t *testing.T) {
	c := newClient(t)
	for _, query := range []string{
		"webhook_request_identifier=number=7", "webhook_request_identifier=id=2F8E6D4C0B1A4F3E9D7C5B3A19F8E7D6",
		"webhook_request_identifier=number=7&fields_set=url", "", "webhook_request_identifier=id=a,number=7", "webhook_request_identifier=number=99",
	} {
		c.get(show, query)
	}
	for _, query := range []string{
		"", "entity=nothing", "entity=ACTIVITIES&life_cycle_state=nothing", "entity=JOBS", "entity_id=x&entity=ACTIVITIES&number_of_results=1&fields_set=url",
		"webhook_definition_identifier=id=x,name=y", "webhook_definition_identifier=name=New%20activities&life_cycle_state=REJECTED",
		"workflow_rule_identifier=alternative_code=ACT-CREATED&url=x&created_date=2015-11-06",
	} {
		c.get(list, query)
	}
	c.do(http.MethodGet, list, "", "")
	c.do(http.MethodGet, del+"?token=demo", "", "")
	for _, number := range []string{"15", "14", "7", "99"} {
		c.byNumber(resend, number)
		c.byNumber(del, number)
	}
	d := requestlog.Definition{URL: sink.Address("shop"), Effective: true, FieldsSet: []string{"id"}}
	c.fire(t.Context(), c.define(d), "J", `{}`)
	d.URL = "http://beyond.example/"
	c.fire(t.Context(), c.define(d), "J", `{}`)
	d.Effective = false
	if r := c.fire(t.Context(), c.define(d), "J", `{}`); r != nil {
		t.Errorf("a definition that is not effective logged %+v", r)
	}
	var data struct{ Token string }
	credentials := `{"username":"demo","password":"demo","organisation":"demo"}`
	c.post(login, `{"username":"demo","password":"","organisation":"demo"}`)
	c.post(login, credentials).into(t, &data)
	if err := c.world.Advance(crmapi.TokenLifetime); err != nil {
		t.Fatal(err)
	}
	c.do(http.MethodGet, list+"?token="+data.Token, "", "")
	c.post(login, credentials).into(t, &data)
	c.post(release, `{"token":"`+data.Token+`"}`)
	c.do(http.MethodGet, list+"?token="+data.Token, "", "")
	for _, r := range crmapi.Contract.Requirements {
		if !c.server.Worlds().Reached(r) {
			t.Errorf("%s is not reached", r.ID)
		}
	}
}
