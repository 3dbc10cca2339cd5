package outsider

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // one of the answers to an open question
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// sender is a webhook definition with the one rule that uses it.
type sender struct {
	ID, Name, Short             string
	RuleID, RuleName, RuleShort string
	URL, Key                    string
	Idle                        bool
	OnlyRejected                bool
	Fields                      []string
	Within                      time.Duration // a receiver has so long, 0 for as long as any other
}

// post sends an entry and notes what came of it. It is called without mu.
func (s *Server) post(ctx context.Context, e *entry) {
	body := object("entity", e.Entity, "entity_id", e.EntityID, "data", raw(e.Data), "authentication_code", e.Code)
	inHeader := s.says("crmcom/hmac/carrier", "header")
	if inHeader {
		body = object("entity", e.Entity, "entity_id", e.EntityID, "data", raw(e.Data))
	}
	ctx = context.WithoutCancel(ctx)
	if e.Within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.Within)
		defer cancel()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader([]byte(body)))
	if err != nil {
		e.Trouble, e.Narrative = "MalformedURLException", err.Error()
		return
	}
	r.Header.Set("Content-Type", "application/json")
	if inHeader {
		r.Header.Set("X-Authentication-Code", e.Code)
	}
	answer, err := s.sender.Do(r)
	if err != nil {
		e.Trouble, e.Narrative = "ConnectException", err.Error()
		return
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	e.Answer = fmt.Sprintf("%d %s", answer.StatusCode, text)
	e.Taken = err == nil && s.accepted(answer.StatusCode, text)
	if !e.Taken {
		e.Trouble, e.Narrative = "ReceiverException", "the receiver answered "+answer.Status
	}
}

func (s *Server) accepted(status int, text []byte) bool {
	switch {
	case s.says("crmcom/delivery/success", "200-only"):
		return status == http.StatusOK
	case s.says("crmcom/delivery/success", "2xx-and-status-code-OK"):
		var said struct {
			Status struct {
				Code string `json:"code"`
			} `json:"status"`
		}
		return status/100 == 2 && json.Unmarshal(text, &said) == nil && said.Status.Code == "OK"
	default:
		return status/100 == 2
	}
}

// sign is the code of what is sent.
func (s *Server) sign(data, key string) string {
	hash := hmac.New(sha256.New, []byte(key))
	if s.says("crmcom/hmac/algorithm", "sha1-hex") {
		hash = hmac.New(sha1.New, []byte(key))
	}
	hash.Write([]byte(data))
	if s.says("crmcom/hmac/algorithm", "sha256-base64") {
		return base64.StdEncoding.EncodeToString(hash.Sum(nil))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// drafted is an entry that was not sent yet. Needs mu.
func (s *Server) drafted(r *sender, kind, about string, data map[string]any) *entry {
	sent := data
	if len(r.Fields) > 0 {
		sent = map[string]any{}
		for name, v := range data {
			if slices.Contains(r.Fields, name) {
				sent[name] = v
			}
		}
	}
	text := string(write(sent))
	now := time.Now().UTC()
	return &entry{
		ID: capitals(), Number: s.given(), Rule: r.ID, Entity: kind, EntityID: about, URL: r.URL, Key: r.Key,
		Data: text, Within: r.Within, Code: s.sign(text, r.Key), At: now, Changed: now,
	}
}

func (s *Server) resend(r *http.Request, c call) (raw, error) {
	field, value, err := c.identified()
	if err != nil {
		return "", err
	}
	e, done, err := s.held(field, value)
	if err != nil {
		return "", err
	}
	defer done()
	if e.Gone || e.Taken { // nobody else changes it before done
		return "", refuse(http.StatusConflict, "STATE", "it is not REJECTED")
	}
	next := *e
	next.Trouble, next.Narrative, next.Answer = "", "", ""
	s.post(r.Context(), &next)
	s.mu.Lock()
	defer s.mu.Unlock()
	next.Changed = time.Now().UTC()
	if next.Taken && s.says("crmcom/resend/identity", "new-record") {
		e.Gone = true
		s.note("entry", e.ID, e)
		next.ID, next.Number, next.At = capitals(), s.given(), next.Changed
		s.shelf.put(next.ID, &next)
	} else {
		*e = next
	}
	s.note("entry", next.ID, &next)
	return s.shown(&next, nil), nil
}
