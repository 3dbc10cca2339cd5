package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"
)

func (s *server) makecomStates() map[string]state {
	return map[string]state{
		"a hook":                  {s.locked(s.makeHook), s.lockedUndo(s.dropHook)},
		"items waiting":           {s.locked(s.makeItems), s.lockedUndo(s.dropItems)},
		"an item being processed": {s.locked(s.begin), s.lockedUndo(s.putBack)},
		"processing finished":     {s.locked(s.finish), nil},
		"hook disabled":           {s.locked(s.disable), s.lockedUndo(s.enable)},
		"a rate limit":            {s.locked(s.limitRate), s.lockedUndo(s.liftRate)},
		"a token":                 {s.locked(s.issueToken), s.lockedUndo(s.revokeToken)},
		"an expired token":        {s.locked(s.issueExpired), s.lockedUndo(s.revokeToken)},
		"a refused token":         {s.locked(s.inventToken), nil},
	}
}

// locked makes a setup of one that needs mu and no connection.
func (s *server) locked(f func(params) (values, error)) func(context.Context, params) (values, error) {
	return func(_ context.Context, p params) (values, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return f(p)
	}
}

func (s *server) lockedUndo(f func(params)) func(params) {
	return func(p params) {
		s.mu.Lock()
		defer s.mu.Unlock()
		f(p)
	}
}

func (s *server) makeHook(p params) (values, error) {
	h := &hook{udid: newID(), queueLimit: maxPage}
	var errs []error
	if _, given := p.members["queueLimit"]; given {
		var err error
		h.queueLimit, err = positive(p, "queueLimit")
		errs = append(errs, err)
	}
	for name, flag := range map[string]*bool{
		"method": &h.keepsMethod, "headers": &h.keepsHeaders, "confidential": &h.confidential, "foreign": &h.foreign,
	} {
		var err error
		*flag, _, err = param[bool](p, name)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s.lastHook++
	h.id = s.lastHook
	s.hooks[h.id] = h
	return values{"hookId": h.id, "hookUrl": h.url(p.request)}, nil
}

func (s *server) dropHook(p params) {
	if h, err := s.hookOf(p); err == nil {
		delete(s.hooks, h.id)
	}
}

// hookOf finds the hook that a setup speaks of.
func (s *server) hookOf(p params) (*hook, error) {
	id, err := required[int64](p, "hookId")
	if err != nil {
		return nil, err
	}
	h, ok := s.hooks[id]
	if !ok {
		return nil, badParam("hookId", "there is no hook %d", id)
	}
	return h, nil
}

func (s *server) makeItems(p params) (values, error) {
	h, err := s.hookOf(p)
	if err != nil {
		return nil, err
	}
	payloads, err := payloadsOf(p)
	if err != nil {
		return nil, err
	}
	if free := h.queueLimit - len(h.items); len(payloads) > free {
		return nil, unreachable("the queue of hook %d has room for %d items, not for %d", h.id, free, len(payloads))
	}
	ids := []string{}
	for _, data := range payloads {
		ids = append(ids, h.append(newID(), s.arrival(), data).id)
	}
	return values{"ids": ids}, nil
}

// payloadsOf reads either data, an array of payloads, or count.
func payloadsOf(p params) ([]map[string]any, error) {
	data, given, err := param[[]json.RawMessage](p, "data")
	if err != nil {
		return nil, err
	}
	if !given {
		return countedPayloads(p)
	}
	payloads := make([]map[string]any, len(data))
	for i, raw := range data {
		payloads[i] = jsonObject(raw)
	}
	return payloads, nil
}

func countedPayloads(p params) ([]map[string]any, error) {
	count, given, err := param[int](p, "count")
	switch {
	case err != nil:
		return nil, err
	case !given:
		return nil, badParam("count", "give either count or data")
	case count < 0 || count > maxPage:
		return nil, badParam("count", "%d is not within 0 and %d", count, maxPage)
	}
	payloads := make([]map[string]any, count)
	for i := range payloads {
		payloads[i] = map[string]any{"item": json.Number(strconv.Itoa(i + 1))}
	}
	return payloads, nil
}

// dropItems takes out what is left of the items that the setup named.
func (s *server) dropItems(p params) {
	h, err := s.hookOf(p)
	if err != nil {
		return
	}
	ids, _, _ := param[[]string](p, "ids")
	gone := map[*item]bool{}
	for _, id := range ids {
		gone[h.find(id)] = true
	}
	h.remove(gone)
}

// begin has the oldest waiting item processed, and delivers one when none waits.
func (s *server) begin(p params) (values, error) {
	h, err := s.hookOf(p)
	if err != nil {
		return nil, err
	}
	waiting := h.waiting()
	if len(waiting) == 0 && h.full() {
		return nil, unreachable("hook %d is full of items being processed", h.id)
	}
	if len(waiting) == 0 {
		it := h.append(newID(), s.arrival(), map[string]any{"item": json.Number("1")})
		it.staged = true
		waiting = []*item{it}
	}
	waiting[0].processing = true
	return values{"id": waiting[0].id}, nil
}

// putBack lets the item wait again, or takes it out when it was delivered for the occasion.
func (s *server) putBack(p params) {
	h, it, err := s.itemOf(p)
	if err != nil || it == nil {
		return
	}
	it.processing = false
	if it.staged {
		h.remove(map[*item]bool{it: true})
	}
}

func (s *server) finish(p params) (values, error) {
	h, it, err := s.itemOf(p)
	switch {
	case err != nil:
		return nil, err
	case it == nil:
		return values{}, nil
	case !it.processing:
		return nil, unreachable("item %q still waits", it.id)
	}
	h.remove(map[*item]bool{it: true})
	return values{}, nil
}

// itemOf finds the item that is spoken of, nil when it is gone.
func (s *server) itemOf(p params) (*hook, *item, error) {
	h, err := s.hookOf(p)
	if err != nil {
		return nil, nil, err
	}
	id, err := required[string](p, "id")
	return h, h.find(id), err
}

func (s *server) disable(p params) (values, error) {
	h, err := s.hookOf(p)
	if err != nil {
		return nil, err
	}
	h.disabled = true
	return values{}, nil
}

func (s *server) enable(p params) {
	if h, err := s.hookOf(p); err == nil {
		h.disabled = false
	}
}

// limitRate limits the organization's calls per minute, or the deliveries to one hook per 10 s.
func (s *server) limitRate(p params) (values, error) {
	if _, perMinute := p.members["perMinute"]; perMinute {
		limit, err := positive(p, "perMinute")
		if err != nil {
			return nil, err
		}
		s.limit = &window{limit: limit, length: time.Minute}
		return values{}, nil
	}
	limit, err := positive(p, "ingestPer10s")
	if err != nil {
		return nil, err
	}
	h, err := s.hookOf(p)
	if err != nil {
		return nil, err
	}
	h.ingest = &window{limit: limit, length: 10 * time.Second}
	return values{}, nil
}

func (s *server) liftRate(p params) {
	if _, perMinute, _ := param[int](p, "perMinute"); perMinute {
		s.limit = nil
	} else if h, err := s.hookOf(p); err == nil {
		h.ingest = nil
	}
}

func (s *server) issueToken(p params) (values, error) {
	scopes, err := optional(p, "scopes", []string{scopeRead, scopeWrite})
	if err != nil {
		return nil, err
	}
	return s.issue(token{scopes: slices.Clone(scopes)}), nil
}

func (s *server) issueExpired(params) (values, error) {
	return s.issue(token{scopes: []string{scopeRead, scopeWrite}, expires: s.now()}), nil
}

func (s *server) issue(t token) values {
	name := newID()
	t.staged = true
	s.tokens[name] = t
	return values{"token": name}
}

func (s *server) inventToken(params) (values, error) { return values{"token": newID()}, nil }

// revokeToken takes back the token that the setup answered with. A suite may merge the values into the params, where
// token is its own credential; that one stays.
func (s *server) revokeToken(p params) {
	name, _, _ := param[string](p, "token")
	if s.tokens[name].staged {
		delete(s.tokens, name)
	}
}
