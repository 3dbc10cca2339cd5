package makecom

import (
	"context"
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/conformance/suite"
)

func statsShape(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	_, err = h.readStats(ctx)
	return err
}

func statsQueue(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	empty := h.wantCount(ctx, len(h.others))
	if err := h.fill(ctx, h.many()); err != nil {
		return err
	}
	arrived := h.wantCount(ctx, len(h.known()))
	gone, left := most(h.items)
	if _, err := h.remove(ctx, "", ids(gone[0])); err != nil {
		return suite.Arranging(err)
	}
	fewer := h.wantCount(ctx, len(h.known())-1)
	if _, err := h.remove(ctx, "", ids(gone[1:]...)); err != nil {
		return suite.Arranging(err)
	}
	h.items = left
	counted := errors.Join(empty, arrived, fewer, h.wantCount(ctx, len(h.known())), h.wantCounted(ctx))
	off, err := h.switchedOff(ctx)
	if !off {
		return errors.Join(counted, err)
	}
	return errors.Join(counted, h.wantCount(ctx, len(h.known())))
}

// wantCounted lets items come and go, time and again, by each way of deleting them that names them, and wants the stats to follow.
func (h *hook) wantCounted(ctx context.Context) error {
	var errs []error
	for range rounds {
		if err := h.fill(ctx, 2); err != nil {
			return err
		}
		last := len(h.items) - 2
		if _, err := h.remove(ctx, confirmed, ids(h.items[last:]...)); err != nil {
			return suite.Arranging(err)
		}
		h.items = h.items[:last:last]
		errs = append(errs, h.wantCount(ctx, len(h.known())))
	}
	return errors.Join(errs...)
}

func statsLimit(ctx context.Context, v *vendor) error {
	const limit = 2
	h, err := v.hook(ctx, map[string]any{"queueLimit": limit})
	if err != nil {
		return err
	}
	if h.lent {
		return &suite.Unavailable{State: "a hook with a queue limit", Reason: "the hook was lent with a limit of its own", Remedy: "provide the state \"a hook\" with queueLimit"}
	}
	if err := h.fill(ctx, limit); err != nil {
		return err
	}
	if h.url != "" { // a provider may put in what the API would refuse
		if _, err := h.send(ctx, post("application/json", body(h.payload()))); err != nil {
			return err
		}
	}
	stat, err := h.readStats(ctx)
	if err != nil {
		return err
	}
	full := errors.Join(
		stat.Want("limit", limit, stat.Limit),
		stat.WantThat(stat.Queue <= limit, fmt.Sprintf("queue at most %d", limit), fmt.Sprintf("queue %d", stat.Queue)),
	)
	if h.url == "" {
		return full
	}
	if _, err := h.remove(ctx, "", ids(h.items[0])); err != nil {
		return errors.Join(full, suite.Arranging(err))
	}
	return errors.Join(full, h.wantNoOverrun(ctx, limit), h.wantHeldCounted(ctx, limit))
}

// wantHeldCounted has an item of a full queue taken into processing and delivers once more. Whether the target takes that is open, as it is
// whether the stats count what is being processed; they may not show more than the limit.
func (h *hook) wantHeldCounted(ctx context.Context, limit int) error {
	if _, err := h.begin(ctx); unset(err) {
		return nil
	} else if err != nil {
		return err
	}
	if _, err := h.send(ctx, post("application/json", body(h.payload()))); err != nil {
		return err
	}
	stat, err := h.readStats(ctx)
	if err != nil {
		return err
	}
	return stat.WantThat(stat.Queue <= limit, fmt.Sprintf("queue at most %d while an item is being processed", limit), fmt.Sprintf("queue %d", stat.Queue))
}

// unavailable reports whether a state could not be reached.
func unavailable(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u)
}

func statsEnabled(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	empty := h.wantEnabled(ctx, true)
	if err := h.fill(ctx, 1); err != nil {
		return err
	}
	filled := h.wantEnabled(ctx, true)
	if h.url != "" {
		if err := h.needTaken(ctx); err != nil {
			return err
		}
	}
	if err := h.disable(ctx); err != nil {
		return err
	}
	return errors.Join(empty, filled, h.wantEnabled(ctx, false), h.wantDeaf(ctx))
}

func (h *hook) wantEnabled(ctx context.Context, want bool) error {
	stat, err := h.readStats(ctx)
	if err != nil {
		return err
	}
	return stat.Want("enabled", want, stat.Enabled)
}

func (h *hook) disable(ctx context.Context) error {
	_, err := h.Setup(ctx, "hook disabled", map[string]any{"hookId": h.param})
	return err
}

// switchedOff disables a hook of the run's own, where that can be brought about.
func (h *hook) switchedOff(ctx context.Context) (bool, error) {
	if h.lent || h.Mode() == suite.ReadOnly {
		return false, nil
	}
	err := h.disable(ctx)
	if unset(err) {
		return false, nil
	}
	return err == nil, err
}

// wantDeaf wants a delivery to a disabled hook refused and not stored, where the hook's address is known.
func (h *hook) wantDeaf(ctx context.Context) error {
	if h.url == "" {
		return nil
	}
	answer, err := h.send(ctx, post("application/json", body(h.payload())))
	if err != nil {
		return err
	}
	return errors.Join(answer.WantRefusal(), h.wantUntouched(ctx))
}
