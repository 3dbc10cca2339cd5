package makecom

import (
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// sorting is what the ids of a deletion are, each once.
type sorting struct {
	leaving    []string // wait, and can go
	processing []string
	absent     []string // not in this queue
	repeated   []string // named more than once
}

func sort(q queue, names []string) sorting {
	var found sorting
	for i, name := range names {
		it, there := q.find(name)
		switch {
		case slices.Contains(names[:i], name):
			found.repeated = append(found.repeated, name)
		case !there:
			found.absent = append(found.absent, name)
		case it.processing:
			found.processing = append(found.processing, name)
		default:
			found.leaving = append(found.leaving, name)
		}
	}
	return found
}

// plan is how a deletion is taken.
type plan string

const (
	planIDs     plan = "ids"
	planAll     plan = "all"
	planNothing plan = "nothing"
	planRefuse  plan = "refuse"  // whatever the 4xx
	planConfirm plan = "confirm" // 406
)

// planOf reads the selectors of a deletion as the target does.
func (s State) planOf(c explore.Command) plan {
	named, all, except := c.Arg("ids") != "", c.Arg("all") == "true", c.Arg("except") != ""
	is := s.rules.Is
	switch {
	case all && named && is(makecom.DeleteIDsWithAll, makecom.AnswerIDsWin):
		return planIDs
	case all && named && is(makecom.DeleteIDsWithAll, makecom.AnswerError400):
		return planRefuse
	case all && c.Arg("confirmed") != confirmed:
		return planConfirm
	case all:
		return planAll
	case named && except && is(makecom.DeleteExceptWithoutAll, makecom.AnswerError400):
		return planRefuse
	case named:
		return planIDs
	case is(makecom.DeleteNoSelector, makecom.AnswerError400):
		return planRefuse
	default:
		return planNothing
	}
}

func (s State) stepDelete(hook int, c explore.Command, a *Answer) (State, error) {
	q, names := s.queues[hook], c.List("ids")
	found := sort(q, names)
	switch p := s.planOf(c); {
	case p == planConfirm:
		return s, a.wrong(func() error { return a.wantUnconfirmed(c) })
	case p == planRefuse:
		return s, a.wrong(func() error { return a.wantRefusal(nil, "") })
	case p == planNothing:
		return s, a.wrong(func() error { return deletionOf{}.wrong(a) })
	case p == planAll:
		want := byAll(q, c)
		return s.left(hook, want.deleted, deleted), a.wrong(func() error { return want.wrong(a) })
	case len(found.absent) > 0 && s.rules.Is(makecom.DeleteUnknownID, makecom.AnswerError4xx):
		return s, a.wrong(func() error { return a.wantRefusal(s.blameAbsent(hook, found.absent), "") })
	}
	want := s.byIDs(found, names)
	return s.left(hook, found.leaving, deleted), a.wrong(func() error { return want.wrong(a) })
}

// blameAbsent finds the sentence that a deletion of absent items breaks when it succeeds where it is refused elsewhere.
func (s State) blameAbsent(hook int, names []string) *contract.Requirement {
	if slices.ContainsFunc(names, func(name string) bool { return s.elsewhere(hook, name) }) {
		return makecom.DeleteOtherHook
	}
	return nil
}

// wantUnconfirmed wants the refusal of a deletion that nobody confirmed.
func (a *Answer) wantUnconfirmed(c explore.Command) error {
	r := makecom.DeleteAllUnconfirmed
	switch {
	case c.Arg("except") != "":
		r = makecom.DeleteExceptUnconfirmed
	case c.Arg("confirmed") != "":
		r = makecom.DeleteAllConfirmedFalse
	}
	const want = "406 " + makecom.CodeConfirmationRequired
	if got := a.outcome(); got != want {
		return a.against(r, want, got)
	}
	return nil
}

// deletionOf is what a deletion's answer has to say.
type deletionOf struct {
	deleted []string // have to be listed
	also    []string // are listed as well, by the target's own answers
	may     []string // may be listed as well: the target's answers do not say
	exactly []string // the list to the letter, nil when the answers do not say so much
	partial bool     // there is an `error`
	vague   bool     // whether there is an `error` is open

	missing, failing *contract.Requirement // broken when an id is missing, when there is no `error`
}

// byAll is what the answer to a deletion of everything has to say.
func byAll(q queue, c explore.Command) deletionOf {
	except := c.List("except")
	left := func(it item) bool { return !slices.Contains(except, it.name) }
	want := deletionOf{
		deleted: q.names(func(it item) bool { return waits(it) && left(it) }),
		partial: len(q.names(func(it item) bool { return it.processing && left(it) })) > 0,
		missing: makecom.DeleteAll, failing: makecom.DeleteAllProcessing,
	}
	if len(except) > 0 {
		want.missing = makecom.DeleteExcept
	}
	return want
}

// byIDs is what the answer to a deletion by ids has to say.
func (s State) byIDs(found sorting, names []string) deletionOf {
	is := s.rules.Is
	want := deletionOf{
		deleted: found.leaving, partial: len(found.processing) > 0, vague: len(found.absent) > 0 && len(found.processing) == 0,
		missing: makecom.DeleteIDsResponse, failing: makecom.DeletePartialError,
	}
	whole := want.partial && is(makecom.DeletePartialIncomings, makecom.AnswerAllRequested)
	if whole {
		want.also = found.processing
	}
	switch {
	case is(makecom.DeleteUnknownID, makecom.AnswerEchoed):
		want.also = append(slices.Clone(want.also), found.absent...)
	case whole:
		want.may = found.absent
	}
	// How often a target lists an id that is named twice was observed for items that it deletes, and for those alone.
	if !want.partial && len(found.absent) == 0 {
		want.exactly = found.leaving
		if is(makecom.DeleteDuplicateID, makecom.AnswerTwice) {
			want.exactly = names
		}
	}
	return want
}

// wrong compares the answer to a deletion.
func (want deletionOf) wrong(a *Answer) error {
	allowed := slices.Concat(want.deleted, want.also)
	listed := slices.Compact(sorted(a.Items))
	lacks := func(name string) bool { return !slices.Contains(listed, name) }
	strange := func(name string) bool { return !slices.Contains(allowed, name) && !slices.Contains(want.may, name) }
	switch {
	case !a.Succeeded():
		return a.wantOK(want.refused(a))
	case slices.ContainsFunc(want.deleted, lacks):
		return a.against(want.missing, "incomings with "+show(allowed), "incomings "+show(a.Items))
	case slices.ContainsFunc(want.also, lacks):
		return a.against(nil, "incomings with "+show(allowed), "incomings "+show(a.Items))
	case slices.ContainsFunc(listed, strange):
		return a.against(nil, "incomings with nothing but "+show(allowed), "incomings "+show(a.Items))
	case want.exactly != nil && !slices.Equal(sorted(want.exactly), sorted(a.Items)):
		return a.against(nil, "incomings "+show(want.exactly), "incomings "+show(a.Items))
	case want.vague || a.Partial == want.partial:
		return nil
	case want.partial:
		return a.against(want.failing, "an `error`, because an item is being processed", "none")
	default:
		return a.against(makecom.DeleteNoErrorOnSuccess, "no `error`", "an `error`")
	}
}

// refused finds the sentence that a refusal breaks.
func (want deletionOf) refused(a *Answer) *contract.Requirement {
	switch {
	case want.partial:
		return want.failing
	case a.Status == http.StatusNotAcceptable && want.missing == makecom.DeleteIDsResponse:
		return makecom.DeleteIDsUnconfirmed
	default:
		return want.missing
	}
}
