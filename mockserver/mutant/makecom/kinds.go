package makecom

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// kinds are mutants of the kinds that a look at one example misses: a value lost on its way, an id that almost matches, a view
// that does not follow, the third time.
func kinds() []*mutant.Mutant {
	return slices.Concat(lossy(), loose(), stale(), counting(), crowd(), spelt())
}

// lossy are the mutants that change some values between delivery and detail.
func lossy() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DetailData, "nulls-dropped", "Members that are null are left out of data.",
			onDetail(incoming(changed(withoutNulls)))),
		mutant.Of(makeapi.DetailData, "empty-lists-are-null", "Empty lists in data become null.",
			onDetail(incoming(changed(func(value any) any {
				if list, ok := value.([]any); ok && len(list) == 0 {
					return nil
				}
				return value
			})))),
		mutant.Of(makeapi.DetailData, "large-numbers-rounded", "Numbers beyond 2^53 lose their last digits.",
			onDetail(incoming(changed(rounded)))),
		mutant.Of(makeapi.DetailData, "long-texts-cut", "Texts of more than 65,535 bytes are cut.",
			onDetail(incoming(changed(cut)))),
		mutant.Of(makeapi.DetailData, "digits-are-numbers", "Texts of digits become numbers.",
			onDetail(incoming(changed(numeric)))),
		mutant.Of(makeapi.DetailData, "unnamed-members-lost", "A member whose name is empty is left out of data.",
			onDetail(incoming(changed(func(value any) any {
				if object, ok := value.(wrap.Object); ok {
					delete(object, "")
				}
				return value
			})))),
		mutant.Of(makeapi.DetailData, "numbered-objects-become-lists", "An object with the members 0, 1, 2 … becomes a list.",
			onDetail(incoming(changed(asList)))),
		mutant.Of(makeapi.DetailData, "lists-of-one-unwrapped", "A list of one element becomes the element.",
			onDetail(incoming(changed(func(value any) any {
				if list, ok := value.([]any); ok && len(list) == 1 {
					return list[0]
				}
				return value
			})))),
		mutant.Of(makeapi.DetailData, "equal-elements-once", "A list has equal texts and numbers once.",
			onDetail(incoming(changed(withoutRepeats)))),
		mutant.Of(makeapi.DetailData, "long-lists-cut", "Lists of more than 100 elements are cut.",
			onDetail(incoming(changed(func(value any) any {
				if list, ok := value.([]any); ok && len(list) > 100 {
					return list[:100]
				}
				return value
			})))),
		mutant.Of(makeapi.DetailData, "instants-reformatted", "Texts that are instants come with milliseconds and in UTC.",
			onDetail(incoming(changed(func(value any) any {
				text, _ := value.(string)
				if at, err := time.Parse(time.RFC3339, text); err == nil {
					return at.UTC().Format("2006-01-02T15:04:05.000Z")
				}
				return value
			})))),
	}
}

// loose are the mutants for which an id matches that is only almost right.
func loose() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DetailUnknownItem, "by-beginning", "An item is shown for the beginning of its id.",
			onDetail(matching(strings.HasPrefix))),
		mutant.Of(makeapi.DetailUnknownItem, "by-end", "An item is shown for the end of its id.",
			onDetail(matching(strings.HasSuffix))),
		mutant.Of(makeapi.DetailUnknownItem, "any-case", "An item is shown for its id in capitals.",
			onDetail(matching(strings.EqualFold))),
		mutant.Of(makeapi.DeleteIDs, "by-beginning", "An item is deleted by the beginning of its id.",
			onDelete(wrap.If(byID, completing("ids")))),
		mutant.Of(makeapi.DeleteExcept, "spared-by-beginning", "An item is spared by the beginning of its id.",
			onDelete(wrap.If(sparing, completing("exceptIds")))),
		mutant.Of(makeapi.ListSortDirEnum, "by-end", "Whatever ends in esc counts as desc.",
			onList(wrap.If(func(c *wrap.Call) bool {
				return strings.HasSuffix("desc", c.Query("pg[sortDir]")) && c.Query("pg[sortDir]") != ""
			},
				wrap.Before(func(c *wrap.Call) { c.SetQuery("pg[sortDir]", "desc") })))),
	}
}

// stale are the mutants with a view that does not follow.
func stale() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteGone, "left-in-reverse", "With sortDir=desc the items of the last deletion by ids are still listed.",
			wrap.All(onDelete(wrap.Before(noteLeaving)), onList(onDesc(items(listLeaving))))),
		mutant.Of(makeapi.DeleteGone, "left-by-created", "With sortBy=created the items of the last deletion by ids are still listed.",
			wrap.All(onDelete(wrap.Before(noteLeaving)), onList(with("pg[sortBy]", "created", items(listLeaving))))),
		mutant.Of(makeapi.DeleteGone, "spared-and-shown", "After a deletion of everything but some, the details of what went are still shown.",
			wrap.All(onDelete(wrap.If(sparing, wrap.Before(noteDetails))), onDetail(wrap.RefusedWith(http.StatusNotFound, showNoted)))),
		mutant.Of(makeapi.ListArrived, "newest-not-in-reverse", "With sortDir=desc the newest item is not listed.",
			onList(onDesc(items(func(_ *wrap.Call, all []any) []any { return all[min(1, len(all)):] })))),
	}
}

// counting are the mutants that are honest the first two times.
func counting() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteIDs, "third-in-vain", "Every third deletion by ids is answered and not carried out.",
			onDelete(wrap.If(byID, wrap.If(third[deletions], wrap.Instead(onlyAnswered))))),
		mutant.Of(makeapi.DeleteAllUnconfirmed, "third-time-through", "The third deletion of everything without a confirmation is carried out.",
			onDelete(wrap.If(isAll, wrap.If(func(c *wrap.Call) bool {
				return c.Query("confirmed") == "" && len(spared(c)) == 0 && third[unconfirmedOnes](c)
			},
				wrap.Before(func(c *wrap.Call) { c.SetQuery("confirmed", "true") }))))),
		mutant.Of(makeapi.IngestFull, "refusals-give-room", "Every delivery that is refused makes room for one more.",
			onIngest(wrap.RefusedWith(http.StatusBadRequest, func(c *wrap.Call, _ *wrap.Answer) {
				if h, known := statusOf(c); known && h.Queued >= h.Limit {
					configure(c, queue.Configure{HookID: h.ID, Limit: new(h.Limit + 1)})
				}
			}))),
		mutant.Of(makeapi.StatsQueue, "third-not-counted-down", "The stats do not notice every third deletion with confirmed=true.",
			wrap.All(onDelete(wrap.If(confirmedIDs, wrap.If(third[deletions], wrap.Before(func(c *wrap.Call) {
				wrap.Remember(c, func(hooks *ghosts) { wrap.Put(hooks, addressOf(c), (*hooks)[addressOf(c)]+1) })
			})))), onStats(wrap.Success(func(c *wrap.Call, body wrap.Object) {
				stat, _ := body["incomingStat"].(wrap.Object)
				n, _ := stat["queue"].(json.Number)
				count, _ := n.Int64()
				wrap.Remember(c, func(hooks *ghosts) { stat["queue"] = int(count) + (*hooks)[addressOf(c)] })
			})))),
	}
}

// What counting mutants count, by the address of a hook.
type (
	deletions       map[string]int
	unconfirmedOnes map[string]int
	ghosts          map[string]int
)

// third counts the calls about a hook, and reports whether this is a third one.
func third[M ~map[string]int](c *wrap.Call) bool { return wrap.Third[M](c, addressOf(c)) }

func confirmedIDs(c *wrap.Call) bool { return byID(c) && c.Query("confirmed") == "true" }

// changed applies a change to every value in data, the innermost first.
func changed(change func(value any) any) func(*wrap.Call, wrap.Object) {
	return func(_ *wrap.Call, item wrap.Object) { item["data"] = wrap.Everywhere(item["data"], change) }
}

func withoutNulls(value any) any {
	if object, ok := value.(wrap.Object); ok {
		for name, member := range object {
			if member == nil {
				delete(object, name)
			}
		}
	}
	return value
}

func rounded(value any) any {
	n, _ := value.(json.Number)
	if f, err := n.Float64(); err == nil && (f > 1<<53 || f < -1<<53) {
		return json.Number(strconv.FormatFloat(f, 'f', 0, 64))
	}
	return value
}

func cut(value any) any {
	const most = 65535
	if text, ok := value.(string); ok && len(text) > most {
		return text[:most]
	}
	return value
}

func numeric(value any) any {
	text, _ := value.(string)
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return value
}

func asList(value any) any {
	object, ok := value.(wrap.Object)
	if !ok || len(object) == 0 {
		return value
	}
	list := make([]any, len(object))
	for i := range list {
		element, numbered := object[strconv.Itoa(i)]
		if !numbered {
			return value
		}
		list[i] = element
	}
	return list
}

func withoutRepeats(value any) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	seen := map[any]bool{}
	return slices.DeleteFunc(list, func(element any) bool {
		switch element.(type) {
		case string, json.Number:
		default:
			return false
		}
		again := seen[element]
		seen[element] = true
		return again
	})
}

// matching shows the item whose id matches the one asked for.
func matching(matches func(id, asked string) bool) wrap.Wrap {
	return wrap.Before(func(c *wrap.Call) {
		for _, h := range held(c) {
			if matches(h.ID, c.Path("incomingId")) {
				c.SetPath("incomingId", h.ID)
			}
		}
	})
}

// completing takes the beginning of an id for the id.
func completing(member string) wrap.Wrap {
	return wrap.Before(func(c *wrap.Call) {
		all := wrap.Strings(c.Body()[member])
		for i, asked := range all {
			for _, h := range held(c) {
				if strings.HasPrefix(h.ID, asked) {
					all[i] = h.ID
				}
			}
		}
		c.Change(func(body wrap.Object) { body[member] = all })
	})
}
