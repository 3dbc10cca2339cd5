package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/understudy-mock/understudy/internal/distance"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// far is a round trip to a target that is far away.
const far = 50 * time.Millisecond

// sent is what a report says of the requests of a run.
type sent struct {
	Requests      int `json:"requests"`
	SetupRequests int `json:"setupRequests"`
}

// verified runs the suite against the mock, each time a fresh one, so far away.
func verified(api string, away time.Duration, more ...string) func(context.Context, settings) (string, error) {
	return func(ctx context.Context, s settings) (string, error) {
		const runs = 3
		var took []time.Duration
		var said sent
		for range runs {
			mock, err := startMock(ctx, s)
			if err != nil {
				return "", err
			}
			d, of, err := verifyOnce(ctx, s, mock.Addr, api, away, more)
			mock.stop()
			if err != nil {
				return "", err
			}
			took, said = append(took, d), of
		}
		return fmt.Sprintf("%.2f s, median of %d; %d requests, and %d for states", middle(took).Seconds(), runs, said.Requests, said.SetupRequests), nil
	}
}

func verifyOnce(ctx context.Context, s settings, addr, api string, away time.Duration, more []string) (took time.Duration, said sent, err error) {
	if away > 0 {
		proxy, err := distance.Listen(ctx, addr, away)
		if err != nil {
			return 0, said, err
		}
		defer func() { _ = proxy.Close() }() // what went through it counts
		addr = proxy.Addr()
	}
	dir, err := os.MkdirTemp("", "bench-verify")
	if err != nil {
		return 0, said, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is the system's to clean up otherwise
	report := filepath.Join(dir, "report.json")
	began := time.Now()
	output, err := exec.CommandContext(ctx, s.binary, append(verifying(addr, api, report), more...)...).CombinedOutput()
	took = time.Since(began)
	if err != nil {
		return 0, said, fmt.Errorf("%w: %s", err, output)
	}
	text, err := os.ReadFile(report) //nolint:gosec // a directory of this process
	if err != nil {
		return 0, said, err
	}
	return took, said, json.Unmarshal(text, &said)
}

// verifying are the arguments of a run against a mock.
func verifying(addr, api, report string) []string {
	base, states := url.URL{Scheme: "http", Host: addr}, url.URL{Scheme: "http", Host: addr}
	base.Path, states.Path = makecom.BasePath, "/_understudy/v1/provider-states"
	args := []string{"verify", api, "--token", "demo", "--report", "json=" + report}
	if api == crmcom.Contract.Name {
		base.Path = crmcom.BasePath
		args = append(args, "--login", "demo:demo@demo")
	}
	return append(args, "--url", base.String(), "--state-url", states.String())
}
