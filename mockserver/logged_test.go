package mockserver_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
)

// failing is the third API with a vendor that panics and a part of the control API that fails.
func failing() *mockapi.API {
	api := controlled()
	play, control := api.Play, api.Control
	api.Play = func(h *mockapi.Host) mockapi.Play {
		p := play(h)
		p.Surfaces[0].Register = func(router *mux.Router) {
			router.HandleFunc("/api/v2/scenarios/{id}", func(http.ResponseWriter, *http.Request) { panic("the lamp broke") }).Methods(http.MethodGet)
		}
		return p
	}
	api.Control = func() *mockapi.Control {
		c := control()
		c.Operations[0].Do = func(*mockapi.Call) (any, error) { return nil, errors.New("the shelf broke") }
		return c
	}
	return api
}

// Whatever is answered with 500 that nobody asked for is logged, with its cause.
func TestEvery500IsLogged(t *testing.T) {
	for path, cause := range map[string]string{
		"GET /api/v2/scenarios/3":                         "the lamp broke",
		"POST /_understudy/v1/worlds/w/scenarios/3/start": "the shelf broke",
	} {
		t.Run(cause, func(t *testing.T) {
			var log bytes.Buffer
			mock, err := mockserver.New(mockserver.WithOnly(failing()), mockserver.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			if err != nil {
				t.Fatal(err)
			}
			method, at, _ := strings.Cut(path, " ")
			r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+at, strings.NewReader("{}"))
			r.Header.Set("Authorization", "Token w")
			answer := httptest.NewRecorder()
			mock.ServeHTTP(answer, r)
			if answer.Code != http.StatusInternalServerError {
				t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
			}
			if !strings.Contains(log.String(), cause) || !strings.Contains(log.String(), "level=ERROR") {
				t.Errorf("the log says %q", log.String())
			}
			if strings.Contains(answer.Body.String(), cause) {
				t.Errorf("the answer tells the cause: %s", answer.Body)
			}
		})
	}
}
