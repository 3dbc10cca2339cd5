// Package thin is a test suite that most of us have written: it checks that things work.
package thin

import (
	"testing"

	"github.com/understudy-mock/understudy/examples/janitor/bench"
)

func TestList(t *testing.T) {
	b := bench.Start(t)
	b.Deliver(1)
	items, err := b.List(t.Context())
	if err != nil || len(items) != 1 {
		t.Errorf("%v, %v; want one item", items, err)
	}
}

func TestRemove(t *testing.T) {
	b := bench.Start(t)
	ids := b.Deliver(1)
	if _, err := b.Remove(t.Context(), ids...); err != nil {
		t.Error(err)
	}
}
