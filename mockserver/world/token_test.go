package world_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

func newRegistry(t *testing.T) (*world.Registry, *world.World) {
	t.Helper()
	r, err := world.NewRegistry(world.Config{}, world.Base{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.Find("demo")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return r, w
}

func fill(t *testing.T, r *world.Registry, w *world.World, g world.Grant) {
	t.Helper()
	for i := range world.MaxTokens {
		if err := r.Issue(w, fmt.Sprint("token-", i), g); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExpiredTokensMakeRoom(t *testing.T) {
	r, w := newRegistry(t)
	fill(t, r, w, world.Grant{Expires: w.Clock().Now().Add(time.Hour)})
	if err := r.Issue(w, "one more", world.Grant{}); !errors.Is(err, world.ErrTooManyTokens) {
		t.Fatalf("got error %v", err)
	}
	if err := r.Issue(w, "token-7", world.Grant{}); err != nil {
		t.Errorf("a token that is there: %v", err)
	}
	if err := w.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, g, err := r.Open("token-8"); err != nil || !errors.Is(g.Valid(w.Clock().Now()), world.ErrExpired) {
		t.Errorf("before there is need of its place, an expired token opens with %+v, %v", g, err)
	}
	if err := r.Issue(w, "one more", world.Grant{}); err != nil {
		t.Fatal(err)
	}
	if got := len(r.Tokens(w)); got != 2 {
		t.Errorf("%d tokens are left, want the one without end and the new one", got)
	}
}

func TestRevokingNeverFails(t *testing.T) {
	r, w := newRegistry(t)
	fill(t, r, w, world.Grant{})
	for i := range world.MaxRevoked + 10 {
		stranger := fmt.Sprint("stranger-", i)
		if err := r.Revoke(w, stranger); err != nil {
			t.Fatal(err)
		}
		if _, g, err := r.Open(stranger); err != nil || !errors.Is(g.Valid(w.Clock().Now()), world.ErrRevoked) {
			t.Fatalf("%s: %+v, %v", stranger, g, err)
		}
	}
	if err := r.Revoke(w, "token-7"); err != nil {
		t.Fatal(err)
	}
	if _, g, _ := r.Open("token-7"); !g.Revoked {
		t.Error("a token that is there was not revoked")
	}
	if got := len(r.Tokens(w)); got > world.MaxTokens+world.MaxRevoked {
		t.Errorf("%d tokens are kept", got)
	}
}

// Worlds do not take each other's room, and a world that is gone leaves no token.
func TestTokensAreBoundedPerWorld(t *testing.T) {
	r, w := newRegistry(t)
	fill(t, r, w, world.Grant{})
	other, err := r.Find("other")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Issue(other, "token-7", world.Grant{}); err != nil {
		t.Fatal(err)
	}
	if err := r.Issue(w, "in its place", world.Grant{}); err != nil {
		t.Errorf("a token that changed over still takes room: %v", err)
	}
	if err := r.Delete("demo"); err != nil {
		t.Fatal(err)
	}
	if again, _, err := r.Open("in its place"); err != nil || again == w || len(r.Tokens(w)) != 0 {
		t.Errorf("the token of a world that is gone opens %v, %v", again, err)
	}
}

// A token that was revoked, issued anew and revoked again is refused for as long as the latest revocation lasts.
func TestRevokedTwice(t *testing.T) {
	r, w := newRegistry(t)
	if err := r.Revoke(w, "twice"); err != nil {
		t.Fatal(err)
	}
	if err := r.Issue(w, "twice", world.Grant{}); err != nil {
		t.Fatal(err)
	}
	for i := range world.MaxRevoked - 1 {
		if err := r.Revoke(w, fmt.Sprint("stranger-", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Revoke(w, "twice"); err != nil {
		t.Fatal(err)
	}
	if _, g, err := r.Open("twice"); err != nil || !g.Revoked {
		t.Errorf("%+v, %v", g, err)
	}
	for i := range world.MaxRevoked {
		if err := r.Revoke(w, fmt.Sprint("another-", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, kept := r.Tokens(w)["twice"]; kept {
		t.Error("it is remembered for ever")
	}
}
