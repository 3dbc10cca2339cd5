package outsider_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
)

// isPlainList reports whether the whole list is asked for as it comes.
func (e *exchange) isPlainList() bool {
	return e.isList() && len(e.query) == 0 && e.status == http.StatusOK
}

// moved is the list with its first item last.
func moved(e *exchange) {
	if items := e.items(); e.isPlainList() && len(items) > 1 {
		e.answer["incomings"] = append(slices.Clone(items[1:]), items[0])
	}
}

// counts changes the number that the stats show.
func (e *exchange) counts(by int) {
	stat, ok := e.answer["incomingStat"].(object)
	if n, isNumber := stat["queue"].(json.Number); e.isStats() && ok && isNumber {
		was, _ := strconv.Atoi(n.String())
		stat["queue"] = was + by
	}
}

// lists adds an item to the plain list.
func (e *exchange) lists(id string) {
	if e.isPlainList() {
		e.answer["incomings"] = append(e.items(), object{"id": id, "scope": "hook", "size": 1, "created": "2026-01-01T00:00:00.000Z"})
	}
}

// fill has the provider put an item into a queue, whatever its limit and its size.
func (e *exchange) fill(hook string, data object) {
	asked := written(object{"state": "items waiting", "action": "setup", "params": object{"hookId": json.Number(hook[len("/hooks/"):]), "data": []any{data}}})
	r, _ := http.NewRequest(http.MethodPost, "/prepare", bytes.NewReader(asked)) //nolint:noctx // it goes nowhere
	e.honest.ServeHTTP(discard{}, r)
}

// discard takes an answer that nobody looks at.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// reorders is a server that lists in another order once something happened to a hook.
func reorders(name string, happens func(*exchange) bool) *bug {
	return ofMake(name+" moves the first item to the end", "list/arrival-order", nil, func(e *exchange) {
		hook := e.hook()
		if e.arrives() {
			hook = e.at(e.path)
		}
		switch {
		case happens(e):
			e.count[hook]++
		case e.count[hook] > 0:
			moved(e)
		}
	})
}

// large takes a delivery that is too large, where it came in some way.
func large(name string, came func(*exchange) bool) *bug {
	return ofMake(name+" is taken however large it is", "ingest/too-large", nil, func(e *exchange) {
		if e.arrives() && came(e) {
			e.fill(e.at(e.path), object{"value": string(bytes.Repeat([]byte("x"), 6<<20))})
			granted(e, "Accepted")
		}
	})
}

func plantedMakeQueue() []*bug {
	inflated := func(e *exchange) int {
		r, err := gzip.NewReader(bytes.NewReader(e.body))
		if err != nil {
			return 0
		}
		all, _ := io.ReadAll(r)
		return len(all)
	}
	return []*bug{
		reorders("the second look at a detail", func(e *exchange) bool {
			if e.isDetail() && e.status == http.StatusOK {
				e.count[e.path]++
			}
			return e.count[e.path] == 2
		}),
		reorders("a delivery that is refused", func(e *exchange) bool { return e.arrives() && e.status == http.StatusBadRequest }),
		reorders("a deletion that is refused", func(e *exchange) bool { return e.isDelete() && e.status == http.StatusNotAcceptable }),
		ofMake("the limit bounds what waits alone", "stats/limit", nil, func(e *exchange) {
			switch hook := e.at(e.path); {
			case e.arrives() && e.status == http.StatusBadRequest && e.holds(hook) && e.kept[hook] == nil:
				e.kept[hook] = e.id
				granted(e, "Accepted")
			case e.kept[e.hook()] != nil:
				e.counts(1)
				e.lists(text(e.kept[e.hook()]))
			}
		}),
		ofMake("what comes by PUT is accepted and lost", "list/arrived", func(e *exchange) { e.lost = e.arrives() && e.method == http.MethodPut }, nil),
		ofMake("what comes by GET is accepted and lost", "list/arrived", func(e *exchange) { e.lost = e.arrives() && e.method == http.MethodGet }, nil),
		ofMake("what came before is accepted and lost", "list/arrived", func(e *exchange) {
			if e.arrives() {
				key := e.path + string(e.body)
				e.lost = e.count[key] > 0
				e.count[key]++
			}
		}, nil),
		large("what comes in pieces", func(e *exchange) bool { return e.chunked && len(e.body) > 5<<20 }),
		large("what comes compressed", func(e *exchange) bool { return e.header.Get("Content-Encoding") == "gzip" && inflated(e) > 5<<20 }),
		ofMake("a limit of 10000 is refused", "list/limit", func(e *exchange) {
			if e.isList() && e.query.Get("pg[limit]") == "10000" {
				e.query.Set("pg[limit]", "10001")
			}
		}, nil),
		ofMake("an offset of all is refused", "list/offset", nil, func(e *exchange) {
			if offset := e.query.Get("pg[offset]"); e.isList() && len(offset) == 2 && len(e.items()) == 0 {
				e.status, e.answer = http.StatusBadRequest, object{"message": "Bad Request", "code": "SC400", "detail": "there are not so many"}
			}
		}),
		ofMake("an offset counts pages", "list/pages-partition", func(e *exchange) {
			limit, err1 := strconv.Atoi(e.query.Get("pg[limit]"))
			offset, err2 := strconv.Atoi(e.query.Get("pg[offset]"))
			if e.isList() && err1 == nil && err2 == nil && offset > 0 && limit < 100 {
				e.query.Set("pg[offset]", strconv.Itoa(offset*limit))
			}
		}, nil),
	}
}
