package crmcom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
)

// driver carries commands out on two fresh definitions. It is safe for concurrent use.
type driver struct {
	*vendor
	fixtures [2]*webhookFixture
	things   map[string]string // entity ids by name
	waits    bool              // for the deliveries of each command before its answer counts

	idsKnown atomic.Bool // the provider returns the id of the webhook request that a rule made

	names    explore.Names[identity]
	stranger identity // of a webhook request that never was

	mu       sync.Mutex
	due      [2]int // deliveries that there should have been
	recorded [2]int // deliveries that stand in the transcript
}

// identity is what a webhook request is known by.
type identity struct {
	id, number string
	def        int
}

// Do carries a command out.
func (h *driver) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	switch c.Verb {
	case verbFire:
		return h.fire(ctx, c)
	case verbAccept:
		return h.reply(c, accept()), nil
	case verbRefuse:
		return h.reply(c, refuse(http.StatusServiceUnavailable)), nil
	case verbShow:
		r, err := h.show(ctx, naming(h.key(c).String()))
		return h.one(r, err)
	case verbList:
		return h.listed(ctx, c)
	case verbResend:
		return h.resent(ctx, c)
	case verbDelete:
		r, err := h.delete(ctx, h.key(c).object())
		return h.one(r, err)
	case verbReceived:
		sent, err := h.sent(ctx, defOf(c))
		return &Answer{OK: true, Sent: sent}, err
	}
	return nil, fmt.Errorf("there is no command %q", c.Verb)
}

// reply changes what the receiver of a definition answers.
func (h *driver) reply(c explore.Command, answer receiver.Answer) *Answer {
	h.fixtures[defOf(c)].inbox.Reply(answer)
	return &Answer{OK: true}
}

// fire has the rule fire, and learns the webhook request that came of it.
func (h *driver) fire(ctx context.Context, c explore.Command) (*Answer, error) {
	def, name := defOf(c), c.Arg("as")
	st, err := h.Setup(ctx, stateFires, map[string]any{
		"workflow_rule": h.fixtures[def].rule, "entity": activities, "entity_id": h.things[aboutOf(c)], "data": map[string]any{"name": name, memberRun: h.Mark()},
	})
	if err != nil {
		return nil, err
	}
	a := &Answer{OK: true, Exchange: h.last()}
	id, _ := st.Values["id"].(string)
	number, _ := st.Values["number"].(string)
	if id != "" && number != "" {
		h.own(id, number)
		h.idsKnown.Store(true)
		a.Requests = []Seen{{Name: h.names.Bind(id, name, identity{id, number, def}), id: id, number: number}}
	} else if a.Requests, err = h.newcomers(ctx, name, def); err != nil {
		return nil, suite.Arranging(err)
	}
	h.expect(def)
	return a, h.count(ctx, def, a)
}

// newcomers finds the webhook request that nobody knows yet, where the provider does not say which it is.
func (h *driver) newcomers(ctx context.Context, name string, def int) ([]Seen, error) {
	r, err := h.list(ctx, url.Values{paramDefinition: {byID(h.fixtures[def].id).String()}})
	if err != nil {
		return nil, err
	}
	all, err := r.records()
	var found []Seen
	for _, rec := range all {
		if seen := h.seen(rec); seen.Name == rec.id() {
			h.own(rec.id(), rec.number())
			seen.Name = h.names.Bind(rec.id(), name, identity{rec.id(), rec.number(), def})
			found = append(found, seen)
		}
	}
	return found, err
}

// one reads an answer with one webhook request.
func (h *driver) one(r *reply, err error) (*Answer, error) {
	if err != nil {
		return nil, err
	}
	a := answerOf(r)
	if rec, err := r.record(); err == nil {
		a.Requests = []Seen{h.seen(rec)}
	} else if a.OK {
		a.Broken = orNone(r.data)
	}
	return a, nil
}

func answerOf(r *reply) *Answer {
	return &Answer{OK: r.ok(), Refused: r.refused(), Code: r.statusText(), Exchange: r.Exchange}
}

func (h *driver) listed(ctx context.Context, c explore.Command) (*Answer, error) {
	query := url.Values{}
	if c.Arg("def") != "" || c.Arg("about") == "" {
		query.Set(paramDefinition, byID(h.fixtures[defOf(c)].id).String())
	}
	for name, value := range map[string]string{
		"entity_id": h.things[c.Arg("about")], "life_cycle_state": c.Arg("state"), paramSize: c.Arg("size"), "offset": c.Arg("offset"),
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	r, err := h.list(ctx, query)
	if err != nil {
		return nil, err
	}
	a := answerOf(r)
	all, err := r.records()
	if a.OK && err != nil {
		a.Broken = orNone(r.data)
	}
	a.Requests = []Seen{}
	for _, rec := range all {
		a.Requests = append(a.Requests, h.seen(rec))
	}
	return a, nil
}

// resent resends, and learns the new record where one takes the place of the old.
func (h *driver) resent(ctx context.Context, c explore.Command) (*Answer, error) {
	def := h.identity(c.Arg("request")).def
	r, err := h.resend(ctx, h.key(c).object())
	if err != nil {
		return nil, err
	}
	if rec, err := r.record(); err == nil && c.Arg("as") != "" && rec.id() != "" {
		h.names.Bind(rec.id(), c.Arg("as"), identity{rec.id(), rec.number(), def})
	}
	a, err := h.one(r, nil)
	if err != nil {
		return nil, err
	}
	if a.OK {
		h.expect(def)
	}
	return a, h.count(ctx, def, a)
}

// expect notes that one delivery more is due.
func (h *driver) expect(def int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.due[def]++
}

// count enters the deliveries so far into an answer.
func (h *driver) count(ctx context.Context, def int, a *Answer) (err error) {
	if h.waits {
		a.Sent, err = h.sent(ctx, def)
	}
	return err
}

// sent counts the deliveries to a definition when those that are due have come, or failed to.
func (h *driver) sent(ctx context.Context, def int) (int, error) {
	inbox := h.fixtures[def].inbox
	h.mu.Lock()
	due := h.due[def]
	h.mu.Unlock()
	if due > 0 {
		if err := h.await(ctx, inbox, due); err != nil {
			return 0, err
		}
	}
	return h.record(def), nil
}

// record enters the deliveries into the transcript, each once, and counts them.
func (h *driver) record(def int) int {
	all := h.fixtures[def].inbox.Deliveries()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range all[h.recorded[def]:] {
		h.Received(d)
	}
	h.recorded[def] = len(all)
	return len(all)
}

// soon is the part of the usual wait for a delivery that is enough where one has failed to come before: the sequences that
// follow try the same again, dozens of times.
const soon = 12

func (h *driver) await(ctx context.Context, inbox *receiver.Inbox, due int) error {
	patience := h.Receiver().Config().Wait
	if h.Receiver().Missed() {
		patience /= soon
	}
	waiting, cancel := context.WithTimeout(ctx, max(patience, time.Millisecond))
	defer cancel()
	n := 0
	d, _ := inbox.Await(waiting, func(*receiver.Delivery) bool { n++; return n >= due }) // that the time is up is no error
	if d == nil {
		h.Receiver().Miss()
	}
	return ctx.Err()
}
