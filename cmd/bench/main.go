// Command bench measures how fast the mock answers, beside what could not be faster: a bare net/http server, and a bare
// gorilla/mux server with the mock's routes, that answer constants of the same size.
//
//	go run ./cmd/bench -understudy bin/understudy
//
// Each server is a process of its own and meets the same load in turn, several rounds long, so that what else the machine
// does befalls them alike. Only the ratios mean something on another machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
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
	out     io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == bareCommand {
		exit(serveBare(ctx, os.Args[2:]))
	}
	var s settings
	only := flag.String("run", "", "measure only the operations that match")
	flag.StringVar(&s.binary, "understudy", "bin/understudy", "the mock's binary")
	flag.IntVar(&s.clients, "clients", 32, "connections that are kept alive")
	flag.IntVar(&s.rounds, "rounds", 5, "bursts of load for each server and operation")
	flag.DurationVar(&s.burst, "burst", time.Second, "length of a burst")
	flag.IntVar(&s.starts, "starts", 15, "starts of each server")
	flag.BoolVar(&s.figures, "figures", true, "measure what is no load, too")
	flag.Parse()
	s.out = os.Stdout
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
	fmt.Fprintf(s.out, "%d CPUs, %s, %s/%s; %d connections, %d rounds of %s\n\n",
		runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, s.clients, s.rounds, s.burst)
	if err := compareOperations(ctx, s); err != nil {
		return err
	}
	if !s.figures {
		return nil
	}
	return measureFigures(ctx, s)
}
