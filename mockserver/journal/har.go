package journal

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The members of HTTP Archive 1.2. Names with an underscore are our own, as the format allows.
type (
	harFile struct {
		Log harLog `json:"log"`
	}
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Entries []harEntry `json:"entries"`
		Comment string     `json:"comment,omitempty"`
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harEntry struct {
		Started      string      `json:"startedDateTime"`
		Time         float64     `json:"time"` // milliseconds
		Request      harRequest  `json:"request"`
		Response     harResponse `json:"response"`
		Cache        struct{}    `json:"cache"`
		Timings      harTimings  `json:"timings"`
		Number       uint64      `json:"_number"`
		Operation    string      `json:"_operation,omitempty"`
		Requirements []string    `json:"_requirements,omitempty"`
		Fault        string      `json:"_fault,omitempty"`
		Mutant       string      `json:"_mutant,omitempty"`
		Transition   string      `json:"_transition,omitempty"`
	}
	harRequest struct {
		Method      string       `json:"method"`
		URL         string       `json:"url"`
		HTTPVersion string       `json:"httpVersion"`
		Cookies     []harPair    `json:"cookies"`
		Headers     []harPair    `json:"headers"`
		Query       []harPair    `json:"queryString"`
		PostData    *harPostData `json:"postData,omitempty"`
		HeadersSize int          `json:"headersSize"`
		BodySize    int          `json:"bodySize"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harPostData struct {
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"_encoding,omitempty"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Encoding string `json:"encoding,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

// WriteHAR writes exchanges as an HTTP Archive 1.2, redacted. The times are those of the world's clock; bodies are as
// long as the journal kept them.
func WriteHAR(w io.Writer, entries []*Entry) error {
	file := harFile{harLog{Version: "1.2", Creator: harCreator{"understudy", "1"}, Entries: []harEntry{}}}
	for _, e := range entries {
		file.Log.Entries = append(file.Log.Entries, harOf(e.Redacted()))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(file)
}

func harOf(e *Entry) harEntry {
	took := float64(e.Took) / float64(time.Millisecond)
	entry := harEntry{
		Started: e.At.Format(time.RFC3339Nano), Time: took, Timings: harTimings{Wait: took},
		Request: harRequestOf(e.Request), Response: harResponseOf(e.Response),
		Number: e.Number, Operation: e.Operation, Fault: e.Fault, Mutant: e.Mutant,
		Transition: e.Transition.String(),
	}
	for _, r := range e.Requirements {
		entry.Requirements = append(entry.Requirements, r.ID)
	}
	return entry
}

func harRequestOf(r Request) harRequest {
	out := harRequest{
		Method: r.Method, URL: "http://" + r.Host + r.Path, HTTPVersion: "HTTP/1.1",
		Cookies: []harPair{}, Headers: harHeaders(r.Header), Query: harQuery(r.Path),
		HeadersSize: -1, BodySize: r.Body.Size,
	}
	if r.Body.Size > 0 {
		text, encoding := harText(r.Body.Bytes)
		out.PostData = &harPostData{r.Header.Get("Content-Type"), text, encoding}
	}
	return out
}

func harResponseOf(r Response) harResponse {
	text, encoding := harText(r.Body.Bytes)
	return harResponse{
		Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: "HTTP/1.1",
		Cookies: []harPair{}, Headers: harHeaders(r.Header),
		Content:     harContent{Size: r.Body.Size, MimeType: r.Header.Get("Content-Type"), Text: text, Encoding: encoding},
		HeadersSize: -1, BodySize: r.Body.Size,
	}
}

func harText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}

func harHeaders(header http.Header) []harPair {
	pairs := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			pairs = append(pairs, harPair{name, value})
		}
	}
	return pairs
}

func harQuery(path string) []harPair {
	pairs := []harPair{}
	_, query, _ := strings.Cut(path, "?")
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, harPair{unescaped(name), unescaped(value)})
	}
	return pairs
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
