package control

import (
	"context"
	"fmt"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// GetClock shows a world's clock.
func (s *server) GetClock(_ context.Context, req controlapi.GetClockRequestObject) (controlapi.GetClockResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	return controlapi.GetClock200JSONResponse(shownClock(w.Clock())), nil
}

// PutClock freezes a world's clock, or lets it run.
func (s *server) PutClock(_ context.Context, req controlapi.PutClockRequestObject) (controlapi.PutClockResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if to := *req.Body; to.Mode == controlapi.ClockReal && !to.Now.IsZero() && !clock.CanRun(to.Now) {
		return nil, tooFar("now")
	}
	err = setClock(w, *req.Body)
	return controlapi.PutClock200JSONResponse(shownClock(w.Clock())), err
}

// AdvanceClock lets time pass in a world.
func (s *server) AdvanceClock(_ context.Context, req controlapi.AdvanceClockRequestObject) (controlapi.AdvanceClockResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	by, err := refusal.Duration("by", req.Body.By)
	if err != nil {
		return nil, err
	}
	switch then := w.Clock().Now().Add(by); {
	case then.Year() > lastYear:
		return nil, refusal.BadValue("by", fmt.Sprintf("the clock cannot pass the year %d", lastYear))
	case w.Clock().Mode() == clock.Real && !clock.CanRun(then):
		return nil, tooFar("by")
	}
	err = w.Advance(by)
	return controlapi.AdvanceClock200JSONResponse(shownClock(w.Clock())), err
}

// lastYear is the last one that RFC 3339 can write.
const lastYear = 9999

func tooFar(field string) error {
	return refusal.BadValue(field, "a clock that runs stays within 290 years of the machine's; freeze it to go further")
}

func setClock(w *world.World, to controlapi.Clock) error {
	switch {
	case to.Mode == controlapi.ClockReal:
		return w.Run(to.Now)
	case to.Now.IsZero():
		return w.Freeze(w.Clock().Now())
	}
	return w.Freeze(to.Now)
}

func shownClock(c clock.Reader) controlapi.Clock {
	return controlapi.Clock{Mode: controlapi.ClockMode(c.Mode()), Now: c.Now()}
}
