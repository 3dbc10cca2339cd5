package cli

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/understudy-mock/understudy/mockserver"
)

// metrics are what a Prometheus server may ask of a mock. No label names a world or a token, so their number is bounded.
type metrics struct {
	registry  *prometheus.Registry
	exchanges *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	damaged   *prometheus.CounterVec
	known     sync.Map // what counts exchanges of a kind, by their kind
}

// kind is what labels an exchange; there are as many as operations have statuses.
type kind struct {
	api, operation string
	status         int
}

// counters count the exchanges of a kind.
type counters struct {
	exchanges prometheus.Counter
	seconds   prometheus.Observer
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		exchanges: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "understudy_exchanges_total", Help: "Exchanges with a vendor's API, by operation and HTTP status.",
		}, []string{"api", "operation", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "understudy_exchange_seconds", Help: "Time to answer, injected latency included.",
			Buckets: prometheus.ExponentialBuckets(0.00005, 4, 9),
		}, []string{"api", "operation"}),
		damaged: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "understudy_tampered_exchanges_total", Help: "Exchanges that a fault or a mutant tampered with.",
		}, []string{"api", "operation", "by"}),
	}
	m.registry.MustRegister(m.exchanges, m.seconds, m.damaged, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) count(o mockserver.Observation) {
	c := m.of(kind{o.API, o.Operation, o.Status})
	c.exchanges.Inc()
	c.seconds.Observe(o.Took.Seconds())
	if o.Fault != "" {
		m.damaged.WithLabelValues(o.API, o.Operation, "fault").Inc()
	}
	if o.Mutant != "" {
		m.damaged.WithLabelValues(o.API, o.Operation, "mutant").Inc()
	}
}

func (m *metrics) of(k kind) *counters {
	if c, known := m.known.Load(k); known {
		return c.(*counters) //nolint:forcetypeassert,errcheck // nothing else is stored there
	}
	c, _ := m.known.LoadOrStore(k, &counters{
		m.exchanges.WithLabelValues(k.api, k.operation, strconv.Itoa(k.status)),
		m.seconds.WithLabelValues(k.api, k.operation),
	})
	return c.(*counters) //nolint:forcetypeassert,errcheck // nothing else is stored there
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
