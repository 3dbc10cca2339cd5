package suite

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// provider is a state provider that answers every change with the same status and body.
type provider struct {
	status  int
	body    string
	changes []change
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	var c change
	_ = json.Unmarshal(data, &c)
	p.changes = append(p.changes, c)
	w.WriteHeader(p.status)
	_, _ = io.WriteString(w, p.body)
}

func startProvider(t *testing.T, p *provider) (*Session, *StateURL) {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	document, err := ParseDocument([]byte(`{openapi: 3.0.3, info: {title: t, version: "1"}, paths: {}}`))
	if err != nil {
		t.Fatal(err)
	}
	url := &StateURL{URL: server.URL, Extra: map[string]any{"token": "demo"}}
	return NewRun(Config{Mode: Owned, States: url}, document).Session("x", 0), url
}

func TestProviderStatesFollowPact(t *testing.T) {
	p := &provider{status: http.StatusOK, body: `{"hookId":7,"hookUrl":"http://h"}`}
	s, _ := startProvider(t, p)
	state, err := s.Setup(t.Context(), "a hook", map[string]any{"queueLimit": 2})
	if err != nil {
		t.Fatal(err)
	}
	if id, err := state.Text("hookId"); id != "7" || err != nil {
		t.Errorf("hookId %q, %v", id, err)
	}
	s.Close(t.Context())
	want := []change{
		{"a hook", map[string]any{"token": "demo", "queueLimit": 2.0}, "setup"},
		{"a hook", map[string]any{"token": "demo", "queueLimit": 2.0, "hookId": 7.0, "hookUrl": "http://h"}, "teardown"},
	}
	if diff := cmp.Diff(want, p.changes); diff != "" {
		t.Error(diff)
	}
}

func TestProviderRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		body        string
		unavailable bool
		unknown     bool
	}{
		"unknown state":     {http.StatusNotFound, "", true, true},
		"not reachable now": {http.StatusConflict, "full", true, false},
		"bad params":        {http.StatusBadRequest, "no", true, false},
		"broken provider":   {http.StatusInternalServerError, "", false, false},
		"no object":         {http.StatusOK, "[1]", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := startProvider(t, &provider{status: c.status, body: c.body})
			_, err := s.Setup(t.Context(), "a hook", nil)
			var u *Unavailable
			if err == nil || errors.As(err, &u) != c.unavailable || (u != nil && u.Unknown != c.unknown) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCommandsSetStatesUp(t *testing.T) {
	s, _ := startProvider(t, &provider{})
	run := func(script string) (*State, error) {
		return (&Command{Args: []string{"sh", "-c", script}}).Setup(t.Context(), s, "a hook", nil)
	}
	state, err := run(`grep -q '"action":"setup"' && echo '{"hookId":"9"}'`)
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := state.Text("hookId"); id != "9" {
		t.Errorf("hookId %q", id)
	}
	var u *Unavailable
	if _, err := run("exit 3"); !errors.As(err, &u) || !u.Unknown {
		t.Errorf("exit 3: %v", err)
	}
	if _, err := run("exit 4"); !errors.As(err, &u) || u.Unknown {
		t.Errorf("exit 4: %v", err)
	}
	if _, err := run("echo oops >&2; exit 1"); err == nil || errors.As(err, new(*Unavailable)) || !strings.Contains(err.Error(), "oops") {
		t.Errorf("exit 1: %v", err)
	}
	if _, err := (&Command{Args: []string{"/no/such/program"}}).Setup(t.Context(), s, "a hook", nil); err == nil {
		t.Error("a program that is not there set a state up")
	}
}

func TestFirstOfAsksUntilOneKnows(t *testing.T) {
	s, unknown := startProvider(t, &provider{status: http.StatusNotFound})
	_, knows := startProvider(t, &provider{status: http.StatusOK, body: `{"hookId":"1"}`})
	_, full := startProvider(t, &provider{status: http.StatusConflict})
	if state, err := FirstOf(unknown, knows).Setup(t.Context(), s, "a hook", nil); err != nil || state.Values["hookId"] != "1" {
		t.Errorf("%v %v", state, err)
	}
	if _, err := FirstOf(full, knows).Setup(t.Context(), s, "a hook", nil); err == nil {
		t.Error("a provider that knows the state was passed over")
	}
	var u *Unavailable
	if _, err := FirstOf(unknown, unknown).Setup(t.Context(), s, "a hook", nil); !errors.As(err, &u) || !u.Unknown {
		t.Errorf("got %v", err)
	}
}

// ready is a provider that has whatever it is asked for.
type ready struct{}

func (ready) Setup(_ context.Context, _ *Session, name string, _ map[string]any) (*State, error) {
	return &State{Name: name, Lent: true}, nil
}

// TestWhatIsLentServesARunThatMayChangeNothing asks for a state that one provider may not set up and another one has.
func TestWhatIsLentServesARunThatMayChangeNothing(t *testing.T) {
	t.Parallel()
	states := &StateURL{URL: "http://127.0.0.1:9/states"}
	run := runOn(t, &script{}, Config{States: FirstOf(states, ready{})})
	run.config.Mode = ReadOnly
	s := run.Session("x", 0)
	if st, err := s.Setup(t.Context(), "a hook", nil); err != nil || !st.Lent {
		t.Errorf("%v %v", st, err)
	}
	run.config.States = FirstOf(states)
	alone := run.Session("x", 0)
	var missing *Unavailable
	if _, err := alone.Setup(t.Context(), "a refused token", nil); !errors.As(err, &missing) || missing.Unknown {
		t.Errorf("%v: a state that may not be set up is not unknown", err)
	}
}
