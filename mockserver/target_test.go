package mockserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// sentRaw is the answer to a request whose target and Host stand on the wire as they are given. {own} is the server's own.
func (c *client) sentRaw(method, target, host string) answer {
	c.t.Helper()
	own := strings.TrimPrefix(c.url, "http://")
	conn, err := (&net.Dialer{}).DialContext(c.t.Context(), "tcp", own)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Token demo\r\nConnection: close\r\n\r\n", method, strings.ReplaceAll(target, "{own}", own), strings.ReplaceAll(host, "{own}", own))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{Status: resp.StatusCode, Header: resp.Header, Body: string(body)}
}

// TestTargetsOnTheWire has targets in every form of RFC 9112, and paths that RFC 3986 does not hold for the same: each is what it
// is, and nothing is led elsewhere.
func TestTargetsOnTheWire(t *testing.T) {
	mock := newClient(t)
	for _, c := range []struct {
		target, host string
		status       int
		says         string
	}{
		// The forms of a target. In absolute-form, its authority counts and Host does not (RFC 9112, 3.2.2).
		{"/api/v2/hooks/654", "{own}", 200, `"id":654`},
		{"http://{own}/api/v2/hooks/654", "{own}", 200, `"id":654`},
		{"HTTP://{own}/api/v2/hooks/654", "{own}", 200, `"id":654`},
		{"http://{own}/api/v2/hooks/654?", "{own}", 200, `"id":654`},
		{"http://{own}/_understudy/v1/worlds", "evil.example", 200, `"worlds"`},
		{"http://evil.example/_understudy/v1/worlds", "{own}", 403, "evil.example"},
		{"*", "{own}", 404, "nothing is here"},
		// Hosts of this machine, and of others.
		{"/_understudy/v1/worlds", "[::1]:80", 200, `"worlds"`},
		{"/_understudy/v1/worlds", "LOCALHOST.", 200, `"worlds"`},
		{"/_understudy/v1/worlds", "shop.localhost:1", 200, `"worlds"`},
		{"/_understudy/v1/worlds", "127.0.0.1.nip.io", 403, "foreign-host"},
		{"/_understudy/v1/worlds", "2130706433", 403, "foreign-host"},
		{"/_understudy/v1/worlds", "", 403, "foreign-host"},
		// Empty segments, dots and slashes that are encoded.
		{"/api//v2/hooks/654", "{own}", 404, ""},
		{"//api/v2/hooks/654", "{own}", 404, ""},
		{"/api/v2/hooks/654/", "{own}", 404, ""},
		{"/api/v2/hooks/1/../654", "{own}", 404, ""},
		{"/api/v2/./hooks/654", "{own}", 404, ""},
		{"/api/v2/hooks/1/%2e%2E/654", "{own}", 404, ""},
		{"/api/v2/hooks/654%2fincomings", "{own}", 400, "hookId"},
		{"/API/v2/hooks/654", "{own}", 404, ""},
		{"/_understudy/v1/worlds/demo%2fjournal", "{own}", 400, "bad-name"},
		{"/_understudy/v1/worlds/demo%2Fjournal", "{own}", 400, "bad-name"},
		{"/_understudy%2fv1/worlds", "{own}", 404, "unknown-path"},
		{"/_understudy/v1%2Fworlds", "{own}", 404, "unknown-path"},
		{"/_understudy/v1/worlds//journal", "{own}", 400, "bad-name"},
		{"/_understudy/v1//worlds", "{own}", 404, "unknown-path"},
		{"/_understudy/v1/worlds/../worlds", "{own}", 400, "bad-name"},
		{"/_understudy/v1/worlds/%2e%2e/worlds", "{own}", 400, "bad-name"},
		{"/_understudy/../api/v2/hooks/654", "{own}", 404, "unknown-path"},
		{"/_understudy/./healthz", "{own}", 404, "unknown-path"},
		{"/_understudy/v1/worlds/demo/", "{own}", 404, "unknown-path"},
		{"/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo/", "{own}", 410, ""},
		{"/wh//yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", "{own}", 410, ""},
		{"/wh/YL8PSPSBWCDRZGU3XGTCBMT2QC5F6Q6K.demo", "{own}", 410, ""},
		// Bytes that are no UTF-8, and characters that do not belong into a path.
		{"/api/v2/hooks/%ff", "{own}", 400, "hookId"},
		{"/api/v2/hooks/\xff", "{own}", 400, "hookId"},
		{"/api/v2/hooks/654;v=1", "{own}", 400, "hookId"},
		{"/api/v2/hooks/654#x", "{own}", 400, "hookId"},
		{"/api/v2/hooks/654%", "{own}", 400, ""},
		{"/api/v2/hooks/654%00", "{own}", 400, "hookId"},
		{"/api/v2/hooks/99999999999999999999", "{own}", 400, "hookId"},
		// A + is a space in a query and itself in a path; names and values are the same however they are encoded.
		{"/api/v2/hooks/654/incomings?pg[limit]=+1", "{own}", 400, `\" 1\" is not an integer`},
		{"/api/v2/hooks/654/incomings?pg%5blimit%5D=%31", "{own}", 200, `"limit":1`},
		{"/api/v2/hooks/654/incomings?p%67[limit]=1&pg[limit]=1", "{own}", 400, "given 2 times"},
		{"/api/v2/hooks/654/incomings?pg[limit]", "{own}", 400, "pg[limit]: it is empty"},
		{"/api/v2/hooks/654/incomings?pg[limit]=1%00", "{own}", 400, "is not an integer"},
		{"/api/v2/hooks/654/incomings?pg[limit]=1?", "{own}", 400, `\"1?\" is not an integer`},
		{"/api/v2/hooks/654/incomings?pg[limit]=1.0", "{own}", 400, "is not an integer"},
		{"/api/v2/hooks/654/incomings?pg[limit]=1e0", "{own}", 400, "is not an integer"},
		{"/api/v2/hooks/654/incomings?pg[limit]=1&&=x&", "{own}", 200, `"limit":1`},
		{"/api/v2/hooks/654/incomings?pg[limit]=1&x=%ff", "{own}", 200, `"limit":1`},
		{"/api/v2/hooks/654/incomings?pg[limit]=1&x=%zz", "{own}", 400, "percent-encode it"}, // no URI at all
		{"/api/v2/hooks/654/incomings?pg[sortDir]=%64esc", "{own}", 200, `"desc"`},
	} {
		if a := mock.sentRaw(http.MethodGet, c.target, c.host); a.Status != c.status || !strings.Contains(a.Body, c.says) {
			t.Errorf("%q of %q: %d %s, want %d and %s", c.target, c.host, a.Status, a.Body, c.status, c.says)
		}
	}
	if a := mock.sentRaw(http.MethodOptions, "*", "{own}"); a.Status != http.StatusOK {
		t.Errorf("OPTIONS *: %d %s", a.Status, a.Body)
	}
}

// TestQueriesOfDeliveriesAreKept wants what a query means by the rules of forms, found again in the item.
func TestQueriesOfDeliveriesAreKept(t *testing.T) {
	mock := newClient(t)
	for query, want := range map[string]string{
		"a+b=c+d%2Be&a%20b=2": `{"a b":["c d+e","2"]}`,
		"a=1;b=2&c":           `{"a":"1;b=2","c":""}`,
		"=x&=y":               `{"":["x","y"]}`,
		"a=b=c&d=?/":          `{"a":"b=c","d":"?/"}`,
		"a[0]=1&a[]=2":        `{"a[0]":"1","a[]":"2"}`,
		"%C3%A4=%E2%82%AC":    `{"ä":"€"}`,
		"a=1#b":               `{"a":"1#b"}`,
		"n=1.0&n=1E400&n=-0":  `{"n":["1.0","1E400","-0"]}`,
		"&&a=1&&":             `{"a":"1"}`,
		"a=%00%09%0D%0A":      `{"a":"\u0000\t\r\n"}`,
	} {
		a := mock.sentRaw(http.MethodGet, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo?"+query, "{own}")
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", query, a.Status, a.Body)
			continue
		}
		mock.wantData(a.Header.Get("X-Request-Id"), want)
	}
}
