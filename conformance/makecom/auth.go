package makecom

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func authTokenRequired(ctx context.Context, v *vendor) error {
	return v.wantShutOut(ctx, "")
}

func authTokenScheme(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	accepted, err := h.as(scheme+" "+v.Token()).list(ctx, h.id, nil)
	if err != nil {
		return err
	}
	if err := errors.Join(accepted.WantStatus(http.StatusOK), h.needDeleted(ctx)); err != nil {
		return err
	}
	return errors.Join(
		h.wantNoWay(ctx, "Basic "+v.Token()),
		h.wantNoWay(ctx, "Understudy "+v.Token()),
		h.wantNoWay(ctx, scheme+" "),
		h.wantUntouched(ctx),
	)
}

func authUnknownToken(ctx context.Context, v *vendor) error {
	auth, madeUp, err := v.refusedToken(ctx)
	if err != nil {
		return err
	}
	err = v.wantShutOut(ctx, auth)
	if madeUp && len(suite.Violations(err)) > 0 {
		return v.unlessElsewhere(ctx, auth, err)
	}
	if err != nil || len(*v.lent) > 0 || v.Mode() == suite.ReadOnly {
		return err
	}
	return v.wantNearTokensRefused(ctx)
}

// wantNearTokensRefused looks at a hook that was made for the run with what is almost its token. A mock may open something else for each:
// the hook is not there, then, which is a refusal, too.
func (v *vendor) wantNearTokensRefused(ctx context.Context) error {
	token := v.Token()
	if token == "" {
		return nil
	}
	h, err := v.hook(ctx, map[string]any{})
	if err != nil || h.lent {
		return err
	}
	if err := h.needListed(ctx, nil); err != nil {
		return err
	}
	var errs []error
	for _, near := range []string{token[:len(token)-1], token + "0", otherCase(token)} {
		h.Hide(near)
		e, err := h.as(with(h.Session, near)).list(ctx, h.id, nil)
		if err != nil {
			return err
		}
		errs = append(errs, e.WantRefusal())
	}
	return errors.Join(errs...)
}

// unlessElsewhere is the finding that a token is let in which the suite made up, where it opens what the run's own opens. A mock may open
// something else for every token, and show the same hook there: no state says then that the token was never issued.
func (v *vendor) unlessElsewhere(ctx context.Context, auth string, found error) error {
	if len(*v.lent) == 0 {
		return found // the hook was made for the run
	}
	unclear := &suite.Unavailable{State: stateRefused, Reason: "the target takes one that the suite made up: it takes any, or it breaks this requirement", Remedy: "offer the state"}
	h := (*v.lent)[0]
	if v.Mode() == suite.ReadOnly || h.fill(ctx, 1) != nil {
		return unclear
	}
	e, err := h.as(auth).list(ctx, h.id, nil)
	if err != nil {
		return err
	}
	if page, err := readListing(e); err != nil || !slices.Contains(page.ids(), h.items[len(h.items)-1]) {
		return unclear
	}
	return found
}

func authReadScope(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	reader, err := v.token(ctx, makecom.ScopeRead)
	if err != nil {
		return err
	}
	writer, err := v.token(ctx, makecom.ScopeWrite)
	if err != nil {
		return err
	}
	return errors.Join(h.wantReads(ctx, reader, true), h.wantReads(ctx, writer, false))
}

func authWriteScope(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	reader, err := v.token(ctx, makecom.ScopeRead)
	if err != nil {
		return err
	}
	if err := errors.Join(h.needDeleted(ctx), v.needAccepted(v.as(reader).list(ctx, h.id, nil))); err != nil {
		return err
	}
	answer, err := v.as(reader).delete(ctx, h.id, "", ids(h.items...))
	if err != nil {
		return err
	}
	return errors.Join(answer.WantStatus(http.StatusForbidden), h.wantUntouched(ctx))
}

// wantShutOut wants someone with this header refused everywhere, and the queue as it was. A run that may only read looks at the
// reads alone. Where there is nothing to protect on this target, a stranger who is let in still shows.
func (v *vendor) wantShutOut(ctx context.Context, auth string) error {
	h, err := v.readable(ctx, 1)
	if unavailable(err) {
		return errors.Join(v.orNowhere(h).wantReads(ctx, auth, false), err)
	}
	if err != nil {
		return err
	}
	if err := h.needReads(ctx); err != nil {
		return err
	}
	read := h.wantReads(ctx, auth, false)
	if v.Mode() == suite.ReadOnly {
		return read
	}
	if err := h.needDeleted(ctx); err != nil {
		return errors.Join(read, err)
	}
	return errors.Join(read, h.wantNoWay(ctx, auth), h.wantUntouched(ctx))
}

// needReads needs the three reads to be accepted.
func (h *hook) needReads(ctx context.Context) error {
	list, err1 := h.list(ctx, h.id, nil)
	detail, err2 := h.detail(ctx, h.id, h.known()[0])
	stats, err3 := h.stats(ctx, h.id)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return h.NeedAccepted(list, detail, stats)
}

// orNowhere is h, or where there is none a hook that does not exist.
func (v *vendor) orNowhere(h *hook) *hook {
	if h != nil {
		return h
	}
	return &hook{vendor: v, id: v.unknownHook()}
}

// wantReads wants the three reads to work, or to be refused, with this header.
func (h *hook) wantReads(ctx context.Context, auth string, allowed bool) error {
	v := h.as(auth)
	list, err1 := v.list(ctx, h.id, nil)
	detail, err2 := v.detail(ctx, h.id, append(h.known(), h.HexID())[0])
	stats, err3 := v.stats(ctx, h.id)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if allowed {
		return errors.Join(list.WantStatus(http.StatusOK), detail.WantStatus(http.StatusOK), stats.WantStatus(http.StatusOK))
	}
	return errors.Join(list.WantRefusal(), detail.WantRefusal(), stats.WantRefusal())
}

// wantNoWay wants a deletion with this header refused.
func (h *hook) wantNoWay(ctx context.Context, auth string) error {
	answer, err := h.as(auth).delete(ctx, h.id, "", ids(h.items...))
	if err != nil {
		return err
	}
	return answer.WantRefusal()
}

// otherCase is a token with every letter in the other case, or where it has none with one more.
func otherCase(token string) string {
	if other := suite.Swapped(token); other != token {
		return other
	}
	return token + "a"
}
