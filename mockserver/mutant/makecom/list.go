package makecom

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func list() []*mutant.Mutant {
	return slices.Concat(listed(), ordered(), paged(), described(), unlisted())
}

// listed are mutants whose list holds other items than the queue.
func listed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListShape, "no-pg", "The list has no pg.",
			onList(wrap.Success(func(_ *wrap.Call, body wrap.Object) { delete(body, "pg") }))),
		mutant.Of(makeapi.ListShape, "null-when-empty", "An empty list is null.",
			onList(wrap.Success(func(_ *wrap.Call, body wrap.Object) {
				if len(incomings(body)) == 0 {
					body["incomings"] = nil
				}
			}))),
		mutant.Of(makeapi.ListArrived, "newest-hidden", "The newest item is listed only when the next one has come.",
			onList(onPlain(items(func(_ *wrap.Call, all []any) []any { return all[:max(len(all)-1, 0)] })))),
		mutant.Of(makeapi.ListArrived, "every-third-hidden", "Every third item is not listed.",
			onList(onPlain(items(func(_ *wrap.Call, all []any) []any { return everyThirdLess(all) })))),
		mutant.Of(makeapi.ListOwnHook, "all-hooks", "The items of every hook are listed.",
			onList(onPlain(items(func(c *wrap.Call, all []any) []any { return append(all, othersOf(c)...) })))),
		mutant.Of(makeapi.ListOwnHook, "one-of-the-next-hook", "The list ends with the oldest item of the next hook.",
			onList(onPlain(items(func(c *wrap.Call, all []any) []any {
				next := othersOf(c)
				return append(all, next[:min(1, len(next))]...)
			})))),
		mutant.Of(makeapi.ListItemFields, "no-scope", "The items have no scope.",
			onList(eachItem(func(_ int, item wrap.Object) { delete(item, "scope") }))),
		mutant.Of(makeapi.ListItemFields, "size-as-text", "The size of every item but the first is a string.",
			onList(eachItem(func(i int, item wrap.Object) {
				if n, ok := item["size"].(json.Number); ok && i > 0 {
					item["size"] = n.String()
				}
			}))),
		mutant.Of(makeapi.ListItemFields, "local-time", "created names no time zone.",
			onList(eachItem(func(_ int, item wrap.Object) { item["created"] = strings.TrimSuffix(wrap.String(item["created"]), "Z") }))),
		mutant.Of(makeapi.ListNoData, "with-data", "The items carry their data.",
			onList(items(func(c *wrap.Call, all []any) []any { return withData(c, all) }))),
		mutant.Of(makeapi.ListNoData, "last-with-data", "The last item carries its data.",
			onList(items(func(c *wrap.Call, all []any) []any {
				last := max(len(all)-1, 0)
				return append(all[:last:last], withData(c, all[last:])...)
			}))),
	}
}

// ordered are the mutants of the order in which items come.
func ordered() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListArrivalOrder, "newest-first", "Without a direction the newest item comes first.",
			onList(without("pg[sortDir]", asListed(func(q url.Values) { q.Set("pg[sortDir]", "desc") })))),
		mutant.Of(makeapi.ListArrivalOrder, "by-id", "Items that came within the same second are ordered by id.",
			onList(onPlain(items(func(_ *wrap.Call, all []any) []any { return sortedBy(all, secondAndID) })))),
		mutant.Of(makeapi.ListArrivalOrder, "last-fills-the-gap", "When an item is deleted, the newest one takes its place in the queue.",
			onDelete(wrap.Instead(fillGaps))),
		mutant.Of(makeapi.ListSortDir, "ignored", "pg[sortDir] changes nothing.",
			onList(asListed(func(q url.Values) { q.Del("pg[sortDir]") }))),
		mutant.Of(makeapi.ListSortDir, "within-the-page", "desc reverses the items of the page, not the queue.",
			onList(onDesc(reversedPage))),
		mutant.Of(makeapi.ListSortDir, "asc-is-desc", "asc given outright is taken for desc.",
			onList(with("pg[sortDir]", "asc", asListed(func(q url.Values) { q.Set("pg[sortDir]", "desc") })))),
		mutant.Of(makeapi.ListSortDirEnum, "ignored", "An unknown pg[sortDir] is taken for asc.",
			onList(wrap.If(oddDirection, wrap.Before(func(c *wrap.Call) { c.SetQuery("pg[sortDir]", "asc") })))),
		mutant.Of(makeapi.ListSortDirEnum, "fails", "An unknown pg[sortDir] makes the server fail.",
			onList(wrap.If(oddDirection, wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusInternalServerError, "SC500") })))),
		mutant.Of(makeapi.ListSortByCreated, "by-size", "pg[sortBy]=created orders by size.",
			onList(with("pg[sortBy]", "created", items(func(_ *wrap.Call, all []any) []any { return sortedBy(all, size) })))),
		mutant.Of(makeapi.ListSortByCreated, "by-id", "pg[sortBy]=created orders by id.",
			onList(with("pg[sortBy]", "created", items(func(_ *wrap.Call, all []any) []any { return sortedBy(all, id) })))),
	}
}

// paged are the mutants of pages.
func paged() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListLimit, "ignored", "pg[limit] changes nothing.",
			onList(asListed(func(q url.Values) { q.Del("pg[limit]") }))),
		mutant.Of(makeapi.ListLimit, "one-more", "A page has one item more than pg[limit] says.",
			onList(asListed(func(q url.Values) { add(q, "pg[limit]", 1) }))),
		mutant.Of(makeapi.ListLimit, "first-page-only", "pg[limit] counts only without pg[offset].",
			onList(wrap.If(given("pg[offset]"), asListed(func(q url.Values) { q.Del("pg[limit]") })))),
		mutant.Of(makeapi.ListOffset, "ignored", "pg[offset] changes nothing.",
			onList(without("pg[limit]", asListed(func(q url.Values) { q.Del("pg[offset]") })))),
		mutant.Of(makeapi.ListOffset, "one-less", "A pg[offset] above one skips one item less.",
			onList(without("pg[limit]", asListed(func(q url.Values) {
				if number(q, "pg[offset]") > 1 {
					add(q, "pg[offset]", -1)
				}
			})))),
		mutant.Of(makeapi.ListOffset, "skips-the-oldest", "pg[offset] skips the oldest items also where the newest come first.",
			onList(onDesc(wrap.If(given("pg[offset]"), skipOldest())))),
		mutant.Of(makeapi.ListPagesPartition, "overlap", "Every page but the first begins with the last item of the page before.",
			onList(wrap.If(isPage, asListed(func(q url.Values) {
				if number(q, "pg[offset]") > 0 {
					add(q, "pg[offset]", -1)
				}
			})))),
		mutant.Of(makeapi.ListPagesPartition, "no-last-page", "The last page is empty unless it is full.",
			onList(wrap.If(isPage, items(func(c *wrap.Call, all []any) []any {
				if strconv.Itoa(len(all)) != c.Query("pg[limit]") {
					return []any{}
				}
				return all
			})))),
		mutant.Of(makeapi.ListPagesPartition, "last-page-filled-up", "The last page is filled up with items of the page before.",
			onList(wrap.If(isPage, wrap.Instead(filledUp)))),
		mutant.Of(makeapi.ListBeyondEnd, "not-found", "An offset past the end is 404.",
			onList(wrap.If(beyondEnd, wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusNotFound, makeapi.CodeNotFound) })))),
		mutant.Of(makeapi.ListBeyondEnd, "begins-again", "An offset past the end begins again at the start.",
			onList(wrap.If(beyondEnd, asListed(func(q url.Values) { q.Del("pg[offset]") })))),
	}
}

// described are the mutants of what stands beside the items, and of their size.
func described() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListPgTypes, "ignored", "A pg[limit] or pg[offset] that is no number is taken for none.",
			onList(wrap.Before(func(c *wrap.Call) { dropUnreadable(c, "pg[limit]"); dropUnreadable(c, "pg[offset]") }))),
		mutant.Of(makeapi.ListPgTypes, "offset-ignored", "A pg[offset] that is no number is taken for 0.",
			onList(wrap.Before(func(c *wrap.Call) { dropUnreadable(c, "pg[offset]") }))),
		mutant.Of(makeapi.ListPgTypes, "fractions-cut", "A fraction in pg[limit] is cut off.",
			onList(wrap.Before(func(c *wrap.Call) {
				whole, _, _ := strings.Cut(c.Query("pg[limit]"), ".")
				c.SetQuery("pg[limit]", whole)
			}))),
		mutant.Of(makeapi.ListPgEcho, "always-the-defaults", "pg shows the defaults, whatever is in force.",
			onList(pg(func(_ *wrap.Call, pg wrap.Object) {
				pg["limit"], pg["offset"], pg["sortDir"] = makeapi.DefaultPageLimit, 0, "asc"
			}))),
		mutant.Of(makeapi.ListPgEcho, "only-what-was-asked", "pg shows only what was asked for.",
			onList(pg(func(c *wrap.Call, pg wrap.Object) {
				for name := range pg {
					if c.Query("pg["+name+"]") == "" {
						delete(pg, name)
					}
				}
			}))),
		mutant.Of(makeapi.ListSizeMsgpack, "json-length", "size is the length of the data as JSON.",
			onList(items(func(c *wrap.Call, all []any) []any {
				return resized(c, all, func(d []byte) int { return len(asJSON(d)) })
			}))),
		mutant.Of(makeapi.ListSizeMsgpack, "long-headers", "Data above 255 bytes is encoded with a longer header.",
			onList(items(func(c *wrap.Call, all []any) []any {
				return resized(c, all, func(d []byte) int {
					if len(d) > 255 {
						return len(d) + 1
					}
					return len(d)
				})
			}))),
	}
}

// unlisted are the mutants of calls that should list nothing, or change nothing.
func unlisted() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListReadOnly, "page-is-taken", "Reading with pg[limit] takes the items out of the queue.",
			onList(wrap.If(given("pg[limit]"), wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				body, _ := a.Object() // a refusal lists nothing
				drop(c, listedIDs(body)...)
			})))),
		mutant.Of(makeapi.ListReadOnly, "desc-turns-the-queue", "Listing the newest first leaves the queue in that order.",
			onList(onDesc(wrap.After(func(c *wrap.Call, _ *wrap.Answer) {
				rebuild(c, func(items []queue.Held) []queue.Held { slices.Reverse(items); return items })
			})))),
		mutant.Of(makeapi.ListBadHookID, "empty-list", "A hook id that is no number has an empty list.",
			onList(wrap.If(oddHook, wrap.Instead(func(*wrap.Call) *wrap.Answer { return emptyList() })))),
		mutant.Of(makeapi.ListBadHookID, "fails", "A hook id that is no number makes the server fail.",
			onList(wrap.If(oddHook, wrap.Refusal(status(http.StatusInternalServerError))))),
		mutant.Of(makeapi.ListBadHookID, "no-envelope", "A hook id that is no number is refused in plain text.",
			onList(wrap.If(oddHook, wrap.Refusal(func(_ *wrap.Call, a *wrap.Answer) { a.SetText(a.Status, "Bad hook") })))),
		mutant.Of(makeapi.ListUnknownHook, "empty-list", "A hook that does not exist has an empty list.",
			onList(wrap.RefusedWith(http.StatusNotFound, func(_ *wrap.Call, a *wrap.Answer) { *a = *emptyList() }))),
		mutant.Of(makeapi.ListUnknownHook, "no-envelope", "A hook that does not exist is refused with an empty body.",
			onList(wrap.RefusedWith(http.StatusNotFound, func(_ *wrap.Call, a *wrap.Answer) { a.Bytes = nil }))),
		mutant.Of(makeapi.ListUnknownHook, "bad-request", "A hook that does not exist is 400.",
			onList(wrap.RefusedWith(http.StatusNotFound, status(http.StatusBadRequest)))),
	}
}

func incomings(body wrap.Object) []any {
	all, _ := body["incomings"].([]any) // nil for none
	return all
}

func listedIDs(body wrap.Object) []string {
	var ids []string
	for _, item := range incomings(body) {
		ids = append(ids, id(item))
	}
	return ids
}

func emptyList() *wrap.Answer {
	return wrap.JSON(http.StatusOK, wrap.Object{"incomings": []any{}, "pg": wrap.Object{"sortBy": "created", "sortDir": "asc", "limit": 10000, "offset": 0}})
}

// items changes the items of a page.
func items(change func(c *wrap.Call, all []any) []any) wrap.Wrap {
	return wrap.Success(func(c *wrap.Call, body wrap.Object) {
		if all := incomings(body); len(all) > 0 || body["incomings"] != nil {
			body["incomings"] = change(c, all)
		}
	})
}

func eachItem(change func(i int, item wrap.Object)) wrap.Wrap {
	return items(func(_ *wrap.Call, all []any) []any {
		for i, item := range all {
			if object, ok := item.(wrap.Object); ok {
				change(i, object)
			}
		}
		return all
	})
}

func pg(change func(c *wrap.Call, pg wrap.Object)) wrap.Wrap {
	return wrap.Success(func(c *wrap.Call, body wrap.Object) {
		if pg, ok := body["pg"].(wrap.Object); ok {
			change(c, pg)
		}
	})
}

// asListed lists the items that a changed query gives, and says of the page what the honest mock does.
func asListed(change func(q url.Values)) wrap.Wrap {
	return wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		honest := c.Next()
		if !honest.OK() {
			return honest
		}
		c.ChangeQuery(change)
		other, _ := c.Next().Object() // the changed query is as good
		honest.Edit(func(body wrap.Object) { body["incomings"] = other["incomings"] })
		return honest
	})
}

// onPlain plays w on the whole list, where no page is asked for.
func onPlain(w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool { return c.Query("pg[limit]") == "" && c.Query("pg[offset]") == "" }, w)
}

func onDesc(w wrap.Wrap) wrap.Wrap { return with("pg[sortDir]", "desc", w) }

func with(name, value string, w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool { return c.Query(name) == value }, w)
}

func without(name string, w wrap.Wrap) wrap.Wrap { return with(name, "", w) }

func given(name string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return c.Query(name) != "" }
}

func isPage(c *wrap.Call) bool { return given("pg[limit]")(c) && given("pg[offset]")(c) }

func oddDirection(c *wrap.Call) bool {
	return !slices.Contains([]string{"", "asc", "desc"}, c.Query("pg[sortDir]"))
}

func oddHook(c *wrap.Call) bool {
	_, err := strconv.Atoi(c.Path("hookId"))
	return err != nil
}

func beyondEnd(c *wrap.Call) bool {
	offset, err := strconv.Atoi(c.Query("pg[offset]"))
	return err == nil && offset > len(held(c))
}

func number(q url.Values, name string) int {
	n, _ := strconv.Atoi(q.Get(name)) // what is no number is refused before
	return n
}

func add(q url.Values, name string, n int) {
	if q.Get(name) != "" {
		q.Set(name, strconv.Itoa(number(q, name)+n))
	}
}

func dropUnreadable(c *wrap.Call, name string) {
	if _, err := strconv.Atoi(c.Query(name)); err != nil {
		c.SetQuery(name, "")
	}
}

func everyThirdLess(all []any) []any {
	var left []any
	for i, item := range all {
		if i%3 != 2 {
			left = append(left, item)
		}
	}
	return left
}

// othersOf lists the items of the hooks after the one in the path.
func othersOf(c *wrap.Call) []any {
	var others []any
	look(c, func(s *queue.State) {
		for _, h := range s.Contents() {
			if h.ID <= c.Number("hookId") {
				continue
			}
			for _, item := range h.Items {
				others = append(others, shown(item))
			}
		}
	})
	return others
}

// fillGaps deletes as the honest mock does, and puts the newest item where the deleted one was.
func fillGaps(c *wrap.Call) *wrap.Answer {
	before := held(c)
	a := c.Next()
	left := idsOf(held(c), func(queue.Held) bool { return true })
	if len(left) == len(before) {
		return a
	}
	rebuild(c, func([]queue.Held) []queue.Held {
		for i := 0; i < len(before); i++ {
			for i < len(before) && !slices.Contains(left, before[i].ID) {
				before[i] = before[len(before)-1]
				before = before[:len(before)-1]
			}
		}
		return before
	})
	return a
}

func reversedPage(honest http.Handler) http.Handler {
	forth := asListed(func(q url.Values) { q.Set("pg[sortDir]", "asc") })
	return items(func(_ *wrap.Call, all []any) []any { slices.Reverse(all); return all })(forth(honest))
}

// skipOldest leaves items out at the end of the list.
func skipOldest() wrap.Wrap {
	return wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		skipped, _ := strconv.Atoi(c.Query("pg[offset]")) // what is no number is refused
		honest := c.Next()
		c.SetQuery("pg[offset]", "")
		other, _ := c.Next().Object()
		if all := incomings(other); honest.OK() && len(all) >= skipped {
			honest.Edit(func(body wrap.Object) { body["incomings"] = all[:len(all)-skipped] })
		}
		return honest
	})
}

// filledUp gives the last page the length of the others.
func filledUp(c *wrap.Call) *wrap.Answer {
	honest := c.Next()
	body, _ := honest.Object() // a refusal has no items
	missing := number(c.R.URL.Query(), "pg[limit]") - len(incomings(body))
	if !honest.OK() || missing <= 0 || len(incomings(body)) == 0 {
		return honest
	}
	c.ChangeQuery(func(q url.Values) { add(q, "pg[offset]", -min(missing, number(q, "pg[offset]"))) })
	other, _ := c.Next().Object()
	honest.Edit(func(body wrap.Object) { body["incomings"] = other["incomings"] })
	return honest
}

func member(item any, name string) any {
	object, _ := item.(wrap.Object) // nil has no members
	return object[name]
}

func id(item any) string { return wrap.String(member(item, "id")) }

func size(item any) string {
	n, _ := member(item, "size").(json.Number)
	return strings.Repeat("0", max(10-len(n), 0)) + n.String()
}

func secondAndID(item any) string {
	at, _ := time.Parse(time.RFC3339Nano, wrap.String(member(item, "created")))
	return at.Truncate(time.Second).Format(time.RFC3339) + id(item)
}

func sortedBy(all []any, key func(any) string) []any {
	slices.SortStableFunc(all, func(a, b any) int { return strings.Compare(key(a), key(b)) })
	return all
}
