package outsider

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is one webhook request of CRM.COM.
type entry struct {
	ID, Number         string
	Rule               string // the sender that made it
	Entity, EntityID   string
	URL, Key, Data     string // as first sent
	Code               string
	Taken              bool
	Answer             string // of the receiver
	Trouble, Narrative string // why it was not taken
	At, Changed        time.Time
	Within             time.Duration // the receiver has so long, 0 for as long as any other
	Gone               bool
}

func (e *entry) state() string {
	if e.Taken {
		return "SUCCESSFUL"
	}
	return "REJECTED"
}

// call is one call of a method.
type call struct {
	query   map[string][]string
	members map[string]any // of the body
}

// refusal is why a call is refused.
type refusal struct {
	status int
	word   string // of the code
	text   string
}

func (r *refusal) Error() string { return r.text }

func refuse(status int, word, text string) error { return &refusal{status, word, text} }

const root = "/crmapi/rest/v2"

func (s *Server) serveLog(mux *http.ServeMux) {
	s.method(mux, http.MethodGet, "/webhook_requests/show", s.show)
	s.method(mux, http.MethodGet, "/webhook_requests/list", s.list)
	s.method(mux, http.MethodPost, "/webhook_requests/resend", s.resend)
	s.method(mux, http.MethodPost, "/webhook_requests/delete", s.remove)
	s.method(mux, http.MethodPost, "/authentication/token/release", s.release)
	s.method(mux, http.MethodPost, "/authentication/token", s.login)
	mux.HandleFunc(root+"/", func(w http.ResponseWriter, _ *http.Request) {
		s.reply(w, "", refuse(http.StatusNotFound, "METHOD", "there is no such method"))
	})
}

// method serves one path, whose other verbs do nothing.
func (s *Server) method(mux *http.ServeMux, verb, path string, f func(*http.Request, call) (raw, error)) {
	mux.HandleFunc(root+path, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != verb {
			s.reply(w, "", refuse(http.StatusMethodNotAllowed, "VERB", "use "+verb))
			return
		}
		c, err := s.read(r, path)
		if err != nil {
			s.reply(w, "", err)
			return
		}
		data, err := f(r, c)
		s.reply(w, data, err)
	})
}

// read reads a call and looks at its token, which only the login does without.
func (s *Server) read(r *http.Request, path string) (call, error) {
	c := call{query: r.URL.Query()}
	token := r.URL.Query().Get("token")
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return c, refuse(http.StatusBadRequest, "BODY", "the body broke off")
		}
		parsed, err := parse(body)
		members, ok := parsed.(map[string]any)
		if err != nil || !ok {
			return c, refuse(http.StatusBadRequest, "BODY", "the body is no JSON object")
		}
		c.members = members
		token, _ = members["token"].(string)
	}
	if path == "/authentication/token" {
		return c, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tokens[token] == "login" {
		if s.uses[token]++; s.most > 0 && s.uses[token] > s.most {
			s.tokens[token] = "expired"
		}
	}
	if scopes, ok := s.tokens[token]; !ok || scopes == "expired" || scopes == "released" {
		return c, refuse(http.StatusUnauthorized, "TOKEN", "the token is missing, unknown or over")
	}
	return c, nil
}

// reply writes the envelope.
func (s *Server) reply(w http.ResponseWriter, data raw, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err == nil {
		_, _ = io.WriteString(w, string(object("status", object("code", "OK", "message", "", "description", ""), "data", data)))
		return
	}
	var no *refusal
	if !errors.As(err, &no) {
		no = &refusal{http.StatusInternalServerError, "SERVER", err.Error()}
	}
	if s.says("crmcom/error/http-status", "4xx") {
		w.WriteHeader(no.status)
	}
	code := "COM.OUTSIDER." + no.word + "EXCEPTION"
	if s.says("crmcom/error/code-style", "short-code") {
		code = no.word
	}
	status := object("code", code, "message", no.text, "description", nil)
	answer := object("status", status)
	switch {
	case s.says("crmcom/error/data", "null"):
		answer = object("status", status, "data", nil)
	case s.says("crmcom/error/data", "empty-object"):
		answer = object("status", status, "data", raw("{}"))
	}
	_, _ = io.WriteString(w, string(answer))
}

func (s *Server) login(_ *http.Request, c call) (raw, error) {
	for _, name := range []string{"username", "password", "organisation"} {
		if c.members[name] != Token {
			return "", refuse(http.StatusUnauthorized, "LOGIN", "nobody of that name")
		}
	}
	token := capitals()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = "login"
	s.note("token", token, "login")
	return object("token", token), nil
}

func (s *Server) release(_ *http.Request, c call) (raw, error) {
	token, _ := c.members["token"].(string)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = "released"
	s.note("token", token, "released")
	return "{}", nil
}

// identified reads the identifier of an entry, which names it by exactly one field.
func (c call) identified() (field, value string, err error) {
	wrong := refuse(http.StatusBadRequest, "IDENTIFIER", "name one webhook request by its id or its number")
	if c.members != nil {
		one, _ := c.members["webhook_request_identifier"].(map[string]any)
		for name, v := range one {
			field = name
			value, _ = v.(string)
		}
		if len(one) != 1 {
			return "", "", wrong
		}
	} else {
		given := c.query["webhook_request_identifier"]
		if len(given) != 1 {
			return "", "", wrong
		}
		field, value, _ = strings.Cut(given[0], "=")
	}
	if field != "id" && field != "number" || value == "" || strings.ContainsAny(value, ",=") {
		return "", "", wrong
	}
	return field, value, nil
}

// find finds the entry of an identifier. Needs mu.
func (s *Server) find(field, value string) (*entry, error) {
	for _, e := range s.shelf.each() {
		if !e.Gone && (field == "id" && e.ID == value || field == "number" && e.Number == value) {
			return e, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "UNKNOWN", "no webhook request has this "+field)
}

func (s *Server) show(_ *http.Request, c call) (raw, error) {
	field, value, err := c.identified()
	if err != nil {
		return "", err
	}
	fields, err := s.fields(c)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(field, value)
	if err != nil {
		return "", err
	}
	return s.shown(e, fields), nil
}

// fields reads fields_set, nil for all.
func (s *Server) fields(c call) ([]string, error) {
	given := strings.Join(c.query["fields_set"], ",")
	if given == "" {
		return nil, nil
	}
	names := strings.Split(given, ",")
	for _, name := range names {
		if !slices.Contains(columns, name) && s.says("crmcom/fields-set/unknown", "error") {
			return nil, refuse(http.StatusBadRequest, "FIELDS", "there is no field "+name)
		}
	}
	return names, nil
}

var columns = []string{ //nolint:gochecknoglobals // a constant
	"id", "number", "life_cycle_state", "entity", "entity_id", "url", "authentication_code", "fields_set", "request", "response",
	"error_code", "error_description", "webhook_definition", "workflow_rule", "log_information",
}

func (s *Server) remove(_ *http.Request, c call) (raw, error) {
	field, value, err := c.identified()
	if err != nil {
		return "", err
	}
	e, done, err := s.held(field, value)
	if err != nil {
		return "", err
	}
	defer done()
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Gone {
		return "", refuse(http.StatusNotFound, "UNKNOWN", "it is gone")
	}
	before := s.shown(e, nil)
	e.Gone = true
	s.note("entry", e.ID, e)
	return before, nil
}

// held finds an entry and waits for its turn.
func (s *Server) held(field, value string) (*entry, func(), error) {
	s.mu.Lock()
	e, err := s.find(field, value)
	s.mu.Unlock()
	if err != nil {
		return nil, nil, err
	}
	return e, s.turn(e.ID), nil
}

// given gives the next number. Needs mu.
func (s *Server) given() string {
	s.last++
	return strconv.Itoa(s.last)
}
