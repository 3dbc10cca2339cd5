//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// leftovers is attacks after which something might stay.
func leftovers() []attack {
	return []attack{
		{name: "port files", sent: "a server that is killed, and one that stops after a newer one wrote its port", bound: "each removes its own alone", quick: true, run: portFiles},
		{name: "FIFO", sent: "a FIFO as world file, then one Ctrl-C", bound: "ends within 10 s", quick: true, run: fifo},
		{name: "orphans", sent: "a command of states that leaves children, output without end, or neither, then one Ctrl-C", bound: "no child is left", quick: true, run: stateCommands},
		{name: "background", sent: "tests for mutate that leave a child in the background", bound: "measured, and no child is left", run: background},
		{name: "endless tests", sent: "tests for mutate that never end, then one Ctrl-C", bound: "ends within 10 s, and no child is left", quick: true, run: endlessTests},
	}
}

func portFiles(ctx context.Context, sc *scene) error {
	file := filepath.Join(sc.dir, "port")
	old, err := sc.launch(ctx, "serve", "--addr", "127.0.0.1:0", "--port-file", file)
	if err != nil {
		return err
	}
	if err := old.ready(); err != nil {
		return err
	}
	newer, err := sc.launch(ctx, "serve", "--addr", "127.0.0.1:0", "--port-file", file)
	if err != nil {
		return err
	}
	if err := newer.ready(); err != nil {
		return err
	}
	port, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old.interrupt()
	if err := old.wants(wait, 0); err != nil {
		return err
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != string(port) {
		return fmt.Errorf("the file of the newer server is %q, %w", now, err)
	}
	_ = newer.cmd.Process.Kill()
	<-newer.done
	last, err := sc.launch(ctx, "serve", "--addr", "127.0.0.1:0", "--port-file", file)
	if err != nil {
		return err
	}
	if err := last.ready(); err != nil {
		return err
	}
	last.interrupt()
	if err := last.wants(wait, 0); err != nil {
		return err
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		return errors.New("the port file is left")
	}
	return nil
}

func stateCommands(ctx context.Context, sc *scene) error {
	if err := sc.beside(ctx); err != nil {
		return err
	}
	for name, script := range map[string]string{
		"children": "sleep 7777.1 & sleep 7777.1",
		"endless":  "yes",
		"hanging":  "trap '' INT TERM; while :; do sleep 7777.1; done",
	} {
		path, err := sc.write(name+".sh", "#!/bin/sh\n"+script+"\n")
		if err != nil {
			return err
		}
		target, err := sc.write(name+".yaml", fmt.Sprintf("api: makecom\nurl: %s/api/v2\ntoken: t\nstates: {command: [%q]}\n", sc.honest(), path))
		if err != nil {
			return err
		}
		p, err := sc.launch(ctx, "verify", "makecom", "--target", target, "--deadline", "1m")
		if err != nil {
			return err
		}
		time.Sleep(2 * time.Second)
		p.interrupt()
		if err := p.wants(wait, -1, 0, 1, 3, 4); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return errors.Join(none("7777.1"), none(filepath.Join(sc.dir, "endless.sh")), sc.server.stop())
}

func background(ctx context.Context, sc *scene) error {
	script, err := sc.write("tests.sh", "#!/bin/sh\nsleep 7777.2 &\ncurl -sf -H \"Authorization: Token $UNDERSTUDY_TOKEN\" $UNDERSTUDY_URL/hooks/654/incomings/stats >/dev/null\n")
	if err != nil {
		return err
	}
	p, err := sc.launch(ctx, "mutate", "makecom", "--sample", "4", "--", script)
	if err != nil {
		return err
	}
	return errors.Join(p.wants(30*time.Second, 0, 1, 3), none("7777.2"))
}

func endlessTests(ctx context.Context, sc *scene) error {
	script, err := sc.write("tests.sh", "#!/bin/sh\nsleep 7777.3 & yes\n")
	if err != nil {
		return err
	}
	p, err := sc.launch(ctx, "mutate", "makecom", "--", script)
	if err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	p.interrupt()
	return errors.Join(p.wants(wait, -1, 3), none("7777.3")) // -1 is the signal itself, where it comes before the program is ready for it
}

// honest is the address of the mock beside the attack.
func (sc *scene) honest() string { return "http://" + sc.server.addr }
