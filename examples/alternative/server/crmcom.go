package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxArguments  = 1 << 20 // bytes
	tokenLifetime = 2 * time.Hour
)

// arguments are the members of a POST's JSON body.
type arguments map[string]json.RawMessage

func (s *server) routeCrmcom(mux *http.ServeMux) {
	const base = "/crmapi/rest/v2/"
	mux.HandleFunc(base+"authentication/token", crmcomPost(s.login))
	mux.HandleFunc(base+"authentication/token/release", crmcomPost(s.releaseToken))
	mux.HandleFunc(base+"webhook_requests/show", s.crmcomGet(s.showRecord))
	mux.HandleFunc(base+"webhook_requests/list", s.crmcomGet(s.listRecords))
	mux.HandleFunc(base+"webhook_requests/resend", crmcomPost(s.resendRecord))
	mux.HandleFunc(base+"webhook_requests/delete", crmcomPost(s.deleteRecord))
	mux.HandleFunc(base, func(w http.ResponseWriter, r *http.Request) {
		writeCrmcom(w, nil, &denial{http.StatusNotFound, "UNKNOWN_METHOD", "there is no method " + r.URL.Path})
	})
	mux.HandleFunc("/sink", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "taken") })
}

// crmcomGet serves a method that reads: its arguments are in the query, and it runs under mu.
func (s *server) crmcomGet(do func(url.Values) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			writeCrmcom(w, nil, wrongVerb(r))
			return
		}
		s.mu.Lock()
		data, err := s.read(r.URL.Query(), do)
		s.mu.Unlock()
		writeCrmcom(w, data, err)
	}
}

func (s *server) read(q url.Values, do func(url.Values) (any, error)) (any, error) {
	if err := s.admitToken(q.Get("token")); err != nil {
		return nil, err
	}
	return do(q)
}

// crmcomPost serves a method that changes something. The method takes mu when it needs it, so that a slow receiver
// of a delivery holds up nobody.
func crmcomPost(do func(*http.Request, arguments) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			writeCrmcom(w, nil, wrongVerb(r))
			return
		}
		args, err := readArguments(r)
		if err != nil {
			writeCrmcom(w, nil, err)
			return
		}
		data, err := do(r, args)
		writeCrmcom(w, data, err)
	}
}

func readArguments(r *http.Request) (arguments, error) {
	body, err := readBody(r, maxArguments)
	if err != nil {
		return nil, invalid("body", "%v", err)
	}
	var args arguments
	if err := json.Unmarshal(body, &args); err != nil || args == nil {
		return nil, invalid("body", "is not a JSON object")
	}
	return args, nil
}

// text reads a member that has to be a string, "" when it is not there.
func (a arguments) text(name string) (string, error) {
	raw, ok := a[name]
	if !ok || string(raw) == "null" {
		return "", nil
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		return "", invalid(name, "%s is not a string", raw)
	}
	return value, nil
}

// admitToken needs mu.
func (s *server) admitToken(name string) error {
	if name == "" {
		return &denial{http.StatusUnauthorized, "TOKEN_REQUIRED", "token: is missing, log in to get one"}
	}
	if _, ok := s.issued(name); !ok {
		return &denial{http.StatusUnauthorized, "INVALID_TOKEN", "token: was not issued, has expired or was released"}
	}
	return nil
}

// admitArguments needs mu.
func (s *server) admitArguments(args arguments) error {
	name, err := args.text("token")
	if err != nil {
		return err
	}
	return s.admitToken(name)
}

func (s *server) login(_ *http.Request, args arguments) (any, error) {
	for name, want := range map[string]string{
		"username": s.options.Username, "password": s.options.Password, "organisation": s.options.Organisation,
	} {
		got, err := args.text(name)
		if err != nil {
			return nil, err
		}
		if got != want {
			return nil, &denial{http.StatusUnauthorized, "LOGIN_FAILED", "username, password or organisation is wrong"}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.ToUpper(newID())
	s.tokens[name] = token{expires: s.now().Add(tokenLifetime)}
	return map[string]any{"token": name}, nil
}

func (s *server) releaseToken(_ *http.Request, args arguments) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.admitArguments(args); err != nil {
		return nil, err
	}
	name, err := args.text("token")
	delete(s.tokens, name)
	return map[string]any{}, err
}

// denial is CRM.COM's refusal.
type denial struct {
	status        int
	code, message string
}

func (d *denial) Error() string { return d.code + ": " + d.message }

func invalid(name, format string, a ...any) error {
	return &denial{http.StatusBadRequest, "INVALID_PARAMETER", name + ": " + fmt.Sprintf(format, a...)}
}

func wrongVerb(r *http.Request) error {
	return &denial{http.StatusMethodNotAllowed, "WRONG_VERB", r.URL.Path + " does not take " + r.Method}
}

func writeCrmcom(w http.ResponseWriter, data any, err error) {
	var denied *denial
	if errors.As(err, &denied) {
		writeJSON(w, denied.status, envelope(denied.code, denied.message, map[string]any{}))
		return
	}
	writeJSON(w, http.StatusOK, envelope("OK", "", data))
}

func envelope(code, message string, data any) map[string]any {
	return map[string]any{
		"status": map[string]any{"code": code, "message": message, "description": ""},
		"data":   data,
	}
}
