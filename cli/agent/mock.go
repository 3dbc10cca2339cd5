package agent

import (
	"bytes"
	"context"
	"crypto/tls"
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

// request is a call of the control API. A nil body sends none.
type request struct {
	method, path string
	query        url.Values
	body         json.RawMessage
	there        bool // the world that the path names is to be there, else the answer is a 412
}

func (s *server) control(ctx context.Context, of request) (*answer, error) {
	target := s.Control + of.path
	if len(of.query) > 0 {
		target += "?" + of.query.Encode()
	}
	ctx, cancel := context.WithTimeout(ctx, patience(of.query))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, of.method, target, bytes.NewReader(of.body))
	if err != nil {
		return nil, err
	}
	if of.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if of.there {
		r.Header.Set("If-Match", "*")
	}
	if s.ControlToken != "" {
		r.Header.Set("Authorization", "Bearer "+s.ControlToken)
	}
	response, err := s.client.Do(r)
	if err != nil {
		return nil, noAnswer(err)
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

func noAnswer(err error) error {
	remedy := "look whether it still runs"
	if errors.As(err, new(*tls.CertificateVerificationError)) {
		remedy = "start understudy mcp with SSL_CERT_FILE, the file of serve --tls-ca"
	}
	return fmt.Errorf("the mock does not answer: %w; %s", err, remedy)
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
	a, err := s.control(ctx, request{method: method, path: path, query: query, body: data})
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
