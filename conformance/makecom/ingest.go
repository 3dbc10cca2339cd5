package makecom

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// delivery is a request to a hook's own address.
type delivery struct {
	media string
	body  string
	query url.Values
	check bool // a 429 is for the check to see

	encoding string // the Content-Encoding, if there is one
	method   string // "" for POST
	pieces   bool   // it is sent without its length
}

func post(media, body string) delivery { return delivery{media: media, body: body} }

// send delivers, and returns whatever the answer is.
func (h *hook) send(ctx context.Context, d delivery) (*suite.Exchange, error) {
	if h.url == "" {
		return nil, &suite.Unavailable{State: "a hook's own address", Reason: "it is not known", Remedy: "answer the state \"a hook\" with hookUrl, or give --hook-url"}
	}
	e, err := h.sendTo(ctx, h.url, d)
	if err == nil && h.lent && (e.Status == http.StatusNotFound || e.Status == http.StatusGone) {
		return nil, &suite.Unavailable{State: "a hook's own address", Reason: fmt.Sprintf("what was given for the lent hook %s answers %d %q to a delivery", h.id, e.Status, e.ResponseBody), Remedy: "see that --hook-url is the address of that hook, and the hook enabled"}
	}
	return e, err
}

func (h *hook) sendTo(ctx context.Context, address string, d delivery) (*suite.Exchange, error) {
	e, err := h.Do(ctx, d.to(address))
	if e != nil && hexID().MatchString(e.ResponseHeader.Get(makecom.HeaderRequestID)) {
		h.Ledger().Mint(e.ResponseHeader.Get(makecom.HeaderRequestID)) // the item's id, if it has one
	}
	return e, err
}

// to is the request that delivers to an address.
func (d delivery) to(address string) *suite.Request {
	header := http.Header{}
	if d.media != "" {
		header.Set("Content-Type", d.media)
	}
	if d.encoding != "" {
		header.Set("Content-Encoding", d.encoding)
	}
	if d.pieces {
		header.Set("Transfer-Encoding", "chunked")
	}
	if len(d.body) > makecom.MaxPayloadBytes {
		header.Set("Expect", "100-continue") // lets the target refuse before the body is sent
	}
	return &suite.Request{
		Operation: opIngest, Method: cmp.Or(d.method, http.MethodPost), Path: address, Query: d.query,
		Header: header, Body: []byte(d.body), KeepThrottled: d.check,
	}
}

// deliver delivers and finds the new item.
func (h *hook) deliver(ctx context.Context, d delivery) (string, error) {
	e, err := h.send(ctx, d)
	if err != nil {
		return "", err
	}
	if err := e.WantStatus(http.StatusOK); err != nil {
		return "", err
	}
	return h.newcomer(ctx, e)
}

// newcomer finds the item that a delivery made, and enters it in the ledger: the one that its answer names, else the only
// one that is new.
func (h *hook) newcomer(ctx context.Context, e *suite.Exchange) (id string, err error) {
	err = h.Await(ctx, func(ctx context.Context) error {
		waiting, err := h.waiting(ctx)
		if err != nil {
			return err
		}
		old := append(h.known(), h.gone...)
		fresh := slices.DeleteFunc(waiting, func(id string) bool { return slices.Contains(old, id) })
		id, err = h.amongst(fresh, e)
		return err
	})
	if err != nil {
		return "", err
	}
	h.Ledger().Mint(id)
	h.items = append(h.items, id)
	return id, nil
}

// amongst chooses the item of a delivery from those that are new.
func (h *hook) amongst(fresh []string, e *suite.Exchange) (string, error) {
	named := e.ResponseHeader.Get(makecom.HeaderRequestID)
	switch {
	case slices.Contains(fresh, named):
		return named, nil
	case len(fresh) == 1 && !h.lent:
		return fresh[0], nil
	case h.lent && len(fresh) > 0:
		return "", &suite.Unavailable{State: "an item of the check's own", Reason: "the new items on the lent hook cannot be told apart"}
	default:
		return "", e.WantThat(false, "one new item after an accepted delivery", fmt.Sprintf("%d new items", len(fresh)))
	}
}

func ingestAccepted(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	return errors.Join(h.wantAccepted(ctx), h.wantAccepted(ctx), h.wantAccepted(ctx), h.wantAllTaken(ctx))
}

// wantAccepted delivers, and wants the answer as documented and the item in the queue.
func (h *hook) wantAccepted(ctx context.Context) error {
	answer, err := h.send(ctx, post("application/json", body(h.payload())))
	if err != nil {
		return err
	}
	_, stored := h.newcomer(ctx, answer)
	return errors.Join(
		answer.WantStatus(http.StatusOK),
		answer.WantText(makecom.TextAccepted),
		wantPlain(answer),
		stored,
	)
}

// wantPlain wants the answer to be text, in whatever charset.
func wantPlain(e *suite.Exchange) error {
	media := e.ResponseHeader.Get("Content-Type")
	return e.WantThat(strings.HasPrefix(media, makecom.ContentTypeText), "Content-Type "+makecom.ContentTypeText, "Content-Type "+media)
}

func ingestFull(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{"queueLimit": 2})
	if err != nil {
		return err
	}
	if h.lent {
		return &suite.Unavailable{State: "a full queue", Reason: "the run does not fill a lent hook", Remedy: "provide the state \"a hook\" with queueLimit"}
	}
	if err := errors.Join(h.fill(ctx, 1), h.needTaken(ctx)); err != nil {
		return err
	}
	answer, err := h.send(ctx, post("application/json", body(v.payload())))
	if err != nil {
		return err
	}
	full := errors.Join(answer.WantStatus(http.StatusBadRequest), answer.WantText(makecom.TextQueueFull), h.wantUntouched(ctx))
	return errors.Join(full, h.wantFullAgain(ctx))
}

// wantFullAgain makes room and fills it, time and again.
func (h *hook) wantFullAgain(ctx context.Context) error {
	var errs []error
	for range rounds {
		if _, err := h.remove(ctx, "", ids(h.items[0])); err != nil {
			return suite.Arranging(err)
		}
		h.forget(h.items[0])
		room, err := h.send(ctx, post("application/json", body(h.payload())))
		if err != nil {
			return err
		}
		if err := room.WantStatus(http.StatusOK); err != nil {
			return errors.Join(append(errs, err)...)
		}
		if _, err := h.newcomer(ctx, room); err != nil {
			return suite.Arranging(err)
		}
		full, err := h.send(ctx, post("application/json", body(h.payload())))
		if err != nil {
			return err
		}
		errs = append(errs, full.WantStatus(http.StatusBadRequest), h.wantUntouched(ctx))
	}
	return errors.Join(errs...)
}

func ingestUnknown(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	if err := h.needTaken(ctx); err != nil {
		return err
	}
	address, err := h.nobody()
	if err != nil {
		return err
	}
	answer, err := h.sendTo(ctx, address, post("application/json", "{}"))
	if err != nil {
		return err
	}
	return errors.Join(answer.WantStatus(http.StatusGone), answer.WantText(makecom.TextWebhookNotFound))
}

// nobody makes an address up that looks like the hook's and is nobody's.
func (h *hook) nobody() (string, error) {
	at := strings.LastIndex(h.url, "/")
	if at < 0 {
		return "", &suite.Unavailable{State: "a hook's own address", Reason: "it is not known"}
	}
	address := h.url[:at+1] + h.HexID()
	h.Ledger().Mint(address)
	return address, nil
}

func ingestTooLarge(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	if err := h.needTaken(ctx); err != nil {
		return err
	}
	largest := post("text/plain", strings.Repeat("x", makecom.MaxPayloadBytes))
	whole := largest
	whole.body += "x"
	if h.lent {
		return errors.Join(h.wantTurnedAway(ctx, whole), h.wantUntouched(ctx))
	}
	if err := h.wantTaken(ctx, largest); err != nil {
		return err
	}
	pieces := whole
	pieces.pieces = true
	return errors.Join(h.wantTurnedAway(ctx, whole), h.wantTurnedAway(ctx, pieces), h.wantUntouched(ctx), h.wantNotUnpacked(ctx))
}

// wantTurnedAway wants a delivery refused.
func (h *hook) wantTurnedAway(ctx context.Context, d delivery) error {
	answer, err := h.send(ctx, d)
	if err != nil {
		return err
	}
	return answer.WantRefusal()
}

// wantTaken wants a delivery to be accepted and stored.
func (h *hook) wantTaken(ctx context.Context, d delivery) error {
	_, err := h.deliver(ctx, d)
	return err
}

// wantNotUnpacked delivers what is small and too large once it is decompressed. A target may keep it as it came: then the item is small.
func (h *hook) wantNotUnpacked(ctx context.Context) error {
	const larger = makecom.MaxPayloadBytes + 1<<20
	answer, err := h.send(ctx, packedText(strings.Repeat("x", larger)))
	if err != nil || answer.Status != http.StatusOK {
		return err
	}
	page, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	kept := slices.ContainsFunc(page.Incomings, func(item map[string]any) bool {
		size, _ := item["size"].(json.Number)
		n, _ := size.Int64() // an item without one is small
		return n >= larger
	})
	return answer.WantThat(!kept, "a refusal (4xx) of what is too large once it is decompressed", "an item of that size")
}

// rateWindow is what deliveries are counted in.
const rateWindow = 10 * time.Second

func ingestRate(ctx context.Context, v *vendor) error {
	const limit = 3
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	if _, err := v.Setup(ctx, "a rate limit", map[string]any{"hookId": h.param, "ingestPer10s": limit}); err != nil {
		return err
	}
	d := delivery{media: "application/json", body: "{}", check: true}
	var first, answer *suite.Exchange
	for range limit + 1 {
		if answer, err = h.send(ctx, d); err != nil {
			return err
		}
		if first == nil {
			first = answer
		}
	}
	if answer.At.Add(answer.Took).Sub(first.At) >= rateWindow {
		return &suite.Interrupted{Exchange: answer, Err: errors.New("deliveries that belong together took longer than the target counts")}
	}
	stored, err := h.waiting(ctx)
	if err != nil {
		return err
	}
	return errors.Join(
		answer.WantStatus(http.StatusTooManyRequests),
		answer.WantText(makecom.TextTooManyRequests),
		answer.Want("stored items", limit, len(stored)-len(h.others)),
	)
}

func ingestIDsUnique(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	if _, err := h.remove(ctx, "", ids(h.items[2])); err != nil {
		return suite.Arranging(err)
	}
	if err := h.processOne(ctx); err != nil {
		return err
	}
	if err := h.fill(ctx, 3); err != nil {
		return err
	}
	return want("ids", sorted(h.items), slices.Compact(sorted(h.items)))
}

// processOne lets one item go through processing, where that can be brought about.
func (h *hook) processOne(ctx context.Context) error {
	id, err := h.begin(ctx)
	if unavailable(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return h.finish(ctx, id)
}

// hexID is what ids look like.
var hexID = lazyregexp.New(`^[0-9a-f]{32}$`)

func ingestID(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	answer, err := h.send(ctx, post("application/json", body(v.payload())))
	if err != nil {
		return err
	}
	id, err := h.newcomer(ctx, answer)
	if err != nil {
		return err
	}
	return errors.Join(
		answer.WantThat(hexID().MatchString(id), "an id of 32 lower-case hex digits", id),
		answer.Want(makecom.HeaderRequestID, id, answer.ResponseHeader.Get(makecom.HeaderRequestID)),
	)
}
