package makecom

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// crowd are the mutants that are honest as long as there is little to do.
func crowd() []*mutant.Mutant {
	var all []*mutant.Mutant
	for _, most := range []int{5, 10, 50, 100} {
		all = append(all, mutant.Of(makeapi.ListArrived, fmt.Sprintf("at-most-%d", most), fmt.Sprintf("No list has more than %d items.", most),
			onList(items(func(_ *wrap.Call, all []any) []any { return all[:min(most, len(all))] }))))
	}
	return append(all,
		mutant.Of(makeapi.ListPagesPartition, "at-most-fifty-on-a-page", "No page has more than fifty items.",
			onList(wrap.If(isPage, items(func(_ *wrap.Call, all []any) []any { return all[:min(50, len(all))] })))),
		mutant.Of(makeapi.ListLimit, "one-more-from-four", "A page of four or more has one item more than pg[limit] says.",
			onList(asListed(func(q url.Values) {
				if number(q, "pg[limit]") >= 4 {
					add(q, "pg[limit]", 1)
				}
			}))),
		mutant.Of(makeapi.ListOffset, "one-more-from-five", "A pg[offset] of five or more skips one item more.",
			onList(asListed(func(q url.Values) {
				if number(q, "pg[offset]") >= 5 {
					add(q, "pg[offset]", 1)
				}
			}))),
		mutant.Of(makeapi.ListArrivalOrder, "sixth-and-seventh", "The sixth and the seventh item change places.",
			onList(onPlain(items(func(_ *wrap.Call, all []any) []any {
				if len(all) > 6 {
					all[5], all[6] = all[6], all[5]
				}
				return all
			})))),
		mutant.Of(makeapi.ListSortDir, "whole-list-only", "desc is ignored on a page of more than five.",
			onList(onDesc(asListed(func(q url.Values) {
				if number(q, "pg[limit]") > 5 {
					q.Set("pg[sortDir]", "asc")
				}
			})))),
		mutant.Of(makeapi.StatsQueue, "at-most-five", "queue is never more than five.",
			onStats(stat(func(_ *wrap.Call, s wrap.Object) { s["queue"] = min(5, count(s)) }))),
		mutant.Of(makeapi.DeleteIDsResponse, "five-named", "The answer names five ids at most.",
			onDelete(wrap.If(byID, items(func(_ *wrap.Call, all []any) []any { return all[:min(5, len(all))] })))),
		mutant.Of(makeapi.DeleteAllProcessing, "silent-beside-except", "Beside exceptIds, all says nothing of the items that stay because they are being processed.",
			onDelete(wrap.If(sparing, wrap.Success(func(_ *wrap.Call, body wrap.Object) { delete(body, "error") })))),
	)
}

// spelt are the mutants for which a parameter has a value that is only almost right.
func spelt() []*mutant.Mutant {
	as := func(name, given, value string) wrap.Wrap {
		return onList(wrap.If(func(c *wrap.Call) bool { return c.R.URL.Query().Has(name) && c.Query(name) == given },
			wrap.Before(func(c *wrap.Call) { c.SetQuery(name, value) })))
	}
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListPgTypes, "empty-is-one", "pg[limit] without a value is 1.", as("pg[limit]", "", "1")),
		mutant.Of(makeapi.ListPgTypes, "digits-in-front", "Of pg[limit] the digits in front count.", as("pg[limit]", "5abc", "5")),
		mutant.Of(makeapi.ListPgTypes, "no-exponent", "The exponent of pg[limit] is ignored.", as("pg[limit]", "1e1", "1")),
		mutant.Of(makeapi.ListSortDirEnum, "any-case", "pg[sortDir] counts in any case of letters.",
			onList(wrap.If(given("pg[sortDir]"), wrap.Before(func(c *wrap.Call) { c.SetQuery("pg[sortDir]", strings.ToLower(c.Query("pg[sortDir]"))) })))),
		mutant.Of(makeapi.ListSortDirEnum, "empty-is-desc", "pg[sortDir] without a value is desc.", as("pg[sortDir]", "", "desc")),
		mutant.Of(makeapi.ListPgTypes, "empty-fails", "pg[offset] without a value makes the server fail.",
			onList(wrap.If(func(c *wrap.Call) bool { return c.R.URL.Query().Has("pg[offset]") && c.Query("pg[offset]") == "" },
				wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusInternalServerError, "SC500") })))),
	}
}
