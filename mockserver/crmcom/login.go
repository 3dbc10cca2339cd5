package crmcom

import (
	"context"
	"time"

	"github.com/golang-jwt/jwt/v5"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Authenticate gives a token to a user of the organisation, which names the world.
func (s *Server) Authenticate(ctx context.Context, req crmgen.AuthenticateRequestObject) (crmgen.AuthenticateResponseObject, error) {
	x := exchange.From(ctx)
	user, err := login.Ask(x.World, asked(*req.Body), !s.worlds.DeclaredOnly())
	if err != nil {
		return nil, err
	}
	at := x.World.Clock().Now()
	token, lifetime, err := newToken(x.World, *req.Body, user, at)
	if err != nil {
		return nil, err
	}
	if err := s.worlds.Issue(x.World, token, world.Grant{User: user.Username, Expires: at.Add(lifetime)}); err != nil {
		return nil, err
	}
	x.Changed = journal.Transition{Thing: "token of", ID: user.Username, To: "issued"}
	x.Cite(crmapi.EnvelopeOK, crmapi.AuthLogin, crmapi.AuthExpiry)
	return envelope{data: tokenObject(token), noText: loginText(x)}, nil
}

func asked(c crmgen.Credentials) login.Login {
	return login.Login{Organisation: c.Organisation, Username: c.Username, Password: c.Password, Unit: unit(c)}
}

func unit(asked crmgen.Credentials) string {
	if asked.Unit == nil {
		return ""
	}
	return *asked.Unit
}

// newToken is a JWT, or 32 hex digits for a login from before R12.
func newToken(w *world.World, asked crmgen.Credentials, user login.Login, at time.Time) (token string, lifetime time.Duration, err error) {
	id, err := world.Do[string](w, world.TakeTokenID{})
	if err != nil {
		return "", 0, err
	}
	if user.Legacy {
		return id, crmapi.LegacyTokenLifetime, nil
	}
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"jti": id,
		"usr": user.Username,
		"org": asked.Organisation,
		"oun": unit(asked),
		"iat": at.Unix(),
		"exp": at.Add(crmapi.TokenLifetime).Unix(),
	}).SignedString(w.SigningKey())
	return token, crmapi.TokenLifetime, err
}

// ReleaseToken makes the token be refused from now on.
func (s *Server) ReleaseToken(ctx context.Context, req crmgen.ReleaseTokenRequestObject) (crmgen.ReleaseTokenResponseObject, error) {
	x := exchange.From(ctx)
	if err := s.worlds.Revoke(x.World, req.Body.Token); err != nil {
		return nil, err
	}
	x.Changed = journal.Transition{Thing: "token", From: "issued", To: "released"}
	x.Cite(crmapi.EnvelopeOK, crmapi.AuthRelease)
	return envelope{data: emptyObject, noText: loginText(x)}, nil
}

func tokenObject(token string) content {
	return func(to []byte) []byte { return append(jsonobject.AppendString(append(to, `{"token":`...), token), '}') }
}

func emptyObject(to []byte) []byte { return append(to, "{}"...) }

// loginText is what the login methods have for a message that there is not.
func loginText(x *exchange.Exchange) noText {
	if x.Dialect().Answer(crmapi.ObjectNullMembers) == crmapi.AnswerAbsent {
		return absentText
	}
	return nullText
}
