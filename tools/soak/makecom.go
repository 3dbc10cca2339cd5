package main

import "net/http"

func makecomSteps() []step {
	const queue = "/api/v2/hooks/654/incomings"
	return []step{
		{method: http.MethodPost, path: "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.{world}", body: `{"order":{count}}`, status: 200, says: "Accepted", keeps: "item"},
		{method: http.MethodGet, path: queue, status: 200, says: `"incomings"`},
		{method: http.MethodGet, path: queue + "/stats", status: 200, says: `"queue"`},
		{method: http.MethodGet, path: queue + "/{item}", status: 200, says: `"order"`},
		{method: http.MethodGet, path: queue + "/unknown-{count}", status: 404, says: `"code"`},
		{method: http.MethodDelete, path: queue, body: `{"ids":["{item}"]}`, status: 200, says: "{"},
		{method: http.MethodDelete, path: queue, body: `{"all":true}`, status: 406, says: "IM004"},
		{method: http.MethodGet, path: "/_understudy/v1/worlds/{world}/journal?operation=ingest&limit=1", status: 200, says: `"entries"`},
		{method: http.MethodPost, path: "/_understudy/v1/worlds/fresh-{world}-{count}/tokens", body: `{"scopes":["hooks:read"]}`, status: 201, says: `"token"`},
	}
}
