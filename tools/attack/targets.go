//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// targets is hostile implementations for the suite to be run on. Each lets some requests through to an honest mock, so that the run
// gets under way.
func targets() []attack {
	return []attack{
		hostile("large heads", "9 MB of headers an answer", true, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			conn := hijacked(w)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			_, _ = io.Copy(conn, repeated("X-Filler: "+strings.Repeat("x", 1000)+"\r\n", 9<<20))
			_ = conn.Close()
		}),
		hostile("endless bodies", "a body without end an answer", true, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.Copy(w, repeated(`{"a":`, 1<<40))
		}),
		hostile("large bodies", "31 MiB an answer", false, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.Copy(w, repeatedBetween(`{"incomings":[`, `{"id":"x"},`, 31<<20, `{}]}`))
		}),
		hostile("bodies in bounds", "7 MiB an answer, a value every other byte", false, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.Copy(w, repeatedBetween(`[`, `1,`, 7<<20, `1]`))
		}),
		hostile("always 429", "429 to every request", true, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }),
		hostile("far Retry-After", "429 with Retry-After in the year 9999", true, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")
			w.WriteHeader(http.StatusTooManyRequests)
		}),
		hostile("large Retry-After", "429 with a Retry-After beyond 64 bits of nanoseconds", true, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "9223372036854775807")
			w.WriteHeader(http.StatusTooManyRequests)
		}),
		hostile("dripping", "a byte of a body every 100 ms", false, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, "x"); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				time.Sleep(100 * time.Millisecond)
			}
		}),
		hostile("silence", "no answer from the 100th request on, but states are set up and taken back", true, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
		hostile("broken heads", "a reset instead of an answer", false, []int{1, 3, 4}, func(w http.ResponseWriter, r *http.Request) { _ = hijacked(w).Close() }),
		{name: "escapes", sent: "terminal escapes, bidi and markup in ids and messages", bound: "none in console, page, script", quick: true, run: escapes},
		{name: "short token", sent: "a token of 7 characters", bound: "not in the output", quick: true, run: shortToken},
		{name: "workers", sent: "--workers 1000000000", bound: "exit 2 at once", quick: true, run: func(ctx context.Context, sc *scene) error {
			return sc.exits(ctx, 2, "verify", "makecom", "--url", "http://127.0.0.1:9/api", "--token", "t", "--workers", "1000000000")
		}},
		{name: "learned", sent: "hostile answers to open questions, learned and served", bound: "a dialect that serve takes, or none", run: learned},
		{name: "two runs", sent: "two runs on the same lent hook", bound: "neither accuses the honest vendor", concurrent: true, run: twoRuns},
	}
}

// deadline is that of a run on a hostile target.
const deadline = 6 * time.Second

// hostile runs the suite on a target that answers like an honest one for some requests, and then in its own way.
func hostile(name, sent string, quick bool, codes []int, spoil http.HandlerFunc) attack {
	return attack{
		name: name, sent: sent, bound: fmt.Sprintf("ends %s after the start at most, with what was found", deadline+wait), quick: quick,
		run: func(ctx context.Context, sc *scene) error {
			if err := sc.beside(ctx); err != nil {
				return err
			}
			at, stop := sc.spoiled(100, spoil)
			defer stop()
			report := filepath.Join(sc.dir, "report.json")
			p, err := sc.launch(ctx, "verify", "makecom", "--url", at+"/api/v2", "--token", "hostile", "--state-url", at+statePath,
				"--deadline", deadline.String(), "--timeout", "2s", "--report", "json="+report)
			if err != nil {
				return err
			}
			if err := p.wants(deadline+wait, codes...); err != nil {
				return err
			}
			if _, err := os.Stat(report); err != nil {
				return fmt.Errorf("what was found is not reported: %w", err)
			}
			if sc.settings.latency == 0 && p.cmd.ProcessState.ExitCode() == 4 { // teardown has its time, too, and says what it left when that is over
				return sc.server.stop()
			}
			return errors.Join(sc.nothingLeft(ctx, "hostile"), sc.server.stop())
		},
	}
}

const statePath = "/_understudy/v1/provider-states"

// beside starts an honest mock for a run of the suite.
func (sc *scene) beside(ctx context.Context, flags ...string) (err error) {
	if sc.server, err = sc.start(ctx, flags...); err != nil {
		return err
	}
	sc.client = newClient(sc.server.addr)
	return nil
}

// nothingLeft fails where more hooks are in a world than the base has.
func (sc *scene) nothingLeft(ctx context.Context, world string) error {
	a, err := sc.client.want(ctx, call{path: "/_understudy/v1/worlds/" + world}, 200)
	if err != nil {
		return err
	}
	fresh, err := sc.client.want(ctx, call{path: "/_understudy/v1/worlds/fresh"}, 200)
	if err != nil {
		return err
	}
	if got, want := strings.Count(a.body, `"udid":`), strings.Count(fresh.body, `"udid":`); got > want {
		return fmt.Errorf("%d hooks are left behind", got-want)
	}
	return nil
}

// spoiled is a target that plays the honest mock for so many requests of the vendor's API, and for all provider states.
func (sc *scene) spoiled(after int64, spoil http.HandlerFunc) (at string, stop func()) {
	honest := &url.URL{Scheme: "http", Host: sc.server.addr}
	proxy := httputil.NewSingleHostReverseProxy(honest)
	var calls atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != statePath && calls.Add(1) > after {
			spoil(w, r)
			return
		}
		r.Host = honest.Host
		proxy.ServeHTTP(w, r)
	}))
	return s.URL, func() { // Close would wait for answers that never end
		_ = s.Listener.Close()
		s.CloseClientConnections()
	}
}

func hijacked(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}
