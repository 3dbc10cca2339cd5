package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// mostAnswer is how much of an answer of the mock is read.
const mostAnswer = 64 << 20

// answer is what the control API says.
type answer struct {
	Status int
	Body   []byte
	JSON   bool
}

func (a *answer) ok() bool { return a.Status < 300 }

// refusal is what the Problem in the answer says.
func (a *answer) refusal() error {
	var problem struct {
		Error struct {
			Field   string `json:"field"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(a.Body, &problem) == nil && problem.Error.Message != "" {
		return fmt.Errorf("%d: %s", a.Status, strings.TrimPrefix(problem.Error.Field+": "+problem.Error.Message, ": "))
	}
	return fmt.Errorf("%d: %.500s", a.Status, a.Body)
}

// patience is how long an answer may take: a minute more than the call itself is to wait.
func patience(query url.Values) time.Duration {
	wanted, err := time.ParseDuration(query.Get("timeout"))
	if err != nil || wanted < 0 {
		wanted = 0 // the mock says what is wrong with it
	}
	return min(wanted, time.Hour) + time.Minute
}

// control calls the control API. A nil body sends none.
func (s *server) control(ctx context.Context, method, path string, query url.Values, body json.RawMessage) (*answer, error) {
	target := s.Control + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	ctx, cancel := context.WithTimeout(ctx, patience(query))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.ControlToken != "" {
		r.Header.Set("Authorization", "Bearer "+s.ControlToken)
	}
	response, err := s.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("the mock does not answer: %w; look whether it still runs", err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(data) > mostAnswer {
		return nil, fmt.Errorf("the answer is longer than %d MiB; ask for less", mostAnswer>>20)
	}
	return &answer{Status: response.StatusCode, Body: data, JSON: strings.HasSuffix(mediaType(response), "json")}, nil
}

func mediaType(r *http.Response) string {
	name, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(name)
}

// read calls the control API for a JSON answer of the type of into.
func (s *server) read(ctx context.Context, method, path string, query url.Values, body, into any) error {
	var data json.RawMessage
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
	}
	a, err := s.control(ctx, method, path, query, data)
	if err != nil {
		return err
	}
	if !a.ok() {
		return a.refusal()
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return errors.Join(errors.New("the mock answers something else than its document says"), err)
	}
	return nil
}
