//go:build linux

package main

import (
	"context"
	"path/filepath"
	"syscall"
	"time"
)

func fifo(ctx context.Context, sc *scene) error {
	name := filepath.Join(sc.dir, "fifo")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"serve", "--addr", "127.0.0.1:0", "--world", name},
		{"verify", "makecom", "--target", name},
		{"fixtures", "schema", "--schema", name},
	} {
		p, err := sc.launch(ctx, args...)
		if err != nil {
			return err
		}
		time.Sleep(500 * time.Millisecond)
		p.interrupt()
		if err := p.wants(wait, -1, 2, 3); err != nil { // -1 is the signal itself
			return err
		}
	}
	return nil
}
