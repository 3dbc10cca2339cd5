package durable_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// server is how clients reach the mock.
type server struct {
	base   string
	client *http.Client

	bases *bases          // of a cluster, whose failures leave open whether something was done; nil for one server
	own   context.Context //nolint:containedctx // of calls to a cluster: what was begun there is not broken off
}

// answer is what came back whole. One that did not come back is an error: then nobody knows whether the call was done.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s server) call(ctx context.Context, method, path, token string, body any) (answer, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return answer{}, err
		}
	}
	base := s.base
	if s.bases != nil {
		base, ctx = s.bases.base(), s.own
	}
	r, err := http.NewRequestWithContext(ctx, method, base+path, bytes.NewReader(text))
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Token "+token)
	}
	response, err := s.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	a := answer{response.StatusCode, response.Header, got}
	if err == nil && s.bases != nil {
		err = s.bases.said(a)
	}
	return a, err
}

// control calls the control API, and wants an answer of the 200s.
func (s server) control(ctx context.Context, method, path string, body, into any) error {
	a, err := s.call(ctx, method, "/_understudy/v1"+path, "", body)
	for n := 0; err != nil && s.bases != nil && method == http.MethodGet && n < 100; n++ { // it changes nothing, and some replica will answer
		time.Sleep(100 * time.Millisecond)
		a, err = s.call(ctx, method, "/_understudy/v1"+path, "", body)
	}
	if err != nil {
		return err
	}
	if a.status/100 != 2 {
		return fmt.Errorf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(a.body, into)
}

// file is what the test reads of a world file.
type file struct {
	Clock struct {
		Now string `json:"now"`
	} `json:"clock"`
	Tokens []struct {
		Token string `json:"token"`
	} `json:"tokens"`
	Faults  []map[string]any `json:"faults"`
	Makecom struct {
		Hooks []struct {
			ID    int `json:"id"`
			Items []struct {
				ID   string          `json:"id"`
				Data json.RawMessage `json:"data"`
			} `json:"items"`
		} `json:"hooks"`
	} `json:"makecom"`
	Crmcom struct {
		Requests []logged `json:"requests"`
	} `json:"crmcom"`
}

// logged is a webhook request.
type logged struct {
	ID       string          `json:"id"`
	Number   int             `json:"number"`
	State    string          `json:"life_cycle_state"`
	EntityID string          `json:"entity_id"`
	Data     json.RawMessage `json:"data"`
}
