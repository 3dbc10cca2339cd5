package outsider

import (
	"crypto/sha1" //nolint:gosec // the documents show bytes so
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const mostBytes = 5 << 20

// arrive takes a delivery to a hook's own address.
func (s *Server) arrive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBytes+1))
	w.Header().Set("Content-Type", "text/plain")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if len(body) > mostBytes {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, mostBytes)) // lets the client finish
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	status, text := s.accept(w.Header().Get("X-Request-Id"), r, body)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (s *Server) accept(id string, r *http.Request, body []byte) (status int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var m *mailbox
	for _, each := range s.hooks.each() {
		if each.Address == r.PathValue("address") {
			m = each
		}
	}
	switch {
	case m == nil:
		return http.StatusGone, "Webhook not found."
	case m.Off && s.says("makecom/ingest/disabled", "400"):
		return http.StatusBadRequest, "The hook is off."
	case m.Off:
		return http.StatusGone, "The hook is off."
	case m.PerWindow > 0 && m.busy(time.Now()):
		return http.StatusTooManyRequests, "Too many requests"
	case len(m.there()) >= m.Limit:
		return http.StatusBadRequest, "Queue is full."
	}
	data, err := s.understood(r, body, m)
	if err != nil {
		return http.StatusBadRequest, err.Error()
	}
	s.store(m, id, data)
	return http.StatusOK, "Accepted"
}

// busy counts a delivery and reports whether it is one too many.
func (m *mailbox) busy(now time.Time) bool {
	for len(m.came) > 0 && now.Sub(m.came[0]) > 10*time.Second {
		m.came = m.came[1:]
	}
	if len(m.came) >= m.PerWindow {
		return true
	}
	m.came = append(m.came, now)
	return false
}

// store puts an item at the end of the queue. Needs mu.
func (s *Server) store(m *mailbox, id string, data any) {
	m.Items = append(m.Items, &letter{ID: id, At: time.Now().UTC(), Size: packed(data), Data: string(write(data))})
	s.note("hook", m.ID, m)
}

// blob is bytes that are no text.
type blob []byte

func (b blob) shown() string {
	sum := sha1.Sum(b) //nolint:gosec // as above
	return fmt.Sprintf("IMTBuffer(%d, binary, %s): %s", len(b), hex.EncodeToString(sum[:]), hex.EncodeToString(b))
}

// understood makes one object of body and query.
func (s *Server) understood(r *http.Request, body []byte, m *mailbox) (any, error) {
	data, err := s.content(r.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, err
	}
	pour(data, r.URL.Query())
	if m.Method {
		data["__IMTMETHOD__"] = r.Method
	}
	if m.Header {
		var list []any
		for name, values := range r.Header {
			for _, v := range values {
				list = append(list, map[string]any{"name": name, "value": v})
			}
		}
		data["__IMTHEADERS__"] = list
	}
	return data, nil
}

func (s *Server) content(mediaType string, body []byte) (map[string]any, error) {
	media, _, err := mime.ParseMediaType(mediaType)
	if err != nil && len(body) == 0 {
		return map[string]any{}, nil
	}
	data := map[string]any{}
	switch media {
	case "application/json":
		v, err := parse(body)
		members, ok := v.(map[string]any)
		switch {
		case err != nil && s.says("makecom/ingest/broken-json", "as-text"):
			return map[string]any{"value": string(body)}, nil
		case err != nil:
			return nil, fmt.Errorf("the body is no JSON: %w", err)
		case !ok && s.says("makecom/ingest/non-object", "error-400"):
			return nil, fmt.Errorf("the body is no object")
		case !ok:
			return map[string]any{"value": v}, nil
		}
		return members, nil
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		pour(data, form)
		return data, err
	case "text/plain":
		data["value"] = string(body)
	default:
		data["value"] = blob(body)
	}
	return data, nil
}

func pour(into map[string]any, from url.Values) {
	for name, values := range from {
		if len(values) == 1 {
			into[name] = values[0]
			continue
		}
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		into[name] = list
	}
}

// packed is how many bytes a value takes in MessagePack.
func packed(v any) int {
	switch v := v.(type) {
	case string:
		return head(len(v), 32, 1<<8) + len(v)
	case blob:
		return head(len(v), 0, 1<<8) + len(v)
	case json.Number:
		return packedNumber(v.String())
	case []any:
		n := head(len(v), 16, 0)
		for _, each := range v {
			n += packed(each)
		}
		return n
	case map[string]any:
		n := head(len(v), 16, 0)
		for name, each := range v {
			n += packed(name) + packed(each)
		}
		return n
	default:
		return 1
	}
}

// head is what stands before n bytes or members: fewer than fix fit into one byte, fewer than short into two.
func head(n, fix, short int) int {
	switch {
	case n < fix:
		return 1
	case n < short:
		return 2
	case n < 1<<16:
		return 3
	default:
		return 5
	}
}

func packedNumber(text string) int {
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		for i, most := range []uint64{1<<7 - 1, math.MaxUint8, math.MaxUint16, math.MaxUint32} {
			if n <= most {
				return []int{1, 2, 3, 5}[i]
			}
		}
		return 9
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		for i, least := range []int64{-32, math.MinInt8, math.MinInt16, math.MinInt32} {
			if n >= least {
				return []int{1, 2, 3, 5}[i]
			}
		}
	}
	return 9
}
