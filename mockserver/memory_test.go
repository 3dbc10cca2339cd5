package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
)

// What a journal does not keep of a body is not kept by anybody.
func TestLargeBodiesAreLetGo(t *testing.T) {
	const requests, size, most = 60, 4 << 20, 40 << 20
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	before := heapInUse()
	body := `{"ids":["` + strings.Repeat("x", size)
	for range requests {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/api/v2/hooks/654/incomings", strings.NewReader(body))
		r.Header.Set("Authorization", "Token demo")
		answer := httptest.NewRecorder()
		if mock.ServeHTTP(answer, r); answer.Code != http.StatusBadRequest {
			t.Fatalf("%d %s", answer.Code, answer.Body)
		}
	}
	if got := heapInUse() - before; got > most {
		t.Errorf("%d MiB are held after %d requests of %d MiB each", got>>20, requests, size>>20)
	}
	runtime.KeepAlive(mock)
}

// A world that held most of what is held gives its memory back at once, and not when as much was made anew.
func TestDroppedWorldGivesMemoryBack(t *testing.T) {
	const items, size = 400, 256 << 10
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	worlds := mock.Worlds()
	if _, err := worlds.Find("long"); err != nil {
		t.Fatal(err)
	}
	for range items {
		w, err := worlds.Lookup("long")
		if err == nil {
			_, err = w.Do(queue.Arrive{HookID: 654, Data: make([]byte, size)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	before := heapInUse()
	if err := worlds.Delete("long"); err != nil {
		t.Fatal(err)
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	if given := before - int(after.HeapAlloc); given < items*size*9/10 {
		t.Errorf("%d MiB were given back of %d", given>>20, items*size>>20)
	}
	runtime.KeepAlive(mock)
}

func heapInUse() int {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one only makes ready what pools hold
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
