package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
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
		{"memory of a queued item beside its data (of 1,000,000, without a network)", "100 bytes", weighItems},
		{"delete of 100 ids out of 1,000,000 against out of 1,000", "1.3 times", compareDeletions},
		{"delete of all of 1,000,000 but 1,000; p99 of another world meanwhile", "1 s; 5 ms", deleteAll},
		{"verify makecom, all checks", "0.3 s", verified("makecom", 0)},
		{"verify crmcom, all checks", "0.3 s", verified("crmcom", 0)},
		{"verify makecom, all checks, the mock 50 ms away", "3 s", verified("makecom", far)},
		{"verify crmcom, all checks, the mock 50 ms away", "3 s", verified("crmcom", far)},
		{"verify makecom with exploration and history", "10 s", verified("makecom", 0, "--explore", "--concurrent")},
		{"verify crmcom with exploration and history", "10 s", verified("crmcom", 0, "--explore", "--concurrent")},
		{"binary", "25 MB stripped", describeBinary},
	}
}

func measureFigures(ctx context.Context, s settings) error {
	s.page.table("figures", "also", "measured", "goal")
	if s.page.loaded != "" {
		s.page.row("resident after the load of the first table", s.page.loaded, "45 MiB")
	}
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
func middle[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
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
