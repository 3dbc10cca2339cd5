package crmcom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// The mock refuses what the document does not admit, and nothing else but what the document has no words for.
func TestDocumentAndMockAdmitTheSame(t *testing.T) {
	loaded, err := openapi3.NewLoader().LoadFromData(crmapi.Contract.Document)
	if err != nil {
		t.Fatal(err)
	}
	loaded.Servers = openapi3.Servers{{URL: crmapi.BasePath}}
	router, err := gorillamux.NewRouter(loaded)
	if err != nil {
		t.Fatal(err)
	}
	const jobs = list + "?token=demo&entity=JOBS"
	const seven = show + "?token=demo&webhook_request_identifier=number=7"
	for name, test := range map[string]struct {
		method, path, kind, body string
		admitted                 bool
		beyond                   bool // the document admits it, because it has no words for what is wrong
	}{
		"show":                       {method: "GET", path: seven, admitted: true},
		"show with fields":           {method: "GET", path: seven + "&fields_set=number,url", admitted: true},
		"show with more parameters":  {method: "GET", path: seven + "&new=1", admitted: true},
		"show without token":         {method: "GET", path: show + "?webhook_request_identifier=number=7"},
		"show without identifier":    {method: "GET", path: show + "?token=demo"},
		"show with empty identifier": {method: "GET", path: show + "?token=demo&webhook_request_identifier="},
		"show with unknown field":    {method: "GET", path: show + "?token=demo&webhook_request_identifier=name=7", beyond: true},
		"show with no field":         {method: "GET", path: show + "?token=demo&webhook_request_identifier=7", beyond: true},
		"show by POST":               {method: "POST", path: show, kind: asJSON, body: `{"token":"demo"}`},
		"list":                       {method: "GET", path: jobs, admitted: true},
		"list a page":                {method: "GET", path: jobs + "&number_of_results=1&offset=2", admitted: true},
		"list by everything":         {method: "GET", path: jobs + "&entity_id=J&url=u&life_cycle_state=REJECTED&created_date=2015-11-06", admitted: true},
		"list without filter":        {method: "GET", path: list + "?token=demo", beyond: true},
		"list of no day":             {method: "GET", path: jobs + "&created_date=today", beyond: true},
		"list of unknown entity":     {method: "GET", path: list + "?token=demo&entity=NEWS"},
		"list of unknown state":      {method: "GET", path: jobs + "&life_cycle_state=NEW"},
		"list of negative size":      {method: "GET", path: jobs + "&number_of_results=-1"},
		"list of a size in words":    {method: "GET", path: jobs + "&number_of_results=ten"},
		"list of an empty size":      {method: "GET", path: jobs + "&number_of_results="},
		"list of negative offset":    {method: "GET", path: jobs + "&offset=-1"},
		"list of an empty entity":    {method: "GET", path: list + "?token=demo&entity="},
		"list of an empty entity id": {method: "GET", path: jobs + "&entity_id="},
		"unknown path":               {method: "GET", path: "/webhook_requests/count?token=demo"},
		"delete":                     {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{"number":"7"}}`, admitted: true},
		"delete with more members":   {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{"number":"7"},"new":1}`, admitted: true},
		"delete with a charset":      {method: "POST", path: del, kind: asJSON + "; charset=UTF-8", body: `{"token":"demo","webhook_request_identifier":{"number":"7"}}`, admitted: true},
		"delete as text":             {method: "POST", path: del, kind: "text/plain", body: `{"token":"demo","webhook_request_identifier":{"number":"7"}}`},
		"delete without body":        {method: "POST", path: del, kind: asJSON},
		"delete without token":       {method: "POST", path: del, kind: asJSON, body: `{"webhook_request_identifier":{"number":"7"}}`},
		"delete with a bare token":   {method: "POST", path: del, kind: asJSON, body: `{"token":1,"webhook_request_identifier":{"number":"7"}}`},
		"delete without identifier":  {method: "POST", path: del, kind: asJSON, body: `{"token":"demo"}`},
		"delete with null":           {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":null}`},
		"delete with no field":       {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{}}`},
		"delete with both fields":    {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{"number":"7","id":"x"}}`},
		"delete with other field":    {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{"name":"7"}}`},
		"delete with empty value":    {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{"number":""}}`},
		"delete with a bare number":  {method: "POST", path: del, kind: asJSON, body: `{"token":"demo","webhook_request_identifier":{"number":7}}`},
		"delete of broken JSON":      {method: "POST", path: del, kind: asJSON, body: `{"token":"demo"`},
		"delete by GET":              {method: "GET", path: del + "?token=demo&webhook_request_identifier=number=7"},
		"login":                      {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":"demo","organisation":"demo"}`, admitted: true},
		"login without organisation": {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":"demo"}`},
		"login with a bare password": {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":1,"organisation":"demo"}`},
		"login with a bare unit":     {method: "POST", path: login, kind: asJSON, body: `{"username":"demo","password":"demo","organisation":"demo","unit":1}`},
		"release":                    {method: "POST", path: release, kind: asJSON, body: `{"token":"other"}`, admitted: true},
		"release of nothing":         {method: "POST", path: release, kind: asJSON, body: `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), test.method, crmapi.BasePath+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if test.kind != "" {
				r.Header.Set("Content-Type", test.kind)
			}
			r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "identifier=number=", "identifier="+url.QueryEscape("number="))
			route, params, err := router.FindRoute(r)
			if err == nil {
				err = openapi3filter.ValidateRequest(t.Context(), &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: params})
			}
			if admits := err == nil; admits != (test.admitted || test.beyond) {
				t.Errorf("the document says: %v", err)
			}
			if got := newClient(t).do(test.method, test.path, test.kind, test.body); (got.Status.Code == "OK") != test.admitted {
				t.Errorf("the mock says: %s", got.text)
			}
		})
	}
}
