package crmcom

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func deliveryLogged(ctx context.Context, v *vendor) error {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return err
	}
	e, d, err := b.delivered(ctx)
	if err != nil {
		return err
	}
	logged, err := b.logged(ctx, e)
	if err != nil {
		return err
	}
	return errors.Join(
		b.wantSent(ctx, e.entityID, 1, d.Exchange),
		logged.Want("webhook_definition.id", b.id, logged.inside("webhook_definition").text("id")),
		b.asCreated(e, logged).wantInViews(ctx, logged.record, true),
		b.wantAllLogged(ctx),
	)
}

// asCreated is the webhook request that a firing left in the log.
func (b *webhookFixture) asCreated(e *event, logged recordOf) *createdRequest {
	return &createdRequest{vendor: b.vendor, id: logged.id(), number: logged.number(), entityID: e.entityID}
}

// deliveryIDsUnique deletes the newest webhook request, and one in between, before it makes another one.
func deliveryIDsUnique(ctx context.Context, v *vendor) error {
	all, err := v.several(ctx, 3)
	if err != nil {
		return err
	}
	for _, m := range all[1:] {
		gone, err := v.delete(ctx, m.byID().object())
		if err != nil {
			return err
		}
		if err := gone.wantOK(); err != nil {
			return suite.Arranging(err)
		}
	}
	later, err := v.several(ctx, 2)
	if err != nil {
		return err
	}
	ids, numbers := map[string]bool{}, map[string]bool{}
	all = append(all, later...)
	for _, m := range all {
		ids[m.id], numbers[m.number] = true, true
	}
	return v.last().Want("different ids and numbers", []int{len(all), len(all)}, []int{len(ids), len(numbers)})
}

func deliverySuccessful(ctx context.Context, v *vendor) error {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return err
	}
	var errs []error
	for range rounds {
		logged, err := b.outcome(ctx)
		if err != nil {
			return err
		}
		errs = append(errs,
			logged.Want("life_cycle_state", crmcom.StateSuccessful, logged.text("life_cycle_state")),
			logged.wantFields([]string{"request", "response"}),
			logged.wantNoError(),
		)
	}
	return errors.Join(errs...)
}

// deliveryRejected tries receivers that refuse, that break the connection off and that are not there; and one that says
// nothing, where the run has patience for it.
func deliveryRejected(ctx context.Context, v *vendor) error {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return err
	}
	var errs []error
	for _, answer := range []receiver.Answer{refuse(http.StatusInternalServerError), refuse(http.StatusNotFound), {Drop: true}} {
		b.inbox.Reply(answer)
		errs = append(errs, b.wantFailure(ctx))
	}
	nobody, err := v.fixtureAtNobody(ctx)
	if err != nil {
		return err
	}
	return errors.Join(append(errs, nobody.wantFailure(ctx), v.wantGivenUp(ctx))...)
}

// ownTimeout is the time-out that a check asks for. The receiver never answers, so that no target is too slow for it.
const ownTimeout = "200ms"

// wantGivenUp has a rule fire to a receiver that says nothing, and wants the failure in the log. A provider that knows no time-outs
// of definitions leaves the target its own, for as long as the run is patient.
func (v *vendor) wantGivenUp(ctx context.Context) error {
	if v.Receiver().Config().Patience == 0 {
		return nil
	}
	b, err := v.newFixture(ctx, receiver.Answer{Hold: true}, map[string]any{"timeout": ownTimeout})
	if unavailable(err) {
		b, err = v.newFixture(ctx, receiver.Answer{Hold: true}, nil)
	}
	if err != nil {
		return err
	}
	e, err := b.fire(ctx)
	if err != nil {
		return err
	}
	d, err := b.inbox.Await(ctx, telling(e.entityID))
	if err != nil {
		return err
	}
	if d != nil {
		if _, err := d.GivenUp(ctx); err != nil {
			return err
		}
	}
	return b.wantFailed(ctx, e)
}

// wantFailure has the rule fire and wants a REJECTED webhook request with its error.
func (b *webhookFixture) wantFailure(ctx context.Context) error {
	e, err := b.fire(ctx)
	if err != nil {
		return err
	}
	return b.wantFailed(ctx, e)
}

// wantFailed wants what a firing left in the log to be REJECTED, with its error.
func (b *webhookFixture) wantFailed(ctx context.Context, e *event) error {
	logged, err := b.logged(ctx, e)
	if err != nil {
		return err
	}
	return errors.Join(
		logged.Want("life_cycle_state", crmcom.StateRejected, logged.text("life_cycle_state")),
		logged.wantFields([]string{"error_code", "error_description"}),
	)
}

// fixtureAtNobody asks for a definition whose receiver refuses the connection: its port was free a moment ago.
func (v *vendor) fixtureAtNobody(ctx context.Context) (*webhookFixture, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	return v.fixtureAt(ctx, nil, "http://"+address+"/", nil)
}

func deliveryHMAC(ctx context.Context, v *vendor) error {
	var errs []error
	for range 2 {
		b, err := v.newFixture(ctx, accept(), nil)
		if err != nil {
			return err
		}
		if err := b.wantSecret(); err != nil {
			return err
		}
		_, d, err := b.delivered(ctx)
		if err != nil {
			return suite.Arranging(err)
		}
		errs = append(errs, d.wantVerified(b.secret))
	}
	return errors.Join(errs...)
}

// wantVerified wants a code that a receiver who knows the key can verify, in the body or in the header.
func (d *delivery) wantVerified(secret string) error {
	data, err := d.data()
	if err != nil {
		return err
	}
	inBody, inHeader := d.codes()
	ok := verified(inBody, data, secret) != "" || verified(inHeader, data, secret) != ""
	got := fmt.Sprintf("%q in the body, %q in the header %s", inBody, inHeader, d.layout.Header)
	return d.WantThat(ok, "an authentication code that is the HMAC of the data under the secret key", got)
}

func deliveryEffectiveOnly(ctx context.Context, v *vendor) error {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return err
	}
	idle, err := v.fixtureAt(ctx, b.inbox, b.inbox.URL, map[string]any{"effective": false})
	if err != nil {
		return err
	}
	e, err := idle.fire(ctx)
	if err != nil {
		return err
	}
	return b.wantSent(ctx, e.entityID, 0, nil)
}

func deliveryFieldsSet(ctx context.Context, v *vendor) error {
	fields := []string{"id", "number"}
	b, err := v.newFixture(ctx, accept(), map[string]any{"fields_set": fields})
	if err != nil {
		return err
	}
	e, d, err := b.delivered(ctx)
	if err != nil {
		return suite.Arranging(err)
	}
	data, err := d.object()
	if err != nil {
		return err
	}
	want := record{"id": e.data.Get("id"), "number": e.data.Get("number")}
	return errors.Join(
		d.Want("fields that are sent", fields, slices.Sorted(maps.Keys(data))),
		d.Want("fields sent with another value:", []string{}, differing(want, data)),
		v.wantSurvival(ctx),
	)
}

// wantSurvival has a rule fire for a thing whose fields have values of every kind, and wants each to arrive. Fields without a value
// are aside: whether they are sent is open.
func (v *vendor) wantSurvival(ctx context.Context) error {
	want := record{
		"text": "a \"b\" \\ <c>&amp; žluťoučký 😀\n\t", "word": "null", "digits": "007", "long": strings.Repeat("0123456789", 1000),
		"yes": true, "no": false, "zero": 0, "minus": -17, "fraction": 0.1, "large": 9007199254740991,
		"list":   []any{"", 0, false, []any{}, map[string]any{"x": "y"}},
		"nested": map[string]any{"a": map[string]any{"b": []any{map[string]any{"c": "d", "empty": ""}}}},
	}
	fields := slices.Sorted(maps.Keys(want))
	b, err := v.newFixture(ctx, accept(), map[string]any{"fields_set": fields})
	if err != nil {
		return err
	}
	params := map[string]any{"entity_id": v.thing()}
	want["mark"] = params["entity_id"] // not in the fields set
	params["data"] = want
	e, err := b.fireAbout(ctx, params)
	if err != nil {
		return err
	}
	d, err := b.await(ctx, e.entityID, nil)
	if err != nil {
		return suite.Arranging(err)
	}
	data, err := d.object()
	if err != nil {
		return err
	}
	delete(want, "mark")
	return errors.Join(
		d.Want("fields that are sent", fields, slices.Sorted(maps.Keys(data))),
		d.Want("fields sent with another value:", []string{}, differing(want, data)),
	)
}
