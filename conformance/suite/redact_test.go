package suite

import "testing"

func TestRedactor(t *testing.T) {
	var r Redactor
	r.Hide("s3cret-token", "s3cret-token-and-more", "demo", `quo"ted-secret`)
	for in, want := range map[string]string{
		"nothing to hide":                          "nothing to hide",
		"a demo of short words":                    "a demo of short words",
		"x s3cret-token y":                         "x REDACTED y",
		"s3cret-token-and-more":                    "REDACTED",
		`{"token":"abc","a":1}`:                    `{"token":"REDACTED","a":1}`,
		`{"password" : "a\"b"}`:                    `{"password" : "REDACTED"}`,
		"/show?token=abc&x=1":                      "/show?token=REDACTED&x=1",
		`{"x":"quo\"ted-secret"}`:                  `{"x":"REDACTED"}`,
		"q=quo%22ted-secret":                       "q=REDACTED",
		"Send the header Authorization: Token <t>": "Send the header Authorization: Token <t>",
	} {
		if got := r.Text(in); got != want {
			t.Errorf("%q: want %q, got %q", in, want, got)
		}
	}
	if got := r.Header("Authorization", "Token demo"); got != "Token REDACTED" {
		t.Errorf("got %q", got)
	}
}
