package cluster

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// BenchmarkAtTheOwner is a list without a network, of a mock in memory and of one behind a replica that has the worlds.
func BenchmarkAtTheOwner(b *testing.B) {
	mock, err := mockserver.New()
	if err != nil {
		b.Fatal(err)
	}
	node := nodeOf(mock)
	for name, handler := range map[string]http.Handler{"memory": mock, "owner": node} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/v2/hooks/654/incomings", http.NoBody)
			r.Host = "127.0.0.1:8654"
			r.Header.Set("Authorization", "Token bench")
			for b.Loop() {
				w := httptest.NewRecorder()
				if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
	if err := mock.Close(); err != nil {
		b.Fatal(err)
	}
}
