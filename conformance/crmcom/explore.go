package crmcom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Subject is CRM.COM's API as something that can be explored: the model, and hands that carry its commands out.
type Subject struct{ Model }

// Asks lists the questions that the model depends on.
func (Subject) Asks() []*contract.Question {
	return []*contract.Question{crmcom.ResendIdentity, crmcom.ListOrder}
}

// Survey finds out whether a rule can be made to fire and whether its deliveries reach the suite's receiver.
func (Subject) Survey(ctx context.Context, s *suite.Session, d contract.Dialect) (start State, gaps []string, err error) {
	w, err := open(ctx, s)
	if err != nil {
		return State{}, nil, err
	}
	start = State{dialect: d, received: true}
	a, err := w.Do(ctx, explore.Of(verbFire, "as", "a"))
	if err != nil {
		return State{}, nil, arranging(err)
	}
	if a.Sent == 0 {
		start.received = false
		gaps = append(gaps, w.boxes[0].nothingCame(w.boxes[0].inbox).Error())
	}
	for _, q := range (Subject{}).Asks() {
		if d[q.ID] == "" {
			gaps = append(gaps, "what depends on "+q.ID+": the answer was not observed")
		}
	}
	return start, gaps, nil
}

// hands carry commands out on two fresh definitions. They are safe for concurrent use.
type hands struct {
	*vendor
	boxes  [2]*box
	things map[string]string // entity ids by name

	mu    sync.Mutex
	keys  map[string][2]key // id and number by name
	names map[string]string // by id
	defs  map[string]int    // by name
}

// Open asks for two fresh definitions.
func (Subject) Open(ctx context.Context, s *suite.Session, _ State) (explore.World[Answer], error) {
	return open(ctx, s)
}

func open(ctx context.Context, s *suite.Session) (*hands, error) {
	v := newVendor(s)
	h := &hands{vendor: v, keys: map[string][2]key{}, names: map[string]string{}, defs: map[string]int{}}
	h.things = map[string]string{"x": v.unknown().value, "y": v.unknown().value}
	h.keys[unknown] = [2]key{v.unknown(), v.unknownNumber()}
	for i := range h.boxes {
		b, err := v.boxed(ctx, accept(), nil)
		if err != nil {
			return nil, arranging(err)
		}
		h.boxes[i] = b
	}
	return h, nil
}

// Do carries a command out.
func (h *hands) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	b := h.boxes[defOf(c)]
	switch c.Verb {
	case verbFire:
		return h.fire(ctx, b, c)
	case verbAccept:
		b.inbox.Reply(accept())
		return &Answer{OK: true}, nil
	case verbRefuse:
		b.inbox.Reply(refuse(http.StatusServiceUnavailable))
		return &Answer{OK: true}, nil
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
		return &Answer{OK: true, Sent: len(b.inbox.Deliveries())}, nil
	}
	return nil, fmt.Errorf("there is no command %q", c.Verb)
}

// key names the webhook request of a command as it says.
func (h *hands) key(c explore.Command) key {
	h.mu.Lock()
	defer h.mu.Unlock()
	both, ok := h.keys[c.Arg("request")]
	if !ok {
		both = h.keys[unknown]
	}
	if c.Arg("by") == "number" {
		return both[1]
	}
	return both[0]
}

// baptize gives a webhook request a name, and returns the name that it has from then on: its first one. A number that it
// shares with another one makes it that other one.
func (h *hands) baptize(id, number, name string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if first, ok := h.names[id]; ok {
		return first
	}
	for first, both := range h.keys {
		if both[1].value == number {
			return first
		}
	}
	h.names[id] = name
	h.keys[name] = [2]key{byID(id), byNumber(number)}
	return name
}

// nameOf is the name of an id, or the id itself.
func (h *hands) nameOf(id string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if name, ok := h.names[id]; ok {
		return name
	}
	return id
}

// fire has the rule fire, and takes the delivery and the webhook request that came of it.
func (h *hands) fire(ctx context.Context, b *box, c explore.Command) (*Answer, error) {
	h.made(c.Arg("as"), defOf(c))
	before := len(b.inbox.Deliveries())
	st, err := h.Setup(ctx, stateFires, map[string]any{
		"workflow_rule": b.rule, "entity": activities, "entity_id": h.things[aboutOf(c)], "data": map[string]any{"name": c.Arg("as")},
	})
	if err != nil {
		return nil, err
	}
	a := &Answer{OK: true, Sent: before, Exchange: h.last()}
	if a.Sent, err = sentAfter(ctx, b.inbox, before); err != nil {
		return nil, err
	}
	id, number := st.Values["id"], st.Values["number"]
	if id == nil || number == nil {
		return a, h.newest(ctx, b, c.Arg("as"), a)
	}
	h.own(fmt.Sprint(id), fmt.Sprint(number))
	a.Requests = []string{h.baptize(fmt.Sprint(id), fmt.Sprint(number), c.Arg("as"))}
	return a, nil
}

// sentAfter waits for one more delivery, and returns how many there are then.
func sentAfter(ctx context.Context, inbox *receiver.Inbox, before int) (int, error) {
	seen := 0
	_, err := inbox.Await(ctx, func(*receiver.Delivery) bool { seen++; return seen > before })
	return len(inbox.Deliveries()), err
}

// newest finds the webhook request that nobody knows yet, where the provider does not say which it is.
func (h *hands) newest(ctx context.Context, b *box, name string, a *Answer) error {
	r, err := h.list(ctx, url.Values{paramDefinition: {byID(b.id).String()}})
	if err != nil {
		return err
	}
	all, err := r.records()
	if err != nil {
		return err
	}
	for _, rec := range all {
		if h.nameOf(rec.id()) == rec.id() {
			h.own(rec.id(), rec.number())
			a.Requests = append(a.Requests, h.baptize(rec.id(), rec.number(), name))
		}
	}
	return nil
}

// one reads an answer with one webhook request.
func (h *hands) one(r *reply, err error) (*Answer, error) {
	if err != nil {
		return nil, err
	}
	a := &Answer{OK: r.ok(), Told: r.told(), Exchange: r.Exchange}
	if !a.OK {
		return a, nil
	}
	rec, err := r.record()
	a.Requests, a.State = []string{h.nameOf(rec.id())}, rec.text("life_cycle_state")
	for name, id := range h.things {
		if id == rec.text("entity_id") {
			a.About = name
		}
	}
	return a, err
}

func (h *hands) listed(ctx context.Context, c explore.Command) (*Answer, error) {
	query := url.Values{}
	if c.Arg("def") != "" || c.Arg("about") == "" {
		query.Set(paramDefinition, byID(h.boxes[defOf(c)].id).String())
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
	a := &Answer{OK: r.ok(), Told: r.told(), Exchange: r.Exchange}
	if !a.OK {
		return a, nil
	}
	all, err := r.records()
	for _, rec := range all {
		a.Requests = append(a.Requests, h.nameOf(rec.id()))
	}
	return a, err
}

// resent resends, takes the delivery if one is to come, and learns the new record where one takes the place of the old.
func (h *hands) resent(ctx context.Context, c explore.Command) (*Answer, error) {
	def := h.defOf(c.Arg("request"))
	inbox := h.boxes[def].inbox
	before := len(inbox.Deliveries())
	r, err := h.resend(ctx, h.key(c).object())
	if err != nil {
		return nil, err
	}
	if rec, err := r.record(); err == nil && c.Arg("as") != "" {
		h.baptize(rec.id(), rec.number(), c.Arg("as"))
		h.made(c.Arg("as"), def)
	}
	a, err := h.one(r, nil)
	if err != nil {
		return nil, err
	}
	a.Sent = len(inbox.Deliveries())
	if a.OK {
		a.Sent, err = sentAfter(ctx, inbox, before)
	}
	return a, err
}

// made notes whose webhook request one is.
func (h *hands) made(name string, def int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.defs[name] = def
}

func (h *hands) defOf(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.defs[name]
}
