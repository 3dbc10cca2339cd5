package server

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const maxPage = 10000

// paging is what a list echoes.
type paging struct {
	SortBy           string `json:"sortBy"`
	SortDir          string `json:"sortDir"`
	Limit            int64  `json:"limit"`
	Offset           int64  `json:"offset"`
	ReturnTotalCount bool   `json:"returnTotalCount"`
}

// incoming is an item as the API shows it. A list leaves Data out.
type incoming struct {
	ID           string `json:"id"`
	Scope        string `json:"scope"`
	Size         int    `json:"size"`
	Created      string `json:"created"`
	Data         any    `json:"data,omitempty"`
	Confidential bool   `json:"isHookConfidential,omitempty"`
}

func (it *item) view() incoming {
	return incoming{ID: it.id, Scope: "hook", Size: it.size, Created: it.created.Format("2006-01-02T15:04:05.000Z07:00")}
}

// listIncomings shows a page of the waiting items: one that is being processed waits no longer.
func (s *server) listIncomings(h *hook, c call) (any, error) {
	pg, err := parsePaging(c.URL.Query())
	if err != nil {
		return nil, err
	}
	items := h.waiting()
	if pg.SortDir == "desc" {
		slices.Reverse(items)
	}
	page := []incoming{}
	for _, it := range s.cut(items, pg) {
		page = append(page, it.view())
	}
	return map[string]any{"incomings": page, "pg": pg}, nil
}

func (s *server) cut(items []*item, pg paging) []*item {
	skip := pg.Offset
	if s.has(OffsetOffByOne) {
		skip = max(0, skip-1)
	}
	items = items[min(skip, int64(len(items))):]
	return items[:min(pg.Limit, int64(len(items)))]
}

// parsePaging clamps limit and offset to their ranges and sorts by created whatever sortBy says.
func parsePaging(q url.Values) (paging, error) {
	pg := paging{SortBy: "created", SortDir: "asc"}
	limit, err := integer(q, "pg[limit]", maxPage)
	if err != nil {
		return pg, err
	}
	offset, err := integer(q, "pg[offset]", 0)
	if err != nil {
		return pg, err
	}
	pg.Limit, pg.Offset = min(max(limit, 1), maxPage), max(offset, 0)
	if q.Has("pg[sortDir]") {
		pg.SortDir = q.Get("pg[sortDir]")
	}
	if pg.SortDir != "asc" && pg.SortDir != "desc" {
		return pg, badRequest("pg[sortDir]: %q is neither asc nor desc", pg.SortDir)
	}
	return pg, nil
}

// integer reads a query parameter. One too large for 64 bits is as good as the largest.
func integer(q url.Values, name string, absent int64) (int64, error) {
	if !q.Has(name) {
		return absent, nil
	}
	n, err := strconv.ParseInt(q.Get(name), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, badRequest("%s: %q is not an integer", name, q.Get(name))
	}
	return n, nil
}

func (s *server) showIncoming(h *hook, c call) (any, error) {
	it := h.find(c.PathValue("incomingId"))
	if it == nil {
		return nil, notFound("the queue of hook %d has no item %q", h.id, c.PathValue("incomingId"))
	}
	shown := it.view()
	if h.confidential {
		shown.Confidential = true
	} else {
		shown.Data = readable(it.data)
	}
	return map[string]any{"incoming": shown}, nil
}

// readable copies a payload, bytes written in Make's notation.
func readable(v any) any {
	switch v := v.(type) {
	case []byte:
		sum := sha1.Sum(v)
		return fmt.Sprintf("IMTBuffer(%d, binary, %x): %s", len(v), sum, hex.EncodeToString(v))
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = readable(element)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, member := range v {
			object[name] = readable(member)
		}
		return object
	}
	return v
}

// arrival is the instant of an arrival as the API can show it.
func (s *server) arrival() time.Time { return s.now().Truncate(time.Millisecond) }
