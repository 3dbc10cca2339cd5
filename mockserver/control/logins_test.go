package control_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
)

// login is the token that CRM.COM's login gives, "" for a refusal.
func (m mock) login(organisation, user, password string) string {
	m.t.Helper()
	r := m.request(http.MethodPost, "/crmapi/rest/v2/authentication/token", object{"organisation": organisation, "username": user, "password": password})
	r.Header.Set("Content-Type", "application/json")
	var answer struct {
		Data struct{ Token string }
	}
	m.send(r).into(&answer)
	return answer.Data.Token
}

// annOf is a world file whose only user is ann.
func annOf(organisation string, more object) object {
	file := object{"crmcom": object{"logins": []object{{"organisation": organisation, "username": "ann", "password": "p"}}}}
	for name, value := range more {
		file[name] = value
	}
	return file
}

func TestWhoMayLogIn(t *testing.T) {
	declaredTokens := mockserver.WithDeclaredTokens()
	for name, c := range map[string]struct {
		options        []mockserver.Option
		file           object // of the world shop; nil for none
		organisation   string
		user, password string
		want           bool
	}{
		"anybody":                          {nil, nil, "shop", "bob", "secret", true},
		"anybody, in any world":            {nil, nil, "never-seen", "x", "y", true},
		"the documented user":              {nil, nil, "demo", "demo", "demo", true},
		"the documented user, otherwise":   {nil, nil, "demo", "demo", "other", true},
		"no name":                          {nil, nil, "shop", "", "secret", false},
		"no password":                      {nil, nil, "shop", "bob", "", false},
		"no world's name":                  {nil, nil, "a shop/b", "bob", "secret", false},
		"anybody beside a declared user":   {nil, annOf("ACME", nil), "ACME", "bob", "q", true},
		"a declared user's other password": {nil, annOf("ACME", nil), "ACME", "ann", "q", true},
		"open by the file":                 {nil, annOf("ACME", object{"logins": "open"}), "ACME", "bob", "q", true},
		"declared by the file":             {nil, annOf("ACME", object{"logins": "declared"}), "ACME", "ann", "p", true},
		"declared, other password":         {nil, annOf("ACME", object{"logins": "declared"}), "ACME", "ann", "q", false},
		"declared, other user":             {nil, annOf("ACME", object{"logins": "declared"}), "ACME", "bob", "p", false},
		"declared, by the world's name":    {nil, annOf("ACME", object{"logins": "declared"}), "shop", "bob", "p", false},
		"declared in another world":        {nil, annOf("ACME", object{"logins": "declared"}), "other", "bob", "p", true},
		"declared, and nobody is":          {nil, object{"logins": "declared"}, "shop", "bob", "p", false},
		"declared tokens":                  {[]mockserver.Option{declaredTokens}, annOf("ACME", nil), "ACME", "ann", "p", true},
		"declared tokens, other password":  {[]mockserver.Option{declaredTokens}, annOf("ACME", nil), "ACME", "ann", "q", false},
		"declared tokens, no such world":   {[]mockserver.Option{declaredTokens}, nil, "other", "bob", "q", false},
	} {
		t.Run(name, func(t *testing.T) {
			m := start(t, c.options...)
			if c.file != nil {
				m.control(http.MethodPut, "/worlds/shop", c.file).object()
			}
			if got := m.login(c.organisation, c.user, c.password); (got != "") != c.want {
				t.Errorf("%s@%s: token %q, want one: %v", c.user, c.organisation, got, c.want)
			}
		})
	}
}

func TestStateRefusedLogin(t *testing.T) {
	m := start(t)
	who := m.setUp("a refused login", nil)
	if diff := cmp.Diff(object{"organisation": "demo", "username": "refused-user", "password": "refused-password"}, who); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	m.setUp("a refused login", object{"username": "demo"})
	m.state("setup", "a refused login", object{"user": "demo"}).refused(http.StatusBadRequest, "bad-value", "params.user")
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "copy"})
	for _, world := range []string{"demo", "copy"} {
		for user, want := range map[string]bool{"refused-user": false, "demo": false, "bob": true} {
			if token := m.login(world, user, "demo"); (token != "") != want {
				t.Errorf("%s@%s: token %q, want one: %v", user, world, token, want)
			}
		}
	}
	if m.login("other", "refused-user", "p") == "" {
		t.Error("it is refused in another world, too")
	}
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	if m.login("demo", "demo", "demo") == "" {
		t.Error("a reset leaves the login refused")
	}
	m.control(http.MethodPut, "/worlds/again", string(m.control(http.MethodGet, "/worlds/copy", nil).text))
	if m.login("again", "demo", "demo") != "" {
		t.Error("the world file does not say that the login is refused")
	}
}

// An exported world says whose logins it takes.
func TestLoginsAreExported(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/shop", annOf("ACME", object{"logins": "declared"})).object()
	if got := m.control(http.MethodGet, "/worlds/shop", nil).object()["logins"]; got != "declared" {
		t.Errorf("logins: %v", got)
	}
	if got := m.control(http.MethodGet, "/worlds/demo", nil).object()["logins"]; got != nil {
		t.Errorf("an open world has logins: %v", got)
	}
	m.control(http.MethodPut, "/worlds/shop", object{"logins": "some"}).refused(http.StatusBadRequest, "bad-body", "logins")
}
