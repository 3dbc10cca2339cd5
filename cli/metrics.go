package cli

import (
	"net/http"
	"strconv"

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
	m.exchanges.WithLabelValues(o.API, o.Operation, strconv.Itoa(o.Status)).Inc()
	m.seconds.WithLabelValues(o.API, o.Operation).Observe(o.Took.Seconds())
	if o.Fault != "" {
		m.damaged.WithLabelValues(o.API, o.Operation, "fault").Inc()
	}
	if o.Mutant != "" {
		m.damaged.WithLabelValues(o.API, o.Operation, "mutant").Inc()
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
