package crmcom

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// look reads the log of the call's world.
func look(c *wrap.Call, read func(s *requestlog.State)) {
	change(c, func(s *requestlog.State) world.Command {
		read(s)
		return nil
	})
}

var errNothing = errors.New("there is nothing to be changed")

// change chooses a command by the log of the call's world, nil for none. What is refused is refused.
func change(c *wrap.Call, choose func(s *requestlog.State) world.Command) {
	if c.World() == nil {
		return
	}
	_, _ = world.Decide(c.World(), requestlog.PartName, nil, func(s *requestlog.State) (world.Command, error) {
		if command := choose(s); command != nil {
			return command, nil
		}
		return nil, errNothing
	})
}

// send sends a webhook request as it stands in the log, and logs nothing.
func send(c *wrap.Call, r *requestlog.Request) {
	delivery.New(c.Egress()).Send(c.R.Context(), c.Origin(), requestlog.Attempt{
		Entity: r.Entity, EntityID: r.EntityID, URL: r.URL, SecretKey: r.SecretKey, FieldsSet: r.FieldsSet, Data: r.Data,
	})
}

// find is the webhook request with a key, nil for none.
func find(c *wrap.Call, k requestlog.Key) (r *requestlog.Request) {
	look(c, func(s *requestlog.State) { r, _ = s.Request(k) })
	return r
}

// named is the webhook request that a call names, nil where it names none or none that there is.
func named(c *wrap.Call) *requestlog.Request {
	for _, k := range keys(c) {
		if r := find(c, k); r != nil {
			return r
		}
	}
	return nil
}

// keys are the keys that a call names a webhook request by.
func keys(c *wrap.Call) []requestlog.Key {
	var all []requestlog.Key
	if identifier, ok := c.Body()[paramRequest].(wrap.Object); ok {
		for _, field := range []requestlog.Field{requestlog.ID, requestlog.Number} {
			if value := wrap.String(identifier[string(field)]); value != "" {
				all = append(all, requestlog.Key{Field: field, Value: value})
			}
		}
	}
	for _, given := range c.R.URL.Query()[paramRequest] {
		for part := range strings.SplitSeq(given, ",") {
			name, value, _ := strings.Cut(part, "=")
			all = append(all, requestlog.Key{Field: requestlog.Field(name), Value: value})
		}
	}
	return all
}

// edit changes a webhook request in the log.
func edit(c *wrap.Call, id string, how func(r *requestlog.Request)) {
	change(c, func(s *requestlog.State) world.Command {
		r, err := s.Request(requestlog.Key{Field: requestlog.ID, Value: id})
		if err != nil {
			return nil
		}
		changed := *r
		how(&changed)
		return requestlog.Replace{ID: id, Request: changed}
	})
}

// everyRequest lists the log by entity, as the mock knows no list without a filter.
func everyRequest(c *wrap.Call) []*requestlog.Request {
	var all []*requestlog.Request
	look(c, func(s *requestlog.State) {
		for _, entity := range crmapi.Entities() {
			some, _ := s.List(requestlog.List{Entity: entity, Limit: -1}) // it has a filter
			all = append(all, some...)
		}
	})
	slices.SortFunc(all, func(a, b *requestlog.Request) int { return int(b.Number) - int(a.Number) }) //nolint:gosec // a log is short
	return all
}

// answered is the webhook request that an answer shows, nil for none.
func answered(c *wrap.Call, a *wrap.Answer) *requestlog.Request {
	body, _ := a.Object() // what is none shows nothing
	data := body          // of the control API
	if _, enveloped := body["status"]; enveloped {
		data, _ = body["data"].(wrap.Object)
	}
	id := wrap.String(data["id"])
	if id == "" {
		return nil
	}
	return find(c, requestlog.Key{Field: requestlog.ID, Value: id})
}

// tampered lets the honest mock see the webhook request that a call names otherwise than it is, and sets it right again.
func tampered(how, back func(r *requestlog.Request, was requestlog.Request)) wrap.Wrap {
	return wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		r := named(c)
		if r == nil {
			return c.Next()
		}
		was := *r
		edit(c, was.ID, func(r *requestlog.Request) { how(r, was) })
		a := c.Next()
		now := was.ID
		if other := answered(c, a); other != nil {
			now = other.ID
		}
		edit(c, now, func(r *requestlog.Request) { back(r, was) })
		return a
	})
}

// reject makes a webhook request look as if it had failed.
func reject(r *requestlog.Request) {
	r.Rejected = true
	r.Failure = requestlog.Failure{Code: "ConnectException", Description: "java.net.ConnectException: connection refused"}
}

// accept makes it look as if it had been accepted.
func accept(r *requestlog.Request) { r.Rejected, r.Failure = false, requestlog.Failure{} }

func later(r *requestlog.Request) { r.Updated = r.Updated.Add(time.Second) }
