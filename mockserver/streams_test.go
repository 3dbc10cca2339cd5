package mockserver_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
)

// An open page must not hold up a server that stops.
func TestStreamsEndWhenTheServerStops(t *testing.T) {
	server, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(server)
	web.Config.RegisterOnShutdown(server.EndStreams)
	web.Start()
	defer web.Close()
	get := func(path string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	_ = get("/_understudy/v1/worlds/demo/clock").Body.Close()
	stream := get("/_understudy/v1/worlds/demo/events")
	defer stream.Body.Close()
	began := time.Now()
	if err := web.Config.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(stream.Body); err != nil {
		t.Errorf("the stream broke off: %v", err)
	}
	if took := time.Since(began); took > 8*time.Second { // less than a heartbeat, which would end it as well
		t.Errorf("it took %s to stop", took)
	}
}
