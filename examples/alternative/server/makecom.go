package server

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

const maxBody = 5 << 20 // bytes: Make's limit for a delivery, and good enough for a delete

// call is a request to Make with its body already read.
type call struct {
	*http.Request
	body []byte
}

// operation answers one call: with a value to be shown as JSON, or with a *refusal. It runs under mu.
type operation struct {
	scope string
	do    func(call) (any, error)
}

// methods are the operations of one path.
type methods map[string]operation

func (s *server) routeMakecom(mux *http.ServeMux) {
	read := func(do hookOperation) operation { return operation{scopeRead, s.onHook(do)} }
	write := func(do hookOperation) operation { return operation{scopeWrite, s.onHook(do)} }
	for path, m := range map[string]methods{
		"/hooks":                                 {http.MethodGet: {scopeRead, s.listHooks}},
		"/hooks/{hookId}":                        {http.MethodGet: read(s.showHook)},
		"/hooks/{hookId}/enable":                 {http.MethodPost: write(s.enableHook)},
		"/hooks/{hookId}/disable":                {http.MethodPost: write(s.disableHook)},
		"/hooks/{hookId}/incomings":              {http.MethodGet: read(s.listIncomings), http.MethodDelete: write(s.deleteIncomings)},
		"/hooks/{hookId}/incomings/stats":        {http.MethodGet: read(s.showStats)},
		"/hooks/{hookId}/incomings/{incomingId}": {http.MethodGet: read(s.showIncoming)},
	} {
		mux.HandleFunc("/api/v2"+path, s.serveMakecom(m))
	}
	mux.HandleFunc("/api/v2/", func(w http.ResponseWriter, r *http.Request) {
		notFound("there is no %s", r.URL.Path).write(w)
	})
	mux.HandleFunc("/wh/{udid}", s.ingest)
}

func (s *server) serveMakecom(m methods) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := s.callMakecom(w.Header(), m, r)
		var refused *refusal
		switch {
		case errors.As(err, &refused):
			refused.write(w)
		case err != nil:
			badRequest("the body cannot be read").write(w)
		default:
			writeJSON(w, http.StatusOK, answer)
		}
	}
}

func (s *server) callMakecom(h http.Header, m methods, r *http.Request) (any, error) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet // net/http leaves the body out
	}
	op, ok := m[method]
	if !ok {
		return nil, &refusal{http.StatusMethodNotAllowed, "SC405", "Method not allowed", "this path does not take " + r.Method}
	}
	body, err := readBody(r, maxBody)
	if errors.Is(err, errTooLarge) {
		return nil, &refusal{http.StatusRequestEntityTooLarge, "SC413", "Request too large", "a body has at most 5 MiB"}
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.admit(h, r, op.scope); err != nil {
		return nil, err
	}
	return op.do(call{r, body})
}

// admit lets a call pass whose token was issued and has the scope, within the organization's rate limit.
func (s *server) admit(h http.Header, r *http.Request, scope string) error {
	scheme, name, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	t, ok := s.issued(strings.TrimSpace(name))
	if !strings.EqualFold(scheme, "Token") || !ok {
		return &refusal{http.StatusForbidden, "SC403", "Permission denied", "Access denied."}
	}
	within := s.limit.take(s.now())
	s.limit.announce(h)
	if !within {
		return plain(http.StatusTooManyRequests, "Requests limit for organization exceeded, please try again later.")
	}
	if !t.may(scope) {
		return &refusal{http.StatusForbidden, "SC403", "Permission denied", "the token lacks the scope " + scope}
	}
	return nil
}

type hookOperation func(*hook, call) (any, error)

// onHook finds the hook of the path.
func (s *server) onHook(do hookOperation) func(call) (any, error) {
	return func(c call) (any, error) {
		text := c.PathValue("hookId")
		id, err := strconv.ParseInt(text, 10, 64)
		if errors.Is(err, strconv.ErrSyntax) {
			return nil, badRequest("hookId: %q is not an integer", text)
		}
		h, ok := s.hooks[id]
		if !ok || err != nil {
			return nil, notFound("there is no hook %s", text)
		}
		if h.foreign {
			return nil, &refusal{http.StatusForbidden, "SC403", "Permission denied", "the hook is another organization's"}
		}
		return do(h, c)
	}
}

// refusal is an error answer. Without a code it is plain text, as Make's gateway writes it.
type refusal struct {
	status                int
	code, message, detail string
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.message, r.detail) }

func (r *refusal) write(w http.ResponseWriter) {
	if r.code == "" {
		writeText(w, r.status, r.message)
		return
	}
	writeJSON(w, r.status, map[string]any{
		"message": r.message, "detail": r.detail, "code": r.code, "suberrors": []any{},
	})
}

func plain(status int, text string) *refusal { return &refusal{status: status, message: text} }

func badRequest(format string, a ...any) *refusal {
	return &refusal{http.StatusBadRequest, "SC400", "Bad Request", fmt.Sprintf(format, a...)}
}

func notFound(format string, a ...any) *refusal {
	return &refusal{http.StatusNotFound, "SC404", "Not Found", fmt.Sprintf(format, a...)}
}
