package world_test

import (
	"testing"
)

// A limit that was taken back leaves nothing of its minute to the next one.
func TestAnotherLimitBeginsAMinuteOfItsOwn(t *testing.T) {
	_, w := newRegistry(t)
	for range 2 {
		w.SetLimit("vendor", 2)
		if rate := w.Spend("vendor"); rate.Remaining != 1 || rate.Exceeded {
			t.Errorf("%+v", rate)
		}
		w.Spend("vendor")
		w.SetLimit("vendor", 0)
	}
}
