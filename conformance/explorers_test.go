package conformance

import "testing"

func TestEveryAPIHasAModel(t *testing.T) {
	for _, api := range APIs() {
		x := explorers()[api]
		if x.explore == nil || x.replay == nil || x.history == nil || len(x.asks) == 0 {
			t.Errorf("%s: %+v", api, x)
		}
	}
}
