package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// errNoWrk says that the view from outside is missing, and what would give it.
var errNoWrk = errors.New("wrk is not installed; it is a package of most distributions (apt-get install wrk)")

// outsideBurst is how long wrk sends at a time.
const outsideBurst = 2 * time.Second

// compareOutside has wrk, which is nobody's own, put the mock and the bare server under load by turns: the operations that one request
// is enough for.
func compareOutside(ctx context.Context, s settings) error {
	s.page.printf("\n")
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		s.page.begin("outside")
		s.page.printf("%s.\n", errNoWrk)
		s.page.end()
		return nil
	}
	mock, err := startMock(ctx, s)
	if err != nil {
		return err
	}
	defer mock.stop()
	s.page.table("outside", "operation", "answers/s of bare net/http", "goal", "answers/s", "bare")
	for i, o := range operations() {
		if !s.only.MatchString(o.name) || o.heavy {
			continue
		}
		if err := outside(ctx, s, wrk, o, world{mock.Addr, fmt.Sprint("outside-", i)}); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	s.page.end()
	return nil
}

func outside(ctx context.Context, s settings, wrk string, o operation, w world) error {
	if err := w.open(ctx); err != nil {
		return err
	}
	next, err := o.arrange(ctx, w, s)
	if err != nil {
		return err
	}
	j, err := next()
	if err != nil || len(j.Requests) != 1 {
		return err
	}
	size, err := once(ctx, w.addr, j.Requests[0])
	if err != nil {
		return err
	}
	bare, err := startBare(ctx, size, false, anyProcessor)
	if err != nil {
		return err
	}
	defer bare.stop()
	dir, err := os.MkdirTemp("", "bench-wrk")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is the system's to clean up otherwise
	ours, theirs := make([]float64, s.rounds), make([]float64, s.rounds)
	for round := range s.rounds {
		for _, server := range []struct {
			addr string
			rate *float64
		}{{w.addr, &ours[round]}, {bare.Addr, &theirs[round]}} {
			if *server.rate, err = wrkRate(ctx, wrk, dir, server.addr, j.Requests[0], s.clients); err != nil {
				return err
			}
		}
	}
	report(s, o, ours, theirs)
	return nil
}

func report(s settings, o operation, ours, theirs []float64) {
	ratios := make([]float64, len(ours))
	for i := range ratios {
		ratios[i] = ours[i] / theirs[i]
	}
	for _, all := range [][]float64{ratios, ours, theirs} {
		slices.Sort(all)
	}
	half := len(ratios) / 2
	s.page.row(o.name, fmt.Sprintf("**%.2f** (%.2f-%.2f)", ratios[half], ratios[0], ratios[len(ratios)-1]), orNone(o.rate),
		fmt.Sprintf("%.0f", ours[half]), fmt.Sprintf("%.0f", theirs[half]))
}

// wrkRate is how many answers per second wrk counts. Any that is no success is an error.
func wrkRate(ctx context.Context, wrk, dir, addr string, request []byte, clients int) (float64, error) {
	script, path, err := wrkScript(request)
	if err != nil {
		return 0, err
	}
	file := filepath.Join(dir, "request.lua")
	if err := os.WriteFile(file, script, 0o600); err != nil {
		return 0, err
	}
	args := []string{"-t1", "-c" + strconv.Itoa(clients), "-d" + outsideBurst.String(), "-s", file, "http://" + addr + path}
	out, err := exec.CommandContext(ctx, wrk, args...).CombinedOutput() //nolint:gosec // found in the path
	if err != nil {
		return 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	return readWrk(out)
}

// wrkScript is a request as wrk takes it, and its path.
func wrkScript(request []byte) (script []byte, path string, err error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, "", err
	}
	script = fmt.Appendf(nil, "wrk.method = %q\n", r.Method)
	for _, name := range []string{"Authorization", "Content-Type"} {
		if value := r.Header.Get(name); value != "" {
			script = fmt.Appendf(script, "wrk.headers[%q] = %q\n", name, value)
		}
	}
	if len(body) > 0 {
		script = fmt.Appendf(script, "wrk.body = %q\n", body)
	}
	return script, r.URL.RequestURI(), nil
}

// What wrk prints.
var (
	wrkRateLine  = lazyregexp.New(`(?m)^Requests/sec: +([0-9.]+)$`)
	wrkOtherLine = lazyregexp.New(`(?m)^ *(Non-2xx or 3xx responses|Socket errors): .*$`)
)

func readWrk(out []byte) (float64, error) {
	if other := wrkOtherLine().Find(out); other != nil {
		return 0, fmt.Errorf("wrk: %s", bytes.TrimSpace(other))
	}
	rate := wrkRateLine().FindSubmatch(out)
	if rate == nil {
		return 0, fmt.Errorf("wrk prints no rate: %s", out)
	}
	return strconv.ParseFloat(string(rate[1]), 64)
}
