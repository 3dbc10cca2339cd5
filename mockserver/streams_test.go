package mockserver_test

import (
	"context"
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
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := web.Config.Shutdown(ctx); err != nil { // a stream that nobody ends would hold it up for ever
		t.Fatal(err)
	}
	if _, err := io.ReadAll(stream.Body); err != nil {
		t.Errorf("the stream broke off: %v", err)
	}
}
