package conformance

import (
	"context"
	"time"
)

// Long is how long the quickest answer takes where WorkersFar checks run at a time.
const (
	Long       time.Duration = long
	WorkersFar               = workersFar
)

// WorkersAfterPreflight is how many checks would run at a time.
func WorkersAfterPreflight(ctx context.Context, t Target) (int, error) {
	r, err := open(ctx, t, newOptions(nil))
	if err != nil {
		return 0, err
	}
	defer r.run.Close()
	err = r.enter(ctx)
	return r.target.Workers, err
}

// Plain spends counted requests in the order of the requirements, to compare with.
func Plain() Option { return func(o *options) { o.plain = true } }
