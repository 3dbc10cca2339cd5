package main

import "net/http"

// step is one request of the round that every client does over and over. The round leaves nothing behind that the
// vendors would keep for ever: what it delivers it deletes.
type step struct {
	method, path, body string // with {world}, {count}, {item}, {login} and {number} to be filled in
	status             int
	says               string // a part of the answer
	keeps              string // what the answer gives to later steps
}

const (
	queue = "/api/v2/hooks/654/incomings"
	crm   = "/crmapi/rest/v2"
)

func steps() []step {
	return []step{
		{method: http.MethodPost, path: "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.{world}", body: `{"order":{count}}`, status: 200, says: "Accepted", keeps: "item"},
		{method: http.MethodGet, path: queue, status: 200, says: `"incomings"`},
		{method: http.MethodGet, path: queue + "/stats", status: 200, says: `"queue"`},
		{method: http.MethodGet, path: queue + "/{item}", status: 200, says: `"order"`},
		{method: http.MethodGet, path: queue + "/unknown-{count}", status: 404, says: `"code"`},
		{method: http.MethodDelete, path: queue, body: `{"ids":["{item}"]}`, status: 200, says: "{"},
		{method: http.MethodDelete, path: queue, body: `{"all":true}`, status: 406, says: "IM004"},
		{method: http.MethodPost, path: crm + "/authentication/token", body: `{"username":"demo","password":"demo","organisation":"{world}"}`, status: 200, says: `"token"`, keeps: "login"},
		{method: http.MethodGet, path: crm + "/webhook_requests/list?token={login}&entity=ACTIVITIES", status: 200, says: `"number":"14"`},
		{method: http.MethodGet, path: crm + "/webhook_requests/show?token={login}&webhook_request_identifier=number=14", status: 200, says: "REJECTED"},
		{method: http.MethodPost, path: crm + "/authentication/token/release", body: `{"token":"{login}"}`, status: 200, says: `"OK"`},
		{method: http.MethodPost, path: "/_understudy/v1/worlds/{world}/crmcom/fire", body: `{"workflow_rule":{"alternative_code":"ACT-CREATED"},"entity_id":"soak-{count}","data":{"n":{count}}}`, status: 200, says: `"number"`, keeps: "number"},
		{method: http.MethodPost, path: crm + "/webhook_requests/delete", body: `{"token":"{world}","webhook_request_identifier":{"number":"{number}"}}`, status: 200, says: `"OK"`},
		{method: http.MethodGet, path: "/_understudy/v1/worlds/{world}/journal?operation=ingest&limit=1", status: 200, says: `"entries"`},
		{method: http.MethodPost, path: "/_understudy/v1/worlds/fresh-{world}-{count}/tokens", body: `{"scopes":["hooks:read"]}`, status: 201, says: `"token"`},
	}
}
