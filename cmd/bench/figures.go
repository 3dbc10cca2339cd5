package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

// figure is what stands beside a goal: measured once, of the mock alone.
type figure struct {
	what, goal string
	measure    func(context.Context, settings) (string, error)
}

func figures() []figure {
	return []figure{
		{"start to the first answer", "12 ms, 1.3 times the bare gorilla/mux server", compareStarts},
		{"resident with the base world, after one answer", "18 MiB", weighIdle},
		{"1,000 worlds, each opened by one request, add", "16 MiB", weighWorlds},
		{"a world: make, fork, reset (median of 1,000, without a network)", "50 µs each", timeWorlds},
		{"memory of a queued item beside its data (of 200,000, without a network)", "100 bytes", weighItems},
		{"delete of 100 ids out of 1,000,000 against out of 1,000", "1.3 times", compareDeletions},
		{"delete of all of 1,000,000 but 1,000; p99 of another world meanwhile", "1 s; 5 ms", deleteAll},
		{"verify makecom, all checks", "1 s", verified("makecom")},
		{"verify crmcom, all checks", "1 s", verified("crmcom")},
		{"verify makecom with exploration and history", "10 s", verified("makecom", "--explore", "--concurrent")},
		{"verify crmcom with exploration and history", "10 s", verified("crmcom", "--explore", "--concurrent")},
		{"binary", "25 MB stripped", describeBinary},
	}
}

func measureFigures(ctx context.Context, s settings) error {
	s.page.table("figures", "also", "measured", "goal")
	for _, f := range figures() {
		if !s.only.MatchString(f.what) {
			continue
		}
		measured, err := f.measure(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
		s.page.row(f.what, measured, f.goal)
	}
	s.page.end()
	return nil
}

// middle is the median; it sorts what it is given.
func middle(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// verified runs the suite against the mock, each time a fresh one.
func verified(api string, more ...string) func(context.Context, settings) (string, error) {
	base := map[string]string{"makecom": "/api/v2", "crmcom": "/crmapi/rest/v2"}[api]
	return func(ctx context.Context, s settings) (string, error) {
		const runs = 3
		var took []time.Duration
		for range runs {
			mock, err := startMock(ctx, s)
			if err != nil {
				return "", err
			}
			at := "http://" + mock.Addr
			args := append([]string{
				"verify", api, "--url", at + base, "--token", "demo", "--state-url", at + "/_understudy/v1/provider-states",
			}, more...)
			if api == "crmcom" {
				args = append(args, "--login", "demo:demo@demo")
			}
			began := time.Now()
			output, err := exec.CommandContext(ctx, s.binary, args...).CombinedOutput()
			took = append(took, time.Since(began))
			mock.stop()
			if err != nil {
				return "", fmt.Errorf("%w: %s", err, output)
			}
		}
		return fmt.Sprintf("%.2f s, median of %d", middle(took).Seconds(), runs), nil
	}
}

// describeBinary tells the size as it lies on the disk, and the modules that are linked in.
func describeBinary(_ context.Context, s settings) (string, error) {
	file, err := os.Stat(s.binary)
	if err != nil {
		return "", err
	}
	modules, err := modulesOf(s.binary)
	return fmt.Sprintf("%.1f MB with %s", float64(file.Size())/1e6, modules), err
}
