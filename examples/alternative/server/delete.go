package server

import (
	"encoding/json"
	"net/http"
)

// selection is the body of a delete.
type selection struct {
	all            bool
	ids, exceptIDs []string
}

// deleted is the answer to a delete.
type deleted struct {
	Incomings []string        `json:"incomings"`
	Error     *partialFailure `json:"error,omitempty"`
}

type partialFailure struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

func (s *server) deleteIncomings(h *hook, c call) (any, error) {
	sel, err := parseSelection(c.body)
	if err != nil {
		return nil, err
	}
	q := c.URL.Query()
	confirmed := q.Get("confirmed") == "true" || s.has(DeleteAllUnconfirmed) && !q.Has("confirmed")
	asked, err := s.asked(h, sel, confirmed)
	if err != nil {
		return nil, err
	}
	return s.deleteItems(asked)
}

// asked finds the items that a selection names, each once.
func (s *server) asked(h *hook, sel selection, confirmed bool) ([]*item, error) {
	switch {
	case sel.all && len(sel.ids) > 0:
		return nil, badRequest("ids and all exclude each other")
	case sel.all && !confirmed:
		return nil, &refusal{http.StatusNotAcceptable, "IM004", "Confirmation Required", "add confirmed=true to delete everything"}
	case sel.all:
		return allExcept(h, sel.exceptIDs), nil
	}
	return s.named(h, sel.ids)
}

func allExcept(h *hook, ids []string) []*item {
	kept := map[string]bool{}
	for _, id := range ids {
		kept[id] = true
	}
	var asked []*item
	for _, it := range h.items {
		if !kept[it.id] {
			asked = append(asked, it)
		}
	}
	return asked
}

// named refuses the whole delete when one id is not in the queue.
func (s *server) named(h *hook, ids []string) ([]*item, error) {
	var asked []*item
	seen := map[string]bool{}
	for _, id := range ids {
		it := h.find(id)
		if it == nil && s.has(OtherHookDelete) {
			it = s.findAnywhere(id)
		}
		if it == nil {
			return nil, notFound("ids: the queue of hook %d has no item %q", h.id, id)
		}
		if !seen[id] {
			seen[id] = true
			asked = append(asked, it)
		}
	}
	return asked, nil
}

func (s *server) findAnywhere(id string) *item {
	for _, h := range s.hooks {
		if it := h.find(id); it != nil {
			return it
		}
	}
	return nil
}

// deleteItems deletes what is not being processed, and says so when something is.
func (s *server) deleteItems(asked []*item) (any, error) {
	result := deleted{Incomings: []string{}}
	gone := map[*item]bool{}
	for _, it := range asked {
		if it.processing && !s.has(DeletesProcessing) {
			result.Error = &partialFailure{
				"APIError",
				"Some of the incoming messages could not be deleted because they are being processed right now.",
			}
			continue
		}
		gone[it] = true
		result.Incomings = append(result.Incomings, it.id)
	}
	if result.Error != nil && s.has(PartialFailsWhole) {
		return nil, badRequest("%s", result.Error.Message)
	}
	for h := range hooksOf(gone) {
		h.remove(gone)
	}
	return result, nil
}

func hooksOf(items map[*item]bool) map[*hook]bool {
	hooks := map[*hook]bool{}
	for it := range items {
		hooks[it.hook] = true
	}
	return hooks
}

// parseSelection takes no body for one that selects nothing.
func parseSelection(body []byte) (selection, error) {
	var sel selection
	if len(body) == 0 {
		return sel, nil
	}
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return sel, badRequest("the body is not a JSON object")
	}
	if all, given := members["all"]; given {
		var ok bool
		if sel.all, ok = all.(bool); !ok {
			return sel, badRequest("all: not a boolean")
		}
	}
	var err error
	if sel.ids, err = idList(members, "ids"); err != nil {
		return sel, err
	}
	sel.exceptIDs, err = idList(members, "exceptIds")
	return sel, err
}

func idList(members map[string]any, name string) ([]string, error) {
	member, given := members[name]
	if !given {
		return nil, nil
	}
	elements, ok := member.([]any)
	if !ok {
		return nil, badRequest("%s: not an array", name)
	}
	ids := make([]string, len(elements))
	for i, element := range elements {
		if ids[i], ok = element.(string); !ok {
			return nil, badRequest("%s[%d]: not a string", name, i)
		}
	}
	return ids, nil
}
