package crmcom

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
	records "github.com/understudy-mock/understudy/fixtures/record"
)

// accept is an answer that counts as accepted by every reading of what a receiver has to say.
func accept() receiver.Answer {
	return receiver.Answer{ContentType: "application/json", Body: `{"status":{"code":"OK","message":"","description":""},"data":{}}`}
}

// refuse is an answer that counts as accepted by none.
func refuse(status int) receiver.Answer {
	return receiver.Answer{Status: status, ContentType: "text/plain", Body: "not today"}
}

// webhookFixture is a webhook definition with its workflow rule, and the inbox of the suite's receiver that it delivers to.
type webhookFixture struct {
	*vendor
	inbox  *receiver.Inbox
	id     string // of the definition
	rule   any    // as the provider spelt it
	secret string
}

// reached opens an inbox that the target is to deliver to, unless it is known not to reach one.
func (v *vendor) reached(ctx context.Context, answer receiver.Answer) (*receiver.Inbox, error) {
	inbox, err := v.Inbox(ctx, answer)
	if err == nil && v.Receiver().Unreachable() {
		return nil, v.nothingCame(inbox)
	}
	return inbox, err
}

func (v *vendor) nothingCame(inbox *receiver.Inbox) error {
	return &suite.Unavailable{
		State: "a delivery to " + inbox.URL, Reason: "none came within " + v.Receiver().Config().Wait.String(),
		Remedy: "say how the target reaches the suite's receiver, with --receiver-url",
	}
}

// newFixture asks for a definition that delivers to a new inbox.
func (v *vendor) newFixture(ctx context.Context, answer receiver.Answer, params map[string]any) (*webhookFixture, error) {
	inbox, err := v.reached(ctx, answer)
	if err != nil {
		return nil, err
	}
	return v.fixtureAt(ctx, inbox, inbox.URL, params)
}

// fixtureAt asks for a definition with this URL, which logs everything that it sends.
func (v *vendor) fixtureAt(ctx context.Context, inbox *receiver.Inbox, address string, params map[string]any) (*webhookFixture, error) {
	all := map[string]any{"url": address, "effective": true, "logging": "all"}
	maps.Copy(all, params)
	st, err := v.Setup(ctx, stateDefinition, all)
	if err != nil {
		return nil, err
	}
	b := &webhookFixture{vendor: v, inbox: inbox, rule: st.Values["workflow_rule"]}
	if b.id, err = st.Text("id"); err != nil {
		return nil, err
	}
	b.secret, _ = st.Values["secret_key"].(string) // few checks need it
	return b, nil
}

// event is one firing of a rule.
type event struct {
	entityID string
	data     records.Object
}

// fire has the rule fire for a new thing.
func (b *webhookFixture) fire(ctx context.Context) (*event, error) { return b.fireAbout(ctx, nil) }

// fireAbout has the rule fire for what params say.
func (b *webhookFixture) fireAbout(ctx context.Context, params map[string]any) (*event, error) {
	params, err := b.about(params)
	if err != nil {
		return nil, err
	}
	params["workflow_rule"] = b.rule
	st, err := b.Setup(ctx, stateFires, params)
	if err != nil {
		return nil, err
	}
	e := &event{entityID: fmt.Sprint(params["entity_id"])}
	e.data, _ = params["data"].(records.Object) // checks that send other data do not ask
	id, _ := st.Values["id"].(string)
	number, _ := st.Values["number"].(string)
	b.own(id, number)
	return e, nil
}

// logged finds the one webhook request that a firing left in the log.
func (b *webhookFixture) logged(ctx context.Context, e *event) (found recordOf, err error) {
	err = b.Await(ctx, func(ctx context.Context) error {
		r, err := b.list(ctx, url.Values{"entity_id": {e.entityID}})
		if err != nil {
			return err
		}
		all, err := r.records()
		if err != nil {
			return err
		}
		if len(all) != 1 {
			return r.WantThat(false, "one webhook request about entity "+e.entityID+" in the log", fmt.Sprintf("%d", len(all)))
		}
		b.own(all[0].id(), all[0].number())
		found = recordOf{all[0], r}
		return nil
	})
	return found, err
}

// telling matches deliveries that tell of a thing, wherever they say so.
func telling(entityID string) func(*receiver.Delivery) bool {
	return func(d *receiver.Delivery) bool { return bytes.Contains(d.Body, []byte(entityID)) }
}

// count is how many deliveries have told of a thing.
func (b *webhookFixture) count(entityID string) int {
	n := 0
	for _, d := range b.inbox.Deliveries() {
		if telling(entityID)(d) {
			n++
		}
	}
	return n
}

// await returns the delivery that tells of a thing. That none came is a violation where the target can reach the receiver;
// after is the exchange upon which it should have.
func (b *webhookFixture) await(ctx context.Context, entityID string, after *suite.Exchange) (*delivery, error) {
	d, err := b.inbox.Await(ctx, telling(entityID))
	if err != nil {
		return nil, err
	}
	if d != nil {
		return &delivery{Delivery: d, Exchange: b.Received(d), layout: b.Receiver().Config().Layout}, nil
	}
	if !b.Receiver().Declared() && !b.Receiver().Heard() {
		if err := b.mark(ctx); err != nil {
			return nil, err
		}
	}
	return nil, &suite.Violation{Want: "one HTTP request to " + b.inbox.URL, Got: "none", Exchange: after}
}

// delivered has the rule fire and takes the delivery.
func (b *webhookFixture) delivered(ctx context.Context) (*event, *delivery, error) {
	e, err := b.fire(ctx)
	if err != nil {
		return nil, nil, err
	}
	d, err := b.await(ctx, e.entityID, nil)
	return e, d, err
}

// wantSent wants so many deliveries that tell of a thing, and no more on their way.
func (b *webhookFixture) wantSent(ctx context.Context, entityID string, n int, after *suite.Exchange) error {
	if err := b.mark(ctx); err != nil {
		return err
	}
	if got := b.count(entityID); got != n {
		return &suite.Violation{Want: fmt.Sprintf("%d HTTP requests to the receiver", n), Got: fmt.Sprintf("%d", got), Exchange: after}
	}
	return nil
}

// mark has the target deliver something else to the same inbox and waits for it: what was on its way has come by then, and
// what has not come was not sent. It fails when the target cannot be made to deliver. Where deliveries may overtake one
// another it waits for as long as one may take instead.
func (b *webhookFixture) mark(ctx context.Context) error {
	if b.Remote() && b.Receiver().Heard() {
		return b.Pause(ctx, b.Receiver().Config().Wait)
	}
	var missing error
	for _, send := range []func(context.Context) (string, error){b.markByRule, b.markByResend} {
		came, err := b.marked(ctx, send)
		if came || err != nil && !unavailable(err) {
			return err
		}
		if err == nil {
			err = b.nothingCame(b.inbox)
		}
		missing = err
	}
	b.Receiver().Miss()
	return missing
}

func (b *webhookFixture) marked(ctx context.Context, send func(context.Context) (string, error)) (came bool, err error) {
	entityID, err := send(ctx)
	if err != nil {
		return false, err
	}
	d, err := b.inbox.Await(ctx, telling(entityID))
	return d != nil, err
}

func (b *webhookFixture) markByRule(ctx context.Context) (string, error) {
	e, err := b.fire(ctx)
	if err != nil {
		return "", err
	}
	return e.entityID, nil
}

func (b *webhookFixture) markByResend(ctx context.Context) (string, error) {
	m, err := b.rejected(ctx, map[string]any{"url": b.inbox.URL})
	if err != nil {
		return "", err
	}
	_, err = b.resend(ctx, m.byID().object())
	return m.entityID, err
}

// delivery is one delivery of the target.
type delivery struct {
	*receiver.Delivery
	*suite.Exchange
	layout receiver.Layout
}

// data is the data of the delivery, byte by byte.
func (d *delivery) data() ([]byte, error) {
	raw, ok := d.Raw(d.layout.Data)
	return raw, d.WantThat(ok, "data at "+d.layout.Data+" of the delivery", fmt.Sprintf("%.200q", d.Delivery.Body))
}

// object is the data of a delivery, which has to be an object.
func (d *delivery) object() (data record, err error) {
	raw, err := d.data()
	if err != nil {
		return nil, err
	}
	if err := decode(raw, &data); err != nil {
		return nil, d.WantThat(false, "an object as data", fmt.Sprintf("%.200s", raw))
	}
	return data, nil
}

// codes are the authentication codes that it carries, by carrier.
func (d *delivery) codes() (inBody, inHeader string) {
	return d.Text(d.layout.Code), strings.TrimSpace(d.Delivery.Header.Get(d.layout.Header))
}
