//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// attack is one way to harm the program.
type attack struct {
	name  string
	sent  string
	bound string // in words

	quick      bool // belongs to the quick half
	concurrent bool // several clients at once
	brief      bool // is over so soon that it is repeated until the bystander has been answered often enough

	flags []string                            // of serve, on top of the usual ones
	wants []int                               // refusals of 500 and above that belong to the attack
	serve func(context.Context, *scene) error // attacks a server that a bystander uses
	run   func(context.Context, *scene) error // attacks another command, without a server
}

// dirFlag stands for the directory of an attack among its flags.
const dirFlag = "DIR"

// patience bounds an attack.
var patience = 90 * time.Second //nolint:gochecknoglobals // set once, at the start

// row is what came of an attack.
type row struct {
	attack
	peak int64
	p99  time.Duration
	took time.Duration
	fell error // nil where the program stood
}

func (r row) String() string {
	verdict, waited := "stands", "-"
	if r.fell != nil {
		verdict = "FELL: " + strings.NewReplacer("\n", "; ", "|", "/").Replace(r.fell.Error())
	}
	if r.serve != nil {
		waited = fmt.Sprintf("%.1f ms", float64(r.p99.Microseconds())/1000)
	}
	return fmt.Sprintf("| %s | %s | %s | %d MiB | %s | %.1f s | %s |", r.name, r.sent, r.bound, r.peak>>20, waited, r.took.Seconds(), verdict)
}

// scene is what an attack has at hand.
type scene struct {
	settings settings
	dir      string // of its own
	watch    *watch
	server   *server
	client   *client
}

func (s settings) attack(ctx context.Context, a attack) row {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := row{attack: a}
	dir, err := os.MkdirTemp("", "attack-")
	if err != nil {
		r.fell = err
		return r
	}
	defer func() { _ = os.RemoveAll(dir) }() // nothing of it matters any more
	sc := &scene{settings: s, dir: dir, watch: &watch{limit: s.limit}}
	began := time.Now()
	if a.serve != nil {
		r.p99, r.fell = sc.served(ctx, a)
	} else {
		r.fell = a.run(ctx, sc)
	}
	r.took = time.Since(began)
	r.peak = sc.watch.most.Load()
	if late := ctx.Err(); errors.Is(late, context.DeadlineExceeded) {
		r.fell = errors.Join(fmt.Errorf("it took longer than %s", patience), r.fell)
	}
	r.fell = errors.Join(sc.watch.beyond(), r.fell)
	if a.serve != nil && s.latency > 0 && r.p99 > s.latency {
		r.fell = errors.Join(r.fell, fmt.Errorf("the bystander waited %s", r.p99))
	}
	return r
}

// served runs an attack on a server of its own, beside a bystander, and looks whether both are well afterwards.
func (sc *scene) served(ctx context.Context, a attack) (p99 time.Duration, err error) {
	flags := slices.Clone(a.flags)
	for i, f := range flags {
		if f == dirFlag {
			flags[i] = sc.dir
		}
	}
	if sc.server, err = sc.start(ctx, flags...); err != nil {
		return 0, err
	}
	b, err := newBystander(ctx, sc.server.addr)
	if err != nil {
		return 0, errors.Join(err, sc.server.stop())
	}
	watching, done := context.WithCancel(ctx)
	defer done()
	go b.use(watching)
	err = sc.apart(ctx, a)
	select { // on a busy machine a short attack may be over before
	case <-b.first:
	case <-b.done:
	case <-ctx.Done():
	}
	done()
	p99, used := b.ended()
	return p99, errors.Join(err, used, sc.server.stop())
}

// apart runs an attack in a process of its own that gets what the server and the bystander leave of the machine: what the bystander waits
// for is the server then, and not the work of the attackers, who would have machines of their own.
func (sc *scene) apart(ctx context.Context, a attack) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	name, args := self, []string{"-act", a.name, "-at", sc.server.addr, "-p99", sc.settings.latency.String()}
	if sc.settings.latency > 0 { // else it would come to nothing on a busy machine
		name, args = "nice", append([]string{"-n", "19", self}, args...)
	}
	if a.brief && sc.settings.latency > 0 {
		args = append(args, "-for", "1500ms")
	}
	said, err := exec.CommandContext(ctx, name, args...).Output() //nolint:gosec // it is this program
	if ctx.Err() != nil {
		return nil //nolint:nilerr // it was stopped, and its caller says so
	}
	if text := strings.TrimSpace(string(said)); text != "" {
		return errors.New(text)
	}
	return err
}

// act is an attack in a process of its own. What went wrong is printed.
func (s settings) act(ctx context.Context) error {
	all := attacks()
	at := slices.IndexFunc(all, func(a attack) bool { return a.name == s.name })
	if at < 0 {
		return fmt.Errorf("no attack has the name %q", s.name)
	}
	a := all[at]
	sc := &scene{settings: s, client: newClient(s.at, a.wants...)}
	began := time.Now()
	err := a.serve(ctx, sc)
	for err == nil && time.Since(began) < s.least {
		err = a.serve(ctx, sc)
	}
	if err = errors.Join(err, sc.client.unwanted()); err != nil {
		fmt.Println(err)
	}
	return nil
}
