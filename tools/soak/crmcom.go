package main

import "net/http"

func crmcomSteps() []step {
	const crm = "/crmapi/rest/v2"
	return []step{
		{method: http.MethodPost, path: crm + "/authentication/token", body: `{"username":"demo","password":"demo","organisation":"{world}"}`, status: 200, says: `"token"`, keeps: "login"},
		{method: http.MethodGet, path: crm + "/webhook_requests/list?token={login}&entity=ACTIVITIES", status: 200, says: `"number":"14"`},
		{method: http.MethodGet, path: crm + "/webhook_requests/show?token={login}&webhook_request_identifier=number=14", status: 200, says: "REJECTED"},
		{method: http.MethodPost, path: crm + "/authentication/token/release", body: `{"token":"{login}"}`, status: 200, says: `"OK"`},
		{method: http.MethodPost, path: "/_understudy/v1/worlds/{world}/crmcom/fire", body: `{"workflow_rule":{"alternative_code":"ACT-CREATED"},"entity_id":"soak-{count}","data":{"n":{count}}}`, status: 200, says: `"number"`, keeps: "number"},
		{method: http.MethodPost, path: crm + "/webhook_requests/delete", body: `{"token":"{world}","webhook_request_identifier":{"number":"{number}"}}`, status: 200, says: `"OK"`},
	}
}
