package crmcom

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

func authTokenRequired(ctx context.Context, v *vendor) error {
	return v.wantShutOut(ctx, "")
}

func authUnknownToken(ctx context.Context, v *vendor) error {
	token, err := v.refusedToken(ctx)
	if err != nil {
		return err
	}
	return v.wantShutOut(ctx, token)
}

// refusedToken is a token that the target never gave, or has revoked.
func (v *vendor) refusedToken(ctx context.Context) (string, error) {
	st, err := v.Setup(ctx, stateRefused, map[string]any{})
	if unknownState(err) {
		return strings.ToUpper(v.HexID()), nil
	}
	if err != nil {
		return "", err
	}
	return st.Text("token")
}

// wantShutOut wants every method refused with this token, and the log as it was. A run that may only read looks at list alone.
func (v *vendor) wantShutOut(ctx context.Context, token string) error {
	if v.Mode() == suite.ReadOnly {
		return v.wantNotRead(ctx, token)
	}
	if err := v.needEverything(ctx); err != nil {
		return err
	}
	m, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	before, err := m.seen(ctx)
	if err != nil {
		return err
	}
	refused, err := v.as(token).wantEverywhere(ctx, m, m, (*reply).wantRefused)
	return errors.Join(refused, err, m.wantUnchanged(ctx, before))
}

func (v *vendor) wantNotRead(ctx context.Context, token string) error {
	if err := v.needAccepted(v.list(ctx, anyOne())); err != nil {
		return err
	}
	r, err := v.as(token).list(ctx, anyOne())
	if err != nil {
		return err
	}
	if r.ok() && token != "" {
		// No state says that the token is none: a mock may take any.
		return &suite.Unavailable{State: stateRefused, Reason: "the target takes one that the suite made up: it takes any, or it breaks this requirement", Remedy: "offer the state"}
	}
	return r.wantRefused()
}

// needEverything needs every method to be accepted when nothing is wrong with the call.
func (v *vendor) needEverything(ctx context.Context) error {
	resent, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	other, err := v.rejected(ctx, nil)
	if err != nil {
		return err
	}
	need, err := v.wantEverywhere(ctx, resent, other, func(r *reply) error { return v.NeedAccepted(r.Exchange) })
	return errors.Join(need, err)
}

// wantEverywhere resends one webhook request and shows, lists and deletes another one, and wants the same of every answer.
func (v *vendor) wantEverywhere(ctx context.Context, resent, other *createdRequest, want func(*reply) error) (verdict, err error) {
	show, err1 := v.show(ctx, naming(other.byID().String()))
	list, err2 := v.list(ctx, url.Values{"entity_id": {other.entityID}})
	resend, err3 := v.resend(ctx, resent.byID().object())
	remove, err4 := v.delete(ctx, other.byID().object())
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	return errors.Join(want(show), want(list), want(resend), want(remove)), nil
}

func authLogin(ctx context.Context, v *vendor) error {
	token, err := v.login(ctx)
	if err != nil {
		return err
	}
	inside := v.as(token)
	view := map[string]any{paramToken: token} // a provider sets up what this token sees
	resent, err := inside.rejected(ctx, view)
	if err != nil {
		return errors.Join(err, inside.wantAnyList(ctx))
	}
	other, err := inside.rejected(ctx, view)
	if err != nil {
		return err
	}
	works, err := inside.wantEverywhere(ctx, resent, other, (*reply).wantOK)
	return errors.Join(works, err)
}

// wantAnyList wants the one method to work that needs no webhook request to be there. A provider may know a token no better
// than the target does.
func (v *vendor) wantAnyList(ctx context.Context) error {
	r, err := v.list(ctx, url.Values{"entity": {activities}, paramSize: {"1"}})
	if err != nil {
		return err
	}
	return r.wantOK()
}

func authExpiry(ctx context.Context, v *vendor) error {
	st, err := v.Setup(ctx, stateExpired, map[string]any{})
	if err != nil {
		return err
	}
	token, err := st.Text("token")
	if err != nil {
		return err
	}
	v.Hide(token)
	return v.wantShutOut(ctx, token)
}

func authRelease(ctx context.Context, v *vendor) error {
	token, err := v.login(ctx)
	if err != nil {
		return err
	}
	inside := v.as(token)
	view := map[string]any{paramToken: token}
	m, err1 := inside.rejected(ctx, view)
	resent, err2 := inside.rejected(ctx, view)
	other, err3 := inside.rejected(ctx, view)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	need, err := inside.wantEverywhere(ctx, resent, other, func(r *reply) error { return v.NeedAccepted(r.Exchange) })
	if err := errors.Join(need, err); err != nil {
		return err
	}
	released, err := inside.post(ctx, crmcom.OpRelease, pathRelease, map[string]any{})
	if err != nil {
		return err
	}
	refused, err := inside.wantEverywhere(ctx, m, m, (*reply).wantRefused)
	return errors.Join(released.wantOK(), refused, err)
}

// authRefusedLogin needs the provider to name somebody whom the login refuses: a target may let in anybody whom nobody told it of. The
// run's own user has to be let in.
func authRefusedLogin(ctx context.Context, v *vendor) error {
	if _, err := v.login(ctx); err != nil {
		return err
	}
	st, err := v.Setup(ctx, stateNoLogin, map[string]any{})
	if err != nil {
		return err
	}
	organisation, err1 := st.Text("organisation")
	username, err2 := st.Text("username")
	password, err3 := st.Text("password")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	v.Hide(password)
	body := map[string]any{"username": username, "password": password, "organisation": organisation}
	r, err := v.as("").post(ctx, crmcom.OpLogin, pathLogin, body)
	if err != nil {
		return err
	}
	return errors.Join(r.wantRefused(), r.wantNoToken())
}

// wantNoToken wants no token, beside a refusal either.
func (r *reply) wantNoToken() error {
	var data record
	_ = decode(r.data, &data) // what is no object has no token
	token := data.text("token")
	return r.WantThat(token == "", "no token", fmt.Sprintf("one of %d characters", len(token)))
}

// login logs in as the user that the target file names, and returns the token. A refusal is a violation.
func (v *vendor) login(ctx context.Context) (string, error) {
	who := v.Login()
	if who.Username == "" {
		return "", &suite.Unavailable{State: "a user to log in as", Reason: "none is named", Remedy: "give --login, or login in the target file"}
	}
	body := map[string]any{"username": who.Username, "password": who.Password, "organisation": who.Organisation}
	if who.Unit != "" {
		body["unit"] = who.Unit
	}
	r, err := v.as("").post(ctx, crmcom.OpLogin, pathLogin, body)
	if err != nil {
		return "", err
	}
	data, err := r.record()
	if err != nil {
		return "", err
	}
	token := data.text("token")
	v.Hide(token)
	v.Ledger().Mint(sessionKey(token))
	return token, r.WantThat(token != "", "a token", "none")
}
