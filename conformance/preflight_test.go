package conformance_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
)

// What listens and never answers is told in one line, before the first check, with what to do about it.
func TestWhatNeverAnswersIsToldInOneLine(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	for name, c := range map[string]struct{ url, want string }{
		"another protocol":   {listener(t, func(c net.Conn) { _, _ = c.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n")) }), "(malformed HTTP response|before it is asked).*whether a web server listens there"},
		"hangs up":           {listener(t, func(net.Conn) {}), "whether a web server listens there"},
		"hangs up on a call": {listener(t, func(c net.Conn) { _, _ = bufio.NewReader(c).ReadString('\n') }), "whether a web server listens there"},
		"never answers":      {listener(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }), "no answer within.*--timeout"},
		"plain HTTP":         {strings.Replace(plain.URL, "http:", "https:", 1), "its port speaks plain HTTP; give --url with http$"},
		"unknown authority":  {secure.URL, "failed to verify certificate.*SSL_CERT_FILE"},
	} {
		for _, api := range []string{"makecom", "crmcom"} {
			t.Run(name+"/"+api, func(t *testing.T) {
				t.Parallel()
				target := conformance.Target{API: api, URL: c.url + "/api", Token: "demo", Timeout: 300 * time.Millisecond}
				_, err := conformance.Run(t.Context(), target)
				if !errors.Is(err, conformance.ErrClosed) || !regexp.MustCompile("answers nothing: .*"+c.want).MatchString(err.Error()) {
					t.Errorf("%v", err)
				}
			})
		}
	}
}

// What answers something to something is a target, however bad.
func TestWhatAnswersAnythingIsMeasured(t *testing.T) {
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/incomings") {
			panic(http.ErrAbortHandler) // and with it the first call of every run
		}
		http.NotFound(w, r)
	}))
	target.States = conformance.States{}
	if r, err := conformance.Run(t.Context(), target); err != nil || len(r.Results) == 0 {
		t.Errorf("nothing was measured: %v", err)
	}
}

// A state provider that answers is no target that does.
func TestAProviderThatAnswersIsNoTarget(t *testing.T) {
	target := serve(t, http.NotFoundHandler())
	target.URL = listener(t, func(net.Conn) {})
	if _, err := conformance.Run(t.Context(), target); !errors.Is(err, conformance.ErrClosed) || !strings.Contains(err.Error(), "answers nothing") {
		t.Errorf("%v", err)
	}
}

// An address that is not that of the lent hook is no reason to accuse anybody, and nothing stays on the hook.
func TestTheAddressOfALentHookIsAnothers(t *testing.T) {
	t.Parallel()
	vendor := newMock(t)
	plain := serve(t, vendor)
	mine, other, foreign := newHook(t, vendor, plain.Token), newHook(t, vendor, plain.Token), newHook(t, vendor, "somebody")
	here := strings.TrimSuffix(plain.URL, "/api/v2")
	at := func(h conformance.Hook) string { return here + h.URL[strings.Index(h.URL, "/wh/"):] }
	for name, address := range map[string]string{
		"of another hook":             at(other),
		"of another world":            at(foreign),
		"of no hook":                  here + "/wh/nothing",
		"of the API":                  plain.URL,
		"where nothing listens":       "http://127.0.0.1:1/wh",
		"where everything is hung up": listener(t, func(net.Conn) {}),
		"by a scheme that is not its": strings.Replace(at(mine), "http:", "https:", 1),
		"of a server that takes all":  accepting(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := plain
			target.States = conformance.States{Hooks: []conformance.Hook{{ID: mine.ID, URL: address}}}
			_, err := conformance.Run(t.Context(), target)
			if !errors.Is(err, conformance.ErrClosed) || !strings.Contains(err.Error(), "correct --hook-url") {
				t.Errorf("%v", err)
			}
			wantTidy(t, vendor, target, &report.Report{})
		})
	}
}

func accepting(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("Accepted")) }))
	t.Cleanup(s.Close)
	return s.URL
}

// listener is the address of something that does this to every connection and hangs up.
func listener(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				do(c)
				_ = c.Close()
			}()
		}
	}()
	return "http://" + l.Addr().String()
}
