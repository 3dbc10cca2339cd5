package crmcom

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func list() []*mutant.Mutant {
	return slices.Concat(primary(), narrowed(), checked(), listed(), paged(), beside())
}

// primary are the mutants of the four filters; a list needs one of these.
func primary() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ListFilterRequired, "everything", "Without a filter, everything is listed.",
			onList(wrap.If(unfiltered, wrap.Instead(universe)))),
		mutant.Of(crmapi.ListFilterRequired, "state-is-enough", "life_cycle_state is filter enough.",
			onList(wrap.If(unfiltered, wrap.If(given("life_cycle_state"), wrap.Instead(universe))))),
		mutant.Of(crmapi.ListByDefinition, "ignored", "The definition is ignored.", onList(ignoring(paramDefinition))),
		mutant.Of(crmapi.ListByDefinition, "not-by-code", "A definition named by its alternative code is ignored.",
			onList(wrap.If(starts(paramDefinition, "alternative_code="), ignoring(paramDefinition)))),
		mutant.Of(crmapi.ListByDefinition, "nothing-by-name", "A definition named by its name has no webhook requests.",
			onList(wrap.If(starts(paramDefinition, "name="), nothing()))),
		mutant.Of(crmapi.ListByRule, "ignored", "The rule is ignored.", onList(ignoring(paramRule))),
		mutant.Of(crmapi.ListByRule, "nothing-by-name", "A rule named by its name has no webhook requests.",
			onList(wrap.If(starts(paramRule, "name="), nothing()))),
		mutant.Of(crmapi.ListByEntity, "ignored", "The entity is ignored.", onList(ignoring("entity"))),
		mutant.Of(crmapi.ListByEntity, "without-rejected", "By entity alone, REJECTED webhook requests are left out.",
			onList(wrap.If(given("entity"), wrap.If(ungiven("life_cycle_state"), records(func(_ *wrap.Call, all []any) []any {
				return slices.DeleteFunc(all, inState(crmapi.StateRejected))
			}))))),
		mutant.Of(crmapi.ListByEntityID, "ignored", "The entity id is ignored.", onList(ignoring("entity_id"))),
		mutant.Of(crmapi.ListByEntityID, "newest-only", "Of an entity, only the newest webhook request is listed.",
			onList(wrap.If(given("entity_id"), records(func(c *wrap.Call, all []any) []any {
				if c.Query(paramOffset) != "" {
					return []any{}
				}
				return all[:min(1, len(all))]
			})))),
		mutant.Of(crmapi.ListCombined, "any", "What satisfies one of several filters is listed.",
			onList(wrap.Instead(anyOf))),
		mutant.Of(crmapi.ListCombined, "entity-id-alone", "Beside entity_id, the definition is ignored.",
			onList(wrap.If(given("entity_id"), wrap.If(given(paramDefinition), ignoring(paramDefinition))))),
		mutant.Of(crmapi.ListCombined, "rule-ignored", "Beside entity_id, the rule is ignored.",
			onList(wrap.If(given("entity_id"), wrap.If(given(paramRule), ignoring(paramRule))))),
	}
}

// beside are the mutants that drop a parameter beside another one, or take more than is documented.
func beside() []*mutant.Mutant {
	drops := func(of, word, text, other, dropped string) *mutant.Mutant {
		return mutant.Of(map[string]*contract.Requirement{"": crmapi.ListCombined, "page": crmapi.ListPaging, "fields": crmapi.ListFieldsSet}[of], word, text,
			onList(wrap.If(given(other), wrap.If(given(dropped), wrap.Before(func(c *wrap.Call) { c.SetQuery(dropped, "") })))))
	}
	anyCase := func(of *contract.Requirement, param string) *mutant.Mutant {
		return mutant.Of(of, "any-case", param+" counts in any case of letters.",
			onList(wrap.If(given(param), wrap.Before(func(c *wrap.Call) { c.SetQuery(param, strings.ToUpper(c.Query(param))) }))))
	}
	three := wrap.Before(func(c *wrap.Call) {
		fields := strings.Split(c.Query(paramFields), ",")
		c.SetQuery(paramFields, strings.Join(fields[:min(3, len(fields))], ","))
	})
	return []*mutant.Mutant{
		drops("", "entity-dropped", "Beside entity_id, the entity is ignored.", "entity_id", "entity"),
		drops("", "rule-dropped", "Beside a definition, the rule is ignored.", paramDefinition, paramRule),
		drops("", "url-dropped", "Beside life_cycle_state, url is ignored.", "life_cycle_state", "url"),
		drops("", "state-dropped", "Beside fields_set, life_cycle_state is ignored.", paramFields, "life_cycle_state"),
		drops("page", "size-dropped", "Beside life_cycle_state, number_of_results is ignored.", "life_cycle_state", paramSize),
		drops("fields", "dropped-on-pages", "Beside number_of_results, fields_set is ignored.", paramSize, paramFields),
		anyCase(crmapi.ListStateEnum, "life_cycle_state"),
		anyCase(crmapi.ListEntityEnum, "entity"),
		mutant.Of(crmapi.ListFieldsSet, "three-fields", "Of fields_set the first three count.", onList(three)),
		mutant.Of(crmapi.ShowFieldsSet, "three-fields", "Of fields_set the first three count.", onShow(three)),
		mutant.Of(crmapi.ListPaging, "at-most-ten", "No list has more than ten webhook requests.",
			onList(records(func(_ *wrap.Call, all []any) []any { return all[:min(10, len(all))] }))),
		mutant.Of(crmapi.ListPaging, "one-more-from-four", "A page of four or more has one more.",
			onList(wrap.If(func(c *wrap.Call) bool { return number(c, paramSize) >= 4 },
				wrap.Before(func(c *wrap.Call) { c.SetQuery(paramSize, strconv.Itoa(number(c, paramSize)+1)) })))),
	}
}

// narrowed are the mutants of the further filters.
func narrowed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ListByURL, "ignored", "url is ignored.", onList(ignoring("url"))),
		mutant.Of(crmapi.ListByURL, "by-host", "Of url, only scheme and host count.",
			onList(wrap.If(given("url"), wrap.Instead(sameHost)))),
		mutant.Of(crmapi.ListByState, "ignored", "life_cycle_state is ignored.", onList(ignoring("life_cycle_state"))),
		mutant.Of(crmapi.ListByState, "only-rejected", "life_cycle_state=SUCCESSFUL narrows nothing.",
			onList(wrap.If(starts("life_cycle_state", crmapi.StateSuccessful), ignoring("life_cycle_state")))),
		mutant.Of(crmapi.ListByCreatedDate, "ignored", "created_date is ignored.", onList(ignoring("created_date"))),
		mutant.Of(crmapi.ListByCreatedDate, "nothing", "With created_date nothing is listed.",
			onList(wrap.If(given("created_date"), nothing()))),
	}
}

// checked are the mutants of parameters that have to be refused.
func checked() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ListStateEnum, "ignored", "An unknown life_cycle_state is ignored.",
			onList(wrap.If(oneOutside("life_cycle_state", crmapi.StateRejected, crmapi.StateSuccessful), ignoring("life_cycle_state")))),
		mutant.Of(crmapi.ListStateEnum, "nothing", "An unknown life_cycle_state has no webhook requests.",
			onList(wrap.If(oneOutside("life_cycle_state", crmapi.StateRejected, crmapi.StateSuccessful), nothing()))),
		mutant.Of(crmapi.ListEntityEnum, "nothing", "An unknown entity has no webhook requests.",
			onList(wrap.If(oneOutside("entity", crmapi.Entities()...), nothing()))),
		mutant.Of(crmapi.ListEntityEnum, "everything", "An unknown entity lists everything.",
			onList(wrap.If(oneOutside("entity", crmapi.Entities()...), ignoring("entity")))),
		mutant.Of(crmapi.ListIdentifierOneField, "first-counts", "Of several fields of an identifier, the first one counts.",
			onList(wrap.Before(func(c *wrap.Call) {
				for _, name := range []string{paramDefinition, paramRule} {
					first, _, _ := strings.Cut(c.Query(name), ",")
					if len(c.R.URL.Query()[name]) == 1 {
						c.SetQuery(name, first)
					}
				}
			}))),
		mutant.Of(crmapi.ListIdentifierOneField, "repeated-rule", "Of a repeated rule, the first one counts.",
			onList(wrap.Before(func(c *wrap.Call) { c.SetQuery(paramRule, c.Query(paramRule)) }))),
		mutant.Of(crmapi.ListIdentifierOneField, "unknown-field", "An identifier by a field that there is not is ignored.",
			onList(wrap.If(starts(paramDefinition, "number="), ignoring(paramDefinition)))),
	}
}

// listed are the mutants of what a list looks like.
func listed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ListShape, "in-an-object", "The list stands in an object.",
			onList(success(func(_ *wrap.Call, data any) any { return wrap.Object{"results": data} }))),
		mutant.Of(crmapi.ListShape, "less-than-show", "The listed webhook requests have no request and response.",
			onList(whole(everyRecord(func(r wrap.Object) { delete(r, "request"); delete(r, "response") })))),
		mutant.Of(crmapi.ListFieldsSet, "ignored", "fields_set changes nothing.",
			onList(wrap.Before(func(c *wrap.Call) { c.SetQuery(paramFields, "") }))),
		mutant.Of(crmapi.ListFieldsSet, "first-result-only", "fields_set counts for the first result only.",
			onList(wrap.If(given(paramFields), wrap.Instead(onlyFirstProjected)))),
		mutant.Of(crmapi.ListNone, "refused", "A list without a match is refused.",
			onList(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if accepted(a) && isEmpty(a) {
					*a = *no()
				}
			}))),
		mutant.Of(crmapi.ListNone, "null", "A list without a match is null.",
			onList(success(func(_ *wrap.Call, data any) any {
				if all, ok := data.([]any); ok && len(all) == 0 {
					return nil
				}
				return data
			}))),
	}
}

// paged are the mutants of pages.
func paged() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ListPaging, "size-ignored", "number_of_results is ignored.", onList(ignoring(paramSize))),
		mutant.Of(crmapi.ListPaging, "offset-ignored", "offset is ignored.", onList(ignoring(paramOffset))),
		mutant.Of(crmapi.ListPaging, "offset-in-pages", "offset counts pages.",
			onList(wrap.If(given(paramSize), wrap.Before(func(c *wrap.Call) {
				c.SetQuery(paramOffset, strconv.Itoa(number(c, paramOffset)*number(c, paramSize)))
			})))),
		mutant.Of(crmapi.ListPaging, "no-last-page", "The last page is empty unless it is full.",
			onList(wrap.If(given(paramSize), wrap.If(given(paramOffset), records(func(c *wrap.Call, all []any) []any {
				if len(all) < number(c, paramSize) {
					return []any{}
				}
				return all
			}))))),
		mutant.Of(crmapi.ListPaging, "one-more", "A page has one result more than number_of_results says.",
			onList(wrap.If(given(paramSize), wrap.Before(func(c *wrap.Call) { c.SetQuery(paramSize, strconv.Itoa(number(c, paramSize)+1)) })))),
	}
}

// primaryFilters are the filters of which a list needs one.
func primaryFilters() []string { return []string{paramDefinition, paramRule, "entity", "entity_id"} }

func given(name string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return c.Query(name) != "" }
}

func ungiven(name string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return c.Query(name) == "" }
}

func starts(name, with string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return strings.HasPrefix(c.Query(name), with) }
}

func oneOutside(name string, known ...string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return c.Query(name) != "" && !slices.Contains(known, c.Query(name)) }
}

func unfiltered(c *wrap.Call) bool {
	return !slices.ContainsFunc(primaryFilters(), func(name string) bool { return c.Query(name) != "" })
}

func number(c *wrap.Call, name string) int {
	n, _ := strconv.Atoi(c.Query(name)) // what is no number is refused
	return n
}

func nothing() wrap.Wrap {
	return wrap.Instead(func(*wrap.Call) *wrap.Answer { return ok([]any{}) })
}

// ignoring lists as if a parameter had not been given.
func ignoring(name string) wrap.Wrap {
	return wrap.If(given(name), wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		c.SetQuery(name, "")
		if unfiltered(c) {
			return universe(c)
		}
		return c.Next()
	}))
}

// universe lists by every entity in turn.
func universe(c *wrap.Call) *wrap.Answer {
	all := []any{}
	for _, entity := range crmapi.Entities() {
		c.SetQuery("entity", entity)
		a := c.Next()
		if !accepted(a) {
			return a
		}
		all = append(all, dataOf(a)...)
	}
	return ok(all)
}

// anyOf lists by each filter alone.
func anyOf(c *wrap.Call) *wrap.Answer {
	query := c.R.URL.Query()
	var all []any
	seen := map[string]bool{}
	for _, name := range primaryFilters() {
		if query.Get(name) == "" {
			continue
		}
		c.ChangeQuery(func(q url.Values) {
			for _, other := range primaryFilters() {
				q.Del(other)
			}
			q[name] = query[name]
		})
		a := c.Next()
		if !accepted(a) {
			return a
		}
		for _, r := range dataOf(a) {
			if id := wrap.String(member(r, "id")); !seen[id] || id == "" {
				seen[id] = true
				all = append(all, r)
			}
		}
	}
	if all == nil {
		return c.Next()
	}
	return ok(all)
}

func sameHost(c *wrap.Call) *wrap.Answer {
	want := host(c.Query("url"))
	c.SetQuery("url", "")
	a := c.Next()
	if accepted(a) {
		kept := slices.DeleteFunc(dataOf(a), func(r any) bool { return host(wrap.String(member(r, "url"))) != want })
		a.Edit(set("data", kept))
	}
	return a
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

func onlyFirstProjected(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	c.SetQuery(paramFields, "")
	whole := dataOf(c.Next())
	if accepted(a) && len(whole) > 1 {
		a.Edit(set("data", append(dataOf(a)[:1:1], whole[1:]...)))
	}
	return a
}

func dataOf(a *wrap.Answer) []any {
	body, _ := a.Object() // what is none has no data
	all, _ := body["data"].([]any)
	return all
}

func isEmpty(a *wrap.Answer) bool { return len(dataOf(a)) == 0 }

func member(r any, name string) any {
	object, _ := r.(wrap.Object) // nil has no members
	return object[name]
}

func inState(state string) func(any) bool {
	return func(r any) bool { return member(r, "life_cycle_state") == state }
}
