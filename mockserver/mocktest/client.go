package mocktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/understudy-mock/understudy/generated/control"
	mockcontrol "github.com/understudy-mock/understudy/mockserver/control"
)

// controller calls the control API of a mock, wherever it is.
type controller struct {
	url    string // with everything before the paths of the document
	token  string // "" for a mock that wants none
	client *http.Client
}

// problemError is a refusal of the control API.
type problemError struct {
	status int
	control.ProblemError
}

func (p *problemError) Error() string {
	text := p.Message
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	if p.Remedy != "" {
		text += "; " + p.Remedy
	}
	return text
}

// call sends a JSON body, nil for none, and reads the answer into a value, a writer, or with nil not at all.
func (c *controller) call(ctx context.Context, method, path string, asked, answered any) error {
	var body bytes.Buffer
	if asked != nil {
		encoder := json.NewEncoder(&body)
		encoder.SetEscapeHTML(false) // what is given is kept in its own bytes
		if err := encoder.Encode(asked); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, &body)
	if err != nil {
		return err
	}
	if asked != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	return errors.Join(read(response, answered), response.Body.Close())
}

func read(response *http.Response, into any) error {
	if response.StatusCode >= http.StatusMultipleChoices {
		return refusalOf(response)
	}
	switch into := into.(type) {
	case nil:
		_, err := io.Copy(io.Discard, response.Body)
		return err
	case io.Writer:
		_, err := io.Copy(into, response.Body)
		return err
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("%s %s: %w", response.Request.Method, response.Request.URL, err)
	}
	return nil
}

func refusalOf(response *http.Response) error {
	var refused control.Problem
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &refused); err != nil || refused.Error.Message == "" {
		return fmt.Errorf("%s %s answers %s, which is not the control API of a mock", response.Request.Method, response.Request.URL, response.Status)
	}
	return &problemError{response.StatusCode, refused.Error}
}

// within calls the control API of a server in this process, past its door: the test owns the server.
type within struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (i within) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	asked := r.Clone(mockcontrol.FromInside(r.Context()))
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	i.handler.ServeHTTP(answer, asked)
	response := answer.Result()
	response.Request = r
	return response, nil
}

// Control calls the control API about the world of the bench: path is what follows the world, such as "/clock". The body, nil for none,
// is sent as JSON, and the answer is read into answered, nil for not at all. The test fails when the call is refused.
func (b *Bench) Control(method, path string, body, answered any) {
	b.t.Helper()
	b.must(b.call(b.t.Context(), method, path, body, answered))
}

func (b *Bench) call(ctx context.Context, method, path string, asked, answered any) error {
	return b.control.call(ctx, method, "/worlds/"+url.PathEscape(b.name)+path, asked, answered)
}

func (b *Bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("mocktest: %v", err)
	}
}

// state brings the world into one of the provider states, or takes it back.
func (b *Bench) state(name string, setup bool, params map[string]any) {
	b.t.Helper()
	params["world"] = b.name
	action := control.StateTeardown
	if setup {
		action = control.StateSetup
	}
	b.must(b.control.call(b.t.Context(), http.MethodPost, "/provider-states", map[string]any{"state": name, "action": action, "params": params}, nil))
}
