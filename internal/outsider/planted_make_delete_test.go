package outsider_test

import (
	"net/http"
	"slices"
	"strings"
)

// nobody is an id that nothing has.
const nobody = "00000000000000000000000000000000"

// naming is a deletion by ids that a server changes before it carries it out, and answers as if it had not.
func naming(name, breaks string, change func(e *exchange, ids []any) []any) *bug {
	return ofMake(name, breaks, func(e *exchange) {
		if ids := e.ids(); e.isDelete() && len(ids) > 0 {
			e.members["ids"] = change(e, slices.Clone(ids))
		}
	}, nil)
}

// pretending is naming of a server that does not tell which ids it left out.
func pretending(name, breaks string, change func(e *exchange, ids []any) []any) *bug {
	b := naming(name, breaks, func(e *exchange, ids []any) []any {
		e.asked = ids
		if changed := change(e, slices.Clone(ids)); len(changed) > 0 {
			return changed
		}
		return []any{nobody}
	})
	b.after = func(e *exchange) {
		if e.asked != nil && e.status == http.StatusOK {
			e.answer["incomings"] = slices.DeleteFunc(e.asked, e.isHeld)
		}
	}
	return b
}

func plantedMakeDelete() []*bug {
	held := func(e *exchange, ids []any) int { return slices.IndexFunc(ids, e.isHeld) }
	return []*bug{
		naming("of four ids and more those after a held one stay", "delete/partial", func(e *exchange, ids []any) []any {
			if at := held(e, ids); at > 0 && len(ids) > 3 {
				return ids[:at+1]
			}
			return ids
		}),
		naming("of four ids and more those before a held one stay", "delete/partial", func(e *exchange, ids []any) []any {
			if at := held(e, ids); at > 0 && len(ids) > 3 {
				return ids[at:]
			}
			return ids
		}),
		naming("one id after a held one stays", "delete/partial", func(e *exchange, ids []any) []any {
			if at := held(e, ids); at >= 0 && at+2 < len(ids) {
				return slices.Delete(ids, at+2, at+3)
			}
			return ids
		}),
		ofMake("a held item is told though it was to stay", "delete/no-error-on-success", nil, func(e *exchange) {
			except, _ := e.members["exceptIds"].([]any)
			if e.isDelete() && e.all() && slices.ContainsFunc(except, e.isHeld) {
				e.answer["error"] = object{"name": "APIError", "message": "Some of the incoming messages could not be deleted because they are being processed right now."}
			}
		}),
		ofMake("a held item is told though nobody named it", "delete/no-error-on-success", nil, func(e *exchange) {
			if e.isDelete() && e.status == http.StatusOK && e.holds(e.hook()) {
				e.answer["error"] = object{"name": "APIError", "message": "Some of the incoming messages could not be deleted because they are being processed right now."}
			}
		}),
		pretending("ids beyond the 20th are ignored", "delete/ids", func(_ *exchange, ids []any) []any { return ids[:min(len(ids), 20)] }),
		pretending("an id that is gone hides the others", "delete/ids", func(e *exchange, ids []any) []any {
			gone := slices.ContainsFunc(ids, func(id any) bool { return e.count[text(id)] > 0 })
			for _, id := range ids {
				e.count[text(id)]++
			}
			if gone {
				return nil
			}
			return ids
		}),
		pretending("a disabled hook keeps its items", "delete/ids", func(e *exchange, ids []any) []any {
			if e.off(e.hook()) {
				return nil
			}
			return ids
		}),
		ofMake("spared ids beyond the 20th are ignored", "delete/except", func(e *exchange) {
			if except, ok := e.members["exceptIds"].([]any); e.isDelete() && ok && len(except) > 20 {
				e.members["exceptIds"] = except[:20]
			}
		}, nil),
		ofMake("no more than 50 ids are told", "delete/ids-response", nil, func(e *exchange) {
			if e.isDelete() && len(e.ids()) > 50 {
				e.answer["incomings"] = e.items()[:50]
			}
		}),
		naming("items that hold the same go together", "delete/ids", func(e *exchange, ids []any) []any {
			for _, p := range e.came("items waiting", e.hook()) {
				for _, other := range e.came("items waiting", e.hook()) {
					if slices.Contains(ids, any(p.id)) && p.data == other.data && !slices.Contains(ids, any(other.id)) {
						ids = append(ids, other.id)
					}
				}
			}
			return ids
		}),
		ofMake("all empties the other hooks, too", "delete/other-hook", nil, func(e *exchange) {
			if e.isDelete() && e.all() && e.status == http.StatusOK {
				e.count["gone"] = len(e.provided)
			}
			if e.isList() && e.status == http.StatusOK {
				before := e.provided[:e.count["gone"]]
				e.answer["incomings"] = slices.DeleteFunc(e.items(), func(item any) bool {
					return slices.ContainsFunc(before, func(p provided) bool { return p.id == idOf(item) })
				})
			}
		}),
		ofMake("an item is shown whatever blanks are behind its id", "detail/unknown-item", func(e *exchange) {
			if e.isDetail() {
				e.path = strings.TrimSpace(e.path)
			}
		}, nil),
	}
}

// idOf is the id of a listed item.
func idOf(item any) string {
	members, _ := item.(object) // nil has none
	return text(members["id"])
}

func plantedMakeStates() []*bug {
	return []*bug{
		ofMake("a processed item is back when another one came", "process/once", nil, func(e *exchange) {
			var done string
			for _, p := range e.provided {
				switch {
				case p.hook == e.hook() && p.state == "processing finished":
					done = p.id
				case p.hook == e.hook() && p.state == "items waiting" && done != "":
					e.lists(done)
					return
				}
			}
		}),
		ofMake("a processed item is processed again after the others", "process/once", nil, func(e *exchange) {
			if done := e.came("processing finished", e.hook()); len(done) >= 3 {
				e.lists(done[0].id)
			}
		}),
		ofMake("a processed item keeps its detail", "process/leaves", nil, func(e *exchange) {
			if e.isDetail() && e.status == http.StatusOK {
				e.kept[e.path] = string(e.text)
			} else if was, ok := e.kept[e.path].(string); ok && e.status == http.StatusNotFound && slices.ContainsFunc(e.came("processing finished", e.hook()), func(p provided) bool { return strings.HasSuffix(e.path, p.id) }) {
				granted(e, was)
			}
		}),
		ofMake("a disabled hook shows no details", "detail/shape", nil, func(e *exchange) {
			if e.isDetail() && e.off(e.hook()) {
				e.status, e.answer = http.StatusNotFound, object{"message": "Not found", "code": "SC404", "detail": "the hook is off"}
			}
		}),
		ofMake("a disabled hook counts nothing", "stats/queue", nil, func(e *exchange) {
			if stat, ok := e.answer["incomingStat"].(object); ok && e.off(e.hook()) {
				stat["queue"] = 0
			}
		}),
		ofMake("an item that was opened is no longer listed", "list/arrived", nil, func(e *exchange) {
			if e.isDetail() && e.status == http.StatusOK {
				e.count[e.path]++
			}
			if e.isList() && e.status == http.StatusOK {
				e.answer["incomings"] = slices.DeleteFunc(e.items(), func(item any) bool { return e.count[e.path+"/"+idOf(item)] > 0 })
			}
		}),
	}
}
