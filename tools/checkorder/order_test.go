package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/internal/killmatrix"
)

func TestOrder(t *testing.T) {
	checks := []entry{{"thorough", 10}, {"idle", 3}, {"idler", 1}, {"cheap", 1}, {"repeats", 1}, {"adds", 2}, {"free", 0}}
	kills := map[string][]string{
		"thorough": {"a", "b", "c", "d", "e"},
		"cheap":    {"a", "b"},
		"repeats":  {"b"},
		"adds":     {"a", "b", "c"},
		"free":     {"f"},
	}
	// One for none; two for one request; then one for two (c); then two more for ten; what adds nothing comes by its cost.
	want := []entry{{"free", 0}, {"cheap", 1}, {"adds", 2}, {"thorough", 10}, {"idler", 1}, {"repeats", 1}, {"idle", 3}}
	if diff := cmp.Diff(want, order(checks, kills)); diff != "" {
		t.Error(diff)
	}
}

func TestKillsAreThoseOfChecks(t *testing.T) {
	got := kills([]killmatrix.Row{
		{Mutant: "m1", Requirement: "r1", Fate: killmatrix.Killed, By: killmatrix.ByCheck, Also: []string{"r2"}},
		{Mutant: "m2", Requirement: "r1", Fate: killmatrix.Killed, By: killmatrix.ByHistory},
		{Mutant: "m3", Requirement: "r1", Fate: killmatrix.KilledByOthers, By: killmatrix.ByCheck, Also: []string{"r2"}},
	})
	if diff := cmp.Diff(map[string][]string{"r1": {"m1"}, "r2": {"m1", "m3"}}, got); diff != "" {
		t.Error(diff)
	}
}
