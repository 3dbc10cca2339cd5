package makecom

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// almostConfirmed are the mutants for which something else than confirmed=true in the query confirms.
func almostConfirmed() []*mutant.Mutant {
	confirming := func(when func(*wrap.Call) bool) wrap.Wrap {
		return onDelete(wrap.If(isAll, wrap.If(when, wrap.Before(func(c *wrap.Call) { c.SetQuery("confirmed", "true") }))))
	}
	said := func(c *wrap.Call) bool { return c.Body()["confirmed"] == true }
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteAllUnconfirmed, "confirmed-in-the-body", "confirmed in the body confirms.",
			confirming(func(c *wrap.Call) bool { return said(c) && len(spared(c)) == 0 && c.Query("confirmed") == "" })),
		mutant.Of(makeapi.DeleteAllConfirmedFalse, "confirmed-in-the-body", "confirmed in the body wins over confirmed=false.",
			confirming(func(c *wrap.Call) bool { return said(c) && c.Query("confirmed") == "false" })),
		mutant.Of(makeapi.DeleteExceptUnconfirmed, "confirmed-in-the-body", "Beside exceptIds, confirmed in the body confirms.",
			confirming(func(c *wrap.Call) bool { return said(c) && len(spared(c)) > 0 && c.Query("confirmed") == "" })),
		mutant.Of(makeapi.DeleteAllUnconfirmed, "nothing-spared", "Empty exceptIds beside all need no confirmation.",
			confirming(func(c *wrap.Call) bool { return hasEmpty("exceptIds")(c) && !c.R.URL.Query().Has("confirmed") })),
		mutant.Of(makeapi.DeleteAllUnconfirmed, "empty-value", "confirmed without a value confirms.",
			confirming(func(c *wrap.Call) bool { return c.R.URL.Query().Has("confirmed") && c.Query("confirmed") == "" })),
		mutant.Of(makeapi.DeleteAllUnconfirmed, "any-value", "Any value of confirmed but false confirms.",
			confirming(func(c *wrap.Call) bool { return c.Query("confirmed") != "" && c.Query("confirmed") != "false" })),
		mutant.Of(makeapi.DeleteAllUnconfirmed, "by-beginning", "The parameter confirm confirms.",
			confirming(func(c *wrap.Call) bool { return c.Query("confirm") == "true" })),
	}
}

// lenient are the mutants that make something of a body that is wrong, or of a request that is none.
func lenient() []*mutant.Mutant { return slices.Concat(mistyped(), misspelt(), unforeseen()) }

// mistyped are the mutants that take a member of another type.
func mistyped() []*mutant.Mutant {
	read := func(word, text string, change func(body wrap.Object)) *mutant.Mutant {
		return mutant.Of(makeapi.DeleteMalformed, word, text, onDelete(wrap.Before(func(c *wrap.Call) { c.Change(change) })))
	}
	lists := func(change func(element any) any) func(wrap.Object) {
		return func(body wrap.Object) { eachElement(body, change) }
	}
	isTrue := func(value any) func(wrap.Object) {
		return func(body wrap.Object) { body["all"] = body["all"] == true || body["all"] == value }
	}
	return []*mutant.Mutant{
		read("true-as-text", "all may be the text true.", isTrue("true")),
		read("one-is-true", "all may be 1.", isTrue(json.Number("1"))),
		read("numbers-are-ids", "A number in ids or exceptIds is taken for the text of its digits.", lists(digits)),
		read("nested-lists", "The lists in ids or exceptIds are taken for their first element.", lists(first)),
		read("objects-by-id", "An object in ids or exceptIds is taken for its member id.", lists(idMember)),
		read("list-as-object", "ids may be an object, whose values count.", func(body wrap.Object) {
			if object, ok := body["ids"].(wrap.Object); ok {
				body["ids"] = slices.Collect(maps.Values(object))
			}
		}),
	}
}

// misspelt are the mutants that read another body than that of one object.
func misspelt() []*mutant.Mutant {
	read := func(word, text string, change func(c *wrap.Call)) *mutant.Mutant {
		return mutant.Of(makeapi.DeleteMalformed, word, text, onDelete(wrap.Before(change)))
	}
	return []*mutant.Mutant{
		read("list-as-body", "The body may be the list of ids.", func(c *wrap.Call) {
			var ids []string
			if json.Unmarshal(c.Raw(), &ids) == nil && len(ids) > 0 {
				c.SetBody(wrap.Object{"ids": ids})
			}
		}),
		read("what-follows-ignored", "What follows the body's object is ignored.", func(c *wrap.Call) {
			var whole json.RawMessage
			if json.NewDecoder(bytes.NewReader(c.Raw())).Decode(&whole) == nil {
				c.SetRaw(whole)
			}
		}),
		read("completed", "A body that ends too early is completed.", func(c *wrap.Call) {
			if whole := append(slices.Clone(c.Raw()), '}'); notJSON(c) && json.Valid(whole) {
				c.SetRaw(whole)
			}
		}),
	}
}

// unforeseen are the mutants of requests that the document does not foresee.
func unforeseen() []*mutant.Mutant {
	read := func(word, text string, change func(body wrap.Object)) *mutant.Mutant {
		return mutant.Of(makeapi.HTTPBadInput, word, text, onDelete(wrap.Before(func(c *wrap.Call) { c.Change(change) })))
	}
	fails := func(word, text string, when func(*wrap.Call) bool) *mutant.Mutant {
		return mutant.Of(makeapi.HTTPBadInput, word, text, onList(wrap.If(when, wrap.Instead(crash))))
	}
	return []*mutant.Mutant{
		read("null-is-absent", "A null beside ids or all counts as not given.", func(body wrap.Object) { withoutNulls(body) }),
		read("null-ids-skipped", "Nulls in ids are skipped.", func(body wrap.Object) {
			if list, ok := body["ids"].([]any); ok {
				body["ids"] = slices.DeleteFunc(list, func(e any) bool { return e == nil })
			}
		}),
		mutant.Of(makeapi.HTTPBadInput, "head-empties", "HEAD on the queue empties it.", byMethod(http.MethodHead)),
		mutant.Of(makeapi.HTTPBadInput, "options-empties", "OPTIONS on the queue empties it.", byMethod(http.MethodOptions)),
		mutant.Of(makeapi.HTTPBadInput, "post-deletes", "POST deletes like DELETE.", byMethod(http.MethodPost)),
		fails("twenty-digits-fail", "A number of twenty digits makes the server fail.", func(c *wrap.Call) bool { return len(c.Query("pg[limit]")) >= 20 }),
		fails("unknown-parameter-fails", "A parameter that there is not makes the server fail.", func(c *wrap.Call) bool { return given("from")(c) || given("understudy")(c) }),
	}
}

func digits(element any) any {
	if n, ok := element.(json.Number); ok {
		return n.String()
	}
	return element
}

func first(element any) any {
	if list, ok := element.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return element
}

func idMember(element any) any {
	if object, ok := element.(wrap.Object); ok {
		return object["id"]
	}
	return element
}

// eachElement changes the elements of both lists of a selection.
func eachElement(body wrap.Object, change func(element any) any) {
	for _, name := range []string{"ids", "exceptIds"} {
		list, _ := body[name].([]any)
		for i := range list {
			list[i] = change(list[i])
		}
	}
}

// byMethod deletes what the body names, or everything where there is none, by a method that the path does not have.
func byMethod(method string) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool { return c.R.Method == method },
		wrap.Instead(func(c *wrap.Call) *wrap.Answer {
			_, path, _ := strings.Cut(c.R.URL.Path, "/hooks/")
			hook, below, _ := strings.Cut(path, "/")
			id, err := strconv.Atoi(hook)
			if err != nil || below != "incomings" {
				return c.Next()
			}
			c.Do(queue.Delete{HookID: id, IDs: named(c), All: len(named(c)) == 0, Confirmed: true})
			return wrap.JSON(http.StatusOK, wrap.Object{"incomings": []any{}})
		}))
}
