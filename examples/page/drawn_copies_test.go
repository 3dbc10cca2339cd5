package page_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
)

// request is what went over the wire, without what belongs to the connection.
type request struct {
	Method, Target string
	Header         http.Header
	Body           string
}

// recorder keeps every request for a vendor before it hands it to the mock.
type recorder struct {
	mock http.Handler

	mu   sync.Mutex
	last *request
	ends []end
}

// end is what was sent until a copy ended, and how it failed.
type end struct {
	got    *request
	failed string
}

func (c *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.RequestURI, "/end-of/") {
		failed, _ := io.ReadAll(r.Body)
		c.ends = append(c.ends, end{c.take(), string(failed)})
		return
	}
	if !strings.HasPrefix(r.RequestURI, "/_understudy") {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		header := r.Header.Clone()
		for _, name := range []string{"Accept-Encoding", "Connection", "Content-Length", "Expect"} {
			header.Del(name)
		}
		c.mu.Lock()
		c.last = &request{r.Method, r.RequestURI, header, string(body)}
		c.mu.Unlock()
	}
	c.mock.ServeHTTP(w, r)
}

// take is the request that came since the last look, nil for none.
func (c *recorder) take() *request {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.last
	c.last = nil
	return last
}

// secrets are what the journal hides of the drawn requests. A person who runs a copy knows them.
func secrets() []string {
	return []string{"UNDERSTUDY_TOKEN=shop", "UNDERSTUDY_PASSWORD=s3cret", "UNDERSTUDY_COOKIE=a=b; c=d", "UNDERSTUDY_X_API_KEY=k3y", "UNDERSTUDY_SECRET_KEY=s3cret"}
}

// drawnCopies is how many odd exchanges are drawn for every run.
const drawnCopies = 30

// What is copied of an exchange sends the same bytes again, whatever the exchange is: odd methods, addresses, headers and bodies are drawn, and
// every copy is run as it is.
func TestCopiesSendTheSame(t *testing.T) {
	leftTo(t, "page", "page-full")
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	record := &recorder{mock: mock}
	server := httptest.NewServer(record)
	p := &person{t: t, mock: mock, origin: server.URL, world: "shop", stop: func() { mock.EndStreams(); server.Close() }}
	t.Cleanup(p.stop)
	p.browse(usual)
	p.enter("shop")
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // a seed
	t.Logf("the seed is %d", seed)
	d := drawing{rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // no secret comes of it
	c := copies{p: p, record: record, dir: t.TempDir()}
	for i := range drawnCopies {
		c.add(d.request(i))
	}
	c.run()
	c.unset()
	p.Behaved()
}

// unset runs copies whose secrets nobody gives: they say which, and send nothing.
func (c *copies) unset() {
	c.p.t.Helper()
	for language, run := range map[string]func(*testing.T, string) *exec.Cmd{"curl": runShell, "go": c.goTest, "node": runNode} {
		for _, one := range c.all {
			command := run(c.p.t, one.text[language])
			if command == nil || !strings.Contains(one.text[language], "Set UNDERSTUDY_") {
				continue
			}
			out, err := command.CombinedOutput()
			if got := c.record.take(); err == nil || got != nil || !strings.Contains(string(out), "has to be set") {
				c.p.t.Errorf("without its secrets the copy for %s sends %q, and says %v %s", language, got, err, out)
			}
			break
		}
	}
}

// copies are the copies of some exchanges, and what each has to send.
type copies struct {
	p      *person
	record *recorder
	dir    string
	all    []copied
}

// copied is an exchange, with its copies by language.
type copied struct {
	want *request
	body string // names a file with the whole body
	text map[string]string
}

// add makes an exchange and copies it, as the buttons do.
func (c *copies) add(r request) {
	t := c.p.t
	t.Helper()
	before := c.newest()
	c.record.take()
	sendRaw(t, strings.TrimPrefix(c.p.origin, "http://"), r)
	sequence := c.newest()
	if sequence == before {
		t.Fatalf("no exchange came of %v", r)
	}
	one := copied{want: c.record.take(), body: filepath.Join(c.dir, fmt.Sprintf("body%d", sequence))}
	write(t, one.body, one.want.Body)
	c.p.Eval(fmt.Sprintf(`Promise.all([import('/_understudy/page/snippets.js'), fetch('/_understudy/v1/worlds/shop/journal?sequence=%d').then((r) => r.json())])
		.then(([s, j]) => ({ curl: s.curl(j.entries[0], 'shop'), go: s.goTest(j.entries[0], 'shop'), node: s.javascript(j.entries[0], 'shop') }))`, sequence), &one.text)
	c.all = append(c.all, one)
}

// newest is the number of the latest exchange, 0 for none.
func (c *copies) newest() int {
	c.p.t.Helper()
	entries, _ := c.p.control(http.MethodGet, "/journal?brief=true&limit=1", "")["entries"].([]any)
	if len(entries) == 0 {
		return 0
	}
	number, _ := entries[0].(map[string]any)["sequence"].(float64)
	return int(number)
}

// run has every copy send its request, and compares the bytes.
func (c *copies) run() {
	c.runNode()
	for _, one := range c.all {
		for language, run := range map[string]func(*testing.T, string) *exec.Cmd{"curl": runShell, "go": c.goTest} {
			command := run(c.p.t, one.text[language])
			if command == nil {
				c.p.t.Logf("SKIPPED: %s is not on this machine, so that its copies are not run", language)
				continue
			}
			command.Env = append(os.Environ(), append(secrets(), "UNDERSTUDY_BODY="+one.body)...)
			out, err := command.CombinedOutput()
			c.judge(one, language, c.record.take(), fmt.Sprintf("%v %.500s", err, out), err != nil)
		}
	}
}

// judge wants that a copy sent the same, or said that its language cannot.
func (c *copies) judge(one copied, language string, got *request, out string, failed bool) {
	c.p.t.Helper()
	if text := one.text[language]; strings.Contains(text, "cannot send") && !strings.Contains(text, "takes Node") {
		if !failed || got != nil {
			c.p.t.Errorf("the copy for %s says that it cannot send this, and sends\n%q\n%s\n%s", language, got, out, text)
		}
		return
	}
	if failed || got == nil || !same(got, one.want, language) {
		c.p.t.Errorf("the copy for %s sends\n%q\nwant\n%q\n%s\n%s", language, got, one.want, out, one.text[language])
	}
}

// driver runs copies one after another, and tells the recorder where each of them ends.
const driver = `const [origin, ...all] = process.argv.slice(2);
for (const [i, file] of all.entries()) {
	process.env.UNDERSTUDY_BODY = file.replace('.mjs', '');
	const failed = await import(file).then(() => '', (error) => String(error));
	await fetch(origin + '/end-of/' + i, { method: 'POST', body: failed });
}`

// runNode runs all copies in one process: to start Node takes longer than everything else.
func (c *copies) runNode() {
	t := c.p.t
	file := filepath.Join(c.dir, "driver.mjs")
	write(t, file, driver)
	args := []string{file, c.p.origin}
	for _, one := range c.all {
		write(t, one.body+".mjs", one.text["node"])
		args = append(args, one.body+".mjs")
	}
	run := command(t.Context(), "node", "node", args...)
	if run == nil {
		t.Log("SKIPPED: node is not on this machine, so that its copies are not run")
		return
	}
	run.Env = append(os.Environ(), secrets()...)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	for i, one := range c.all {
		end := c.record.ends[i]
		c.judge(one, "node", end.got, end.failed, end.failed != "")
	}
}

// goTest runs the test of one copy. They are built together: each of them is a file of a package.
func (c *copies) goTest(t *testing.T, text string) *exec.Cmd {
	t.Helper()
	binary := filepath.Join(c.dir, "copies.test")
	if _, err := os.Stat(binary); err != nil {
		for i, one := range c.all {
			write(t, filepath.Join(c.dir, fmt.Sprintf("copy%d_test.go", i)), one.text["go"])
		}
		write(t, filepath.Join(c.dir, "go.mod"), "module understudy_copy\n\ngo 1.24\n")
		build := command(t.Context(), "go", "go", "test", "-vet=all", "-c", "-o", binary, ".")
		if build == nil {
			return nil
		}
		build.Dir = c.dir
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("copies as Go tests: %v\n%s", err, out)
		}
	}
	_, name, _ := strings.Cut(text, "func Test")
	name, _, _ = strings.Cut(name, "(")
	return exec.CommandContext(t.Context(), binary, "-test.run", "^Test"+name+"$")
}

// same compares what was sent. Fetch tells of itself in headers that nobody can leave out.
func same(got, want *request, language string) bool {
	header := got.Header.Clone()
	if language == "node" {
		for _, name := range []string{"Accept", "Accept-Language", "Sec-Fetch-Mode", "User-Agent"} {
			if want.Header[name] == nil {
				header.Del(name)
			}
		}
	}
	equal := func(a, b []string) bool { return slices.Equal(a, b) }
	return got.Method == want.Method && spelled(got.Target) == spelled(want.Target) && got.Body == want.Body && maps.EqualFunc(header, want.Header, equal)
}

// spelled is a target as the journal has it: RFC 3986 says that %2e is a period.
func spelled(target string) string {
	path, query, _ := strings.Cut(target, "?")
	return strings.ReplaceAll(path, "%2e", ".") + "?" + query
}

// sendRaw writes a request as it is: no client leaves it alone.
func sendRaw(t *testing.T, address string, r request) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n", r.Method, r.Target, address, len(r.Body))
	for name, values := range r.Header {
		for _, value := range values {
			fmt.Fprintf(&text, "%s: %s\r\n", name, value)
		}
	}
	if _, err := conn.Write([]byte(text.String() + "\r\n" + r.Body)); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: r.Method})
	if err != nil {
		t.Fatalf("%v of %q", err, text.String())
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
}

// drawing draws requests that are odd in every part.
type drawing struct{ *rand.Rand }

func one[T any](d drawing, of ...T) T { return of[d.IntN(len(of))] }

func (d drawing) request(i int) request {
	r := request{
		Method: one(d, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "delete", "PURGE"),
		Target: one(d, "/hooks/654/incomings/stats", "/hooks/654/incomings", "/a/../b/./c", "/%2e%2e/d", "/a%20b%2Fc", "/it's/(1)/$HOME!*", "//x", "/%C3%A9", "/a;b=c:d@e,f"),
		Header: http.Header{"Authorization": {one(d, "Token shop", "Bearer shop", "token shop")}},
		Body:   d.body(i),
	}
	r.Target = "/api/v2" + r.Target + d.query()
	for _, each := range []http.Header{
		{"User-Agent": {one(d, "", "a client/1", "it's \"mine\" $HOME `x` \\")}},
		{"Accept": {one(d, "", "*/*", "application/json;q=0.5, text/*")}},
		{"Content-Type": {one(d, "", "application/json", "application/x-www-form-urlencoded", "text/plain; charset=\"utf-8\"")}},
		{"X-Empty": {""}},
		{"X-Twice": {"1", "2, 3"}},
		{"X-Odd": {one(d, "tab\there", "é ü €", "@file", "%7Bx%7D {y}", "\u202eb")}},
		{"X!#$%&*+.^_`|~'": {"name"}},
		{"X-Api-Key": {"k3y"}},
		{"Cookie": {"a=b; c=d"}},
		{"Referer": {"https://example.com/?q='x'"}},
		{"__proto__": {"x"}},
	} {
		if d.IntN(3) == 0 {
			maps.Copy(r.Header, each)
		}
	}
	return r
}

func (d drawing) query() string {
	return one(d, "", "", "?confirmed=true", "?pg%5BsortDir%5D=asc&pg[limit]=5", "?a=%zz", "?q='x'&y=\"z\"", "?é=ü&$HOME", "?token=shop&b=1", "?a;b", "?x={y}|z^`\\", "?a=1&a=2&&", "?password=s3cret")
}

func (d drawing) body(i int) string {
	every := make([]byte, 256)
	for b := range every {
		every[b] = byte(b)
	}
	if i == 0 { // once at least, beyond what a journal keeps
		return `{"all":true,"note":"` + strings.Repeat("x", 17<<10) + `"}`
	}
	return one(d, "", "", `{"all":true,"note":"it's $HOME \\ \"quoted\" `+"`x`"+` é"}`, string(every), "\x00a null", "lines\r\n\ttabs\n\n", `{"token":"shop","password":"s3cret","n":1}`,
		"@file", "\u202eturned\u2066 \U0001F600 \U000E0041", "token=shop&x=1", "\ufeff{}", "\xff{\"secret_key\": \"s3cret\"}\x00", "\x1b[31mred\x07", "'", "\\", "\"\n", "%s\\n", "${HOME}")
}
