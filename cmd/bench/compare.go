package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// compareOperations measures one operation after the other, each in a world of its own.
func compareOperations(ctx context.Context, s settings) error {
	mock, err := startMock(ctx, s)
	if err != nil {
		return err
	}
	defer mock.stop()
	fmt.Fprintln(s.out, "| operation | of bare net/http | of bare gorilla/mux | gorilla/mux of net/http | p50, bare | p99, bare | CPU per answer, bare |")
	fmt.Fprintln(s.out, "|---|---|---|---|---|---|---|")
	for i, o := range operations() {
		if !s.only.MatchString(o.name) {
			continue
		}
		if err := compare(ctx, s, o, world{mock.Addr, fmt.Sprint("bench-", i)}, mock); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	resident, err := mock.Resident()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\nResident after the load: %s.\n", mebibytes(resident))
	return nil
}

// contender is a server under load and what came of it.
type contender struct {
	*process

	bursts []burst
	used   time.Duration // processor time of the bursts
}

func compare(ctx context.Context, s settings, o operation, w world, mock *process) error {
	if err := w.open(ctx); err != nil {
		return err
	}
	next, err := o.arrange(ctx, w, s)
	if err != nil {
		return err
	}
	size, err := sizeOf(ctx, w, next)
	if err != nil {
		return err
	}
	bare, err := startBare(ctx, size, false)
	if err != nil {
		return err
	}
	defer bare.stop()
	routed, err := startBare(ctx, size, true)
	if err != nil {
		return err
	}
	defer routed.stop()
	all := []*contender{{process: bare}, {process: routed}, {process: mock}}
	if err := play(ctx, s, all, next); err != nil {
		return err
	}
	report(s, o.name, all)
	return w.call(ctx, "DELETE", "", nil, nil)
}

// sizeOf is how long the operation's answer is.
func sizeOf(ctx context.Context, w world, next func() (source, error)) (int, error) {
	requests, err := next()
	if err != nil {
		return 0, err
	}
	return once(ctx, w.addr, requests(0))
}

// play puts the servers under load by turns. Each round begins with another one, and the first burst of each is not counted.
func play(ctx context.Context, s settings, all []*contender, next func() (source, error)) error {
	for round := range s.rounds + 1 {
		for i := range all {
			c := all[(round+i)%len(all)]
			requests, err := next()
			if err != nil {
				return err
			}
			if err := c.take(ctx, s, requests, round > 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// take lets a server take a burst.
func (c *contender) take(ctx context.Context, s settings, requests source, counted bool) error {
	before, err := c.processor()
	if err != nil {
		return err
	}
	b, err := load(ctx, c.Addr, s.clients, s.burst, requests)
	if err != nil || !counted {
		return err
	}
	after, err := c.processor()
	c.bursts, c.used = append(c.bursts, b), c.used+after-before
	return err
}

func report(s settings, name string, all []*contender) {
	bare, routed, mock := all[0], all[1], all[2]
	fmt.Fprintf(s.out, "| %s | %s | %s | %s | %s, %s | %s, %s | %s, %s |\n", name,
		ratios(mock, bare), ratios(mock, routed), ratios(routed, bare),
		mock.typical(0.5), bare.typical(0.5), mock.typical(0.99), bare.typical(0.99), mock.each(), bare.each())
}

// ratios is the median ratio of the rounds, and the smallest and the largest one.
func ratios(a, b *contender) string {
	all := make([]float64, len(a.bursts))
	for i := range all {
		all[i] = a.bursts[i].rate / b.bursts[i].rate
	}
	slices.Sort(all)
	return fmt.Sprintf("**%.2f** (%.2f-%.2f)", all[len(all)/2], all[0], all[len(all)-1])
}

// each is the processor time of the server per answer. What else the machine does hardly changes it.
func (c *contender) each() string {
	answers := 0
	for _, b := range c.bursts {
		answers += len(b.took)
	}
	return fmt.Sprintf("%.1f µs", float64(c.used.Microseconds())/float64(answers))
}

// typical is the median over the rounds.
func (c *contender) typical(part float64) string {
	all := make([]time.Duration, len(c.bursts))
	for i, b := range c.bursts {
		all[i] = b.percentile(part)
	}
	slices.Sort(all)
	return milliseconds(all[len(all)/2])
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }

func mebibytes(n int) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
