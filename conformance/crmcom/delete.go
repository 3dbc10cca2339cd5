package crmcom

import (
	"context"
	"errors"
	"net/url"

	"github.com/understudy-mock/understudy/conformance/suite"
)

func deleteSuccessful(ctx context.Context, v *vendor) error {
	m, err := v.successful(ctx, nil)
	if err != nil {
		return err
	}
	return m.wantDeletable(ctx, m.byID())
}

func deleteRejected(ctx context.Context, v *vendor) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	return m.wantDeletable(ctx, m.byNumber())
}

func (m *createdRequest) wantDeletable(ctx context.Context, k key) error {
	r, err := m.delete(ctx, k.object())
	if err != nil {
		return err
	}
	return r.wantOK()
}

// deleteResponse wants in the answer what show returned before, when it was last changed aside.
func deleteResponse(ctx context.Context, v *vendor) error {
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	before, err := m.seen(ctx)
	if err != nil {
		return err
	}
	r, err := v.delete(ctx, m.byID().object())
	if err != nil {
		return err
	}
	data, err := r.record()
	if err != nil {
		return err
	}
	for _, rec := range []record{before, data} {
		for _, name := range []string{"updated_date", "updated_by_user", "updated_by_unit"} {
			delete(rec.inside("log_information"), name)
		}
	}
	for name := range data.plain() {
		if !before.has(name) {
			delete(data, name) // what show keeps back is not for delete to answer for
		}
	}
	return r.Want("members that the record had otherwise:", []string{}, differing(before, data))
}

func deleteGone(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	shown := map[*createdRequest]record{}
	for _, m := range []*createdRequest{rejected, successful} {
		if err := v.needShown(ctx, m.byID(), m.byNumber()); err != nil {
			return err
		}
		if shown[m], err = m.seen(ctx); err != nil {
			return err
		}
		if err := m.lookInViews(ctx, shown[m]); err != nil {
			return err
		}
		r, err := v.delete(ctx, m.byNumber().object())
		if err != nil {
			return err
		}
		if err := r.wantOK(); err != nil {
			return suite.Arranging(err)
		}
	}
	none := func(record) bool { return false }
	return errors.Join(
		rejected.wantGone(ctx),
		successful.wantGone(ctx),
		v.wantListed(ctx, url.Values{"entity_id": {rejected.entityID}}, none, nil, []*createdRequest{rejected, successful}),
		rejected.wantInViews(ctx, shown[rejected], false),
		successful.wantInViews(ctx, shown[successful], false),
	)
}

// deleteOthers deletes one of three that are about the same thing.
func deleteOthers(ctx context.Context, v *vendor) error {
	rejected, successful, err := v.pair(ctx)
	if err != nil {
		return err
	}
	m, err := v.rejected(ctx, map[string]any{"entity_id": rejected.entityID})
	if err != nil {
		return err
	}
	first, err1 := rejected.seen(ctx)
	second, err2 := successful.seen(ctx)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if _, err := v.delete(ctx, m.byID().object()); err != nil {
		return err
	}
	return errors.Join(rejected.wantUnchanged(ctx, first), successful.wantUnchanged(ctx, second))
}

func deleteIdentifier(ctx context.Context, v *vendor) error {
	if err := v.needDeleted(ctx); err != nil {
		return err
	}
	all, err := v.several(ctx, 2)
	if err != nil {
		return err
	}
	first, err1 := all[0].seen(ctx)
	second, err2 := all[1].seen(ctx)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return errors.Join(
		v.wantIdentified(ctx, (*vendor).delete, all[0], all[1]),
		all[0].wantUnchanged(ctx, first),
		all[1].wantUnchanged(ctx, second),
		v.wantDeletedOnce(ctx),
	)
}

func deleteResendAfter(ctx context.Context, v *vendor) error {
	if err := v.needResent(ctx); err != nil {
		return err
	}
	m, err := v.rejectedAt(ctx, accept())
	if err != nil {
		return err
	}
	if err := v.needShown(ctx, m.byID(), m.byNumber()); err != nil {
		return err
	}
	if err := m.deleted(ctx); err != nil {
		return err
	}
	byID, err1 := v.resend(ctx, m.byID().object())
	byNumber, err2 := v.resend(ctx, m.byNumber().object())
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return errors.Join(byID.wantRefused(), byNumber.wantRefused(), m.fixture.wantSent(ctx, m.entityID, 0, byNumber.Exchange))
}

// deleted deletes the webhook request. One that is still there cannot show what becomes of a deleted one.
func (m *createdRequest) deleted(ctx context.Context) error {
	r, err := m.delete(ctx, m.byID().object())
	if err != nil {
		return err
	}
	err = r.wantOK()
	if err == nil {
		err = m.wantGone(ctx)
	}
	if len(suite.Violations(err)) > 0 {
		return &suite.Unavailable{State: "a deleted webhook request", Reason: "delete leaves it where it was"}
	}
	return err
}
