// Command falsealarms runs the whole conformance suite on servers that do nothing wrong and writes down what it accused them
// of.
//
//	go run ./tools/falsealarms -page docs/false-alarms.md
//
// It ends with 1 when there was a false alarm, or a run that was not complete.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/understudy-mock/understudy/internal/falsealarm"
)

func main() {
	page := flag.String("page", "docs/false-alarms.md", "page to write")
	seeds := flag.Int("seeds", 27, "seeds of each server in each kind of dialect")
	rounds := flag.Int("rounds", 8, "sequences explored and histories recorded in each run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	wrong, err := run(ctx, os.Stdout, *page, *seeds, *rounds)
	if err != nil {
		fmt.Fprintln(os.Stderr, "falsealarms:", err)
		os.Exit(1)
	}
	os.Exit(min(wrong, 1))
}

// run writes the page and returns how many trials went wrong.
func run(ctx context.Context, w io.Writer, page string, seeds, rounds int) (int, error) {
	begun := time.Now()
	trials, err := falsealarm.Plan(seeds)
	if err != nil {
		return 0, err
	}
	outcomes, err := falsealarm.Run(ctx, trials, rounds)
	if err != nil {
		return 0, err
	}
	if err := write(page, outcomes, rounds); err != nil {
		return 0, err
	}
	fmt.Fprintf(w, "%s in %.0f s\n", falsealarm.Summary(outcomes), time.Since(begun).Seconds())
	return tell(w, outcomes), nil
}

func write(page string, outcomes []falsealarm.Outcome, rounds int) error {
	file, err := os.Create(page)
	if err != nil {
		return err
	}
	if err := falsealarm.WriteMarkdown(file, outcomes, rounds); err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return file.Close()
}

// tell lists what went wrong, and counts it.
func tell(w io.Writer, outcomes []falsealarm.Outcome) int {
	wrong := 0
	for i := range outcomes {
		o := &outcomes[i]
		for _, text := range append(o.Alarms, o.Missing...) {
			wrong++
			fmt.Fprintf(w, "%s: %s\n", o.Trial, text)
		}
	}
	return wrong
}
