package crmcom

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// askResendIdentity looks for the old record after a resend that succeeded.
func askResendIdentity(ctx context.Context, v *vendor) (string, error) {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return "", err
	}
	now, err := m.resent(ctx)
	if err != nil {
		return "", err
	}
	if state := now.text("life_cycle_state"); state != crmcom.StateSuccessful {
		return "", &suite.Unavailable{State: "a resend that succeeds", Reason: "webhook request " + m.number + " is " + state}
	}
	old, err := v.show(ctx, naming(m.byID().String()))
	if err != nil {
		return "", err
	}
	same := now.id() == m.id && now.number() == m.number
	fresh := now.id() != m.id && now.number() != m.number && old.refused()
	return either(same, crmcom.AnswerSameRecord, either(fresh, crmcom.AnswerNewRecord,
		fmt.Sprintf("record %s becomes %s, and the old one is then: %s", m.number, now.number(), old.statusText()))), nil
}

// askResendContent has an entity fire, change, and then be sent again.
func askResendContent(ctx context.Context, v *vendor) (string, error) {
	b, err := v.newFixture(ctx, refuse(http.StatusInternalServerError), nil)
	if err != nil {
		return "", err
	}
	first, _, err := b.delivered(ctx)
	if err != nil {
		return "", err
	}
	failed, err := b.logged(ctx, first)
	if err != nil {
		return "", err
	}
	const mark = "changed in between"
	changed := map[string]any{"entity_id": first.entityID, "data": map[string]any{"id": first.entityID, "number": mark}}
	if _, err := b.fireAbout(ctx, changed); err != nil {
		return "", err
	}
	b.inbox.Reply(accept())
	sent := b.count(first.entityID)
	if _, err := b.resend(ctx, byID(failed.id()).object()); err != nil {
		return "", err
	}
	if err := b.mark(ctx); err != nil {
		return "", err
	}
	again := slices.DeleteFunc(b.inbox.Deliveries(), func(d *receiver.Delivery) bool { return !telling(first.entityID)(d) })
	if len(again) <= sent {
		return "", &suite.Unavailable{State: "a resend that sends", Reason: "nothing came"}
	}
	b.Received(again[sent])
	return either(strings.Contains(string(again[sent].Body), mark), crmcom.AnswerReRead, crmcom.AnswerAsFirstSent), nil
}

// signed is a delivery, the data in it that the code covers, and the secret key.
func (v *vendor) signed(ctx context.Context) (d *delivery, data []byte, secret string, err error) {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return nil, nil, "", err
	}
	if err := b.wantSecret(); err != nil {
		return nil, nil, "", err
	}
	if _, d, err = b.delivered(ctx); err != nil {
		return nil, nil, "", err
	}
	data, err = d.data()
	return d, data, b.secret, err
}

func askAlgorithm(ctx context.Context, v *vendor) (string, error) {
	d, data, secret, err := v.signed(ctx)
	if err != nil {
		return "", err
	}
	inBody, inHeader := d.codes()
	for _, code := range []string{inBody, inHeader} {
		if name := verified(code, data, secret); name != "" {
			return name, nil
		}
	}
	return fmt.Sprintf("no known algorithm: %q in the body, %q in the header", inBody, inHeader), nil
}

func askCarrier(ctx context.Context, v *vendor) (string, error) {
	d, data, secret, err := v.signed(ctx)
	if err != nil {
		return "", err
	}
	body, header := d.codes()
	inBody, inHeader := verified(body, data, secret) != "", verified(header, data, secret) != ""
	switch {
	case inBody && inHeader:
		return "both", nil
	case inBody:
		return crmcom.AnswerBody, nil
	case inHeader:
		return crmcom.AnswerHeader, nil
	default:
		return "neither carries a code that verifies", nil
	}
}

// askSuccess tries an answer that is no 200, and one whose body says nothing.
func askSuccess(ctx context.Context, v *vendor) (string, error) {
	created := accept()
	created.Status = http.StatusCreated
	b, err := v.newFixture(ctx, created, nil)
	if err != nil {
		return "", err
	}
	other2xx, err := b.accepted(ctx)
	if err != nil {
		return "", err
	}
	b.inbox.Reply(receiver.Answer{ContentType: "text/plain", Body: "taken"})
	wordless, err := b.accepted(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case other2xx && wordless:
		return crmcom.Answer2xx, nil
	case wordless:
		return crmcom.Answer200Only, nil
	case other2xx:
		return crmcom.Answer2xxAndStatusCodeOK, nil
	default:
		return "200 with a status.code of OK", nil
	}
}

// accepted has the rule fire and tells whether the receiver's answer counts as accepted.
func (b *webhookFixture) accepted(ctx context.Context) (bool, error) {
	logged, err := b.outcome(ctx)
	return logged.text("life_cycle_state") == crmcom.StateSuccessful, err
}

// askTimeout leaves a delivery without an answer until the target gives up.
func askTimeout(ctx context.Context, v *vendor) (string, error) {
	patience := v.Receiver().Config().Patience
	if patience == 0 || v.Receiver().Config().Default {
		return "", &suite.Unavailable{
			State: "time to wait for a time-out", Reason: "the run may not wait for as long as a target may take",
			Remedy: "give --patience, or receiver.patience in the target file, such as 40s",
		}
	}
	b, err := v.newFixture(ctx, receiver.Answer{Hold: true}, nil)
	if err != nil {
		return "", err
	}
	_, d, err := b.delivered(ctx)
	if err != nil {
		return "", err
	}
	after, err := d.GivenUp(ctx)
	if err != nil {
		return "", err
	}
	if after == 0 {
		return fmt.Sprintf("more than %s", patience), nil
	}
	return rounded(after).String(), nil
}

// rounded takes away what the network and the scheduler add.
func rounded(d time.Duration) time.Duration {
	switch {
	case d < 2*time.Second:
		return d.Round(100 * time.Millisecond)
	case d < 10*time.Second:
		return d.Round(500 * time.Millisecond)
	default:
		return d.Round(time.Second)
	}
}
