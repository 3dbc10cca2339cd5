package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/cli/trial"
	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// The figures of docs/limits.md are those of the code.
func TestLimitsAreThoseOfTheCode(t *testing.T) {
	text, err := os.ReadFile("limits.md")
	if err != nil {
		t.Fatal(err)
	}
	kept := journal.DefaultLimits()
	for row, want := range map[string]string{
		"body of an API request":    fmt.Sprint(mockserver.DefaultMaxBody>>20, " MiB"),
		"body of a control request": fmt.Sprint(control.DefaultMaxBody>>20, " MiB"),
		"world file":                fmt.Sprint(worldfile.MaxBytes>>20, " MiB"),
		"worlds":                    thousands(world.DefaultMaxWorlds),
		"names of dropped worlds":   thousands(world.MostEvictions),
		"journal of a world":        fmt.Sprint(thousands(kept.Entries), " exchanges, ", kept.Bytes>>20, " MiB"),
		"all worlds, their journals, items, records, sinks and tokens": fmt.Sprint(world.DefaultMemory>>30, " GiB in Go"),
		"bodies beyond 64 KiB that are being understood":               fmt.Sprint(inflow.Factor, " times"),
		"deliveries of a sink":                                         fmt.Sprint(thousands(sink.MaxDeliveries), ", and ", sink.MaxBytes>>20, " MiB"),
		"body of a delivery":                                           fmt.Sprint(sink.MaxBody>>10, " KiB"),
		"tokens of a world":                                            thousands(world.MaxTokens),
		"answer to a delivered webhook":                                fmt.Sprint(egress.MaxKept>>10, " KiB kept"),
		"run":                                                          fmt.Sprint(int(conformance.DefaultDeadline.Minutes()), " minutes"),
		"checks at a time":                                             thousands(conformance.MaxWorkers),
		"honest run":                                                   fmt.Sprint(int(trial.HonestPatience.Minutes()), " minutes"),
		"run on a broken vendor":                                       fmt.Sprint(int(trial.MinPatience.Seconds()), " s at least"),
		"looking back in a world":                                      fmt.Sprint("four stretches of ", thousands(kept.Entries), " changes each, and ", kept.Bytes>>20, " MiB"),
	} {
		if bound := boundOf(string(text), row); !strings.Contains(bound, want) {
			t.Errorf("%s: the page says %q, the code %q", row, bound, want)
		}
	}
}

// boundOf is the second cell of a row.
func boundOf(page, row string) string {
	for line := range strings.Lines(page) {
		if cells := strings.Split(line, " | "); len(cells) > 2 && strings.TrimPrefix(cells[0], "| ") == row {
			return cells[1]
		}
	}
	return ""
}

func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
