//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
)

// doors is attacks from pages that a browser shows, and by names and times that no program should come with.
func doors() []attack {
	return []attack{
		{
			name: "rebinding", sent: "every surface called by the name of another host", bound: "403", quick: true, brief: true,
			serve: func(ctx context.Context, sc *scene) error {
				return everywhere(ctx, sc, call{host: "rebound.example"})
			},
		},
		{
			name: "other pages", sent: "every surface called with the Origin of another page", bound: "403", quick: true, brief: true,
			serve: func(ctx context.Context, sc *scene) error {
				return everywhere(ctx, sc, call{header: map[string]string{"Origin": "http://page.example"}})
			},
		},
		{
			name: "images", sent: "5,000 images of a page of another site, as a browser asks for them", bound: "403, and no world goes", quick: true, concurrent: true,
			flags: []string{"--max-worlds", "50"},
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(4, 5000, func(i int) error {
					what := call{path: fmt.Sprintf("/_understudy/v1/worlds/img-%d/clock", i), header: map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}}
					_, err := sc.client.want(ctx, what, 403)
					return err
				})
			},
		},
		{
			name: "images of old browsers", sent: "5,000 images, asked for without a word of where they stand", bound: "no world goes", quick: true, concurrent: true,
			flags: []string{"--max-worlds", "50"},
			serve: func(ctx context.Context, sc *scene) error {
				paths := []string{"/_understudy/v1/worlds/old-%d/clock", "/_understudy/v1/worlds/old-%d/sinks/s", "/wh/udid.old-%d", "/_understudy/v1/worlds/old-%d"}
				return atOnce(4, 5000, func(i int) error {
					_, err := sc.client.do(ctx, call{path: fmt.Sprintf(paths[i%len(paths)], i)})
					return err
				})
			},
		},
		{
			name: "forms to sinks", sent: "5,000 forms of a page to sinks of new worlds, with Origin, foreign Host or neither a credential", bound: "403, and no world goes", quick: true, concurrent: true,
			flags: []string{"--max-worlds", "50", "--control-token", "control-secret"},
			serve: func(ctx context.Context, sc *scene) error {
				spoilt := []call{
					{header: map[string]string{"Origin": "http://page.example"}},
					{host: "rebound.example"},
					{header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
				}
				return atOnce(4, 5000, func(i int) error {
					what := spoilt[i%len(spoilt)]
					what.method, what.path, what.body = http.MethodPost, fmt.Sprintf("/_understudy/v1/worlds/form-%d/sinks/s", i), strings.NewReader("a=b")
					_, err := sc.client.want(ctx, what, 403)
					return err
				})
			},
		},
		{
			name: "evicted", sent: "a token, 3,000 others, and the first again", bound: "503, as the pages promise", quick: true, wants: []int{503}, flags: []string{"--max-worlds", "100"},
			serve: func(ctx context.Context, sc *scene) error {
				for i := range 3000 {
					if _, err := sc.client.want(ctx, call{path: bystanderHook, token: fmt.Sprint("evicted-", i)}, 200); err != nil {
						return err
					}
				}
				for i := range 20 {
					if _, err := sc.client.want(ctx, call{path: bystanderHook, token: fmt.Sprint("evicted-", i)}, 503); err != nil {
						return err
					}
				}
				return nil
			},
		},
		{
			name: "clocks", sent: "years 0, 1 and 9999, leap seconds, zones, and steps of centuries", bound: "400 or applied, and the list of worlds is well", quick: true, brief: true,
			serve: clocks,
		},
		{
			name: "numbers", sent: "ids and numbers at the end of what 64 bits count", bound: "refused, and none is negative", quick: true, brief: true,
			serve: numbers,
		},
		{
			name: "secrets", sent: "credentials in headers, queries, forms and JSON", bound: "none is in the journal", quick: true, brief: true,
			serve: secrets,
		},
		{
			name: "smuggling", sent: "two lengths, a length beside chunks, spaces in names, bare line feeds", bound: "400 and the connection ends", quick: true,
			serve: smuggling,
		},
	}
}

// everywhere sends a request of a foreign origin to one path of each surface.
func everywhere(ctx context.Context, sc *scene, what call) error {
	for _, at := range []struct{ method, path string }{
		{http.MethodGet, bystanderHook},
		{http.MethodPost, hookAddress + "foreign"},
		{http.MethodGet, "/crmapi/rest/v2/webhook_requests/list?token=foreign"},
		{http.MethodGet, "/_understudy/v1/worlds"},
		{http.MethodPut, "/_understudy/v1/worlds/foreign"},
		{http.MethodPost, "/_understudy/v1/worlds/foreign/sinks/s"},
		{http.MethodPost, "/_understudy/v1/provider-states"},
		{http.MethodGet, "/_understudy/metrics"},
		{http.MethodGet, "/"},
	} {
		what.method, what.path, what.body = at.method, at.path, nil
		if at.method != http.MethodGet {
			what.body = strings.NewReader("{}")
		}
		if _, err := sc.client.want(ctx, what, 403); err != nil {
			return err
		}
	}
	a, err := sc.client.control(ctx, http.MethodGet, "/worlds", "")
	if err == nil && strings.Contains(a.body, "foreign") {
		err = fmt.Errorf("it made a world: %s", a.body)
	}
	return err
}

func clocks(ctx context.Context, sc *scene) error {
	for i, now := range []string{
		"9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "1582-10-15T00:00:00Z", "-0001-01-01T00:00:00Z", "2026-01-01T00:00:00+99:99",
	} {
		path := fmt.Sprintf("/worlds/clock-%d", i)
		for _, try := range []struct{ method, path, body string }{
			{http.MethodPut, path + "/clock", fmt.Sprintf(`{"mode":"frozen","now":%q}`, now)},
			{http.MethodPut, path, fmt.Sprintf(`{"clock":{"mode":"frozen","now":%q}}`, now)},
			{http.MethodPut, path, fmt.Sprintf(`{"makecom":{"hooks":[{"id":1,"items":[{"data":{},"created":%q}]}]}}`, now)},
			{http.MethodPost, path + "/clock/advance", `{"by":"2540400h"}`},
			{http.MethodPost, path + "/clock/advance", `{"by":"-2540400h"}`},
			{http.MethodPost, "/provider-states", fmt.Sprintf(`{"state":"an expired token","params":{"token":"c","expires":%q}}`, now)},
			{http.MethodGet, path, ""},
		} {
			if _, err := sc.client.control(ctx, try.method, try.path, try.body); err != nil {
				return err
			}
		}
		if _, err := sc.client.want(ctx, call{path: "/_understudy/v1/worlds"}, 200); err != nil {
			return err
		}
	}
	return nil
}

func numbers(ctx context.Context, sc *scene) error {
	for _, most := range []string{fmt.Sprint(math.MaxInt64), fmt.Sprint(math.MaxInt64 - 1), fmt.Sprint(uint64(math.MaxUint64)), "1e19", "9223372036854775808"} {
		for _, world := range []string{
			`{"makecom":{"hooks":[{"id":%s}]}}`, `{"makecom":{"nextHookId":%s}}`, `{"makecom":{"hooks":[{"id":1,"queueLimit":%s}]}}`,
			`{"crmcom":{"nextNumber":%s}}`, `{"seed":%s}`,
			`{"crmcom":{"definitions":[{"id":"D","name":"d","url":"http://127.0.0.1:9/"}],"requests":[{"id":"A","number":%s,"entity":"ACTIVITIES","entity_id":"e","url":"http://127.0.0.1:9/","life_cycle_state":"REJECTED"}]}}`,
		} {
			if err := sc.countOn(ctx, fmt.Sprintf(world, most)); err != nil {
				return fmt.Errorf("with %s: %w", most, err)
			}
		}
	}
	return nil
}

// countOn has a world that may be at the end of its numbers take some more, and wants none to be negative.
func (sc *scene) countOn(ctx context.Context, world string) error {
	if _, err := sc.client.control(ctx, http.MethodPut, "/worlds/numbers", world); err != nil {
		return err
	}
	for range 3 {
		for _, next := range []struct{ path, body string }{
			{"/makecom/hooks", `{}`},
			{"/crmcom/definitions", `{"url":"http://127.0.0.1:9/"}`},
			{"/crmcom/fire", `{"workflow_rule":{"alternative_code":"ACT-CREATED"},"entity_id":"e"}`},
		} {
			if _, err := sc.client.control(ctx, http.MethodPost, "/worlds/numbers"+next.path, next.body); err != nil {
				return err
			}
		}
	}
	a, err := sc.client.want(ctx, call{path: "/_understudy/v1/worlds/numbers"}, 200, 404)
	if err != nil {
		return err
	}
	for _, sign := range []string{`"id": -`, `"number": -`, `"nextNumber": -`, `"nextHookId": -`} {
		if strings.Contains(a.body, sign) {
			return fmt.Errorf("an export has %s", sign)
		}
	}
	return nil
}

func secrets(ctx context.Context, sc *scene) error {
	const hidden = "hush-4f9d1c"
	tries := []call{
		{header: map[string]string{"X-Api-Key": hidden}},
		{header: map[string]string{"Proxy-Authorization": "Basic " + hidden}},
		{header: map[string]string{"Cookie": "session=" + hidden}},
		{path: "?a=b;token=" + hidden},
		{path: "?api_key=" + hidden},
		{body: strings.NewReader(`{"password":"` + hidden + `"}`)},
		{body: strings.NewReader(`{"users":[{"secret_key":["` + hidden + `"]}]}`)},
		{body: strings.NewReader(`{"token":{"value":"` + hidden + `"}}`)},
		{body: strings.NewReader("user=a&password=" + hidden), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		{
			body:   strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + hidden + "\r\n--b--\r\n"),
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"},
		},
	}
	for _, what := range tries {
		what.method, what.path = http.MethodPost, hookAddress+"secrets"+what.path
		if _, err := sc.client.do(ctx, what); err != nil {
			return err
		}
	}
	// The name of a world is its token: journals name it, and whoever reads one has it.
	for _, path := range []string{"/worlds/secrets/journal", "/worlds/secrets/journal?format=har"} {
		a, err := sc.client.control(ctx, http.MethodGet, path, "")
		if err != nil {
			return err
		}
		if at := strings.Index(a.body, hidden); at >= 0 {
			return fmt.Errorf("%s shows a secret: %s", path, a.body[max(0, at-80):at+len(hidden)])
		}
	}
	return nil
}
