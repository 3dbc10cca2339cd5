//go:build linux

// Command attack attacks the built program from outside, on loopback: the server with what strangers may send it, the suite with what a
// hostile target may answer, the other commands with files and programs that never end.
//
//	go run ./tools/attack -binary bin/understudy
//
// It prints a row per attack: what was sent, the bound, the memory that the program came to, how long a bystander in a world of its own
// waited, and what came of it. A program beyond the limit of memory is killed, which is a defeat as a crash is. It ends with 1 when
// an attack succeeded. Linux only: nothing else tells the memory of another process in the same words.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"time"
)

// settings are the flags.
type settings struct {
	binary     string
	limit      int64 // bytes, 0 for none
	latency    time.Duration
	quick      bool
	concurrent bool
	only       *regexp.Regexp

	name  string // of the one attack that this process carries out
	at    string // address of the server
	least time.Duration
}

var errDefeated = errors.New("an attack succeeded")

func main() {
	var s settings
	var only string
	var limit int64
	flag.StringVar(&s.binary, "binary", "bin/understudy", "the program to attack")
	flag.Int64Var(&limit, "limit", 512, "MiB of memory that the program may come to, 0 for any")
	flag.DurationVar(&s.latency, "p99", 10*time.Millisecond, "how long a bystander may wait, 99 times in 100; 0 judges no time")
	flag.BoolVar(&s.quick, "quick", false, "run the quick half")
	flag.BoolVar(&s.concurrent, "concurrent", false, "run only the attacks of several clients at once, as for the race detector")
	flag.StringVar(&only, "run", "", "run only attacks whose names match this regular expression")
	flag.StringVar(&s.name, "act", "", "carry out one attack on the server at -at, as this program does for each")
	flag.StringVar(&s.at, "at", "", "address for -act")
	flag.DurationVar(&s.least, "for", 0, "with -act, repeat the attack for so long")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s.limit = limit << 20
	if s.latency == 0 {
		wait, patience = 3*time.Minute, 10*time.Minute
	}
	if err := start(ctx, s, only); err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context, s settings, only string) (err error) {
	if s.only, err = regexp.Compile(only); err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	if s.binary, err = filepath.Abs(s.binary); err != nil {
		return err
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		fmt.Println("attack: skipped, for nothing here tells the memory of a process:", err)
		return nil
	}
	if s.name != "" {
		return s.act(ctx)
	}
	return run(ctx, s)
}

// run runs the attacks one after the other.
func run(ctx context.Context, s settings) error {
	began, ran, defeats := time.Now(), 0, 0
	fmt.Println("| attack | sent | bound | peak memory | bystander p99 | took | verdict |\n|---|---|---|---:|---:|---:|---|")
	for _, a := range attacks() {
		if !s.wants(a) {
			continue
		}
		row := s.attack(ctx, a)
		fmt.Println(row)
		ran++
		if row.fell != nil {
			defeats++
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Printf("\n%d attacks, %d succeeded, %.0f s\n", ran, defeats, time.Since(began).Seconds())
	switch {
	case ran == 0:
		return errors.New("no attack has such a name")
	case defeats > 0:
		return errDefeated
	}
	return nil
}

func (s settings) wants(a attack) bool {
	return s.only.MatchString(a.name) && (!s.quick || a.quick) && (!s.concurrent || a.concurrent)
}

func attacks() []attack {
	var all []attack
	for _, some := range [][]attack{documents(), memory(), waiting(), doors(), leftovers(), targets(), programs()} {
		all = append(all, some...)
	}
	return all
}
