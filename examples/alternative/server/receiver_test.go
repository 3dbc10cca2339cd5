package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// receiver takes CRM.COM deliveries and answers with a status that can be changed.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []received
}

// received is one delivery: its code and the raw bytes of its members.
type received struct {
	code             string
	data             json.RawMessage
	entity, entityID string
}

func receive(t *testing.T, status int) *receiver {
	t.Helper()
	r := &receiver{status: status}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var sent struct {
		Entity   string          `json:"entity"`
		EntityID string          `json:"entity_id"`
		Data     json.RawMessage `json:"data"`
	}
	_ = json.Unmarshal(body, &sent) // what does not parse is compared and found wanting
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, received{req.Header.Get("X-Authentication-Code"), sent.Data, sent.Entity, sent.EntityID})
	w.WriteHeader(r.status)
}

func (r *receiver) answerWith(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (r *receiver) deliveries() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.got...)
}

// verifies reports whether the code was made with the key from the bytes that arrived.
func (d received) verifies(key any) bool {
	mac := hmac.New(sha256.New, []byte(text(key)))
	mac.Write(d.data)
	return d.code == base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
