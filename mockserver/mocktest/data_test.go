package mocktest_test

import (
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

// A bench on a directory is a bench like any other, and what other worlds hold is there for the next server.
func TestData(t *testing.T) {
	dir := t.TempDir()
	t.Run("bench", func(t *testing.T) {
		b := mocktest.Start(t, mocktest.Data(dir))
		hook := b.Hook(654)
		before := hook.Status().Queued
		hook.Deliver(map[string]any{"n": 1})
		if n := hook.Status().Queued; n != before+1 {
			t.Errorf("%d items after the delivery, %d before it", n, before)
		}
		b.Control(http.MethodPost, "/fork", map[string]string{"as": "stays"}, nil)
	})
	mock, err := mockserver.New(mockserver.WithData(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer mock.Close()
	var names []string
	for _, w := range mock.Worlds().Worlds() {
		names = append(names, w.Name)
	}
	if len(names) != 1 || names[0] != "stays" {
		t.Errorf("%q, want the fork alone: the world of the test is dropped at its end", names)
	}
}
