// Command soak finds out whether a server's memory stays flat: it starts the mock, sends it a great many mixed requests
// over kept connections, and reads from time to time how much memory the process holds.
//
//	go run ./tools/soak -binary bin/understudy -requests 1000000
//
// It prints a table, and ends with 1 when the second half needed more memory than the first, or a request was answered
// otherwise than it ought to be. Linux only: nothing else tells the memory of another process in the same words.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/understudy-mock/understudy/internal/child"
)

// settings are the flags.
type settings struct {
	binary   string
	requests int
	every    int
	clients  int
}

func main() {
	var s settings
	flag.StringVar(&s.binary, "binary", "bin/understudy", "the program to start")
	flag.IntVar(&s.requests, "requests", 1_000_000, "requests to send")
	flag.IntVar(&s.every, "every", 100_000, "requests between two readings")
	flag.IntVar(&s.clients, "clients", 8, "clients at the same time, each with a world of its own")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// maxWorlds is low, so that worlds make room for newer ones all the time, but those that are in use.
const maxWorlds = "512"

func run(ctx context.Context, s settings, out io.Writer) error {
	if s.every < 1 || s.requests < 4*s.every || s.clients < 1 {
		return fmt.Errorf("%d requests, read every %d: take at least four readings and one client", s.requests, s.every)
	}
	mock, err := child.Start(ctx, s.binary, "serve", "--addr", "127.0.0.1:0", "--max-worlds", maxWorlds, "--log-level", "error")
	if err != nil {
		return err
	}
	readings, err := soak(ctx, s, mock, out)
	return errors.Join(err, mock.Stop(), flat(readings))
}

func soak(ctx context.Context, s settings, mock *child.Process, out io.Writer) (readings []int, err error) {
	l := newLoad(mock.Addr, s.clients)
	began := time.Now()
	fmt.Fprintf(out, "| requests | seconds | resident memory |\n|---:|---:|---:|\n")
	for done := 0; done < s.requests; done += s.every {
		if err := l.send(ctx, s.every); err != nil {
			return readings, err
		}
		bytes, err := mock.Resident()
		if err != nil {
			return readings, err
		}
		readings = append(readings, bytes)
		fmt.Fprintf(out, "| %d | %.0f | %.1f MiB |\n", done+s.every, time.Since(began).Seconds(), float64(bytes)/(1<<20))
	}
	return readings, nil
}

// allowed is how much more the second half may need: the collector's moments differ by about as much.
const allowed = 1.15

var errGrows = errors.New("memory grows")

// flat compares the highest readings of the two halves.
func flat(readings []int) error {
	if len(readings) < 2 {
		return nil // it was cut short, which has been said
	}
	first, second := highest(readings[:len(readings)/2]), highest(readings[len(readings)/2:])
	if float64(second) > allowed*float64(first) {
		return fmt.Errorf("%w: at most %d MiB in the first half, %d MiB in the second", errGrows, first>>20, second>>20)
	}
	return nil
}

func highest(readings []int) (most int) {
	for _, r := range readings {
		most = max(most, r)
	}
	return most
}
