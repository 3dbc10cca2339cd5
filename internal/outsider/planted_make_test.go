package outsider_test

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/internal/outsider"
)

func plantedMake() []*bug {
	m := func(name string, before, after func(*exchange)) *bug {
		return &bug{name: name, api: "makecom", before: before, after: after}
	}
	return []*bug{
		m("desc reverses the page and not the queue", func(e *exchange) {
			if e.isList() && e.query.Get("pg[sortDir]") == "desc" {
				e.query.Set("pg[sortDir]", "asc")
				e.kept["turn"+e.path] = true
			}
		}, func(e *exchange) {
			if e.isList() && e.kept["turn"+e.path] == true {
				delete(e.kept, "turn"+e.path)
				slices.Reverse(e.items())
				if pg, ok := e.answer["pg"].(object); ok {
					pg["sortDir"] = "desc"
				}
			}
		}),
		m("the second delete-all without a confirmation is carried out", func(e *exchange) {
			if e.isDelete() && e.all() && !e.has("confirmed") {
				if e.count[e.hook()]++; e.count[e.hook()] == 2 {
					e.query.Set("confirmed", "true")
				}
			}
		}, nil),
		m("a confirmation holds for the next delete-all, too", func(e *exchange) {
			if e.isDelete() && e.query.Get("confirmed") == "true" {
				e.kept[e.hook()] = true
			} else if e.isDelete() && e.all() && e.kept[e.hook()] == true {
				e.query.Set("confirmed", "true")
			}
		}, nil),
		m("what stays is listed with another created", nil, func(e *exchange) {
			if e.isDelete() && e.status == 200 {
				e.kept[e.hook()] = time.Now().UTC().Add(time.Second).Format("2006-01-02T15:04:05.000Z")
			}
			if at := e.kept[e.hook()]; e.isList() && at != nil {
				each(e.items(), func(o object) { o["created"] = at })
			}
		}),
		m("a token with something behind it is taken", func(e *exchange) {
			if full := "Token " + outsider.Token; strings.HasPrefix(e.header.Get("Authorization"), full) {
				e.header.Set("Authorization", full)
			}
		}, nil),
		m("a token in capitals is taken", func(e *exchange) {
			if full := "Token " + outsider.Token; strings.EqualFold(e.header.Get("Authorization"), full) {
				e.header.Set("Authorization", full)
			}
		}, nil),
		m("the beginning of a token is taken", func(e *exchange) {
			if _, given, _ := strings.Cut(e.header.Get("Authorization"), "Token "); len(given) > 5 && strings.HasPrefix(outsider.Token, given) {
				e.header.Set("Authorization", "Token "+outsider.Token)
			}
		}, nil),
		m("a hook id is read up to the first letter", func(e *exchange) { e.path = glued.ReplaceAllString(e.path, "$1") }, nil),
		m("a hook id is read up to the first letter for stats", func(e *exchange) {
			if e.isStats() {
				e.path = glued.ReplaceAllString(e.path, "$1")
			}
		}, nil),
		m("stats of an unknown hook are zero", nil, func(e *exchange) {
			if e.isStats() && e.status == 404 {
				granted(e, `{"incomingStat":{"queue":0,"limit":10000,"enabled":true}}`)
			}
		}),
		m("an unknown hook has an empty list", nil, func(e *exchange) {
			if e.isList() && e.status == 404 {
				granted(e, `{"incomings":[],"pg":{"sortBy":"created","sortDir":"asc","limit":10000,"offset":0}}`)
			}
		}),
		m("deleting from an unknown hook succeeds", nil, func(e *exchange) {
			if e.isDelete() && e.status == 404 {
				granted(e, `{"incomings":[]}`)
			}
		}),
		m("a deleted item keeps its detail", nil, func(e *exchange) {
			if e.isDetail() && e.status == 200 {
				e.kept[e.path] = string(e.text)
			} else if was, ok := e.kept[e.path].(string); e.isDetail() && e.status == 404 && ok {
				granted(e, was)
			}
		}),
		m("an item is shown through any hook", func(e *exchange) {
			id := e.path[strings.LastIndex(e.path, "/")+1:]
			if at, ok := e.kept[id].(string); e.isDetail() && ok {
				e.path = "/api/v2" + at + "/incomings/" + id
			}
		}, func(e *exchange) {
			if e.isList() {
				each(e.items(), func(o object) { e.kept[text(o["id"])] = e.hook() })
			}
		}),
		m("a list that was asked before is answered from memory until something is deleted", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			switch was, ok := e.kept[key].(string); {
			case e.isDelete():
				clear(e.kept)
			case e.isList() && e.status == 200 && ok:
				granted(e, was)
			case e.isList() && e.status == 200:
				e.kept[key] = string(e.text)
			}
		}),
		m("a list that was asked before is answered from memory until something arrives", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			switch was, ok := e.kept[key].(string); {
			case e.arrives():
				clear(e.kept)
			case e.isList() && e.status == 200 && ok:
				granted(e, was)
			case e.isList() && e.status == 200:
				e.kept[key] = string(e.text)
			}
		}),
		m("stats are counted when the list is asked", nil, func(e *exchange) {
			switch was, ok := e.kept[e.hook()].(string); {
			case e.isList():
				delete(e.kept, e.hook())
			case e.isStats() && e.status == 200 && ok:
				granted(e, was)
			case e.isStats() && e.status == 200:
				e.kept[e.hook()] = string(e.text)
			}
		}),
		m("one held item alone is refused without an error", nil, func(e *exchange) {
			if e.isDelete() && len(e.ids()) == 1 {
				delete(e.answer, "error")
			}
		}),
		m("a held item is told only where it is named last", nil, func(e *exchange) {
			ids := e.ids()
			if e.isDelete() && len(ids) > 1 && slices.Contains(e.items(), ids[len(ids)-1]) {
				delete(e.answer, "error")
			}
		}),
		m("a held item is told only where it is named first", nil, func(e *exchange) {
			ids := e.ids()
			if e.isDelete() && len(ids) > 1 && slices.Contains(e.items(), ids[0]) {
				delete(e.answer, "error")
			}
		}),
		m("text loses the blanks round it", func(e *exchange) {
			if e.arrives() && strings.HasPrefix(e.header.Get("Content-Type"), "text/plain") {
				e.body = bytes.TrimSpace(e.body)
			}
		}, nil),
		m("a media type in capitals is unknown", func(e *exchange) {
			if c := e.header.Get("Content-Type"); e.arrives() && c != strings.ToLower(c) {
				e.header.Set("Content-Type", "application/octet-stream")
			}
		}, nil),
		m("a media type with a parameter is unknown", func(e *exchange) {
			if e.arrives() && strings.Contains(e.header.Get("Content-Type"), "charset") {
				e.header.Set("Content-Type", "application/octet-stream")
			}
		}, nil),
		m("payloads of more than 1 MiB are refused", nil, func(e *exchange) {
			if e.arrives() && len(e.body) > 1<<20 {
				e.status, e.text = 413, []byte("too large")
			}
		}),
		m("a payload of 5 MiB exactly is refused", nil, func(e *exchange) {
			if e.arrives() && len(e.body) >= 5<<20 {
				e.status, e.text = 413, []byte("too large")
			}
		}),
		m("no items are null", nil, func(e *exchange) {
			if e.isList() && e.status == 200 && len(e.items()) == 0 {
				e.answer["incomings"] = nil
			}
		}),
		m("an offset beyond the end begins anew", func(e *exchange) {
			if e.isList() && len(e.query.Get("pg[offset]")) > 2 {
				e.query.Set("pg[offset]", "0")
			}
		}, nil),
		m("the hook is always enabled", nil, func(e *exchange) {
			if stat, ok := e.answer["incomingStat"].(object); e.isStats() && ok {
				stat["enabled"] = true
			}
		}),
		m("the limit is always 10000", nil, func(e *exchange) {
			if stat, ok := e.answer["incomingStat"].(object); e.isStats() && ok {
				stat["limit"] = 10000
			}
		}),
		m("nothing spared is everything spared", func(e *exchange) {
			if except, given := e.members["exceptIds"].([]any); e.isDelete() && e.all() && given && len(except) == 0 && e.has("confirmed") {
				e.members["ids"], e.members["all"] = []any{}, false
				e.members["ids"] = []any{strings.Repeat("0", 32)}
			}
		}, nil),
		m("a list in descending order is never empty", func(e *exchange) {
			if e.isList() && e.query.Get("pg[sortDir]") == "desc" {
				e.query.Del("pg[offset]")
			}
		}, nil),
		m("limit counts the skipped items, too", func(e *exchange) {
			if e.isList() && e.query.Get("pg[limit]") == "2" && e.query.Get("pg[offset]") == "4" {
				e.query.Set("pg[limit]", "1")
			}
		}, nil),
		m("errors have no text", nil, func(e *exchange) {
			if e.status >= 400 && e.answer != nil && strings.HasPrefix(e.path, "/api/") {
				delete(e.answer, "message")
				delete(e.answer, "detail")
			}
		}),
		m("an empty selection beside all counts as ids", func(e *exchange) {
			if ids, given := e.members["ids"].([]any); e.isDelete() && e.all() && given && len(ids) == 0 {
				e.members["all"] = false
				e.members["ids"] = []any{strings.Repeat("0", 32)}
			}
		}, nil),
	}
}
