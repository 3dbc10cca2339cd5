package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/cli/trial"
)

// trialProgress says how a trial goes: on a terminal after every vendor, elsewhere, as in CI, every tenth second.
type trialProgress struct {
	to       io.Writer
	terminal bool
	all      int
	parallel int

	mu            sync.Mutex
	done, noticed int
	began         time.Time
	stopped       chan struct{}
	stopping      sync.Once
	ticking       sync.WaitGroup
}

// progressEvery is how often a line is written where no terminal is.
const progressEvery = 10 * time.Second

func newTrialProgress(to io.Writer, all, parallel int) *trialProgress {
	return &trialProgress{to: to, terminal: isTerminal(to), all: all, parallel: parallel, stopped: make(chan struct{})}
}

// begin tells what is to come. Few runs take longer than the honest one, which also compiled the tests.
func (p *trialProgress) begin(honest trial.Finding) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began = time.Now()
	rounds := (p.all + p.parallel - 1) / p.parallel
	fmt.Fprintf(p.to, "the honest run took %s; %d vendors, %d at a time, take about %s\n",
		shortly(honest.Took), p.all, p.parallel, shortly(time.Duration(rounds)*honest.Took))
	if !p.terminal {
		p.ticking.Go(p.tick)
	}
}

func (p *trialProgress) tick() {
	every := time.NewTicker(progressEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.mu.Lock()
			fmt.Fprintln(p.to, p.line())
			p.mu.Unlock()
		case <-p.stopped:
			return
		}
	}
}

// count notes that a vendor was tried.
func (p *trialProgress) count(done, noticed, _ int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if done < p.done {
		return // another worker was quicker to tell
	}
	p.done, p.noticed = done, noticed
	if p.terminal {
		fmt.Fprintf(p.to, "\r%s\x1b[K", p.line())
	}
}

// line goes by what the vendors so far took.
func (p *trialProgress) line() string {
	text := fmt.Sprintf("%d of %d vendors, %d noticed", p.done, p.all, p.noticed)
	if left := p.all - p.done; p.done > 0 && left > 0 {
		text += fmt.Sprintf(", about %s left", shortly(time.Since(p.began)*time.Duration(left)/time.Duration(p.done)))
	}
	return text
}

// stop ends the lines. It may be called twice.
func (p *trialProgress) stop() {
	p.stopping.Do(func() {
		close(p.stopped)
		p.ticking.Wait()
		if p.terminal && p.done > 0 {
			fmt.Fprintln(p.to)
		}
	})
}

// shortly is a duration as people say it.
func shortly(d time.Duration) string {
	if d < time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
