package crmcom

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
	contract "github.com/understudy-mock/understudy/openapi/crmcom"
)

func list() []*mutant.Mutant {
	return slices.Concat(primary(), narrowed(), checked(), listed(), paged(), beside())
}

// primary are the mutants of the four filters; a list needs one of these.
func primary() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(contract.ListFilterRequired, "everything", "Without a filter, everything is listed.",
			onList(wrap.If(unfiltered, wrap.Instead(universe)))),
		mutant.Of(contract.ListFilterRequired, "state-is-enough", "life_cycle_state is filter enough.",
			onList(wrap.If(unfiltered, wrap.If(given("life_cycle_state"), wrap.Instead(universe))))),
		mutant.Of(contract.ListByDefinition, "ignored", "The definition is ignored.", onList(ignoring(paramDefinition))),
		mutant.Of(contract.ListByDefinition, "not-by-code", "A definition named by its alternative code is ignored.",
			onList(wrap.If(starts(paramDefinition, "alternative_code="), ignoring(paramDefinition)))),
		mutant.Of(contract.ListByDefinition, "nothing-by-name", "A definition named by its name has no webhook requests.",
			onList(wrap.If(starts(paramDefinition, "name="), nothing()))),
		mutant.Of(contract.ListByRule, "ignored", "The rule is ignored.", onList(ignoring(paramRule))),
		mutant.Of(contract.ListByRule, "nothing-by-name", "A rule named by its name has no webhook requests.",
			onList(wrap.If(starts(paramRule, "name="), nothing()))),
		mutant.Of(contract.ListByEntity, "ignored", "The entity is ignored.", onList(ignoring("entity"))),
		mutant.Of(contract.ListByEntity, "without-rejected", "By entity alone, REJECTED webhook requests are left out.",
			onList(wrap.If(given("entity"), wrap.If(ungiven("life_cycle_state"), records(func(_ *wrap.Call, all []any) []any {
				return slices.DeleteFunc(all, inState(contract.StateRejected))
			}))))),
		mutant.Of(contract.ListByEntityID, "ignored", "The entity id is ignored.", onList(ignoring("entity_id"))),
		mutant.Of(contract.ListByEntityID, "newest-only", "Of an entity, only the newest webhook request is listed.",
			onList(wrap.If(given("entity_id"), records(func(c *wrap.Call, all []any) []any {
				if c.Query(paramOffset) != "" {
					return []any{}
				}
				return all[:min(1, len(all))]
			})))),
		mutant.Of(contract.ListCombined, "any", "What satisfies one of several filters is listed.",
			onList(wrap.Instead(anyOf))),
		mutant.Of(contract.ListCombined, "entity-id-alone", "Beside entity_id, the definition is ignored.",
			onList(wrap.If(given("entity_id"), wrap.If(given(paramDefinition), ignoring(paramDefinition))))),
		mutant.Of(contract.ListCombined, "rule-ignored", "Beside entity_id, the rule is ignored.",
			onList(wrap.If(given("entity_id"), wrap.If(given(paramRule), ignoring(paramRule))))),
	}
}

// beside are the mutants that drop a parameter beside another one, or take more than is documented.
func beside() []*mutant.Mutant {
	drops := func(of, word, text, other, dropped string) *mutant.Mutant {
		return mutant.Of(map[string]*openapi.Requirement{"": contract.ListCombined, "page": contract.ListPaging, "fields": contract.ListFieldsSet}[of], word, text,
			onList(wrap.If(given(other), wrap.If(given(dropped), wrap.Before(func(c *wrap.Call) { c.SetQuery(dropped, "") })))))
	}
	anyCase := func(of *openapi.Requirement, param string) *mutant.Mutant {
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
		anyCase(contract.ListStateEnum, "life_cycle_state"),
		anyCase(contract.ListEntityEnum, "entity"),
		mutant.Of(contract.ListFieldsSet, "three-fields", "Of fields_set the first three count.", onList(three)),
		mutant.Of(contract.ShowFieldsSet, "three-fields", "Of fields_set the first three count.", onShow(three)),
		mutant.Of(contract.ListPaging, "at-most-ten", "No list has more than ten webhook requests.",
			onList(records(func(_ *wrap.Call, all []any) []any { return all[:min(10, len(all))] }))),
		mutant.Of(contract.ListPaging, "one-more-from-four", "A page of four or more has one more.",
			onList(wrap.If(func(c *wrap.Call) bool { return number(c, paramSize) >= 4 },
				wrap.Before(func(c *wrap.Call) { c.SetQuery(paramSize, strconv.Itoa(number(c, paramSize)+1)) })))),
	}
}

// narrowed are the mutants of the further filters.
func narrowed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(contract.ListByURL, "ignored", "url is ignored.", onList(ignoring("url"))),
		mutant.Of(contract.ListByURL, "by-host", "Of url, only scheme and host count.",
			onList(wrap.If(given("url"), wrap.Instead(sameHost)))),
		mutant.Of(contract.ListByState, "ignored", "life_cycle_state is ignored.", onList(ignoring("life_cycle_state"))),
		mutant.Of(contract.ListByState, "only-rejected", "life_cycle_state=SUCCESSFUL narrows nothing.",
			onList(wrap.If(starts("life_cycle_state", contract.StateSuccessful), ignoring("life_cycle_state")))),
		mutant.Of(contract.ListByCreatedDate, "ignored", "created_date is ignored.", onList(ignoring("created_date"))),
		mutant.Of(contract.ListByCreatedDate, "nothing", "With created_date nothing is listed.",
			onList(wrap.If(given("created_date"), nothing()))),
	}
}

// checked are the mutants of parameters that have to be refused.
func checked() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(contract.ListStateEnum, "ignored", "An unknown life_cycle_state is ignored.",
			onList(wrap.If(oneOutside("life_cycle_state", contract.StateRejected, contract.StateSuccessful), ignoring("life_cycle_state")))),
		mutant.Of(contract.ListStateEnum, "nothing", "An unknown life_cycle_state has no webhook requests.",
			onList(wrap.If(oneOutside("life_cycle_state", contract.StateRejected, contract.StateSuccessful), nothing()))),
		mutant.Of(contract.ListEntityEnum, "nothing", "An unknown entity has no webhook requests.",
			onList(wrap.If(oneOutside("entity", contract.Entities()...), nothing()))),
		mutant.Of(contract.ListEntityEnum, "everything", "An unknown entity lists everything.",
			onList(wrap.If(oneOutside("entity", contract.Entities()...), ignoring("entity")))),
		mutant.Of(contract.ListIdentifierOneField, "first-counts", "Of several fields of an identifier, the first one counts.",
			onList(wrap.Before(func(c *wrap.Call) {
				for _, name := range []string{paramDefinition, paramRule} {
					first, _, _ := strings.Cut(c.Query(name), ",")
					if len(c.R.URL.Query()[name]) == 1 {
						c.SetQuery(name, first)
					}
				}
			}))),
		mutant.Of(contract.ListIdentifierOneField, "repeated-rule", "Of a repeated rule, the first one counts.",
			onList(wrap.Before(func(c *wrap.Call) { c.SetQuery(paramRule, c.Query(paramRule)) }))),
		mutant.Of(contract.ListIdentifierOneField, "unknown-field", "An identifier by a field that there is not is ignored.",
			onList(wrap.If(starts(paramDefinition, "number="), ignoring(paramDefinition)))),
	}
}

// listed are the mutants of what a list looks like.
func listed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(contract.ListShape, "in-an-object", "The list stands in an object.",
			onList(success(func(_ *wrap.Call, data any) any { return wrap.Object{"results": data} }))),
		mutant.Of(contract.ListShape, "less-than-show", "The listed webhook requests have no request and response.",
			onList(whole(everyRecord(func(r wrap.Object) { delete(r, "request"); delete(r, "response") })))),
		mutant.Of(contract.ListFieldsSet, "ignored", "fields_set changes nothing.",
			onList(wrap.Before(func(c *wrap.Call) { c.SetQuery(paramFields, "") }))),
		mutant.Of(contract.ListFieldsSet, "first-result-only", "fields_set counts for the first result only.",
			onList(wrap.If(given(paramFields), wrap.Instead(onlyFirstProjected)))),
		mutant.Of(contract.ListNone, "refused", "A list without a match is refused.",
			onList(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if accepted(a) && isEmpty(a) {
					*a = *no()
				}
			}))),
		mutant.Of(contract.ListNone, "null", "A list without a match is null.",
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
		mutant.Of(contract.ListPaging, "size-ignored", "number_of_results is ignored.", onList(ignoring(paramSize))),
		mutant.Of(contract.ListPaging, "offset-ignored", "offset is ignored.", onList(ignoring(paramOffset))),
		mutant.Of(contract.ListPaging, "offset-in-pages", "offset counts pages.",
			onList(wrap.If(given(paramSize), wrap.Before(func(c *wrap.Call) {
				c.SetQuery(paramOffset, strconv.Itoa(number(c, paramOffset)*number(c, paramSize)))
			})))),
		mutant.Of(contract.ListPaging, "no-last-page", "The last page is empty unless it is full.",
			onList(wrap.If(given(paramSize), wrap.If(given(paramOffset), records(func(c *wrap.Call, all []any) []any {
				if len(all) < number(c, paramSize) {
					return []any{}
				}
				return all
			}))))),
		mutant.Of(contract.ListPaging, "one-more", "A page has one result more than number_of_results says.",
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
	for _, entity := range contract.Entities() {
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
