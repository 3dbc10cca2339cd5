package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// view is a way to put servers under load.
type view struct {
	routed         bool // a gorilla/mux server takes part
	server, client int  // the processors of a server and of the load
	only           func(operation) bool
}

// everywhere lets server and load use every processor, as a test suite and its mock do.
func everywhere() view {
	return view{routed: true, server: anyProcessor, client: anyProcessor, only: func(operation) bool { return true }}
}

// apart keeps the server to one processor and the load to another, so that neither takes the other's.
func apart() view {
	return view{server: 0, client: 1, only: func(o operation) bool { return !o.heavy }}
}

// compareOperations measures one operation after the other, each in a world of its own.
func compareOperations(ctx context.Context, s settings, v view) error {
	mock, err := startMockOn(ctx, s, v.server)
	if err != nil {
		return err
	}
	defer mock.stop()
	l, err := startLoader(ctx, v.client)
	if err != nil {
		return err
	}
	defer l.stop()
	v.head(s)
	for i, o := range operations() {
		if !s.only.MatchString(o.name) || !v.only(o) {
			continue
		}
		if err := v.compare(ctx, s, o, world{mock.Addr, fmt.Sprint("bench-", i)}, mock, l); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	s.page.end()
	resident, err := mock.Resident()
	if err == nil && v.routed {
		s.page.loaded = mebibytes(resident)
	}
	return err
}

// contender is a server under load and what came of it.
type contender struct {
	*process

	bursts []result
	used   []used // processor time of each burst
}

func (v view) compare(ctx context.Context, s settings, o operation, w world, mock *process, l *loader) error {
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
	bare, err := startBare(ctx, size, false, v.server)
	if err != nil {
		return err
	}
	defer bare.stop()
	all := []*contender{{process: mock}, {process: bare}}
	if v.routed {
		routed, err := startBare(ctx, size, true, v.server)
		if err != nil {
			return err
		}
		defer routed.stop()
		all = append(all, &contender{process: routed})
	}
	if err := play(ctx, s, l, all, next); err != nil {
		return err
	}
	v.report(s, o, all)
	return w.call(ctx, "DELETE", "", nil, nil)
}

// sizeOf is how long the operation's answer is.
func sizeOf(ctx context.Context, w world, next func() (job, error)) (int, error) {
	j, err := next()
	if err != nil {
		return 0, err
	}
	return once(ctx, w.addr, j.Requests[0])
}

// play puts the servers under load by turns. Each round begins with another one, and the first burst of each is not counted.
func play(ctx context.Context, s settings, l *loader, all []*contender, next func() (job, error)) error {
	for round := range s.rounds + 1 {
		for i := range all {
			j, err := next()
			if err != nil {
				return err
			}
			j.Clients, j.Burst = s.clients, s.burst
			if round == 0 {
				j.Burst /= 2
			}
			if err := all[(round+i)%len(all)].take(l, j, round > 0); err != nil {
				return errors.Join(err, ctx.Err())
			}
		}
	}
	return nil
}

// take lets a server take a burst.
func (c *contender) take(l *loader, j job, counted bool) error {
	j.Addr = c.Addr
	before, err := c.processor()
	if err != nil {
		return err
	}
	r, err := l.do(j)
	if err != nil || !counted {
		return err
	}
	after, err := c.processor()
	c.bursts, c.used = append(c.bursts, r), append(c.used, after.since(before))
	return err
}

func (v view) head(s settings) {
	if v.routed {
		s.page.table("operations",
			"operation", "CPU per answer", "bare net/http", "times bare", "goal", "answers/s of bare", "goal", "of bare gorilla/mux", "p50, bare", "p99, bare")
		return
	}
	s.page.table("apart", "operation", "CPU per answer", "bare net/http", "times bare", "answers/s of bare", "p50, bare", "p99, bare")
}

func (v view) report(s settings, o operation, all []*contender) {
	mock, bare := all[0], all[1]
	times := fmt.Sprintf("**%.2f**", mock.least().Seconds()/bare.least().Seconds())
	p50, p99 := bothTimes(mock, bare, result.median), bothTimes(mock, bare, result.slow)
	if v.routed {
		s.page.row(o.name, mock.each(), bare.each(), times, orNone(o.times), ratios(mock, bare), orNone(o.rate), ratios(mock, all[2]), p50, p99)
		return
	}
	s.page.row(o.name, mock.each(), bare.each(), times, ratios(mock, bare), p50, p99)
}

func orNone(goal float64) string {
	if goal == 0 {
		return "–"
	}
	return fmt.Sprint(goal)
}

// ratios is the median ratio of the rounds, and the smallest and the largest one.
func ratios(a, b *contender) string {
	all := make([]float64, len(a.bursts))
	for i := range all {
		all[i] = a.bursts[i].Rate / b.bursts[i].Rate
	}
	slices.Sort(all)
	return fmt.Sprintf("**%.2f** (%.2f-%.2f)", all[len(all)/2], all[0], all[len(all)-1])
}

// perAnswer is the processor time of the server per answer, of each round, the lowest first. What else the machine does changes it little,
// and only upwards.
func (c *contender) perAnswer() []time.Duration {
	all := make([]time.Duration, len(c.bursts))
	for i, b := range c.bursts {
		all[i] = c.used[i].total / time.Duration(b.Answers)
	}
	slices.Sort(all)
	return all
}

func (c *contender) least() time.Duration { return c.perAnswer()[0] }

// each is the lowest processor time per answer, the program's and the kernel's part of it, and the median.
func (c *contender) each() string {
	all := c.perAnswer()
	var sum used
	for _, u := range c.used {
		sum = sum.plus(u)
	}
	least := float64(all[0].Nanoseconds()) / 1000
	user := least * sum.ofUser()
	return fmt.Sprintf("**%.1f µs** (%.1f + %.1f), median %.1f", least, user, least-user, float64(all[len(all)/2].Nanoseconds())/1000)
}

func (r result) median() time.Duration { return r.P50 }
func (r result) slow() time.Duration   { return r.P99 }

func (r result) rate() float64 { return r.Rate }

// typical is the median over the rounds.
func typical[T cmp.Ordered](c *contender, of func(result) T) T {
	all := make([]T, len(c.bursts))
	for i, b := range c.bursts {
		all[i] = of(b)
	}
	return middle(all)
}

// bothTimes are those of the mock and of the bare server, as the tables show them.
func bothTimes(mock, bare *contender, of func(result) time.Duration) string {
	return milliseconds(typical(mock, of)) + ", " + milliseconds(typical(bare, of))
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }

func mebibytes(n int) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
