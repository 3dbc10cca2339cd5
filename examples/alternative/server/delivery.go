package server

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
)

const (
	maxResponse    = 64 << 10 // bytes kept of what a receiver answers
	maxDescription = 511      // characters
	codeHeader     = "X-Authentication-Code"
)

// delivery is what is sent to a receiver. It is never changed, so a resend sends the same again.
type delivery struct {
	url, entity, entityID string
	data                  json.RawMessage // exactly the bytes that code signs
	code                  string
}

// outcome is what came of a delivery. errorCode is empty exactly when the receiver took it.
type outcome struct {
	response                    map[string]any // nil when none came
	errorCode, errorDescription string
}

func (d delivery) body() map[string]any {
	return map[string]any{"entity": d.entity, "entity_id": d.entityID, "data": d.data}
}

func (d delivery) view() map[string]any {
	return map[string]any{
		"method": http.MethodPost, "url": d.url,
		"headers": map[string]any{codeHeader: d.code}, "body": d.body(),
	}
}

// prepare chooses the fields that the definition sends and signs them.
func (s *server) prepare(d *definition, entity, entityID string, data map[string]json.RawMessage) (delivery, error) {
	raw, err := json.Marshal(chosen(data, d.fieldsSet))
	if err != nil {
		return delivery{}, err
	}
	key := d.secretKey
	if s.has(WrongHMAC) {
		key = d.ID
	}
	return delivery{d.url, entity, entityID, raw, sign(raw, key)}, nil
}

func chosen(data map[string]json.RawMessage, fields []string) map[string]json.RawMessage {
	if len(fields) == 0 {
		return data
	}
	part := map[string]json.RawMessage{}
	for _, field := range fields {
		if value, ok := data[field]; ok {
			part[field] = value
		}
	}
	return part
}

// sign is base64 of HMAC-SHA256.
func sign(data []byte, key string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(data)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// newClient sends exactly one request per delivery: no redirects, no reused connection on which a send is tried twice,
// no proxy.
func newClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send delivers once, also when the caller has gone. It must not be called under mu.
func (s *server) send(ctx context.Context, d delivery) outcome {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.DeliveryTimeout)
	defer cancel()
	body, err := json.Marshal(d.body())
	if err != nil {
		return failed("JSONException", err, nil)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return failed("MalformedURLException", err, nil)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(codeHeader, d.code)
	res, err := s.client.Do(req)
	if err != nil {
		return failed(exception(err), err, nil)
	}
	defer func() { _ = res.Body.Close() }()
	return received(res)
}

// received takes every 2xx whose body arrives for an acceptance.
func received(res *http.Response) outcome {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxResponse))
	response := map[string]any{"status": res.StatusCode, "body": text(string(body))}
	switch {
	case err != nil:
		return failed(exception(err), err, response)
	case res.StatusCode < 200 || res.StatusCode > 299:
		return failed("HttpResponseException", fmt.Errorf("the receiver answered %s", res.Status), response)
	}
	return outcome{response: response}
}

func failed(code string, err error, response map[string]any) outcome {
	description := []rune(text(err.Error()))
	return outcome{response, code, string(description[:min(len(description), maxDescription)])}
}

// exception is the Java class that CRM.COM might have named.
func exception(err error) string {
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return "SocketTimeoutException"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "SocketException"
	}
	return "ConnectException"
}

// loopback refuses receivers on other machines: an example server must not call strangers.
func loopback(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "http" || (u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return fmt.Errorf("%q is not an http address on loopback", address)
	}
	return nil
}

// resendRecord sends a rejected request again. What the receiver takes becomes a new record, and the rejected one goes.
func (s *server) resendRecord(req *http.Request, args arguments) (any, error) {
	r, err := s.beginResend(args)
	if err != nil {
		return nil, err
	}
	return s.finishResend(r, s.send(req.Context(), r.delivery)), nil
}

func (s *server) beginResend(args arguments) (*record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.idleRecord(args)
	if err != nil {
		return nil, err
	}
	if r.state() != rejected && !s.has(ResendSuccessful) {
		return nil, &denial{http.StatusConflict, "NOT_REJECTED", "webhook request " + r.number + " is " + r.state()}
	}
	r.sending = true
	return r, nil
}

func (s *server) finishResend(r *record, came outcome) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.sending = false
	if came.errorCode != "" {
		r.outcome, r.updated = came, s.now()
		return r.view()
	}
	s.forget(r)
	return s.log(r.definition, r.delivery, came).view()
}
