package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Worth is what an acknowledgement is worth.
type Worth struct {
	Servers int    `json:"servers"` // on how many NATS servers a change is kept
	Synced  string `json:"synced"`  // "always", "every 2m0s", "sometimes" when they differ, "unknown"
}

// String says it in words.
func (w Worth) String() string {
	kept := fmt.Sprintf("kept by a majority of %d NATS servers", w.Servers)
	if w.Servers == 1 {
		kept = "kept by one NATS server"
	}
	switch w.Synced {
	case "always":
		return kept + ", which sync it before they acknowledge"
	case "unknown":
		return kept + "; whether they sync it first is not known: name the monitoring of all of them with --cluster-monitor, and see that they run"
	}
	return kept + ", which sync " + w.Synced + ": what was acknowledged since can be lost when they lose power at once; sync_interval: always prevents it"
}

// worth asks the servers. Only their monitoring tells how they sync. One that does not answer may be down, and the others do without it; that
// none answers is a mistake.
func (s *stream) worth(ctx context.Context, monitors []string) (w Worth, err error) {
	w = Worth{Servers: s.kept, Synced: "unknown"}
	answered := map[string]int{}
	var silent error
	for _, at := range monitors {
		synced, err := howSynced(ctx, at)
		if err != nil {
			silent = errors.Join(silent, fmt.Errorf("%s: %w; give the address of the NATS server's monitoring (http_port)", at, err))
			continue
		}
		w.Synced = synced
		answered[synced]++
	}
	switch {
	case len(monitors) > 0 && len(answered) == 0:
		return w, silent
	case len(answered) > 1:
		w.Synced = "sometimes"
	case answered[w.Synced] < w.Servers:
		w.Synced = "unknown"
	}
	return w, nil
}

func howSynced(ctx context.Context, at string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(at, "/")+"/jsz?config=true", http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var says struct {
		Config struct {
			Interval int64 `json:"sync_interval"`
			Always   bool  `json:"sync_always"`
		} `json:"config"`
	}
	const most = 1 << 20
	if err := json.NewDecoder(io.LimitReader(answer.Body, most)).Decode(&says); err != nil {
		return "", err
	}
	if says.Config.Always {
		return "always", nil
	}
	return "every " + time.Duration(says.Config.Interval).String(), nil
}
