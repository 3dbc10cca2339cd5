package server

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	ourTeam     = 1
	foreignTeam = 2
)

// hook is one webhook with its queue.
type hook struct {
	id           int64
	udid         string // last part of its public address
	queueLimit   int    // items, those being processed included
	items        []*item
	disabled     bool
	foreign      bool // another organization's
	confidential bool // shows no data
	keepsMethod  bool
	keepsHeaders bool
	ingest       *window // nil for no limit
}

// item is one delivery in a queue. Its data is never changed.
type item struct {
	id         string
	hook       *hook
	created    time.Time
	data       map[string]any // strings, json.Number, bool, nil, []byte, []any, map[string]any
	size       int            // bytes
	processing bool
	staged     bool // delivered by a provider state that needed one
}

func (h *hook) full() bool { return len(h.items) >= h.queueLimit }

// append puts an item at the end of the queue, whose limit the caller has looked at.
func (h *hook) append(id string, created time.Time, data map[string]any) *item {
	it := &item{id: id, hook: h, created: created, data: data, size: size(data)}
	h.items = append(h.items, it)
	return it
}

func (h *hook) find(id string) *item {
	for _, it := range h.items {
		if it.id == id {
			return it
		}
	}
	return nil
}

// waiting are the items that nobody has begun to process, oldest first.
func (h *hook) waiting() []*item {
	return slices.DeleteFunc(slices.Clone(h.items), func(it *item) bool { return it.processing })
}

func (h *hook) remove(gone map[*item]bool) {
	h.items = slices.DeleteFunc(h.items, func(it *item) bool { return gone[it] })
}

func (h *hook) url(r *http.Request) string { return "http://" + r.Host + "/wh/" + h.udid }

func (h *hook) view(r *http.Request) map[string]any {
	team := ourTeam
	if h.foreign {
		team = foreignTeam
	}
	return map[string]any{
		"id": h.id, "name": "Hook " + strconv.FormatInt(h.id, 10), "teamId": team, "udid": h.udid,
		"type": "web", "typeName": "gateway-webhook", "queueCount": len(h.items), "queueLimit": h.queueLimit,
		"enabled": !h.disabled, "gone": false, "url": h.url(r),
	}
}

func (s *server) listHooks(c call) (any, error) {
	text := c.URL.Query().Get("teamId")
	team, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, badRequest("teamId: %q is not an integer", text)
	}
	views := []any{}
	for id := range s.lastHook {
		if h, ok := s.hooks[id+1]; ok && !h.foreign && team == ourTeam {
			views = append(views, h.view(c.Request))
		}
	}
	return map[string]any{"hooks": views, "pg": paging{SortBy: "id", SortDir: "asc", Limit: maxPage}}, nil
}

func (s *server) showHook(h *hook, c call) (any, error) {
	return map[string]any{"hook": h.view(c.Request)}, nil
}

func (s *server) enableHook(h *hook, _ call) (any, error) {
	h.disabled = false
	return map[string]any{"success": true}, nil
}

func (s *server) disableHook(h *hook, _ call) (any, error) {
	h.disabled = true
	return map[string]any{"success": true}, nil
}

func (s *server) showStats(h *hook, _ call) (any, error) {
	stat := map[string]any{"queue": len(h.items), "limit": h.queueLimit, "enabled": !h.disabled}
	return map[string]any{"incomingStat": stat}, nil
}
