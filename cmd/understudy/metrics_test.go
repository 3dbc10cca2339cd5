package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/understudy-mock/understudy/mockserver"
)

// TestMetrics reads what is written with Prometheus's own parser.
func TestMetrics(t *testing.T) {
	m := newMetrics()
	for _, o := range []mockserver.Observation{
		{API: "makecom", Operation: "stats", Status: 200, Took: 50 * time.Microsecond},
		{API: "makecom", Operation: "stats", Status: 200, Took: time.Millisecond},
		{API: "makecom", Operation: "stats", Status: 503, Took: time.Minute, Fault: "down", Mutant: "m1"},
		{Status: 404},
	} {
		m.count(o)
	}
	families := scrape(t, m)
	counters := map[string]float64{}
	for _, name := range []string{"understudy_exchanges_total", "understudy_tampered_exchanges_total"} {
		for _, s := range families[name].GetMetric() {
			counters[name+" "+labelsOf(s)] = s.GetCounter().GetValue()
		}
	}
	want := map[string]float64{
		"understudy_exchanges_total api= operation= status=404 ":                     1,
		"understudy_exchanges_total api=makecom operation=stats status=200 ":         2,
		"understudy_exchanges_total api=makecom operation=stats status=503 ":         1,
		"understudy_tampered_exchanges_total api=makecom operation=stats by=fault ":  1,
		"understudy_tampered_exchanges_total api=makecom operation=stats by=mutant ": 1,
	}
	if diff := cmp.Diff(want, counters); diff != "" {
		t.Error(diff)
	}
	for _, gauge := range []string{"go_goroutines", "go_memstats_alloc_bytes", "go_memstats_sys_bytes"} {
		if s := families[gauge].GetMetric(); len(s) != 1 || s[0].GetGauge().GetValue() < 1 {
			t.Errorf("%s is %v", gauge, s)
		}
	}
}

func TestMetricsHistogram(t *testing.T) {
	m := newMetrics()
	for _, took := range []time.Duration{0, 50 * time.Microsecond, 51 * time.Microsecond, time.Minute} {
		m.count(mockserver.Observation{API: "crmcom", Operation: "show", Status: 200, Took: took})
	}
	series := scrape(t, m)["understudy_exchange_seconds"].GetMetric()
	if len(series) != 1 {
		t.Fatalf("%d series, want 1", len(series))
	}
	h := series[0].GetHistogram()
	upTo := map[float64]uint64{}
	for _, b := range h.GetBucket()[:9] { // the tenth is +Inf
		upTo[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	want := map[float64]uint64{5e-05: 2, 0.0002: 3, 0.0008: 3, 0.0032: 3, 0.0128: 3, 0.0512: 3, 0.2048: 3, 0.8192: 3, 3.2768: 3}
	if diff := cmp.Diff(want, upTo); diff != "" {
		t.Error(diff)
	}
	if h.GetSampleCount() != 4 || h.GetSampleSum() != 60.000101 {
		t.Errorf("%d observations that sum up to %v s, want 4 and 60.000101", h.GetSampleCount(), h.GetSampleSum())
	}
}

func scrape(t *testing.T, m *metrics) map[string]*dto.MetricFamily {
	t.Helper()
	answer := httptest.NewRecorder()
	m.handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if format := expfmt.ResponseFormat(answer.Header()); format.FormatType() != expfmt.TypeTextPlain {
		t.Fatalf("Prometheus takes Content-Type %q for %q", answer.Header().Get("Content-Type"), format)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func labelsOf(s *dto.Metric) string {
	all := ""
	for _, l := range s.GetLabel() {
		all += l.GetName() + "=" + l.GetValue() + " "
	}
	return all
}
