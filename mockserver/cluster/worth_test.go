package cluster

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// What an acknowledgement is worth is what all servers tell of themselves. A server that is down keeps no replica from starting.
func TestWorth(t *testing.T) {
	monitoring := func(config string) string {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"config":`+config+`}`) // the test looks at it
		}))
		t.Cleanup(web.Close)
		return web.URL
	}
	always, late := monitoring(`{"sync_always":true}`), monitoring(`{"sync_interval":120000000000}`)
	const down = "http://127.0.0.1:1"
	for name, c := range map[string]struct {
		monitors []string
		want     string
		wrong    bool
	}{
		"all always":             {[]string{always, always, always}, "always", false},
		"all late":               {[]string{late, late, late}, "every 2m0s", false},
		"one is late":            {[]string{always, late, always}, "sometimes", false},
		"one is late, one down":  {[]string{always, late, down}, "sometimes", false},
		"one is down":            {[]string{down, always, always}, "unknown", false},
		"two are asked of three": {[]string{always, always}, "unknown", false},
		"nobody is asked":        {nil, "unknown", false},
		"nobody answers":         {[]string{down, down, down}, "unknown", true},
	} {
		got, err := (&stream{kept: 3}).worth(t.Context(), c.monitors)
		if got.Synced != c.want || (err != nil) != c.wrong {
			t.Errorf("%s: %q %v, want %q", name, got.Synced, err, c.want)
		}
	}
}
