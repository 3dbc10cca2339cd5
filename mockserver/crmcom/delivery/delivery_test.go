package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// post is where messages come from in a test.
type post struct {
	sender *delivery.Sender
	from   egress.Origin
}

func newPost(t *testing.T, o egress.Options) post {
	t.Helper()
	worlds, err := world.NewRegistry(world.Config{}, world.Base{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w, err := worlds.Find("demo")
	if err != nil {
		t.Fatal(err)
	}
	return post{delivery.New(egress.New(worlds, o)), egress.Origin{World: w, BaseURL: "http://understudy:8654"}}
}

func (p post) send(t *testing.T, url string, timeout time.Duration) requestlog.Outcome {
	t.Helper()
	return p.sender.Send(t.Context(), p.from, requestlog.Attempt{
		URL: url, Entity: "JOBS", EntityID: "J1", Data: []byte(`{"n":1.0}`), SecretKey: "key", Timeout: timeout,
	})
}

const soon = 150 * time.Millisecond

func write(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// Receivers as they are in the field.
func TestReceivers(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		code   string // of the failure, "" for a success
		says   string
		status int // recorded, 0 for no answer
	}{
		"accepts":            {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, "", "", 204},
		"answers garbage":    {func(w http.ResponseWriter, _ *http.Request) { write(w, "\xff\xfe<html") }, "", "", 200},
		"refuses":            {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "HttpClientErrorException", "403 Forbidden", 403},
		"fails":              {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "HttpServerErrorException", "500 Internal Server Error", 500},
		"redirects":          {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "HttpClientErrorException", "302 Found: redirects are not followed", 302},
		"is slow to begin":   {func(_ http.ResponseWriter, r *http.Request) { wait(r) }, "SocketTimeoutException", "no whole answer in time", 0},
		"is slow to end":     {dripping, "SocketTimeoutException", "no whole answer in time", 200},
		"closes":             {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "SocketException", "the connection ended before the answer did", 0},
		"closes half-way":    {halfWay, "SocketException", "the connection ended before the answer did", 200},
		"speaks no HTTP":     {hijacked("SSH-2.0-OpenSSH\r\n"), "IOException", "malformed HTTP response", 0},
		"sends a huge head":  {hijacked("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20)), "IOException", "exceeded", 0},
		"sends a huge body":  {func(w http.ResponseWriter, _ *http.Request) { flood(w, 100<<20) }, "", "", 200},
		"sends a large body": {func(w http.ResponseWriter, _ *http.Request) { flood(w, 1<<20) }, "", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			receiver := httptest.NewServer(test.answer)
			t.Cleanup(receiver.Close)
			t.Cleanup(func() { receiver.CloseClientConnections() })
			o := newPost(t, egress.Options{}).send(t, receiver.URL, timeoutFor(test.code))
			if o.Failure.Code != test.code || !strings.Contains(o.Failure.Description, test.says) || o.Rejected() != (test.code != "") {
				t.Errorf("got %+v, want %q with %q", o.Failure, test.code, test.says)
			}
			status := 0
			if o.Received != nil {
				status = o.Received.Status
				if len(o.Received.Body) > 64<<10 {
					t.Errorf("%d bytes are kept", len(o.Received.Body))
				}
			}
			if status != test.status {
				t.Errorf("recorded status %d, want %d", status, test.status)
			}
		})
	}
}

// timeoutFor is short where the time has to run out, and long where it must not.
func timeoutFor(code string) time.Duration {
	if code == "SocketTimeoutException" {
		return soon
	}
	return 20 * time.Second
}

// wait lasts until the client has left, which a server notices once it has read the request.
func wait(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// dripping sends a head and a part of the body, and then nothing.
func dripping(w http.ResponseWriter, r *http.Request) {
	write(w, "a part")
	_ = http.NewResponseController(w).Flush()
	wait(r)
}

func halfWay(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	write(w, "half")
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func hijacked(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		write(connection, text)
		_ = connection.Close()
	}
}

func flood(w io.Writer, size int) {
	block := bytes.Repeat([]byte("x"), 64<<10)
	for sent := 0; sent < size; sent += len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestHugeAnswersDoNotGrowMemory(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { flood(w, 100<<20) }))
	t.Cleanup(receiver.Close)
	p := newPost(t, egress.Options{})
	p.send(t, receiver.URL, time.Minute)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 5 {
		p.send(t, receiver.URL, time.Minute)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("5 answers of 100 MiB took %d bytes", grown)
	}
}

// What cannot be reached is an outcome too, and nothing but loopback is asked.
func TestUnreachable(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	for url, want := range map[string]requestlog.Failure{
		closed.URL:                   {Code: "ConnectException", Description: "connection refused"},
		secure.URL:                   {Code: "SSLHandshakeException", Description: "certificate"},
		"http://shop.example/hook":   {Code: "SecurityException", Description: `"shop.example" is neither loopback nor allowed; allow it with --egress shop.example`},
		"http://192.0.2.1/":          {Code: "SecurityException", Description: "192.0.2.1"},
		"http://[2001:db8::1]/":      {Code: "SecurityException", Description: "2001:db8::1"},
		"http://0.0.0.0/":            {Code: "SecurityException", Description: "0.0.0.0"},
		"http://localhost.example/":  {Code: "SecurityException", Description: "localhost.example"},
		"http://127.0.0.1@10.0.0.1/": {Code: "SecurityException", Description: "10.0.0.1"},
		"ftp://127.0.0.1/":           {Code: "MalformedURLException", Description: "neither http nor https"},
		"127.0.0.1:80":               {Code: "MalformedURLException", Description: "no URL"},
		"http://":                    {Code: "MalformedURLException", Description: "names no host"},
		"sink:no name":               {Code: "MalformedURLException", Description: "neither http nor https"},
	} {
		o := newPost(t, egress.Options{}).send(t, url, 5*time.Second)
		if o.Failure.Code != want.Code || !strings.Contains(o.Failure.Description, want.Description) {
			t.Errorf("%s: got %+v, want %+v", url, o.Failure, want)
		}
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answering(status int) transport {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
}

func TestEgressLetsAllowedHostsThrough(t *testing.T) {
	p := newPost(t, egress.Options{Hosts: []string{"Shop.example", "bank.example:8443", "2001:db8::1", "plain.example:80", "safe.example:443", "[2001:db8::3]:80"}, Transport: answering(200)})
	for url, allowed := range map[string]bool{
		"https://shop.example/a": true, "http://SHOP.example:81/": true, "https://bank.example:8443/": true, "http://[2001:db8::1]:80/": true,
		"https://bank.example/": false, "https://evil-shop.example/": false, "https://shop.example.evil/": false, "http://[2001:db8::2]/": false,
		"http://plain.example/": true, "https://plain.example/": false, "https://safe.example/": true, "http://safe.example/": false,
		"http://[2001:db8::3]/": true, "https://[2001:db8::3]/": false,
		"http://localhost:1/": true, "http://127.9.9.9/": true, "http://[::1]/": true,
	} {
		if o := p.send(t, url, time.Second); o.Rejected() == allowed {
			t.Errorf("%s: got %+v, want allowed %t", url, o.Failure, allowed)
		}
	}
}

func TestCallerWhoLeavesStopsNothing(t *testing.T) {
	p := newPost(t, egress.Options{Transport: answering(200)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := p.sender.Send(ctx, p.from, requestlog.Attempt{URL: "http://127.0.0.1/", Data: []byte(`{}`)}); o.Rejected() {
		t.Errorf("got %+v", o.Failure)
	}
}

func TestTimeoutOverAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t, egress.Options{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		if err := p.from.World.SetDialect(contract.Dialect{crmcom.DeliveryTimeout.ID: "7s"}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		o := p.send(t, "http://127.0.0.1/", 0)
		if took := time.Since(began); took != 7*time.Second || o.Failure.Code != "SocketTimeoutException" {
			t.Errorf("after %s: %+v", took, o.Failure)
		}
	})
}

func TestSinkTakesItsTimeOnARunningClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPost(t, egress.Options{})
		program(t, p.from.World, sink.Answer{Delay: 3 * time.Second}, sink.Answer{Delay: time.Hour})
		for _, want := range []struct {
			took time.Duration
			code string
		}{{3 * time.Second, ""}, {10 * time.Second, "SocketTimeoutException"}} {
			began := time.Now()
			o := p.send(t, "sink:shop", 10*time.Second)
			if took := time.Since(began); took != want.took || o.Failure.Code != want.code {
				t.Errorf("after %s: %+v, want %+v", took, o.Failure, want)
			}
		}
	})
}

func program(t *testing.T, w *world.World, answers ...sink.Answer) {
	t.Helper()
	if _, err := w.Do(world.ProgramSink{Name: "shop", Answers: answers}); err != nil {
		t.Fatal(err)
	}
}

// A sink answers over the network as it does in process.
func TestSinkInProcess(t *testing.T) {
	p := newPost(t, egress.Options{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, net.ErrClosed })})
	own := p.from.BaseURL + sink.Path("demo", "shop")
	other := p.from.BaseURL + sink.Path("other", "shop")
	program(t, p.from.World,
		sink.Answer{Status: 201, Header: http.Header{"A": {"b"}}, Body: []byte("taken")},
		sink.Answer{Status: 404}, sink.Answer{Close: sink.CloseBefore}, sink.Answer{Close: sink.CloseHalf, Body: []byte("half")},
	)
	for i, want := range []struct{ url, code, body string }{
		{own, "", "taken"},
		{"sink:shop", "HttpClientErrorException", ""},
		{own, "SocketException", "none"},
		{own, "SocketException", "ha"},
		{other, "", ""},
	} {
		o := p.send(t, want.url, time.Second)
		body := "none"
		if o.Received != nil {
			body = string(o.Received.Body)
		}
		if o.Failure.Code != want.code || body != want.body {
			t.Errorf("delivery %d: got %+v with %q, want %+v", i, o.Failure, body, want)
		}
	}
	var got sink.Sink
	if err := p.from.World.Sinks(func(s *sink.State) (err error) {
		got, err = s.Sink("shop")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(got.Deliveries) != 4 || got.Deliveries[0].Path != sink.Path("demo", "shop") || got.Deliveries[2].Status != 0 {
		t.Errorf("got %+v", got.Deliveries)
	}
	if o := p.send(t, "http://elsewhere:8654"+sink.Path("demo", "shop"), time.Second); o.Failure.Code != "SecurityException" {
		t.Errorf("the sink of another server: %+v", o.Failure)
	}
}

func TestLetter(t *testing.T) {
	content := delivery.Content{Entity: "JOBS", EntityID: `J"1`, Data: []byte(`{"a": "<é>"}`), SecretKey: "key"}
	const code = "4a8a872c72b33ec1d0ba162d8d4674a60ca2f38c5989295a5fb8d775779380f4" // of openssl dgst
	inBody := delivery.Compose(nil, content)
	if want := fmt.Sprintf(`{"entity":"JOBS","entity_id":"J\"1","data":{"a": "<é>"},"authentication_code":"%s"}`, inBody.Code); string(inBody.Body) != want {
		t.Errorf("got %s, want %s", inBody.Body, want)
	}
	if inBody.Code != code || inBody.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got code %q and header %v", inBody.Code, inBody.Header)
	}
	inHeader := delivery.Compose(contract.Dialect{crmcom.HMACCarrier.ID: crmcom.AnswerHeader}, content)
	if inHeader.Header.Get(crmcom.HeaderAuthenticationCode) != inBody.Code || strings.Contains(string(inHeader.Body), "authentication_code") {
		t.Errorf("got header %v and body %s", inHeader.Header, inHeader.Body)
	}
}

func TestLongFailuresAreCut(t *testing.T) {
	o := newPost(t, egress.Options{}).send(t, "http://127.0.0.1/"+strings.Repeat("é", 2000)+"%zz", time.Second)
	if n := len([]rune(o.Failure.Description)); n != crmcom.MaxErrorDescription {
		t.Errorf("the description has %d characters", n)
	}
}
