package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

const (
	bytesItem  = "7a567f385d1a4f5ab7bff89162b7605e"
	objectItem = "8d88f6f5b0484908890ef11fe7e5bf63"
	queuePath  = "/api/v2/hooks/654/incomings"
)

func TestDocumentedExamples(t *testing.T) {
	c := newClient(t)
	for name, e := range map[string]struct{ path, want string }{
		"list": {"/api/v2/hooks/655/incomings", `{"incomings":[{"id":"a17c1163d7e04d258fce6bac2c8bd3d6","scope":"hook","size":1,"created":"2021-02-03T09:59:36.260Z"}],
			"pg":{"sortBy":"created","limit":10000,"sortDir":"asc","offset":0}}`},
		"detail of an object": {queuePath + "/" + objectItem, `{"incoming":{"id":"8d88f6f5b0484908890ef11fe7e5bf63","scope":"hook","size":11,"created":"2020-03-05T14:52:01.359Z","data":{"name":"test"}}}`},
		"detail of bytes": {queuePath + "/" + bytesItem, `{"incoming":{"id":"7a567f385d1a4f5ab7bff89162b7605e","scope":"hook","size":31,"created":"2020-03-05T14:48:10.537Z",
			"data":{"value":"IMTBuffer(22, binary, d4cf3d1cbf035278e7a1a909e71354d7a0387db9): 7b0a20202020226e616d65223a202274657374220a7d"}}}`},
		"stats": {queuePath + "/stats", `{"incomingStat":{"queue":2,"limit":10000,"enabled":true}}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.do(http.MethodGet, e.path, "")
			c.wantJSON(a, http.StatusOK, e.want)
			if got := a.Header.Get("Content-Type"); got != makecom.ContentTypeJSON {
				t.Errorf("content type %q", got)
			}
		})
	}
}

func TestDeleteAllNeedsConfirmation(t *testing.T) {
	for name, query := range map[string]string{"without": "", "false": "?confirmed=false", "another case": "?Confirmed=true"} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t)
			for _, body := range []string{`{"all":true}`, `{"all":true,"exceptIds":["` + bytesItem + `"]}`} {
				a := c.do(http.MethodDelete, queuePath+query, body)
				var envelope struct{ Code, Message string }
				if err := json.Unmarshal([]byte(a.Body), &envelope); err != nil {
					t.Fatal(err)
				}
				if a.Status != http.StatusNotAcceptable || envelope.Code != "IM004" || envelope.Message != "Confirmation Required" {
					t.Errorf("%s: %d %s", body, a.Status, a.Body)
				}
				if diff := cmp.Diff([]string{bytesItem, objectItem}, c.queued("654")); diff != "" {
					t.Errorf("the queue changed:\n%s", diff)
				}
			}
		})
	}
}

func TestDeleteLeavesWhatIsBeingProcessed(t *testing.T) {
	c := newClient(t)
	c.begin(654, bytesItem)
	a := c.do(http.MethodDelete, queuePath, `{"ids":["`+bytesItem+`","`+objectItem+`"],"exceptIds":[],"all":false}`)
	c.wantJSON(a, http.StatusOK, `{"incomings":["8d88f6f5b0484908890ef11fe7e5bf63"],"error":{"name":"APIError",
		"message":"Some of the incoming messages could not be deleted because they are being processed right now."}}`)
	if diff := cmp.Diff([]string{bytesItem}, c.queued("654")); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// TestMalformedRequests sends what the document does not admit, and a few requests that it does, and wants the mock
// to agree with the document: Make's envelope for the former, and nothing changed.
func TestMalformedRequests(t *testing.T) {
	c := newClient(t)
	before := c.queued("654")
	for _, e := range []struct{ method, path, contentType, body string }{
		{http.MethodGet, "/api/v2/hooks/abc/incomings", "", ""},
		{http.MethodGet, "/api/v2/hooks/1.5/incomings", "", ""},
		{http.MethodGet, queuePath + "?pg[limit]=ten", "", ""},
		{http.MethodGet, queuePath + "?pg[limit]=", "", ""},
		{http.MethodGet, queuePath + "?pg[offset]=1.5", "", ""},
		{http.MethodGet, queuePath + "?pg[sortDir]=up", "", ""},
		{http.MethodGet, queuePath + "?pg[sortDir]=", "", ""},
		{http.MethodGet, queuePath + "?pg[limit]=99999999999999999999", "", ""},
		{http.MethodGet, "/api/v2/hooks", "", ""},
		{http.MethodGet, "/api/v2/hooks?teamId=x", "", ""},
		{http.MethodDelete, queuePath, "application/json", `{"ids":`},
		{http.MethodDelete, queuePath, "application/json", `["` + bytesItem + `"]`},
		{http.MethodDelete, queuePath, "application/json", `null`},
		{http.MethodDelete, queuePath, "application/json", `{"ids":"` + bytesItem + `"}`},
		{http.MethodDelete, queuePath, "application/json", `{"ids":[7]}`},
		{http.MethodDelete, queuePath, "application/json", `{"ids":null}`},
		{http.MethodDelete, queuePath, "application/json", `{"ids":["` + bytesItem + `",null]}`},
		{http.MethodDelete, queuePath + "?confirmed=true", "application/json", `{"all":"true"}`},
		{http.MethodDelete, queuePath + "?confirmed=true", "application/json", `{"all":1}`},
		{http.MethodDelete, queuePath + "?confirmed=true", "application/json", `{"all":null}`},
		{http.MethodDelete, queuePath + "?confirmed=true", "application/json", `{"all":true,"exceptIds":{}}`},
		{http.MethodDelete, queuePath + "?confirmed=yes", "application/json", `{"all":true}`},
		{http.MethodDelete, queuePath + "?confirmed=", "application/json", `{"all":true}`},
		{http.MethodDelete, queuePath + "?confirmed=true", "text/plain", `{"all":true}`},
	} {
		t.Run(e.method+" "+e.path+" "+e.body, func(t *testing.T) {
			r := c.request(e.method, e.path, e.body)
			r.Header.Del("Content-Type")
			if e.contentType != "" {
				r.Header.Set("Content-Type", e.contentType)
			}
			if err := c.documentRefuses(r.Clone(t.Context())); err == nil {
				t.Error("the document admits it")
			}
			r = c.request(e.method, e.path, e.body)
			r.Header.Set("Content-Type", e.contentType)
			wantEnvelope(t, c.send(r), http.StatusBadRequest)
		})
	}
	if diff := cmp.Diff(before, c.queued("654")); diff != "" {
		t.Errorf("the queue changed:\n%s", diff)
	}
}

func TestRefusalsOfTheFront(t *testing.T) {
	c := newClient(t)
	for name, e := range map[string]struct {
		method, path, token, body string
		status                    int
	}{
		"unknown path":         {http.MethodGet, "/api/v2/nothing", "Token demo", "", http.StatusNotFound},
		"the root of the API":  {http.MethodGet, "/api/v2", "Token demo", "", http.StatusNotFound},
		"trailing slash":       {http.MethodGet, queuePath + "/", "Token demo", "", http.StatusNotFound},
		"wrong method":         {http.MethodPut, queuePath, "Token demo", "", http.StatusMethodNotAllowed},
		"6 MiB":                {http.MethodDelete, queuePath, "Token demo", strings.Repeat(" ", 6<<20), http.StatusRequestEntityTooLarge},
		"no token":             {http.MethodGet, queuePath, "", "", http.StatusUnauthorized},
		"an empty token":       {http.MethodGet, queuePath, "Token ", "", http.StatusUnauthorized},
		"another scheme":       {http.MethodGet, queuePath, "Basic ZGVtbzpkZW1v", "", http.StatusUnauthorized},
		"a token alone":        {http.MethodGet, queuePath, "demo", "", http.StatusUnauthorized},
		"an unknown hook":      {http.MethodGet, "/api/v2/hooks/1/incomings", "Token demo", "", http.StatusNotFound},
		"an unknown item":      {http.MethodGet, queuePath + "/" + strings.Repeat("0", 32), "Token demo", "", http.StatusNotFound},
		"another hook's item":  {http.MethodGet, queuePath + "/a17c1163d7e04d258fce6bac2c8bd3d6", "Token demo", "", http.StatusNotFound},
		"negative offset":      {http.MethodGet, queuePath + "?pg[offset]=-1", "Token demo", "", http.StatusBadRequest},
		"limit 0":              {http.MethodGet, queuePath + "?pg[limit]=0", "Token demo", "", http.StatusBadRequest},
		"sorted by size":       {http.MethodGet, queuePath + "?pg[sortBy]=size", "Token demo", "", http.StatusBadRequest},
		"confirmed=1":          {http.MethodDelete, queuePath + "?confirmed=1", "Token demo", `{"all":true}`, http.StatusBadRequest},
		"confirmed=TRUE":       {http.MethodDelete, queuePath + "?confirmed=TRUE", "Token demo", `{"all":true}`, http.StatusBadRequest},
		"two JSON values":      {http.MethodDelete, queuePath, "Token demo", `{"ids":["` + bytesItem + `"]} {}`, http.StatusBadRequest},
		"nothing selected":     {http.MethodDelete, queuePath, "Token demo", "{}", http.StatusBadRequest},
		"no body":              {http.MethodDelete, queuePath, "Token demo", "", http.StatusBadRequest},
		"all in another case":  {http.MethodDelete, queuePath + "?confirmed=true", "Token demo", `{"ALL":true}`, http.StatusBadRequest},
		"ids and all together": {http.MethodDelete, queuePath + "?confirmed=true", "Token demo", `{"ids":["x"],"all":true}`, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.request(e.method, e.path, e.body)
			r.Header.Set("Authorization", e.token)
			wantEnvelope(t, c.send(r), e.status)
		})
	}
	if got := len(c.queued("654")); got != 2 {
		t.Errorf("%d items are left of 2", got)
	}
}

func wantEnvelope(t *testing.T, a answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d", a.Status, status)
	}
	var envelope struct {
		Message, Detail, Code *string
		Suberrors             *[]any
	}
	if err := json.Unmarshal([]byte(a.Body), &envelope); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	if envelope.Message == nil || envelope.Detail == nil || envelope.Code == nil || envelope.Suberrors == nil {
		t.Errorf("the envelope is incomplete: %s", a.Body)
	}
	if got := a.Header.Get("x-request-id"); len(got) != 32 {
		t.Errorf("x-request-id %q", got)
	}
}

func TestTokensHaveScopes(t *testing.T) {
	c := newClient(t)
	reader := mint(t, c, makecom.ScopeRead)
	writer := mint(t, c, makecom.ScopeWrite)
	for name, e := range map[string]struct {
		method, token string
		status        int
	}{
		"reader reads":   {http.MethodGet, reader, http.StatusOK},
		"reader deletes": {http.MethodDelete, reader, http.StatusForbidden},
		"writer reads":   {http.MethodGet, writer, http.StatusForbidden},
		"writer deletes": {http.MethodDelete, writer, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.request(e.method, queuePath, map[string]string{http.MethodDelete: `{"ids":["unknown"]}`}[e.method])
			r.Header.Set("Authorization", "Token "+e.token)
			if a := c.send(r); a.Status != e.status {
				t.Errorf("status %d, want %d: %s", a.Status, e.status, a.Body)
			}
		})
	}
	if err := c.mock.Worlds().Revoke(c.world(), reader); err != nil {
		t.Fatal(err)
	}
	c.token = reader
	wantEnvelope(t, c.do(http.MethodGet, queuePath, ""), http.StatusUnauthorized)
}

func mint(t *testing.T, c *client, scopes ...string) string {
	t.Helper()
	token, err := c.mock.Worlds().Mint(c.world(), grant(scopes))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestDeclaredTokensOnly(t *testing.T) {
	c := newClient(t, mockserver.WithDeclaredTokens())
	wantStatus(t, c.do(http.MethodGet, queuePath, ""), http.StatusUnauthorized)
}

func TestWorldsOfTokensDoNotMeet(t *testing.T) {
	c := newClient(t)
	c.do(http.MethodDelete, queuePath+"?confirmed=true", `{"all":true}`)
	c.token = "other"
	if got := len(c.queued("654")); got != 2 {
		t.Errorf("the other world has %d items, want 2", got)
	}
}

func TestEvictedWorldsAreSaidToBe(t *testing.T) {
	c := newClient(t, mockserver.WithMaxWorlds(1))
	c.do(http.MethodGet, queuePath, "")
	c.token = "second"
	c.do(http.MethodGet, queuePath, "")
	c.token = "demo"
	a := c.do(http.MethodGet, queuePath, "")
	if a.Status != http.StatusServiceUnavailable || !strings.Contains(a.Body, "dropped to make room") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

func TestIngestion(t *testing.T) {
	c := newClient(t)
	var hook struct{ Hook struct{ URL, UDID string } }
	c.decode(c.do(http.MethodGet, "/api/v2/hooks/654", ""), &hook)
	for name, e := range map[string]struct {
		method, query, contentType, body, want string
	}{
		"json":    {http.MethodPost, "?a=q", "application/json", `{"a":1,"b":[2]}`, `{"a":"q","b":[2]}`},
		"form":    {http.MethodPut, "", "application/x-www-form-urlencoded", "a=1&a=2", `{"a":["1","2"]}`},
		"query":   {http.MethodGet, "?a=1", "", "", `{"a":"1"}`},
		"text":    {http.MethodPost, "", "text/plain; charset=utf-8", "hello", `{"value":"hello"}`},
		"nothing": {http.MethodPost, "", "", "", `{}`},
		"array":   {http.MethodPost, "", "application/json", `[1]`, `{"value":[1]}`},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), e.method, hook.Hook.URL+e.query, strings.NewReader(e.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", e.contentType)
			a := c.send(r)
			if a.Status != http.StatusOK || a.Body != "Accepted" || a.Header.Get("Content-Type") != "text/plain" {
				t.Fatalf("%d %s %q", a.Status, a.Header.Get("Content-Type"), a.Body)
			}
			id := a.Header.Get("x-request-id")
			var detail struct{ Incoming struct{ Data any } }
			c.decode(c.do(http.MethodGet, queuePath+"/"+id, ""), &detail)
			got, _ := json.Marshal(detail.Incoming.Data)
			if string(got) != e.want {
				t.Errorf("data %s, want %s", got, e.want)
			}
		})
	}
}

func TestIngestionRefuses(t *testing.T) {
	c := newClient(t)
	udid := "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo"
	for name, e := range map[string]struct {
		path, body string
		status     int
		text       string
	}{
		"unknown address": {"/wh/nobody.demo", "{}", http.StatusGone, "Webhook not found."},
		"no address":      {"/wh/", "{}", http.StatusGone, "Webhook not found."},
		"broken json":     {udid, "{", http.StatusBadRequest, "The body is declared as JSON and is not JSON: unexpected end of JSON input, at byte 1."},
		"6 MiB":           {udid, `"` + strings.Repeat("x", 6<<20) + `"`, http.StatusRequestEntityTooLarge, "The payload is larger than 5 MiB."},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.do(http.MethodPost, e.path, e.body)
			if a.Status != e.status || a.Body != e.text {
				t.Errorf("%d %q, want %d %q", a.Status, a.Body, e.status, e.text)
			}
		})
	}
	if got := len(c.queued("654")); got != 2 {
		t.Errorf("%d items are queued, want 2", got)
	}
}

func TestDisabledHookStoresNothing(t *testing.T) {
	c := newClient(t)
	c.wantJSON(c.do(http.MethodPost, "/api/v2/hooks/654/disable", ""), http.StatusOK, `{"success":true}`)
	wantStatus(t, c.do(http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", "{}"), http.StatusGone)
	c.wantJSON(c.do(http.MethodGet, queuePath+"/stats", ""), http.StatusOK, `{"incomingStat":{"queue":2,"limit":10000,"enabled":false}}`)
	c.do(http.MethodPost, "/api/v2/hooks/654/enable", "")
	wantStatus(t, c.do(http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", "{}"), http.StatusOK)
}

// TestEveryAnswerToEveryOpenQuestion looks at one request per answer that only this answer explains.
func TestEveryAnswerToEveryOpenQuestion(t *testing.T) {
	ids := func(list ...string) string {
		text, _ := json.Marshal(map[string][]string{"ids": list})
		return string(text)
	}
	both := ids(bytesItem, objectItem)
	for _, e := range []struct {
		question           *contract.Question
		answer             string
		method, path, body string
		status             int
		contains, lacks    string
	}{
		{makecom.DeletePartialIncomings, makecom.AnswerDeletedOnly, http.MethodDelete, queuePath, both, 200, objectItem, bytesItem},
		{makecom.DeletePartialIncomings, makecom.AnswerAllRequested, http.MethodDelete, queuePath, both, 200, bytesItem, ""},
		{makecom.DeleteUnknownID, makecom.AnswerOmitted, http.MethodDelete, queuePath, ids("zz"), 200, "[]", "zz"},
		{makecom.DeleteUnknownID, makecom.AnswerEchoed, http.MethodDelete, queuePath, ids("zz"), 200, "zz", ""},
		{makecom.DeleteUnknownID, makecom.AnswerError4xx, http.MethodDelete, queuePath, ids("zz"), 404, "zz", ""},
		{makecom.DeleteDuplicateID, makecom.AnswerOnce, http.MethodDelete, queuePath, ids(objectItem, objectItem), 200, `["` + objectItem + `"]`, ""},
		{makecom.DeleteDuplicateID, makecom.AnswerTwice, http.MethodDelete, queuePath, ids(objectItem, objectItem), 200, `["` + objectItem + `","` + objectItem + `"]`, ""},
		{makecom.DeleteIDsWithAll, makecom.AnswerError400, http.MethodDelete, queuePath + "?confirmed=true", `{"ids":["zz"],"all":true}`, 400, "SC400", ""},
		{makecom.DeleteIDsWithAll, makecom.AnswerAllWins, http.MethodDelete, queuePath + "?confirmed=true", `{"ids":["zz"],"all":true}`, 200, objectItem, ""},
		{makecom.DeleteIDsWithAll, makecom.AnswerIDsWin, http.MethodDelete, queuePath + "?confirmed=true", `{"ids":["zz"],"all":true}`, 200, "[]", ""},
		{makecom.DeleteNoSelector, makecom.AnswerError400, http.MethodDelete, queuePath, "{}", 400, "SC400", ""},
		{makecom.DeleteNoSelector, makecom.AnswerNothingDeleted200, http.MethodDelete, queuePath, "", 200, "[]", ""},
		{makecom.DeleteExceptWithoutAll, makecom.AnswerError400, http.MethodDelete, queuePath, `{"ids":["` + objectItem + `"],"exceptIds":["x"]}`, 400, "SC400", ""},
		{makecom.DeleteExceptWithoutAll, makecom.AnswerIgnored, http.MethodDelete, queuePath, `{"ids":["` + objectItem + `"],"exceptIds":["x"]}`, 200, objectItem, ""},
		{makecom.DeleteConfirmedValues, makecom.AnswerError400, http.MethodDelete, queuePath + "?confirmed=YES", `{"all":true}`, 400, "confirmed", ""},
		{makecom.DeleteConfirmedValues, makecom.AnswerTruthy, http.MethodDelete, queuePath + "?confirmed=YES", `{"all":true}`, 200, objectItem, ""},
		{makecom.DeleteConfirmedValues, makecom.AnswerNotConfirmed, http.MethodDelete, queuePath + "?confirmed=YES", `{"all":true}`, 406, "IM004", ""},
		{makecom.ListIncludesProcessing, makecom.AnswerYes, http.MethodGet, queuePath, "", 200, bytesItem, ""},
		{makecom.ListIncludesProcessing, makecom.AnswerNo, http.MethodGet, queuePath, "", 200, objectItem, bytesItem},
		{makecom.StatsCountsProcessing, makecom.AnswerYes, http.MethodGet, queuePath + "/stats", "", 200, `"queue":2`, ""},
		{makecom.StatsCountsProcessing, makecom.AnswerNo, http.MethodGet, queuePath + "/stats", "", 200, `"queue":1`, ""},
		{makecom.ListLimitRange, makecom.AnswerError400, http.MethodGet, queuePath + "?pg[limit]=10001", "", 400, "IM005", ""},
		{makecom.ListLimitRange, makecom.AnswerClamped, http.MethodGet, queuePath + "?pg[limit]=0", "", 200, `"limit":1`, objectItem},
		{makecom.ListLimitRange, makecom.AnswerAsIs, http.MethodGet, queuePath + "?pg[limit]=0", "", 200, `"limit":0`, bytesItem},
		{makecom.ListOffsetRange, makecom.AnswerError400, http.MethodGet, queuePath + "?pg[offset]=-1", "", 400, "IM005", ""},
		{makecom.ListOffsetRange, makecom.AnswerAsZero, http.MethodGet, queuePath + "?pg[offset]=-1", "", 200, `"offset":0`, ""},
		{makecom.ListUnknownSort, makecom.AnswerError400, http.MethodGet, queuePath + "?pg[sortBy]=size", "", 400, "IM005", ""},
		{makecom.ListUnknownSort, makecom.AnswerIgnored, http.MethodGet, queuePath + "?pg[sortBy]=size", "", 200, `"sortBy":"created"`, ""},
		{makecom.ListFromTo, makecom.AnswerIgnored, http.MethodGet, queuePath + "?from=0&to=1", "", 200, `"incomings":[{`, ""},
		{makecom.ListFromTo, makecom.AnswerFiltersByCreated, http.MethodGet, queuePath + "?from=0&to=1", "", 200, `"incomings":[]`, ""},
		{makecom.ListFromTo, makecom.AnswerFiltersByCreated, http.MethodGet, queuePath + "?from=0", "", 200, `"incomings":[{`, ""},
		{makecom.ListFromTo, makecom.AnswerFiltersByCreated, http.MethodGet, queuePath + "?to=soon", "", 400, "SC400", ""},
		{makecom.HTTPTrailingSlash, makecom.AnswerNo, http.MethodGet, queuePath + "/", "", 404, "SC404", ""},
		{makecom.HTTPTrailingSlash, makecom.AnswerYes, http.MethodGet, queuePath + "/", "", 200, `"incomings":[{`, ""},
		{makecom.ListTotalCount, makecom.AnswerAbsent, http.MethodGet, queuePath, "", 200, "pg", "returnTotalCount"},
		{makecom.ListTotalCount, makecom.AnswerFalse, http.MethodGet, queuePath, "", 200, `"returnTotalCount":false`, ""},
		{makecom.DetailProcessing, makecom.Answer200, http.MethodGet, queuePath + "/" + bytesItem, "", 200, bytesItem, ""},
		{makecom.DetailProcessing, makecom.Answer404, http.MethodGet, queuePath + "/" + bytesItem, "", 404, "SC404", ""},
	} {
		t.Run(e.question.ID+"="+e.answer, func(t *testing.T) {
			c := newClient(t, mockserver.WithDialect(contract.Dialect{e.question.ID: e.answer}))
			c.begin(654, bytesItem)
			a := c.do(e.method, e.path, e.body)
			if a.Status != e.status || !strings.Contains(a.Body, e.contains) || e.lacks != "" && strings.Contains(a.Body, e.lacks) {
				t.Errorf("%d %s\nwant %d with %q and without %q", a.Status, a.Body, e.status, e.contains, e.lacks)
			}
		})
	}
}

// TestEveryRouteIsAnOperationOfTheDocument holds the route table against the document.
func TestDialectGoesOnTopOfThatOfTheBase(t *testing.T) {
	base := mockserver.Documented(mockserver.APIs()...)
	base.Dialect = contract.Dialect{makecom.AuthStatus.ID: makecom.Answer403, makecom.AuthBearer.ID: makecom.AnswerNo}
	c := newClient(t, mockserver.WithBase(base), mockserver.WithDialect(contract.Dialect{makecom.AuthBearer.ID: makecom.AnswerYes}))
	want := contract.Dialect{makecom.AuthStatus.ID: makecom.Answer403, makecom.AuthBearer.ID: makecom.AnswerYes}
	w, err := c.mock.Worlds().Find("demo")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, w.Dialect()); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestConfirmedIsReadHoweverItIsWritten(t *testing.T) {
	c := newClient(t)
	wantStatus(t, c.do(http.MethodDelete, queuePath+"?c%6fnfirmed=1", `{"all":true}`), http.StatusBadRequest)
	if diff := cmp.Diff([]string{bytesItem, objectItem}, c.queued("654")); diff != "" {
		t.Errorf("the queue changed:\n%s", diff)
	}
}

func TestEveryRouteIsAnOperationOfTheDocument(t *testing.T) {
	c := newClient(t)
	for _, path := range []string{"/hooks?teamId=1", "/hooks/654", "/hooks/654/incomings", "/hooks/654/incomings/stats", "/hooks/654/incomings/" + objectItem} {
		c.do(http.MethodGet, "/api/v2"+path, "")
	}
	c.do(http.MethodDelete, queuePath, `{"ids":["x"]}`)
	c.do(http.MethodPost, "/api/v2/hooks/654/enable", "")
	c.do(http.MethodPost, "/api/v2/hooks/654/disable", "")
	var got []string
	for _, e := range c.world().Journal.Entries() {
		got = append(got, e.Operation)
	}
	want := []string{"listHooks", "getHook", "listHookIncomings", "getHookIncomingStats", "getHookIncoming", "deleteHookIncomings", "enableHook", "disableHook"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations in the journal (-want +got):\n%s", diff)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	var runs [2]bytes.Buffer
	for i := range runs {
		c := newClient(t, mockserver.WithSeed(7))
		if err := c.world().Freeze(frozen); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			fmt.Fprintln(&runs[i], c.do(http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", `{"n":1}`).Header.Get("x-request-id"))
		}
		_, _ = io.WriteString(&runs[i], c.do(http.MethodGet, queuePath, "").Body)
	}
	if diff := cmp.Diff(runs[0].String(), runs[1].String()); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}
