// Command bench measures how fast the mock answers, beside what could not be faster: a bare net/http server, and a bare
// gorilla/mux server with the mock's routes, that answer constants of the same size.
//
//	go run ./cmd/bench -understudy bin/understudy
//
// Each server is a process of its own, the load is another one, and the servers meet it in turn, several rounds long, so that what
// else the machine does befalls them alike. What leads is the processor time per answer, the lowest of the rounds, because it depends
// least on what else runs. A second view keeps server and load to a processor each.
//
// It waits for a quiet machine, and writes its tables into a document (-publish) only when it found one, or was told to take any
// (-anyway). Only the ratios mean something on another machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"time"
)

// settings are the flags.
type settings struct {
	binary  string
	clients int
	rounds  int
	burst   time.Duration
	starts  int
	figures bool
	only    *regexp.Regexp
	page    *page

	publish  string // the document that the tables are written into, "" for none
	anyway   bool   // the machine need not be quiet
	patience time.Duration
}

// errBusy says that the figures would not be worth publishing.
var errBusy = errors.New("the machine is not quiet, so nothing is published; wait, or publish all the same with -anyway")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case bareCommand:
			exit(serveBare(ctx, os.Args[2:]))
		case pinCommand:
			exit(becomePinned(ctx, os.Args[2:]))
		case loadCommand:
			exit(serveLoad(ctx, os.Stdin, os.Stdout))
		case growthCommand:
			exit(measureGrowth(ctx, os.Args[2:]))
		case farCommand:
			exit(serveFar(ctx, os.Args[2:], os.Stdout))
		}
	}
	var s settings
	only := flag.String("run", "", "measure only the operations that match")
	flag.StringVar(&s.binary, "understudy", "bin/understudy", "the mock's binary")
	flag.IntVar(&s.clients, "clients", 32, "connections that are kept alive")
	flag.IntVar(&s.rounds, "rounds", 3, "bursts of load for each server and operation")
	flag.DurationVar(&s.burst, "burst", 600*time.Millisecond, "length of a burst")
	flag.IntVar(&s.starts, "starts", 15, "starts of each server")
	flag.BoolVar(&s.figures, "figures", true, "measure what is no load, too")
	flag.StringVar(&s.publish, "publish", "", "write the tables between their marks in this document")
	flag.BoolVar(&s.anyway, "anyway", false, "measure and publish although the machine is not quiet; the tables say so")
	flag.DurationVar(&s.patience, "patience", 90*time.Second, "how long to wait for a quiet machine")
	flag.Parse()
	s.page = newPage(os.Stdout)
	var err error
	if s.only, err = regexp.Compile(*only); err == nil {
		err = run(ctx, s)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, s settings) error {
	began := time.Now()
	quiet, line, err := awaitQuiet(ctx, s)
	if err != nil {
		return err
	}
	if !quiet && !s.anyway && s.publish != "" {
		return fmt.Errorf("%w (%s)", errBusy, line)
	}
	before, _ := readTicks() // a run without it is not quiet
	if err := measure(ctx, s); err != nil {
		return err
	}
	after, _ := readTicks()
	_, stolen := after.shares(before)
	conditions(s, quiet, line, stolen, time.Since(began))
	switch {
	case s.publish == "":
		return nil
	case stolen > mostStealInRun && !s.anyway:
		return fmt.Errorf("%w (the host took %.1f%% of the processors during the run)", errBusy, stolen*100)
	}
	return s.page.publish(s.publish)
}

func measure(ctx context.Context, s settings) error {
	if err := compareOperations(ctx, s, everywhere()); err != nil {
		return err
	}
	if canPin && runtime.NumCPU() > 1 {
		if err := compareOperations(ctx, s, apart()); err != nil {
			return err
		}
	}
	if err := compareOutside(ctx, s); err != nil {
		return err
	}
	if !s.figures {
		return nil
	}
	return measureFigures(ctx, s)
}

// conditions tell under what the figures were measured.
func conditions(s settings, quiet bool, line string, stolen float64, took time.Duration) {
	s.page.printf("\n")
	s.page.begin("conditions")
	defer s.page.end()
	s.page.printf("%s: %d CPUs, %s, %s/%s; %d connections, %d rounds of %s; %s in all.\n",
		time.Now().UTC().Format("2006-01-02 15:04 UTC"), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, s.clients, s.rounds, s.burst, took.Round(time.Second))
	state := "The machine was quiet before the run"
	if !quiet {
		state = "The machine was **not quiet** before the run"
	}
	s.page.printf("%s: %s. During the run the host took %.1f%%.\n", state, line, stolen*100)
}
