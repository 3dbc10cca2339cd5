// Command checkorder writes the order in which a run spends few requests: the checks that catch most mutants for their
// requests first. It takes what each check catches from the kill matrix, and what it costs from a run on the honest mock.
//
//	go run ./tools/checkorder -matrix docs/kill-matrix.json -out conformance/order.json
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/killmatrix"
)

func main() {
	matrix := flag.String("matrix", "docs/kill-matrix.json", "kill matrix to read")
	out := flag.String("out", "conformance/order.json", "file to write")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *matrix, *out); err != nil {
		fmt.Fprintln(os.Stderr, "checkorder:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, matrix, out string) error {
	data, err := os.ReadFile(matrix) //nolint:gosec // the developer's own path
	if err != nil {
		return err
	}
	var m killmatrix.Matrix
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("%s: %w", matrix, err)
	}
	orders := map[string][]entry{}
	for _, api := range conformance.APIs() {
		r, err := killmatrix.Honest(ctx, api, m.Seed, nil)
		if err != nil {
			return err
		}
		orders[api] = order(costs(r), kills(m.Rows))
	}
	text, err := json.MarshalIndent(orders, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(text, '\n'), 0o644) //nolint:gosec // a file that everybody may read
}

// costs are the requests that each check of an honest run sent to the target, in the order of the requirements. Some send
// none: they look at what the target does by itself.
func costs(r *report.Report) []entry {
	var all []entry
	for i := range r.Results {
		if r.Results[i].Outcome != report.Pass {
			continue // nothing can be said of what it costs
		}
		e := entry{Check: r.Results[i].Requirement}
		for _, x := range r.Results[i].Exchanges {
			if !x.Setup && !x.Received {
				e.Requests++
			}
		}
		all = append(all, e)
	}
	return all
}

// kills are the mutants that each check noticed.
func kills(rows []killmatrix.Row) map[string][]string {
	noticed := map[string][]string{}
	for i := range rows {
		row := &rows[i]
		for _, id := range row.Also {
			noticed[id] = append(noticed[id], row.Mutant)
		}
		if row.Fate == killmatrix.Killed && row.By == killmatrix.ByCheck {
			noticed[row.Requirement] = append(noticed[row.Requirement], row.Mutant)
		}
	}
	return noticed
}
