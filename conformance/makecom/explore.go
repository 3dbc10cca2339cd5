package makecom

import (
	"context"
	"errors"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Subject is Make's API as something that can be explored: the model, and a driver that carries its commands out.
type Subject struct{ Model }

// verbDeleteAll is what a run may not be allowed to do.
const verbDeleteAll = "delete all"

// smallLimit is a queue limit that a sequence of commands can reach.
const smallLimit = 4

// idSource is where the id of a delivered item is found.
type idSource string

const (
	fromAnswer   idSource = "answer"   // the answer to a delivery names the item
	fromProvider idSource = "provider" // the state provider names it
	fromList     idSource = "list"     // the item that is new in the list is the one
)

// Asks lists the questions that the model depends on.
func (Subject) Asks() []*contract.Question {
	return []*contract.Question{
		makecom.DeletePartialIncomings, makecom.DeleteUnknownID, makecom.DeleteDuplicateID, makecom.DeleteIDsWithAll,
		makecom.DeleteNoSelector, makecom.DeleteExceptWithoutAll, makecom.DetailProcessing,
		makecom.ListIncludesProcessing, makecom.StatsCountsProcessing, makecom.IngestDisabled,
	}
}

// Survey tries out, on hooks that are thrown away, what the target lets a run do.
func (Subject) Survey(ctx context.Context, s *suite.Session, d contract.Dialect) (start State, gaps []string, err error) {
	v := newVendor(s)
	h, err := v.hook(ctx, map[string]any{"queueLimit": smallLimit})
	if err != nil {
		return State{}, nil, err
	}
	sv := &survey{hook: h, rules: rules{Observed: explore.Observed(d), can: map[string]bool{verbList: true, verbDetail: true, verbStats: true, verbDelete: true}}}
	if err := sv.look(ctx); err != nil {
		return State{}, nil, suite.Arranging(err)
	}
	return sv.start, sv.gaps, nil
}

// survey is one look at what can be done.
type survey struct {
	hook  *hook
	rules rules
	start State
	gaps  []string
}

func (sv *survey) look(ctx context.Context) error {
	if len(sv.hook.others) > 0 {
		return &suite.Unavailable{State: "an empty hook", Reason: "items of others wait on the lent hook"}
	}
	sv.rules.can[verbDeleteAll] = !sv.hook.lent || sv.hook.Mode() == suite.Disposable
	if !sv.rules.can[verbDeleteAll] {
		sv.gaps = append(sv.gaps, "deleting everything: the hook was lent; use --mode disposable")
	}
	if err := sv.delivery(ctx); err != nil {
		return err
	}
	for _, try := range []func(context.Context) error{sv.processing, sv.switching, sv.second} {
		if err := sv.optional(try(ctx)); err != nil {
			return err
		}
	}
	sv.gaps = append(sv.gaps, sv.rules.Gaps(Subject{}.Asks())...)
	return sv.limits(ctx)
}

// optional turns what the target does not offer into a gap.
func (sv *survey) optional(err error) error {
	var u *suite.Unavailable
	if !errors.As(err, &u) {
		return err
	}
	sv.gaps = append(sv.gaps, u.Error())
	return nil
}

// delivery finds out where the ids of delivered items are found: in the answer, else with the state provider, else in the list.
func (sv *survey) delivery(ctx context.Context) error {
	sv.rules.can[verbDeliver] = true
	h := sv.hook
	if h.url != "" {
		e, err := h.send(ctx, post("application/json", payloadOf("survey", h.Mark())))
		if err != nil {
			return err
		}
		id, err := h.newcomer(ctx, e)
		if err != nil {
			return err
		}
		if id == e.ResponseHeader.Get(makecom.HeaderRequestID) {
			sv.rules.ids = fromAnswer
			return nil
		}
	}
	sv.rules.ids = fromProvider
	err := h.put(ctx, value(payloadOf("survey", h.Mark())))
	if err != nil && h.url != "" && unavailable(err) {
		sv.rules.ids = fromList
		return nil
	}
	return err
}

func (sv *survey) processing(ctx context.Context) error {
	know := sv.rules.Knows
	if !know(makecom.ListIncludesProcessing) || !know(makecom.StatsCountsProcessing) {
		return &suite.Unavailable{State: "an item being processed", Reason: "it was not observed whether the target lists and counts it"}
	}
	id, err := sv.hook.begin(ctx)
	if err != nil {
		return err
	}
	if err := sv.hook.finish(ctx, id); err != nil {
		return err
	}
	sv.rules.can[verbBegin], sv.rules.can[verbFinish] = true, true
	return nil
}

func (sv *survey) switching(ctx context.Context) error {
	state, err := sv.hook.Setup(ctx, stateDisabled, map[string]any{"hookId": sv.hook.param})
	if err != nil {
		return err
	}
	if state.Undo == nil {
		return &suite.Unavailable{State: stateDisabled, Reason: "it cannot be undone"}
	}
	if err := state.Undo(ctx); err != nil {
		return err
	}
	stat, err := sv.hook.readStats(ctx)
	if err != nil {
		return err
	}
	if !stat.Enabled {
		return &suite.Unavailable{State: stateDisabled, Reason: "its teardown does not enable the hook"}
	}
	sv.rules.can[verbDisable], sv.rules.can[verbEnable] = true, true
	return nil
}

const stateDisabled = "hook disabled"

func (sv *survey) second(ctx context.Context) error {
	h, err := sv.hook.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	if len(h.others) > 0 {
		return &suite.Unavailable{State: "a second empty hook", Reason: "items of others wait on the lent hook"}
	}
	stat, err := h.readStats(ctx)
	if err != nil {
		return err
	}
	sv.start.queues[1].limit = stat.Limit
	sv.rules.second = true
	return nil
}

func (sv *survey) limits(ctx context.Context) error {
	stat, err := sv.hook.readStats(ctx)
	if err != nil {
		return err
	}
	sv.start.queues[0].limit = stat.Limit
	sv.start.rules = sv.rules
	return nil
}

// Open asks for two fresh hooks.
func (Subject) Open(ctx context.Context, s *suite.Session, start State) (explore.World[Answer], error) {
	v := newVendor(s)
	h := &driver{vendor: v, ids: start.rules.ids, stranger: v.HexID(), mark: v.Mark()}
	h.names.Bind(h.stranger, unknown, h.stranger)
	var err error
	if h.hooks[0], err = v.hook(ctx, map[string]any{"queueLimit": smallLimit}); err != nil {
		return nil, suite.Arranging(err)
	}
	if start.rules.second {
		h.hooks[1], err = v.hook(ctx, map[string]any{})
	}
	return h, suite.Arranging(err)
}
