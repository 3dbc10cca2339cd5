package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
)

// metrics are what a Prometheus server may ask of a mock. No label names a world or a token, so their number is bounded.
//
// They are written here, and only tests link Prometheus's library, which reads them: in the binary it took 2.4 of 25 MB, and
// 1.9 of 20 MiB of memory, whether anybody asked or not.
type metrics struct {
	mu        sync.Mutex
	exchanges map[answered]uint64
	seconds   map[operation]*histogram
	damaged   map[damage]uint64
}

type operation struct{ api, name string }

type answered struct {
	operation
	status int
}

type damage struct {
	operation
	by string
}

// The labels of a series. Their values are names out of tables, so Go's way of quoting them is Prometheus's.

func (o operation) labels() string { return fmt.Sprintf("api=%q,operation=%q", o.api, o.name) }

func (a answered) labels() string {
	return fmt.Sprintf(`%s,status="%d"`, a.operation.labels(), a.status)
}
func (d damage) labels() string { return fmt.Sprintf("%s,by=%q", d.operation.labels(), d.by) }

func newMetrics() *metrics {
	return &metrics{exchanges: map[answered]uint64{}, seconds: map[operation]*histogram{}, damaged: map[damage]uint64{}}
}

func (m *metrics) count(o mockserver.Observation) {
	at := operation{o.API, o.Operation}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.exchanges[answered{at, o.Status}]++
	h := m.seconds[at]
	if h == nil {
		h = new(histogram)
		m.seconds[at] = h
	}
	h.observe(o.Took)
	if o.Fault != "" {
		m.damaged[damage{at, "fault"}]++
	}
	if o.Mutant != "" {
		m.damaged[damage{at, "mutant"}]++
	}
}

func (m *metrics) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(m.text()) // whoever asked has left, at worst
	})
}

// text is the text format of Prometheus.
func (m *metrics) text() []byte {
	var b bytes.Buffer
	m.mu.Lock()
	defer m.mu.Unlock()
	writeFamily(&b, "understudy_exchanges_total", "counter", "Exchanges with a vendor's API, by operation and HTTP status.")
	writeSeries(m.exchanges, func(labels string, n uint64) {
		fmt.Fprintf(&b, "understudy_exchanges_total{%s} %d\n", labels, n)
	})
	writeFamily(&b, "understudy_exchange_seconds", "histogram", "Time to answer, injected latency included.")
	writeSeries(m.seconds, func(labels string, h *histogram) { h.write(&b, "understudy_exchange_seconds", labels) })
	writeFamily(&b, "understudy_tampered_exchanges_total", "counter", "Exchanges that a fault or a mutant tampered with.")
	writeSeries(m.damaged, func(labels string, n uint64) {
		fmt.Fprintf(&b, "understudy_tampered_exchanges_total{%s} %d\n", labels, n)
	})
	writeProcess(&b)
	return b.Bytes()
}

func writeFamily(b *bytes.Buffer, name, kind, help string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// writeSeries writes the series of a family in the order of their labels.
func writeSeries[K interface {
	comparable
	labels() string
}, V any](all map[K]V, write func(labels string, value V)) {
	byLabels := make(map[string]V, len(all))
	for key, value := range all {
		byLabels[key.labels()] = value
	}
	for _, labels := range slices.Sorted(maps.Keys(byLabels)) {
		write(labels, byLabels[labels])
	}
}

// writeProcess writes what Prometheus's library for Go says of a process, by the same names.
func writeProcess(b *bytes.Buffer) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	for _, g := range []struct {
		name, help string
		value      uint64
	}{
		{"go_goroutines", "Goroutines that there are.", uint64(runtime.NumGoroutine())},
		{"go_memstats_alloc_bytes", "Memory of the heap that is in use.", memory.Alloc},
		{"go_memstats_sys_bytes", "Memory that was got from the operating system.", memory.Sys},
	} {
		writeFamily(b, g.name, "gauge", g.help)
		fmt.Fprintf(b, "%s %d\n", g.name, g.value)
	}
}

// histogram counts durations up to each of its bounds, which grow by four from 50 µs to 3.3 s.
type histogram struct {
	upTo [9]uint64 // in one bucket and not in those before
	all  uint64
	sum  time.Duration
}

const firstBound, boundGrowth = 50 * time.Microsecond, 4

func (h *histogram) observe(took time.Duration) {
	h.all++
	h.sum += took
	bound := firstBound
	for i := range h.upTo {
		if took <= bound {
			h.upTo[i]++
			return
		}
		bound *= boundGrowth
	}
}

func (h *histogram) write(b *bytes.Buffer, name, labels string) {
	bound, n := firstBound, uint64(0)
	for _, more := range h.upTo {
		n += more
		fmt.Fprintf(b, "%s_bucket{%s,le=\"%v\"} %d\n", name, labels, bound.Seconds(), n)
		bound *= boundGrowth
	}
	fmt.Fprintf(b, "%s_bucket{%s,le=\"+Inf\"} %d\n", name, labels, h.all)
	fmt.Fprintf(b, "%s_sum{%s} %v\n%s_count{%s} %d\n", name, labels, h.sum.Seconds(), name, labels, h.all)
}
