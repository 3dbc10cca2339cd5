package outsider

import (
	"io"
	"net/http"
	"slices"
	"strings"
)

// choice is what a deletion names.
type choice struct {
	ids, except []string
	all         bool
}

// deleted deletes items.
func (s *Server) deleted(r *http.Request, m *mailbox) (raw, *trouble) {
	c, wrong := chosen(r)
	if wrong == nil {
		wrong = s.clear(&c)
	}
	if wrong != nil {
		return "", wrong
	}
	sure, wrong := s.confirmed(r.URL.Query().Get("confirmed"))
	if wrong != nil {
		return "", wrong
	}
	if c.all && !sure {
		return "", no(http.StatusNotAcceptable, "IM004", "say confirmed=true")
	}
	if c.all {
		for _, l := range m.there() {
			if !slices.Contains(c.except, l.ID) {
				c.ids = append(c.ids, l.ID)
			}
		}
	}
	return s.drop(m, c)
}

// chosen reads the body.
func chosen(r *http.Request) (c choice, wrong *trouble) {
	body, err := io.ReadAll(r.Body)
	if err != nil || len(strings.TrimSpace(string(body))) == 0 {
		return c, nil
	}
	parsed, err := parse(body)
	members, ok := parsed.(map[string]any)
	if err != nil || !ok {
		return c, no(http.StatusBadRequest, "SC400", "the body is no JSON object")
	}
	ok = true
	for name, v := range members {
		switch name {
		case "ids":
			c.ids, ok = words(v, ok)
		case "exceptIds":
			c.except, ok = words(v, ok)
		case "all":
			var is bool
			c.all, is = v.(bool)
			ok = ok && is
		}
	}
	if !ok {
		return c, no(http.StatusBadRequest, "SC400", "a member of the body has another type")
	}
	return c, nil
}

func words(v any, ok bool) ([]string, bool) {
	list, is := v.([]any)
	ok = ok && is
	var all []string
	for _, each := range list {
		word, is := each.(string)
		ok = ok && is
		all = append(all, word)
	}
	return all, ok
}

// clear refuses what names too much or too little, or makes the best of it.
func (s *Server) clear(c *choice) *trouble {
	switch {
	case len(c.ids) > 0 && c.all && s.says("makecom/delete/ids-with-all", "all-wins"):
		c.ids = nil
	case len(c.ids) > 0 && c.all && s.says("makecom/delete/ids-with-all", "ids-win"):
		c.all, c.except = false, nil
	case len(c.ids) > 0 && c.all:
		return no(http.StatusBadRequest, "SC400", "ids or all, not both")
	case len(c.ids) > 0 && len(c.except) > 0 && s.says("makecom/delete/except-without-all", "ignored"):
		c.except = nil
	case len(c.ids) > 0 && len(c.except) > 0:
		return no(http.StatusBadRequest, "SC400", "exceptIds goes with all")
	case len(c.ids) == 0 && !c.all && !s.says("makecom/delete/no-selector", "nothing-deleted-200"):
		return no(http.StatusBadRequest, "SC400", "Missing value of required parameter")
	}
	return nil
}

func (s *Server) confirmed(text string) (bool, *trouble) {
	switch strings.ToLower(text) {
	case "", "false":
		return false, nil
	case "true":
		if text == "true" {
			return true, nil
		}
	}
	switch {
	case s.says("makecom/delete/confirmed-values", "truthy"):
		return slices.Contains([]string{"1", "true", "yes"}, strings.ToLower(text)), nil
	case s.says("makecom/delete/confirmed-values", "not-confirmed"):
		return false, nil
	}
	return false, no(http.StatusBadRequest, "SC400", "confirmed is true or false")
}

// drop deletes the named items as far as they can be deleted.
func (s *Server) drop(m *mailbox, c choice) (raw, *trouble) {
	unknown := slices.ContainsFunc(c.ids, func(id string) bool { return m.letter(id) == nil })
	if unknown && s.says("makecom/delete/unknown-id", "error-4xx") {
		return "", no(http.StatusNotFound, "SC404", "there is no such item")
	}
	gone, busy := []string{}, false
	for _, id := range c.ids {
		l := m.letter(id)
		switch {
		case l == nil && slices.Contains(gone, id) && s.says("makecom/delete/duplicate-id", "twice"):
			gone = append(gone, id)
		case l == nil && !slices.Contains(gone, id) && s.says("makecom/delete/unknown-id", "echoed"):
			gone = append(gone, id)
		case l == nil:
		case l.Begun:
			busy = true
			if !c.all && s.says("makecom/delete/partial-incomings", "all-requested") {
				gone = append(gone, id)
			}
		default:
			l.Absent = true
			gone = append(gone, id)
		}
	}
	s.note("hook", m.ID, m)
	if !busy {
		return object("incomings", array(gone)), nil
	}
	return object("incomings", array(gone), "error", object("name", "APIError",
		"message", "Some of the incoming messages could not be deleted because they are being processed right now.")), nil
}
