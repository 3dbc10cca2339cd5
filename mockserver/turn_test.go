package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// TestLargeDeliveriesWaitForNoWorld has as many worlds at work as there are processors, and a large delivery wait for each. One to another
// world, and a large world file, must not wait for them.
func TestLargeDeliveriesWaitForNoWorld(t *testing.T) {
	mock := start(t)
	stop, answers := make(chan struct{}), make(chan int)
	for i := range runtime.GOMAXPROCS(0) {
		name := fmt.Sprintf("stuck-%d", i)
		occupy(t, mock, name, stop)
		go func() { answers <- deliverLarge(t, mock, name) }()
	}
	if code := deliverLarge(t, mock, "other"); code != http.StatusOK {
		t.Errorf("a delivery to another world: %d", code)
	}
	file := `{"seed":1}` + strings.Repeat(" ", 2*inflow.Small)
	if code := send(t, mock, http.MethodPut, "/_understudy/v1/worlds/third", "application/json", file); code != http.StatusOK {
		t.Errorf("a world file: %d", code)
	}
	close(stop)
	for range runtime.GOMAXPROCS(0) {
		if code := <-answers; code != http.StatusOK {
			t.Errorf("a delivery to a world that was at work: %d", code)
		}
	}
}

// occupy keeps a world at work until stop is closed.
func occupy(t *testing.T, mock *bench, name string, stop chan struct{}) {
	t.Helper()
	w, err := mock.Worlds().Find(name)
	if err != nil {
		t.Fatal(err)
	}
	busy := make(chan struct{})
	go func() {
		_ = world.View(w, queue.PartName, nil, func(*queue.State) error { // which has no error to give
			close(busy)
			<-stop
			return nil
		})
	}()
	<-busy
}

func deliverLarge(t *testing.T, mock *bench, name string) int {
	t.Helper()
	return send(t, mock, http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k."+name, "text/plain", strings.Repeat("x", 2*inflow.Small))
}

func send(t *testing.T, mock *bench, method, path, mediaType, body string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8654"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	answer := httptest.NewRecorder()
	mock.ServeHTTP(answer, r)
	return answer.Code
}
