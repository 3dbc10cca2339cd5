package makecom

import (
	"context"
	"errors"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Subject is Make's API as something that can be explored: the model, and hands that carry its commands out.
type Subject struct{ Model }

// verbDeleteAll is what a run may not be allowed to do.
const verbDeleteAll = "delete all"

// smallLimit is a queue limit that a sequence of commands can reach.
const smallLimit = 4

// way is how items come to a hook, so that their ids are known.
type way string

const (
	byAddress way = "by address" // the answer to a delivery names the item
	byState   way = "by state"   // the state provider names it
	bySight   way = "by sight"   // the item that is new in the list is the one
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
	sv := &survey{hook: h, rules: rules{dialect: d, can: map[string]bool{verbList: true, verbDetail: true, verbStats: true, verbDelete: true}}}
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
	sv.questions()
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

// delivery finds the way on which items come, the shortest first.
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
			sv.rules.way = byAddress
			return nil
		}
	}
	sv.rules.way = byState
	err := h.put(ctx, value(payloadOf("survey", h.Mark())))
	if err != nil && h.url != "" && unavailable(err) {
		sv.rules.way = bySight
		return nil
	}
	return err
}

func (sv *survey) processing(ctx context.Context) error {
	know := sv.rules.knows
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

// questions notes what is left out because nobody knows how the target answers it.
func (sv *survey) questions() {
	for _, q := range (Subject{}).Asks() {
		if !sv.rules.knows(q) {
			sv.gaps = append(sv.gaps, "what depends on "+q.ID+": the answer was not observed")
		}
	}
}

// Open asks for two fresh hooks.
func (Subject) Open(ctx context.Context, s *suite.Session, start State) (explore.World[Answer], error) {
	v := newVendor(s)
	h := &hands{vendor: v, way: start.rules.way, stranger: v.HexID(), mark: v.Mark(), ids: map[string]string{}, names: map[string]string{}}
	h.baptize(h.stranger, unknown)
	var err error
	if h.hooks[0], err = v.hook(ctx, map[string]any{"queueLimit": smallLimit}); err != nil {
		return nil, suite.Arranging(err)
	}
	if start.rules.second {
		h.hooks[1], err = v.hook(ctx, map[string]any{})
	}
	return h, suite.Arranging(err)
}
