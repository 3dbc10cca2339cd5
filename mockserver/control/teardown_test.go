package control_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a state sets goes back to what it was before, which need not be how a hook or a world begins.
func TestStatesSetBackWhatWas(t *testing.T) {
	for name, test := range map[string]struct {
		state  string
		params object
	}{
		"a hook that was disabled": {"hook disabled", nil},
		"a hook with a limit":      {"a rate limit", object{"ingestPer10s": 1}},
		"a world with a limit":     {"a rate limit", object{"perMinute": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			m := start(t)
			m.control(http.MethodPut, "/worlds/demo", object{"makecom": object{
				"rateLimitPerMinute": 60, "hooks": []any{object{"id": 7, "enabled": false, "ingestPer10s": 9}},
			}}).object()
			before := m.control(http.MethodGet, "/worlds/demo", nil).object()
			params := object{}
			maps.Copy(params, test.params)
			if test.params["perMinute"] == nil {
				params["hookId"] = 7
			}
			values := m.setUp(test.state, params)
			if test.params != nil && cmp.Equal(before, m.control(http.MethodGet, "/worlds/demo", nil).object()) {
				t.Error("nothing was set up")
			}
			m.tearDown(test.state, params, values)
			if diff := cmp.Diff(before, m.control(http.MethodGet, "/worlds/demo", nil).object()); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
		})
	}
}
