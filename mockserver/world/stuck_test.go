package world

import (
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A world that works for long, or for ever, is waited for by nobody but those who ask for what is in it.
func TestNobodyWaitsForAStuckWorld(t *testing.T) {
	calls := map[string]func(r *Registry, stuck, other *World) error{
		"Open":     func(r *Registry, _, _ *World) error { return third(r.Open("new-token")) },
		"Find":     func(r *Registry, _, _ *World) error { return second(r.Find("new-name")) },
		"Lookup":   func(r *Registry, _, _ *World) error { return second(r.Lookup("stuck")) },
		"Look":     func(r *Registry, _, _ *World) error { return second(r.Look("stuck")) },
		"Create":   func(r *Registry, _, _ *World) error { return second(r.Create("created")) },
		"Put":      func(r *Registry, _, _ *World) error { return second(r.Put("stuck", Base{})) },
		"Fork":     func(r *Registry, _, other *World) error { return second(r.Fork(other, "copy")) },
		"Past":     func(r *Registry, _, other *World) error { return third(r.Past(other, other.Moment())) },
		"ForkPast": func(r *Registry, _, other *World) error { return second(r.ForkPast(other, "past", other.Moment())) },

		"Delete":  func(r *Registry, _, _ *World) error { return r.Delete("stuck") },
		"Worlds":  func(r *Registry, _, _ *World) error { r.Worlds(); return nil },
		"Mint":    func(r *Registry, _, other *World) error { return second(r.Mint(other, Grant{})) },
		"Issue":   func(r *Registry, _, other *World) error { return r.Issue(other, "of-stuck", Grant{}) },
		"Revoke":  func(r *Registry, _, other *World) error { return r.Revoke(other, "revoked") },
		"Tokens":  func(r *Registry, stuck, _ *World) error { r.Tokens(stuck); return nil },
		"Export":  func(r *Registry, _, other *World) error { r.Export(other); return nil },
		"Cite":    func(r *Registry, _, _ *World) error { r.Cite(nil); return nil },
		"Reached": func(r *Registry, _, _ *World) error { r.Reached(nil); return nil },

		"DeclaredOnly": func(r *Registry, _, _ *World) error { r.DeclaredOnly(); return nil },
		"Promise":      func(r *Registry, _, _ *World) error { r.Promise(); return nil },

		"Memory": func(r *Registry, _, _ *World) error { r.Memory(); return nil },

		"Close":    func(r *Registry, _, _ *World) error { return r.Close() },
		"Snapshot": func(r *Registry, _, other *World) error { return r.Snapshot(other) },
		"Unkept":   func(r *Registry, _, _ *World) error { r.Unkept(); return nil },

		"ExportOrigin": func(r *Registry, _, other *World) error { r.ExportOrigin(other); return nil },
		"NewRequestID": func(r *Registry, _, _ *World) error { r.NewRequestID(); return nil },
		"ReadRecord":   func(r *Registry, _, _ *World) error { _, _ = r.ReadRecord(nil); return nil },
	}
	for i := range reflect.TypeFor[*Registry]().NumMethod() {
		if name := reflect.TypeFor[*Registry]().Method(i).Name; calls[name] == nil {
			t.Errorf("%s is not tried; add it", name)
		}
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			r := registryOf(t)
			stuck, other := found(t, r, "stuck"), found(t, r, "other")
			if err := r.Issue(stuck, "of-stuck", Grant{}); err != nil {
				t.Fatal(err)
			}
			waiting := getStuck(t, r, stuck)
			done := make(chan error, 1)
			go func() { done <- call(r, stuck, other) }()
			select {
			case err := <-done:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(10 * time.Second):
				t.Error("it waits for a world that it did not ask for")
			}
			stuck.mu.Unlock()
			for range cap(waiting) {
				<-waiting
			}
		})
	}
}

// getStuck keeps a world busy and lets all those wait for it who have to.
func getStuck(t *testing.T, r *Registry, stuck *World) chan struct{} {
	t.Helper()
	stuck.mu.Lock()
	waiters := []func(){
		func() { r.Export(stuck) },
		func() { _, _ = r.Fork(stuck, "fork-of-stuck") },
		func() { _, _ = r.Mint(stuck, Grant{}) },
		func() { _ = r.Revoke(stuck, "some-token") },
		func() { r.ExportOrigin(stuck) },
		func() { _ = stuck.Reset() },
		func() { stuck.CatchUp() },
	}
	waiting := make(chan struct{}, len(waiters))
	begun := make(chan struct{})
	for _, wait := range waiters {
		go func() {
			begun <- struct{}{}
			wait()
			waiting <- struct{}{}
		}()
	}
	for range waiters {
		<-begun
	}
	for blocked() < len(waiters) {
		runtime.Gosched()
	}
	return waiting
}

// blocked counts the goroutines that wait for a lock.
func blocked() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), " [sync.")
}

func registryOf(t *testing.T) *Registry {
	t.Helper()
	r, err := NewRegistry(Config{}, Base{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(t *testing.T, r *Registry, name string) *World {
	t.Helper()
	w, err := r.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func second[T any](_ T, err error) error { return err }

func third[T, U any](_ T, _ U, err error) error { return err }
