package cli

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/understudy-mock/understudy/mockserver"
)

// TestPrometheusReadsTheMetrics has the parser of Prometheus read what the mock writes.
func TestPrometheusReadsTheMetrics(t *testing.T) {
	m := newMetrics()
	answered := mockserver.Observation{API: "a", Operation: "listThings", Status: http.StatusOK, Took: 100 * time.Microsecond}
	m.count(answered)
	m.count(answered)
	answered.Fault, answered.Took = "slow", time.Minute
	m.count(answered)
	m.count(mockserver.Observation{API: "a", Operation: "addThing", Status: http.StatusNotFound, Mutant: "lost"})
	families := scrape(t, m)

	exchanges := families["understudy_exchanges_total"]
	if exchanges.GetType() != dto.MetricType_COUNTER || len(exchanges.GetMetric()) != 2 {
		t.Errorf("understudy_exchanges_total: %v, want two counters", exchanges)
	}
	for _, c := range exchanges.GetMetric() {
		want := map[string]float64{"listThings 200": 3, "addThing 404": 1}[label(c, "operation")+" "+label(c, "status")]
		if label(c, "api") != "a" || c.GetCounter().GetValue() != want {
			t.Errorf("%v, want %v", c, want)
		}
	}
	listed := find(families["understudy_exchange_seconds"], "operation", "listThings").GetHistogram()
	if listed.GetSampleCount() != 3 || listed.GetSampleSum() < 60 {
		t.Errorf("understudy_exchange_seconds: %v, want three answers, one of a minute", listed)
	}
	if b := listed.GetBucket(); b[0].GetCumulativeCount() != 0 || b[1].GetCumulativeCount() != 2 || b[len(b)-1].GetCumulativeCount() != 3 {
		t.Errorf("buckets: %v, want none up to 50 µs, two up to 200 µs, three in all", b)
	}
	tampered := families["understudy_tampered_exchanges_total"]
	for _, by := range []string{"fault", "mutant"} {
		if n := find(tampered, "by", by).GetCounter().GetValue(); n != 1 {
			t.Errorf("tampered with by a %s: %v, want 1", by, n)
		}
	}
	if families["go_goroutines"] == nil {
		t.Error("the figures of the process are missing")
	}
}

func scrape(t *testing.T, m *metrics) map[string]*dto.MetricFamily {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/_understudy/metrics", nil))
	if got := w.Result().Header.Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("Content-Type: %q, want the text format and its version", got)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatalf("Prometheus cannot read the metrics: %v", err)
	}
	return families
}

func find(f *dto.MetricFamily, name, value string) *dto.Metric {
	for _, m := range f.GetMetric() {
		if label(m, name) == value {
			return m
		}
	}
	return nil
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}
