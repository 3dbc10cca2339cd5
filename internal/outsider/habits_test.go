package outsider_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/internal/outsider"
)

// habit is a way in which a server may write its answers and keep to every sentence.
type habit func(w http.ResponseWriter, answer *httptest.ResponseRecorder)

func habits() map[string]habit {
	return map[string]habit{
		"lower-case header names": func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
			for name, values := range a.Header() {
				if name != "Content-Type" && name != "Connection" {
					delete(w.Header(), name)
					w.Header()[strings.ToLower(name)] = values
				}
			}
		},
		"the connection is closed": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) { w.Header().Set("Connection", "close") },
		"the charset in capitals": func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
			if strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") {
				w.Header().Set("Content-Type", "application/json;charset=UTF-8")
			}
		},
		"more members": rewriting(func(v any) any {
			if members, ok := v.(map[string]any); ok {
				members["x_trace"], members["_links"] = "0af7651916cd43dd", map[string]any{"self": "/", "next": nil}
			}
			return v
		}),
		"members in another order": rewriting(func(v any) any { return v }),
		"white space": func(_ http.ResponseWriter, a *httptest.ResponseRecorder) {
			var b bytes.Buffer
			if json.Indent(&b, a.Body.Bytes(), "\t", "  ") == nil {
				a.Body = bytes.NewBufferString("\r\n \t" + b.String() + " \r\n\r\n")
			}
		},
		"escapes": func(_ http.ResponseWriter, a *httptest.ResponseRecorder) {
			if json.Valid(a.Body.Bytes()) {
				a.Body = bytes.NewBufferString(strings.ReplaceAll(a.Body.String(), "/", `\/`))
			}
		},
	}
}

// rewriting writes JSON answers anew.
func rewriting(change func(any) any) habit {
	return func(_ http.ResponseWriter, a *httptest.ResponseRecorder) {
		d := json.NewDecoder(bytes.NewReader(a.Body.Bytes()))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil || d.More() {
			return
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if e.Encode(change(v)) == nil {
			a.Body = &b
		}
	}
}

// writing is a server that writes all its answers so, in pieces of unknown length. The address of the provider states is as it was.
func writing(all ...habit) func(http.Handler) http.Handler {
	return func(honest http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/prepare" {
				honest.ServeHTTP(w, r)
				return
			}
			answer := httptest.NewRecorder()
			maps.Copy(answer.Header(), w.Header())
			honest.ServeHTTP(answer, r)
			maps.Copy(w.Header(), answer.Header())
			for _, h := range all {
				h(w, answer)
			}
			w.WriteHeader(answer.Code)
			for piece := range slices.Chunk(answer.Body.Bytes(), 700) {
				_, _ = w.Write(piece)
				_ = http.NewResponseController(w).Flush()
			}
		})
	}
}

// Servers with habits of their own are not accused.
func TestHabitsAccuseNobody(t *testing.T) {
	t.Parallel()
	known := habits()
	names := slices.Sorted(maps.Keys(known))
	for api := range paths() {
		every := make([]habit, len(names))
		for i, name := range names {
			every[i] = known[name]
			if *all {
				t.Run(api+" "+name, func(t *testing.T) {
					t.Parallel()
					verify(t, api, start(t, outsider.Options{Wrong: writing(known[name])}))
				})
			}
		}
		t.Run(api+" all at once", func(t *testing.T) {
			t.Parallel()
			verify(t, api, start(t, outsider.Options{Wrong: writing(every...)}))
		})
	}
}
