package outsider

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mailbox is one hook of Make, and everything that ever came to it.
type mailbox struct {
	ID, Address    string
	Limit          int
	Off            bool
	Method, Header bool // are kept with an item
	Hidden         bool // what items hold
	Foreign        bool // of another organization
	PerWindow      int  // deliveries in ten seconds, 0 for no bound
	Items          []*letter
	came           []time.Time // lately
}

// letter is one item.
type letter struct {
	ID     string
	At     time.Time
	Size   int
	Data   string // JSON
	Begun  bool
	Absent bool // deleted or processed
}

// there lists the items that are in the queue, those being processed among them.
func (m *mailbox) there() []*letter {
	return slices.DeleteFunc(slices.Clone(m.Items), func(l *letter) bool { return l.Absent })
}

func (m *mailbox) letter(id string) *letter {
	i := slices.IndexFunc(m.Items, func(l *letter) bool { return l.ID == id && !l.Absent })
	if i < 0 {
		return nil
	}
	return m.Items[i]
}

// trouble is a refusal of Make's.
type trouble struct {
	status int
	code   string
	text   string
}

func no(status int, code, text string) *trouble { return &trouble{status, code, text} }

const base = "/api/v2/hooks/{hook}/incomings"

func (s *Server) serveHooks(mux *http.ServeMux) {
	s.operation(mux, "GET "+base, "hooks:read", s.listed)
	s.operation(mux, "GET "+base+"/stats", "hooks:read", s.counted)
	s.operation(mux, "GET "+base+"/{item}", "hooks:read", s.opened)
	s.operation(mux, "DELETE "+base, "hooks:write", s.deleted)
	mux.HandleFunc("/post/{address}", s.arrive)
	mux.HandleFunc("/api/v2/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, "", no(http.StatusNotFound, "SC404", "there is nothing here"))
	})
}

// operation serves one operation on a hook, for whoever has the scope. It holds mu for as long as it takes.
func (s *Server) operation(mux *http.ServeMux, pattern, scope string, f func(*http.Request, *mailbox) (raw, *trouble)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			answer(w, "", no(http.StatusBadRequest, "SC400", "the body broke off"))
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s.mu.Lock()
		defer s.mu.Unlock()
		m, wrong := s.admitted(r, scope)
		if wrong == nil && r.Method == http.MethodHead && s.says("makecom/http/head", "no") {
			wrong = no(http.StatusMethodNotAllowed, "SC405", "this path is not for HEAD")
		}
		if wrong != nil {
			answer(w, "", wrong)
			return
		}
		data, wrong := f(r, m)
		answer(w, data, wrong)
	})
}

func answer(w http.ResponseWriter, data raw, wrong *trouble) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if wrong != nil {
		w.WriteHeader(wrong.status)
		data = object("detail", wrong.text, "message", wrong.text, "code", wrong.code, "suberrors", raw("[]"))
		if wrong.code == "IM004" {
			data = object("detail", wrong.text, "message", "Confirmation Required", "code", wrong.code, "suberrors", raw("[]"))
		}
	}
	_, _ = io.WriteString(w, string(data))
}

// admitted finds the hook of a call that has a credential for it.
func (s *Server) admitted(r *http.Request, scope string) (*mailbox, *trouble) {
	status := http.StatusUnauthorized
	if s.says("makecom/auth/status", "403") {
		status = http.StatusForbidden
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	bearer := scheme == "Bearer" && !s.says("makecom/auth/bearer", "no")
	scopes, known := s.tokens[token]
	if scheme != "Token" && !bearer || !known || token == "" || scopes == "expired" || scopes == "released" {
		return nil, no(status, "SC401", "who is there?")
	}
	if scopes == "login" {
		scopes = "hooks:read hooks:write"
	}
	if !strings.Contains(scopes, scope) {
		return nil, no(http.StatusForbidden, "SC403", "Permission denied")
	}
	id := r.PathValue("hook")
	if _, err := strconv.Atoi(id); err != nil {
		return nil, no(http.StatusBadRequest, "SC400", "the id of a hook is a number")
	}
	m := s.hooks.byID[id]
	if m == nil || m.Foreign {
		return nil, no(http.StatusNotFound, "SC404", "there is no such hook")
	}
	return m, nil
}

// visible lists what a list shows.
func (s *Server) visible(m *mailbox) []*letter {
	return slices.DeleteFunc(m.there(), func(l *letter) bool { return l.Begun && s.says("makecom/list/includes-processing", "no") })
}

func (s *Server) listed(r *http.Request, m *mailbox) (raw, *trouble) {
	q := r.URL.Query()
	way := q.Get("pg[sortDir]")
	if way == "" {
		way = "asc"
	}
	if by := q.Get("pg[sortBy]"); way != "asc" && way != "desc" || by != "" && by != "created" && !s.says("makecom/list/unknown-sort", "ignored") {
		return "", no(http.StatusBadRequest, "SC400", "pg is not understood")
	}
	limit, offset, wrong := s.bounds(q.Get("pg[limit]"), q.Get("pg[offset]"))
	if wrong != nil {
		return "", wrong
	}
	all := s.visible(m)
	if way == "desc" {
		slices.Reverse(all)
	}
	all = all[min(offset, len(all)):]
	all = all[:min(limit, len(all))]
	items := make([]raw, 0, len(all))
	for _, l := range all {
		items = append(items, object("scope", "hook", "id", l.ID, "created", stamp(l.At), "size", l.Size))
	}
	pg := []any{"offset", offset, "limit", limit, "sortBy", "created", "sortDir", way}
	if s.says("makecom/list/total-count", "false") {
		pg = append(pg, "returnTotalCount", false)
	}
	return object("pg", object(pg...), "incomings", array(items)), nil
}

func stamp(at time.Time) string { return at.Format("2006-01-02T15:04:05.000Z") }

// bounds reads limit and offset.
func (s *Server) bounds(limitText, offsetText string) (limit, offset int, wrong *trouble) {
	limit, err1 := strconv.Atoi(or(limitText, "10000"))
	offset, err2 := strconv.Atoi(or(offsetText, "0"))
	if err1 != nil || err2 != nil {
		return 0, 0, no(http.StatusBadRequest, "SC400", "pg has no number where one belongs")
	}
	if offset < 0 && s.says("makecom/list/offset-range", "as-zero") {
		offset = 0
	}
	if s.says("makecom/list/limit-range", "clamped") {
		limit = min(max(limit, 1), 10000)
	}
	if offset < 0 || limit < 1 || limit > 10000 {
		return 0, 0, no(http.StatusBadRequest, "IM005", "pg is out of range")
	}
	return limit, offset, nil
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (s *Server) counted(_ *http.Request, m *mailbox) (raw, *trouble) {
	n := len(slices.DeleteFunc(m.there(), func(l *letter) bool { return l.Begun && s.says("makecom/stats/counts-processing", "no") }))
	return object("incomingStat", object("enabled", !m.Off, "limit", m.Limit, "queue", n)), nil
}

func (s *Server) opened(r *http.Request, m *mailbox) (raw, *trouble) {
	l := m.letter(r.PathValue("item"))
	if l == nil || l.Begun && s.says("makecom/detail/processing", "404") {
		return "", no(http.StatusNotFound, "SC404", "there is no such item")
	}
	members := []any{"id", l.ID, "created", stamp(l.At), "scope", "hook", "size", l.Size}
	if m.Hidden && !s.says("makecom/detail/confidential", "data-shown") {
		members = append(members, "isHookConfidential", true)
	} else {
		members = append(members, "data", raw(l.Data))
	}
	return object("incoming", object(members...)), nil
}
