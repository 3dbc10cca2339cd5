package makecom

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func detail() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DetailShape, "unwrapped", "The item stands at the top, not in incoming.",
			onDetail(wrap.Success(func(_ *wrap.Call, body wrap.Object) {
				incoming, _ := body["incoming"].(wrap.Object) // nil has no members
				delete(body, "incoming")
				for name, value := range incoming {
					body[name] = value
				}
			}))),
		mutant.Of(makeapi.DetailShape, "in-a-list", "incoming is a list of one item.",
			onDetail(wrap.Success(func(_ *wrap.Call, body wrap.Object) { body["incoming"] = []any{body["incoming"]} }))),
		mutant.Of(makeapi.DetailSameItem, "created-now", "created is the time of the call.",
			onDetail(incoming(func(c *wrap.Call, item wrap.Object) {
				item["created"] = c.World().Clock().Now().UTC().Add(7e9).Format("2006-01-02T15:04:05.000Z")
			}))),
		mutant.Of(makeapi.DetailSameItem, "size-of-the-json", "size is the length of the data as JSON, for every item but the oldest.",
			onDetail(wrap.If(notOldest, incoming(func(_ *wrap.Call, item wrap.Object) {
				text, _ := json.Marshal(item["data"]) // it was read from JSON
				item["size"] = len(text) + 1
			})))),
		mutant.Of(makeapi.DetailData, "empty", "data is always empty.",
			onDetail(incoming(func(_ *wrap.Call, item wrap.Object) { item["data"] = wrap.Object{} }))),
		mutant.Of(makeapi.DetailData, "of-the-oldest", "data is that of the oldest item in the queue.",
			onDetail(wrap.If(notOldest, incoming(func(c *wrap.Call, item wrap.Object) { item["data"] = asJSON(held(c)[0].Data) })))),
		mutant.Of(makeapi.DetailData, "numbers-as-text", "Numbers become strings.",
			onDetail(incoming(func(_ *wrap.Call, item wrap.Object) { item["data"] = textual(item["data"]) }))),
		mutant.Of(makeapi.DetailBinary, "as-base64", "Bytes are shown without length and checksum.",
			onDetail(raw(func(text string) string { return bytesShown().ReplaceAllString(text, "$3") }))),
		mutant.Of(makeapi.DetailBinary, "length-of-the-hex", "The length of bytes is that of their hex digits.",
			onDetail(raw(func(text string) string {
				return bytesShown().ReplaceAllStringFunc(text, func(shown string) string {
					parts := bytesShown().FindStringSubmatch(shown)
					return "IMTBuffer(" + strconv.Itoa(len(parts[3])) + ", binary, " + parts[2] + "): " + parts[3]
				})
			}))),
		mutant.Of(makeapi.DetailUnknownItem, "empty-success", "An unknown id is 200 without an item.",
			onDetail(wrap.RefusedWith(http.StatusNotFound, func(_ *wrap.Call, a *wrap.Answer) {
				*a = *wrap.JSON(http.StatusOK, wrap.Object{})
			}))),
		mutant.Of(makeapi.DetailUnknownItem, "any-hook", "An item is shown through every hook.",
			onDetail(wrap.Before(throughItsHook))),
		mutant.Of(makeapi.DetailUnknownItem, "no-envelope", "An unknown id is refused with an empty body.",
			onDetail(wrap.RefusedWith(http.StatusNotFound, func(_ *wrap.Call, a *wrap.Answer) { a.Bytes = nil }))),
		mutant.Of(makeapi.DetailStatsIsNotAnID, "taken-for-an-id", "/incomings/stats looks for an item called stats.",
			onStats(wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusNotFound, makeapi.CodeNotFound) }))),
		mutant.Of(makeapi.DetailStatsIsNotAnID, "item-called-stats", "/incomings/stats shows an item called stats.",
			onStats(wrap.Success(func(_ *wrap.Call, body wrap.Object) {
				delete(body, "incomingStat")
				body["incoming"] = wrap.Object{"id": "stats", "scope": "hook", "size": 1, "created": "2020-01-01T00:00:00.000Z", "data": wrap.Object{}}
			}))),
	}
}

func incoming(change func(c *wrap.Call, item wrap.Object)) wrap.Wrap {
	return wrap.Success(func(c *wrap.Call, body wrap.Object) {
		if item, ok := body["incoming"].(wrap.Object); ok {
			change(c, item)
		}
	})
}

func raw(change func(text string) string) wrap.Wrap {
	return wrap.After(func(_ *wrap.Call, a *wrap.Answer) { a.Bytes = []byte(change(string(a.Bytes))) })
}

// bytesShown is how bytes are shown: their number, their checksum and their hex digits.
var bytesShown = lazyregexp.New(`IMTBuffer\((\d+), binary, ([0-9a-f]+)\): ([0-9a-f]*)`)

func notOldest(c *wrap.Call) bool {
	items := held(c)
	return len(items) > 0 && !strings.EqualFold(items[0].ID, c.Path("incomingId"))
}

// textual makes strings of the numbers in a value.
func textual(value any) any {
	switch v := value.(type) {
	case json.Number:
		return v.String()
	case wrap.Object:
		for name := range v {
			v[name] = textual(v[name])
		}
	case []any:
		for i := range v {
			v[i] = textual(v[i])
		}
	}
	return value
}

// throughItsHook leads the call to whichever hook holds the item.
func throughItsHook(c *wrap.Call) {
	look(c, func(s *queue.State) {
		for _, h := range s.Contents() {
			if len(idsOf(h.Items, in([]string{c.Path("incomingId")}))) > 0 {
				c.SetPath("hookId", strconv.Itoa(h.ID))
			}
		}
	})
}
