package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
)

// timeWorlds makes, forks and resets worlds of a mock in this process.
func timeWorlds(context.Context, settings) (string, error) {
	const worlds = 1000
	mock, err := mockserver.New(mockserver.WithMaxWorlds(4 * worlds))
	if err != nil {
		return "", err
	}
	all := mock.Worlds()
	var made, forked, reset []time.Duration
	for i := range worlds {
		began := time.Now()
		w, err := all.Find(fmt.Sprint("made-", i))
		made = append(made, time.Since(began))
		if err != nil {
			return "", err
		}
		began = time.Now()
		_, err = all.Fork(w, fmt.Sprint("forked-", i))
		forked = append(forked, time.Since(began))
		if err != nil {
			return "", err
		}
		began = time.Now()
		err = w.Reset()
		reset = append(reset, time.Since(began))
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s, %s, %s", microseconds(middle(made)), microseconds(middle(forked)), microseconds(middle(reset))), nil
}

func microseconds(d time.Duration) string { return fmt.Sprintf("%.0f µs", d.Seconds()*1e6) }

// weighItems fills a queue in this process.
func weighItems(context.Context, settings) (string, error) {
	const items, data, hookID = 1_000_000, 112, 654 // the allocator does not round 112 bytes up
	mock, err := mockserver.New()
	if err != nil {
		return "", err
	}
	w, err := mock.Worlds().Find("bench")
	if err != nil {
		return "", err
	}
	before := heap()
	_, err = w.Do(queue.Configure{HookID: hookID, Limit: new(2 * items)})
	for i := 0; i < items && err == nil; i++ {
		_, err = w.Do(queue.Arrive{HookID: hookID, Data: make([]byte, data)})
	}
	added := heap() - before
	runtime.KeepAlive(mock)
	return fmt.Sprintf("%d bytes", added/items-data), err
}

// heap is what is in use.
func heap() int {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one only makes ready what pools hold
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

// modulesOf names the modules in a binary by their last part.
func modulesOf(binary string) (string, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", err
	}
	var names []string
	for _, m := range info.Deps {
		name := path.Base(m.Path)
		if strings.HasPrefix(name, "v") && len(name) == len("v2") {
			name = path.Base(path.Dir(m.Path))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Sprintf("%d modules: %s", len(names), strings.Join(names, ", ")), nil
}
