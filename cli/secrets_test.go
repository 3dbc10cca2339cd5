package cli

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// Credentials that a target may want, or give, beside the token of its API.
const (
	stateKey    = "state-key-4711aa"
	stateToken  = "state-token-4711bb"
	cookie      = "cookie-4711cc"
	echoedKey   = "echoed-key-4711dd"
	accessToken = "api-token-4711ee"
)

// indiscreet is a broken vendor whose provider of states wants a key and a token in its address, who sets cookies, and repeats in every
// refusal what it was sent, and a key of its own.
func indiscreet(mock http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "session="+cookie)
		w.Header().Set("X-Session-Token", echoedKey)
		if strings.HasSuffix(r.URL.Path, "/provider-states") {
			if r.Header.Get("X-Api-Key") != stateKey || r.URL.Query().Get("access_token") != stateToken {
				http.Error(w, "the key "+r.Header.Get("X-Api-Key")+" is not welcome", http.StatusForbidden)
				return
			}
			r.URL.RawQuery = ""
		}
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		if answer.Code >= http.StatusBadRequest && bytes.HasPrefix(body, []byte("{")) {
			body = append([]byte(`{"apiKey":"`+echoedKey+`","you sent":"`+r.Header.Get("Authorization")+`",`), body[1:]...)
		}
		for name, values := range answer.Header() {
			w.Header()[name] = append(w.Header()[name], values...)
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	})
}

// No credential stands in anything that a run writes, wherever the target has it from: an outsider looks for each in every file.
func TestNoOutputHoldsACredential(t *testing.T) {
	t.Parallel()
	api := tested()[0]
	mock, err := mockserver.New(mockserver.WithMutant(api.Mutant))
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(indiscreet(mock))
	t.Cleanup(web.Close)
	for name, key := range map[string]string{"with the key": stateKey, "with a wrong key": stateKey + "-wrong"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			arguments := []string{
				"verify", api.contract().Name, "--url", web.URL + api.contract().BasePath, "--token", accessToken, "--run", "/(delete|auth|list)/", "--explore", "--rounds", "2", "-v",
				"--state-url", web.URL + "/_understudy/v1/provider-states?access_token=" + stateToken, "--state-header", "X-Api-Key: " + key,
				"--scripts", filepath.Join(dir, "scripts"), "--write-baseline", filepath.Join(dir, "baseline"),
			}
			for _, kind := range []string{"json", "junit", "html", "markdown", "github", "jsonl"} {
				arguments = append(arguments, "--report", kind+"="+filepath.Join(dir, kind))
			}
			var stdout, stderr bytes.Buffer
			tested().run(context.WithoutCancel(t.Context()), arguments, &stdout, &stderr) // it is no success
			written := map[string]string{"standard output": stdout.String(), "standard error": stderr.String()}
			err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := os.ReadFile(path)
				written[path] = string(text)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if key == stateKey && (len(written) < 9 || !strings.Contains(written[filepath.Join(dir, "json")], "access_token=REDACTED")) {
				t.Errorf("the run wrote %d files, and said %s%s; the test has lost sight of them", len(written), &stdout, &stderr)
			}
			for file, text := range written {
				for _, secret := range []string{stateKey, stateToken, cookie, echoedKey, accessToken} {
					if at := strings.Index(text, secret); at >= 0 {
						t.Errorf("%s shows %s: …%s…", file, secret, text[max(0, at-80):at+len(secret)])
					}
				}
			}
		})
	}
}
