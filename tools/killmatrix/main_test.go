package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/internal/killmatrix"
)

// A quick run asks no kind of test what it notices without the others, and the figure of each stays as the last full run left it.
func TestAQuickRunKeepsWhatItDoesNotAsk(t *testing.T) {
	all := []killmatrix.By{killmatrix.ByCheck, killmatrix.ByExploration, killmatrix.ByHistory}
	for _, by := range all {
		before := killmatrix.Row{Fate: killmatrix.Killed, By: by, Also: []string{"another"}, Alone: all}
		row := killmatrix.Row{Fate: killmatrix.Killed, By: by}
		keep(&row, before)
		if diff := cmp.Diff(all, row.Alone); diff != "" {
			t.Errorf("killed by %s (-want +got):\n%s", by, diff)
		}
	}
}
