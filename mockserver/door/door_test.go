package door_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/door"
)

func TestAdmit(t *testing.T) {
	d := door.Door{Hosts: []string{"mock.internal"}}
	for _, c := range []struct{ host, origin, site, foreign string }{
		{host: "127.0.0.1:1"},
		{host: "127.9.9.9"},
		{host: "[::1]:1"},
		{host: "[::1]"},
		{host: "LOCALHOST:1"},
		{host: "Mock.Internal"},
		{host: "mock.internal.:80"},
		{host: "localhost."},
		{host: "localhost.:8654"},
		{host: "a.localhost:8654"},
		{host: "localhost..", foreign: "Host"},
		{host: ".", foreign: "Host"},
		{host: "alocalhost", foreign: "Host"},
		{host: "127.0.0.1.", foreign: ""},
		{host: "2130706433", foreign: "Host"},
		{host: "0x7f.1", foreign: "Host"},
		{host: "[fe80::1%25eth0]", foreign: "Host"},
		{host: "[::ffff:127.0.0.1]:1"},
		{host: "localhost", origin: "http://127.0.0.1:3000", site: "cross-site"},
		{host: "localhost", site: "same-origin"},
		{host: "localhost", site: "same-site"},
		{host: "localhost", site: "none"},
		{host: "", foreign: "Host"},
		{host: "127.0.0.1.evil.example", foreign: "Host"},
		{host: "localhost.evil.example:1", foreign: "Host"},
		{host: "evil.example:127.0.0.1", foreign: "Host"},
		{host: "10.0.0.1", foreign: "Host"},
		{host: "0.0.0.0", foreign: "Host"},
		{host: "::1", foreign: "Host"},
		{host: "localhost", origin: "null", foreign: "Origin"},
		{host: "localhost", origin: "http://evil.example", foreign: "Origin"},
		{host: "localhost", origin: "http://localhost@evil.example", foreign: "Origin"},
		{host: "localhost", origin: "::", foreign: "Origin"},
		{host: "localhost", site: "cross-site", foreign: "Sec-Fetch-Site"},
		{host: "localhost", site: "Cross-Site", foreign: "Sec-Fetch-Site"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		err := d.Admit(r)
		var foreign *door.ForeignError
		if errors.As(err, &foreign); (err == nil) != (c.foreign == "") || err != nil && foreign.Header != c.foreign {
			t.Errorf("%+v: got %v", c, err)
		}
	}
}
