package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ingest takes a delivery to a hook's own address, by any method and without a token.
func (s *server) ingest(w http.ResponseWriter, r *http.Request) {
	if err := s.accept(r, w.Header().Get(requestIDHeader)); err != nil {
		err.write(w)
		return
	}
	writeText(w, http.StatusOK, "Accepted")
}

// accept queues the delivery under id. The payload is read and parsed before the lock is taken.
func (s *server) accept(r *http.Request, id string) *refusal {
	body, err := readBody(r, maxBody)
	var data map[string]any
	if err == nil {
		data, err = payload(r, body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hookAt(r.PathValue("udid"))
	switch {
	case h == nil:
		return plain(http.StatusGone, "Webhook not found.")
	case h.disabled:
		return plain(http.StatusBadRequest, "Webhook is disabled.")
	case !h.ingest.take(s.now()):
		return plain(http.StatusTooManyRequests, "Too many requests")
	case errors.Is(err, errTooLarge):
		return plain(http.StatusRequestEntityTooLarge, "Payload is larger than 5 MiB.")
	case errors.Is(err, errUnsupported):
		return plain(http.StatusUnsupportedMediaType, "Send UTF-8, and not compressed.")
	case err != nil:
		return plain(http.StatusBadRequest, "Payload cannot be read.")
	case h.full():
		return plain(http.StatusBadRequest, "Queue is full.")
	}
	h.describe(data, r)
	h.append(id, s.arrival(), data)
	return nil
}

func (s *server) hookAt(udid string) *hook {
	for _, h := range s.hooks {
		if h.udid == udid {
			return h
		}
	}
	return nil
}

// describe adds what the hook keeps of the request besides its payload.
func (h *hook) describe(data map[string]any, r *http.Request) {
	if h.keepsMethod {
		data["__IMTMETHOD__"] = r.Method
	}
	if h.keepsHeaders {
		data["__IMTHEADERS__"] = headerList(r)
	}
}

func headerList(r *http.Request) []any {
	list := []any{map[string]any{"name": "host", "value": r.Host}}
	for name, values := range r.Header {
		for _, value := range values {
			list = append(list, map[string]any{"name": strings.ToLower(name), "value": text(value)})
		}
	}
	return list
}

var errUnsupported = errors.New("a form of payload that is not known")

// payload makes one object of body and query. On a duplicate name the query wins.
func payload(r *http.Request, body []byte) (map[string]any, error) {
	if r.Header.Get("Content-Encoding") != "" {
		return nil, errUnsupported
	}
	data, err := bodyObject(r.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, err
	}
	addValues(data, r.URL.Query())
	return data, nil
}

func bodyObject(contentType string, body []byte) (map[string]any, error) {
	kind, parameters, _ := mime.ParseMediaType(contentType) // an unreadable type is just another type
	switch {
	case len(body) == 0:
		return map[string]any{}, nil
	case parameters["charset"] != "" && !strings.EqualFold(parameters["charset"], "utf-8"):
		return nil, errUnsupported
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return jsonObject(body), nil
	case kind == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		data := map[string]any{}
		addValues(data, values)
		return data, err
	case kind == "multipart/form-data":
		return multipartObject(body, parameters["boundary"])
	case kind == "text/plain":
		return wrapped(text(string(body))), nil
	}
	return wrapped(body), nil
}

func wrapped(v any) map[string]any { return map[string]any{"value": v} }

// jsonObject wraps JSON that is no object, and text that only claims to be JSON.
func jsonObject(body []byte) map[string]any {
	in := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	in.UseNumber()
	var v any
	if err := in.Decode(&v); err != nil {
		return wrapped(text(string(body)))
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return wrapped(text(string(body)))
	}
	if object, ok := v.(map[string]any); ok {
		return object
	}
	return wrapped(v)
}

// multipartObject keeps fields as text and files as bytes.
func multipartObject(body []byte, boundary string) (map[string]any, error) {
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(maxBody)
	if err != nil {
		return nil, err
	}
	defer func() { _ = form.RemoveAll() }() // nothing on disk: the form fits in memory
	data := map[string]any{}
	addValues(data, form.Value)
	for name, files := range form.File {
		contents := make([]any, len(files))
		for i, file := range files {
			if contents[i], err = fileBytes(file); err != nil {
				return nil, err
			}
		}
		data[name] = oneOrList(contents)
	}
	return data, nil
}

func fileBytes(file *multipart.FileHeader) ([]byte, error) {
	in, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	return io.ReadAll(in)
}

// addValues adds named texts; a repeated name becomes an array.
func addValues(data map[string]any, values url.Values) {
	for name, texts := range values {
		list := make([]any, 0, len(texts))
		for t := range slices.Values(texts) {
			list = append(list, text(t))
		}
		data[text(name)] = oneOrList(list)
	}
}

func oneOrList(list []any) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// text makes valid UTF-8 of what came from outside, so that size and what is shown agree.
func text(t string) string { return strings.ToValidUTF8(t, "\uFFFD") }
