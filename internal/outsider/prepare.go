package outsider

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// wish is a provider state that somebody asks for.
type wish struct {
	State  string
	Action string
	Params map[string]any
	host   string
}

// cannot is why a wish is not fulfilled.
type cannot struct {
	status int
	why    string
}

// prepare fulfils provider states. Tearing one down does nothing.
func (s *Server) prepare(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var asked wish
	parsed, err := parse(body)
	members, _ := parsed.(map[string]any)
	asked.State, _ = members["state"].(string)
	asked.Action, _ = members["action"].(string)
	asked.Params, _ = members["params"].(map[string]any)
	asked.host = r.Host
	w.Header().Set("Content-Type", "application/json")
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	case asked.Action == "teardown":
		_, _ = io.WriteString(w, "{}")
	default:
		values, no := s.fulfil(r, asked)
		if no != nil {
			w.WriteHeader(no.status)
			values = object("error", no.why)
		}
		_, _ = io.WriteString(w, string(values))
	}
}

func (s *Server) fulfil(r *http.Request, asked wish) (raw, *cannot) {
	states := map[string]func(*http.Request, wish) (raw, *cannot){
		"a hook": s.newHook, "items waiting": s.fill, "an item being processed": s.begin, "processing finished": s.finish,
		"hook disabled": s.switchOff, "a token": s.newToken, "an expired token": s.oldToken, "a rate limit": s.slow,
		"a webhook definition": s.newSender, "a workflow rule fires": s.fire,
		"a rejected webhook request": s.newEntry, "a successful webhook request": s.newEntry, "a refused login": s.nobody,
	}
	f := states[asked.State]
	if f == nil {
		return "", &cannot{http.StatusNotFound, "this account knows no state " + asked.State}
	}
	return f(r, asked)
}

// nobody names a user whom the login does not know.
func (*Server) nobody(*http.Request, wish) (raw, *cannot) {
	return object("organisation", Token, "username", serial(), "password", serial()), nil
}

func (a wish) text(name string) string {
	switch v := a.Params[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func (a wish) count(name string, otherwise int) int {
	n, err := strconv.Atoi(a.text(name))
	if err != nil {
		return otherwise
	}
	return n
}

func (a wish) span(name string) time.Duration {
	d, err := time.ParseDuration(a.text(name))
	if err != nil {
		return 0
	}
	return d
}

func (a wish) yes(name string) bool { return a.Params[name] == true }

func (s *Server) newHook(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &mailbox{
		ID: s.given(), Address: serial(), Limit: a.count("queueLimit", 10_000), Method: a.yes("method"), Header: a.yes("headers"),
		Hidden: a.yes("confidential"), Foreign: a.yes("foreign"),
	}
	s.hooks.put(m.ID, m)
	s.note("hook", m.ID, m)
	return object("hookUrl", "http://"+a.host+"/post/"+m.Address, "hookId", raw(m.ID)), nil
}

// mailbox finds the hook that a wish names. Needs mu.
func (s *Server) mailbox(a wish) (*mailbox, *cannot) {
	m := s.hooks.byID[a.text("hookId")]
	if m == nil {
		return nil, &cannot{http.StatusBadRequest, "hookId: there is no hook " + a.text("hookId")}
	}
	return m, nil
}

func (s *Server) fill(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, no := s.mailbox(a)
	if no != nil {
		return "", no
	}
	data, ok := a.Params["data"].([]any)
	if !ok {
		for range a.count("count", 1) {
			data = append(data, map[string]any{"made": serial()})
		}
	}
	if len(m.there())+len(data) > m.Limit {
		return "", &cannot{http.StatusConflict, "the queue would be full"}
	}
	ids := []string{}
	for _, each := range data {
		id := serial()
		if members, is := each.(map[string]any); is {
			s.store(m, id, members)
		} else {
			s.store(m, id, map[string]any{"value": each})
		}
		ids = append(ids, id)
	}
	return object("ids", array(ids)), nil
}

func (s *Server) begin(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, no := s.mailbox(a)
	if no != nil {
		return "", no
	}
	for again := false; ; again = true {
		for _, l := range m.there() {
			if !l.Begun {
				l.Begun = true
				s.note("hook", m.ID, m)
				return object("id", l.ID), nil
			}
		}
		if again || len(m.there()) >= m.Limit {
			return "", &cannot{http.StatusConflict, "nothing waits and the queue is full"}
		}
		s.store(m, serial(), map[string]any{"made": serial()})
	}
}

func (s *Server) finish(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, no := s.mailbox(a)
	if no != nil {
		return "", no
	}
	l := m.letter(a.text("id"))
	if l != nil && !l.Begun {
		return "", &cannot{http.StatusConflict, "it waits"}
	}
	if l != nil {
		l.Absent = true
		s.note("hook", m.ID, m)
	}
	return "{}", nil
}

func (s *Server) switchOff(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, no := s.mailbox(a)
	if no == nil {
		m.Off = true
		s.note("hook", m.ID, m)
	}
	return "{}", no
}

// slow bounds deliveries to one hook. The account's own limit is not for others to change.
func (s *Server) slow(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.text("hookId") == "" {
		return "", &cannot{http.StatusConflict, "the limit of the account stays as it is"}
	}
	m, no := s.mailbox(a)
	if no == nil {
		m.PerWindow = a.count("ingestPer10s", 300)
	}
	return "{}", no
}

func (s *Server) newToken(_ *http.Request, a wish) (raw, *cannot) {
	var scopes string
	list, _ := a.Params["scopes"].([]any)
	for _, each := range list {
		word, _ := each.(string)
		scopes += " " + word
	}
	return s.issue(scopes), nil
}

func (s *Server) oldToken(*http.Request, wish) (raw, *cannot) { return s.issue("expired"), nil }

func (s *Server) issue(scopes string) raw {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := capitals()
	s.tokens[token] = scopes
	s.note("token", token, scopes)
	return object("token", token)
}

func (s *Server) newSender(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.sent(a, a.text("url"))
	return object("id", r.ID, "name", r.Name, "alternative_code", r.Short, "secret_key", r.Key,
		"workflow_rule", named(r.RuleID, r.RuleName, r.RuleShort)), nil
}

// sent makes a definition with its rule. Needs mu.
func (s *Server) sent(a wish, at string) *sender {
	n := s.given()
	r := &sender{
		ID: capitals(), Name: "Definition no. " + n, Short: "D" + n, RuleID: capitals(), RuleName: "Rule no. " + n, RuleShort: "R" + n,
		URL: at, Key: serial(), Within: a.span("timeout"), Idle: a.Params["effective"] == false, OnlyRejected: a.text("logging") == "rejected-only",
	}
	list, _ := a.Params["fields_set"].([]any)
	for _, each := range list {
		word, _ := each.(string)
		r.Fields = append(r.Fields, word)
	}
	s.rules.put(r.ID, r)
	s.note("rule", r.ID, r)
	return r
}

func (s *Server) fire(req *http.Request, a wish) (raw, *cannot) {
	id := a.text("workflow_rule")
	if rule, is := a.Params["workflow_rule"].(map[string]any); is {
		id, _ = rule["id"].(string)
	}
	s.mu.Lock()
	var r *sender
	for _, each := range s.rules.each() {
		if each.RuleID == id {
			r = each
		}
	}
	if r == nil || r.Idle {
		s.mu.Unlock()
		if r == nil {
			return "", &cannot{http.StatusBadRequest, "workflow_rule: there is no rule " + id}
		}
		return "{}", nil
	}
	e := s.about(r, a)
	s.mu.Unlock()
	s.post(req.Context(), e)
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Changed = time.Now().UTC()
	if e.Taken && r.OnlyRejected {
		return "{}", nil
	}
	s.shelf.put(e.ID, e)
	s.note("entry", e.ID, e)
	return object("number", e.Number, "id", e.ID), nil
}

// about drafts an entry about what a wish says. Needs mu.
func (s *Server) about(r *sender, a wish) *entry {
	data, _ := a.Params["data"].(map[string]any)
	return s.drafted(r, or(a.text("entity"), "LEADS"), or(a.text("entity_id"), capitals()), data)
}

// newEntry makes an entry without sending it.
func (s *Server) newEntry(_ *http.Request, a wish) (raw, *cannot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.sent(a, or(a.text("url"), "http://"+a.host+"/taken"))
	e := s.about(r, a)
	e.Taken = a.State == "a successful webhook request"
	e.Answer = "200 taken"
	if !e.Taken {
		e.Answer, e.Trouble, e.Narrative = "", "LazyInitializationException", "no session"
	}
	s.shelf.put(e.ID, e)
	s.note("entry", e.ID, e)
	return object("id", e.ID, "number", e.Number, "life_cycle_state", e.state(), "entity", e.Entity, "entity_id", e.EntityID, "url", e.URL,
		"data", raw(e.Data), "secret_key", r.Key, "webhook_definition", named(r.ID, r.Name, r.Short),
		"workflow_rule", named(r.RuleID, r.RuleName, r.RuleShort)), nil
}
