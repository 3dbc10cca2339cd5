package crmcom

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// callers is how many calls a check sends at the same time, rounds how often it repeats a change: some targets count.
const (
	callers = 3
	rounds  = 3
)

// atOnce sends one change of a webhook request several times at the same time, and counts the answers that accept it.
func (m *createdRequest) atOnce(ctx context.Context, operation, path string) (accepted int, last *reply, err error) {
	var requests []*suite.Request
	for range callers {
		r, err := m.posting(operation, path, identifying(m.byID().object()))
		if err != nil {
			return 0, nil, err
		}
		requests = append(requests, r)
	}
	all, err := m.AtOnce(ctx, requests...)
	if err != nil {
		return 0, nil, err
	}
	for _, e := range all {
		if last = read(e); last.ok() {
			accepted++
			m.ownResent(last)
		}
	}
	return accepted, last, nil
}

// wantResentOnce resends one webhook request several times at the same time: one call is accepted, and sends.
func (v *vendor) wantResentOnce(ctx context.Context) error {
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	accepted, last, err := m.atOnce(ctx, crmcom.OpResend, pathResend)
	if err != nil {
		return err
	}
	one := last.WantThat(accepted == 1, "one of the resends at the same time accepted", fmt.Sprintf("%d", accepted))
	return errors.Join(one, m.fixture.wantSent(ctx, m.entityID, 1, last.Exchange), m.wantStates(ctx, 0, 1))
}

// wantKeptAtOnce resends what is refused again several times at the same time: it stays.
func (v *vendor) wantKeptAtOnce(ctx context.Context) error {
	m, err := v.rejectedAt(ctx, refuse(503))
	if err != nil {
		return err
	}
	if _, _, err := m.atOnce(ctx, crmcom.OpResend, pathResend); err != nil {
		return err
	}
	return errors.Join(m.wantStillRejected(ctx), m.wantStates(ctx, 1, 0))
}

// wantDeletedOnce deletes one webhook request several times, one after the other and at the same time: one call is accepted.
func (v *vendor) wantDeletedOnce(ctx context.Context) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	accepted, last, err := m.atOnce(ctx, crmcom.OpDelete, pathDelete)
	if err != nil {
		return err
	}
	if err := m.wantGone(ctx); err != nil {
		return suite.Arranging(err) // what is still there may be deleted again
	}
	errs := []error{last.WantThat(accepted == 1, "one of the deletions at the same time accepted", fmt.Sprintf("%d", accepted))}
	for _, k := range []key{m.byID(), m.byNumber(), m.byID()} {
		r, err := m.delete(ctx, k.object())
		if err != nil {
			return err
		}
		errs = append(errs, r.wantRefused())
	}
	return errors.Join(errs...)
}

// wantAllLogged has the rule fire several times at the same time, and wants each logged once.
func (b *webhookFixture) wantAllLogged(ctx context.Context) error {
	var events []*event
	var fires []func() error
	for range callers {
		params, err := b.about(nil)
		if err != nil {
			return err
		}
		params["workflow_rule"] = b.rule
		events = append(events, &event{entityID: fmt.Sprint(params["entity_id"])})
		fires = append(fires, func() error {
			st, err := b.Setup(ctx, stateFires, params)
			if err == nil {
				id, _ := st.Values["id"].(string)         // a provider may not know it
				number, _ := st.Values["number"].(string) // as above
				b.own(id, number)
			}
			return err
		})
	}
	if err := inParallel(fires); err != nil {
		return err
	}
	var errs []error
	for _, e := range events {
		_, err := b.logged(ctx, e)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// inParallel does all of it at the same time.
func inParallel(all []func() error) error {
	errs := make([]error, len(all))
	var under sync.WaitGroup
	for i, do := range all {
		under.Go(func() { errs[i] = do() })
	}
	under.Wait()
	return errors.Join(errs...)
}
