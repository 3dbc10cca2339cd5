package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// A machine is quiet when others use less of its processors than this, and its host takes less away. Steal is what the host gave to
// other machines while this one had work to do.
const (
	mostBusy  = 0.05
	mostSteal = 0.02
	// A run whose processors were taken away for more than this is not published either.
	mostStealInRun = 0.05
)

// ticks are what the processors have done since the machine started.
type ticks struct{ all, idle, stolen int }

// errNotLinux says that nothing tells what the machine does.
var errNotLinux = errors.New("/proc/stat is not there, so that nothing says whether the machine is quiet; only Linux tells")

func readTicks() (t ticks, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return t, errNotLinux
	}
	line, _, _ := strings.Cut(string(text), "\n")
	const idle, wait, stolen, last = 3, 4, 7, 7 // what guests take is counted in user already
	for i, field := range strings.Fields(line)[1:] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return t, err
		}
		if i <= last {
			t.all += n
		}
		switch i {
		case idle, wait:
			t.idle += n
		case stolen:
			t.stolen += n
		}
	}
	return t, nil
}

// shares are the parts of the processors that were busy and that were stolen since an earlier time.
func (t ticks) shares(since ticks) (busy, stolen float64) {
	all := float64(max(1, t.all-since.all))
	stolen = float64(t.stolen-since.stolen) / all
	return 1 - float64(t.idle-since.idle)/all - stolen, stolen
}

// awaitQuiet returns when the machine was quiet for some seconds, and whether it was before the patience ended. It says what it sees.
func awaitQuiet(ctx context.Context, s settings) (quiet bool, line string, err error) {
	const look = 3 * time.Second
	until := time.Now().Add(s.patience)
	for {
		before, err := readTicks()
		if err != nil {
			return false, err.Error(), nil //nolint:nilerr // nobody can tell, which is for the caller to weigh
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return false, "", ctx.Err()
		}
		after, err := readTicks()
		if err != nil {
			return false, "", err
		}
		busy, stolen := after.shares(before)
		line = fmt.Sprintf("others used %.1f%% of the processors, the host took %.1f%%, over %s; load average %s", busy*100, stolen*100, look, loadAverage())
		quiet = busy < mostBusy && stolen < mostSteal
		if quiet || time.Now().After(until) {
			return quiet, line, nil
		}
		fmt.Fprintf(os.Stderr, "bench: waiting for a quiet machine (below %.0f%% and %.0f%%): %s\n", mostBusy*100, mostSteal*100, line)
	}
}

func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg") // "" where nobody tells
	one, _, _ := strings.Cut(string(text), " ")
	return one
}
