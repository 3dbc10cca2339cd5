package cli

import (
	"fmt"
	"net/http"
	"sync"

	vm "github.com/VictoriaMetrics/metrics"

	"github.com/understudy-mock/understudy/mockserver"
)

// metrics are what a Prometheus server may ask of a mock. No label names a world or a token, so their number is bounded.
type metrics struct {
	set   *vm.Set
	known sync.Map // what counts exchanges of a kind, by their kind
}

// kind is what labels an exchange; there are as many as operations have statuses.
type kind struct {
	api, operation string
	status         int
}

// counters count the exchanges of a kind.
type counters struct {
	exchanges *vm.Counter
	seconds   *vm.PrometheusHistogram
}

func newMetrics() *metrics {
	vm.ExposeMetadata(true)
	return &metrics{set: vm.NewSet()}
}

func (m *metrics) count(o mockserver.Observation) {
	c := m.of(kind{o.API, o.Operation, o.Status})
	c.exchanges.Inc()
	c.seconds.Update(o.Took.Seconds())
	if o.Fault != "" {
		m.tampered(o, "fault")
	}
	if o.Mutant != "" {
		m.tampered(o, "mutant")
	}
}

// tampered counts an exchange that a fault or a mutant tampered with.
func (m *metrics) tampered(o mockserver.Observation, by string) {
	m.set.GetOrCreateCounter(fmt.Sprintf("understudy_tampered_exchanges_total{api=%q,operation=%q,by=%q}", o.API, o.Operation, by)).Inc()
}

func (m *metrics) of(k kind) *counters {
	if c, known := m.known.Load(k); known {
		return c.(*counters) //nolint:forcetypeassert,errcheck // nothing else is stored there
	}
	c, _ := m.known.LoadOrStore(k, &counters{
		m.set.GetOrCreateCounter(fmt.Sprintf(`understudy_exchanges_total{api=%q,operation=%q,status="%d"}`, k.api, k.operation, k.status)),
		m.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf("understudy_exchange_seconds{api=%q,operation=%q}", k.api, k.operation), bounds()),
	})
	return c.(*counters) //nolint:forcetypeassert,errcheck // nothing else is stored there
}

// bounds divide the time of an answer, injected latency included, from 50 µs to 3.3 s.
func bounds() []float64 { return vm.ExponentialBuckets(0.00005, 4, 9) }

// ServeHTTP writes the text format of Prometheus, the figures of the process behind the mock's own.
func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
	vm.WriteProcessMetrics(w)
}
