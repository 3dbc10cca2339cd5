package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// payloadOf is what is delivered under a name; the mark tells it from what others deliver.
func payloadOf(name, mark string) string { return body(map[string]any{"item": name, memberRun: mark}) }

// driver carries commands out on two fresh hooks. It is safe for concurrent use.
type driver struct {
	vendor   *vendor
	ids      idSource
	hooks    [2]*hook
	stranger string // an id that the target never gave
	mark     string // of everything that is delivered here

	names    explore.Names[string] // of ids
	mu       sync.Mutex
	disabled [2]*suite.State

	unanswered []string // names of items that may have arrived, nobody knows under which id
}

// Do carries a command out.
func (h *driver) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	on := h.hooks[hookOf(c)]
	switch c.Verb {
	case verbDeliver:
		return h.deliver(ctx, on, c.Arg("item"))
	case verbList:
		return h.list(ctx, on, c)
	case verbDetail:
		return h.detail(ctx, on, c.Arg("item"))
	case verbStats:
		return h.stats(ctx, on)
	case verbDelete:
		return h.delete(ctx, on, c)
	case verbBegin:
		id, err := on.begin(ctx)
		return &Answer{Status: http.StatusOK, Items: []string{h.names.Of(id)}, Exchange: on.last()}, err
	case verbFinish:
		return refusable(on, on.finish(ctx, h.id(c.Arg("item"))))
	case verbDisable:
		return &Answer{Status: http.StatusOK}, h.disable(ctx, hookOf(c))
	case verbEnable:
		return &Answer{Status: http.StatusOK}, h.enable(ctx, hookOf(c))
	}
	return nil, fmt.Errorf("there is no command %q", c.Verb)
}

// refusable makes an answer of a state that the provider can or cannot bring about.
func refusable(on *hook, err error) (*Answer, error) {
	var u *suite.Unavailable
	if errors.As(err, &u) && !u.Unknown && !u.Forbidden {
		return &Answer{Status: http.StatusConflict, Exchange: on.last()}, nil
	}
	return &Answer{Status: http.StatusOK, Exchange: on.last()}, err
}

// id is the id of a name. One that nobody knows yet is as good as unknown.
func (h *driver) id(name string) string {
	if id, ok := h.names.Thing(name); ok {
		return id
	}
	return h.stranger
}

func (h *driver) idsOf(names []string) []string {
	ids := make([]string, 0, len(names))
	for _, name := range names {
		ids = append(ids, h.id(name))
	}
	return ids
}

func (h *driver) answer(e *suite.Exchange) *Answer {
	a := &Answer{Status: e.Status, Exchange: e}
	var p problem
	if a.refused() && e.Decode(&p) == nil {
		a.Code = text(p.Code)
	}
	return a
}

func (h *driver) list(ctx context.Context, on *hook, c explore.Command) (*Answer, error) {
	query := url.Values{}
	for name, parameter := range map[string]string{"offset": "pg[offset]", "limit": "pg[limit]", "sort": "pg[sortDir]"} {
		if c.Arg(name) != "" {
			query.Set(parameter, c.Arg(name))
		}
	}
	e, err := on.list(ctx, on.id, query)
	if err != nil {
		return nil, err
	}
	a := h.answer(e)
	if page, err := readListing(e); err == nil {
		a.Items = h.names.All(page.ids())
		return a, h.own(on, a.Items)
	}
	return a, unreadable(a)
}

// own makes sure that nobody else delivers to a lent hook: that would look like a mistake of the target's.
func (h *driver) own(on *hook, names []string) error {
	if !on.lent {
		return nil
	}
	for _, name := range names {
		if hexID().MatchString(name) {
			return &suite.Unavailable{State: "a hook to explore alone", Reason: "an item of others came to the lent hook " + on.id}
		}
	}
	return nil
}

// unreadable is an answer of 200 that cannot be understood; one with another status says enough by that.
func unreadable(a *Answer) error {
	if !a.Succeeded() {
		return nil
	}
	return a.against(nil, "a body as documented", string(a.Exchange.ResponseBody))
}

func (h *driver) detail(ctx context.Context, on *hook, name string) (*Answer, error) {
	e, err := on.detail(ctx, on.id, h.id(name))
	if err != nil {
		return nil, err
	}
	a := h.answer(e)
	if d, err := readDetail(e); err == nil {
		id, _ := d.Incoming["id"].(string) // an item without one is none of ours
		a.Items = []string{h.names.Of(id), h.deliveredAs(d.Incoming["data"])}
		return a, nil
	}
	return a, unreadable(a)
}

// deliveredAs is the name under which data was delivered, or the data itself.
func (h *driver) deliveredAs(data any) string {
	object, _ := data.(map[string]any)
	if name, ok := object["item"].(string); ok && len(object) == 2 && object[memberRun] == h.mark {
		return name
	}
	return body(data)
}

func (h *driver) stats(ctx context.Context, on *hook) (*Answer, error) {
	e, err := on.stats(ctx, on.id)
	if err != nil {
		return nil, err
	}
	a := h.answer(e)
	if stat, err := readStatistics(e); err == nil {
		a.Queue, a.Limit, a.Enabled = stat.Queue, stat.Limit, stat.Enabled
		return a, nil
	}
	return a, unreadable(a)
}

func (h *driver) delete(ctx context.Context, on *hook, c explore.Command) (*Answer, error) {
	selection := map[string]any{}
	if names := c.List("ids"); names != nil {
		selection["ids"] = h.idsOf(names)
	}
	if names := c.List("except"); names != nil {
		selection["exceptIds"] = h.idsOf(names)
	}
	if c.Arg("all") == "true" {
		selection["all"] = true
	}
	e, err := on.delete(ctx, on.id, c.Arg("confirmed"), body(selection))
	if err != nil {
		return nil, err
	}
	a := h.answer(e)
	if d, err := readDeletion(e); err == nil {
		a.Items, a.Partial = h.names.All(d.Incomings), d.Error != nil
		return a, nil
	}
	return a, unreadable(a)
}

func (h *driver) disable(ctx context.Context, hook int) error {
	on := h.hooks[hook]
	state, err := on.Setup(ctx, stateDisabled, map[string]any{"hookId": on.param})
	h.disabled[hook] = state
	return err
}

func (h *driver) enable(ctx context.Context, hook int) error {
	if h.disabled[hook] == nil {
		return nil
	}
	return h.disabled[hook].Undo(ctx)
}

// deliver delivers an item and learns its id.
func (h *driver) deliver(ctx context.Context, on *hook, name string) (*Answer, error) {
	if h.ids == fromProvider {
		return h.deliverByState(ctx, on, name)
	}
	e, err := on.send(ctx, post("application/json", payloadOf(name, h.mark)))
	if err != nil {
		return nil, err
	}
	a := h.answer(e)
	if !a.Succeeded() {
		return a, nil
	}
	id := e.ResponseHeader.Get(makecom.HeaderRequestID)
	if h.ids == fromList {
		if id, err = h.unnamed(ctx, on); err != nil {
			return nil, err
		}
	}
	if id != "" {
		a.Items = []string{h.names.Bind(id, name, id)}
	}
	return a, nil
}

// unnamed finds the one item of a hook that has no name yet, "" when there is none.
func (h *driver) unnamed(ctx context.Context, on *hook) (string, error) {
	ids, err := on.waiting(ctx)
	if err != nil {
		return "", suite.Arranging(err)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return h.names.Of(id) != id })
	if len(ids) == 0 {
		return "", nil
	}
	on.Ledger().Mint(ids[len(ids)-1])
	return ids[len(ids)-1], nil
}

// deliverByState has the state provider deliver. What it cannot do now is what a full hook refuses.
func (h *driver) deliverByState(ctx context.Context, on *hook, name string) (*Answer, error) {
	state, err := on.Setup(ctx, "items waiting", map[string]any{"hookId": on.param, "data": []any{value(payloadOf(name, h.mark))}})
	var u *suite.Unavailable
	if errors.As(err, &u) && !u.Unknown && !u.Forbidden {
		return &Answer{Status: http.StatusBadRequest, Exchange: on.last()}, nil
	}
	if err != nil {
		return nil, err
	}
	ids, err := state.Texts("ids")
	if err != nil || len(ids) != 1 {
		return nil, errors.Join(err, fmt.Errorf("state \"items waiting\": %d ids for one item", len(ids)))
	}
	on.Ledger().Mint(ids[0])
	return &Answer{Status: http.StatusOK, Items: []string{h.names.Bind(ids[0], name, ids[0])}, Exchange: on.last()}, nil
}
