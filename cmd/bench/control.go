package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// world arranges what the operations find, through the control API.
type world struct {
	addr string
	name string // also the token that opens it
}

// call sends a request below the world and decodes the answer.
func (w world) call(ctx context.Context, method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.addr+"/_understudy/v1/worlds/"+w.name+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %d %s (%w)", method, path, res.StatusCode, got, err)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(got, answer)
}

// hook is a hook with room for any number of items.
type hook struct {
	HookID  int
	HookURL string
}

func (h hook) path() string { return fmt.Sprintf("/api/v2/hooks/%d/incomings", h.HookID) }

func (h hook) address() string {
	_, rest, _ := strings.Cut(h.HookURL, "://")
	return rest[strings.IndexByte(rest, '/'):]
}

// hookWith makes a hook with so many items.
func (w world) hookWith(ctx context.Context, items int) (h hook, err error) {
	if err := w.call(ctx, http.MethodPost, "/makecom/hooks", map[string]any{"queueLimit": 1 << 30}, &h); err != nil {
		return h, err
	}
	_, err = w.fill(ctx, h, items)
	return h, err
}

// open makes the world by asking for something in it.
func (w world) open(ctx context.Context) error {
	request := httpRequest{method: http.MethodGet, path: "/api/v2/hooks?teamId=1"}
	_, err := once(ctx, w.addr, request.bytes(w))
	return err
}

// rejected makes webhook requests that stay rejected however often they are sent again: their sink refuses everything.
func (w world) rejected(ctx context.Context, n int) (numbers []string, err error) {
	answers := map[string]any{"answers": []any{map[string]any{"status": http.StatusInternalServerError}}}
	if err := w.call(ctx, http.MethodPut, "/sinks/refusing", answers, nil); err != nil {
		return nil, err
	}
	var definition struct {
		Rule json.RawMessage `json:"workflow_rule"`
	}
	if err := w.call(ctx, http.MethodPost, "/crmcom/definitions", map[string]any{"url": "sink:refusing", "entity": "CONTACTINFORMATION"}, &definition); err != nil {
		return nil, err
	}
	for range n {
		var fired struct{ Number string }
		if err := w.call(ctx, http.MethodPost, "/crmcom/fire", map[string]any{"workflow_rule": definition.Rule, "entity": "CONTACTINFORMATION"}, &fired); err != nil {
			return nil, err
		}
		numbers = append(numbers, fired.Number)
	}
	return numbers, nil
}

// fill adds items and returns their ids.
func (w world) fill(ctx context.Context, h hook, items int) (ids []string, err error) {
	const most = 20_000
	for items > 0 && err == nil {
		data := make([]json.RawMessage, min(items, most))
		for i := range data {
			data[i] = json.RawMessage(`{"n":1}`)
		}
		var made struct{ IDs []string }
		err = w.call(ctx, http.MethodPost, fmt.Sprintf("/makecom/hooks/%d/incomings", h.HookID), map[string]any{"data": data}, &made)
		ids = append(ids, made.IDs...)
		items -= len(data)
	}
	return ids, err
}
