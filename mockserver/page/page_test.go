package page_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-mock/understudy/mockserver/page"
	"github.com/understudy-mock/understudy/openapi"
)

func served(t *testing.T) *httptest.Server {
	t.Helper()
	var o page.Options
	for _, api := range openapi.APIs() {
		o.APIs = append(o.APIs, page.API{Contract: api, Try: []string{"curl -s {base}/try"}})
	}
	server := httptest.NewServer(page.New(o))
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url, accept string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

func TestStartPageFollowsAccept(t *testing.T) {
	server := served(t)
	for accept, want := range map[string]string{
		"text/html,application/xhtml+xml": "text/html; charset=utf-8",
		"application/json":                "application/json",
		"*/*":                             "text/plain; charset=utf-8",
	} {
		answer, text := get(t, server.URL+"/", accept)
		if got := answer.Header.Get("Content-Type"); got != want {
			t.Errorf("Accept %s: content type %q, want %q", accept, got, want)
		}
		for _, api := range openapi.APIs() {
			if address := server.URL + api.BasePath; !strings.Contains(text, address) {
				t.Errorf("Accept %s: the address %s is missing", accept, address)
			}
		}
		if !strings.Contains(text, "curl -s "+server.URL) {
			t.Errorf("Accept %s: no call to try", accept)
		}
	}
}

// The documents are what importers read: valid, and about this server alone.
func TestDocumentsPointAtThisServer(t *testing.T) {
	server := served(t)
	names := []string{"control"}
	for _, api := range openapi.APIs() {
		names = append(names, api.Name)
	}
	for _, name := range names {
		for _, form := range []string{"yaml", "json"} {
			answer, text := get(t, server.URL+"/_understudy/openapi/"+name+"."+form, "*/*")
			if answer.StatusCode != http.StatusOK {
				t.Fatalf("%s.%s: status %d: %s", name, form, answer.StatusCode, text)
			}
			loaded, err := openapi3.NewLoader().LoadFromData([]byte(text))
			if err != nil {
				t.Fatalf("%s.%s: %v", name, form, err)
			}
			if err := loaded.Validate(context.Background()); err != nil {
				t.Errorf("%s.%s: %v", name, form, err)
			}
			if len(loaded.Servers) != 1 || !strings.HasPrefix(loaded.Servers[0].URL, server.URL+"/") {
				t.Errorf("%s.%s: servers %v, want one below %s", name, form, loaded.Servers, server.URL)
			}
			for _, url := range serversBelow(loaded) {
				if !strings.HasPrefix(url+"/", server.URL+"/") {
					t.Errorf("%s.%s: a path is served by %s, want one below %s", name, form, url, server.URL)
				}
			}
			if form == "json" && !json.Valid([]byte(text)) {
				t.Errorf("%s.json is no JSON", name)
			}
		}
	}
}

// serversBelow lists the servers that paths and operations name for themselves.
func serversBelow(d *openapi3.T) (urls []string) {
	for _, item := range d.Paths.Map() {
		all := item.Servers
		for _, o := range item.Operations() {
			if o.Servers != nil {
				all = append(all, *o.Servers...)
			}
		}
		for _, s := range all {
			urls = append(urls, s.URL)
		}
	}
	return urls
}

func TestPagesLoadNothingFromElsewhere(t *testing.T) {
	server := served(t)
	for _, path := range []string{"/", "/_understudy/page?world=demo"} {
		answer, text := get(t, server.URL+path, "text/html")
		if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for _, inline := range []string{"<style", " style=", " onclick=", "<script>"} {
			if strings.Contains(text, inline) {
				t.Errorf("%s: has %q, which the policy forbids", path, inline)
			}
		}
	}
}

// TestAWorldsPageNamesEveryModule follows the imports of the page's script: what the page does not name is only asked for when the module
// that imports it has come.
func TestAWorldsPageNamesEveryModule(t *testing.T) {
	server := served(t)
	_, document := get(t, server.URL+"/_understudy/page", "text/html")
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`<link rel="modulepreload" href="([^"]+)">`).FindAllStringSubmatch(document, -1) {
		named[m[1]] = true
	}
	imported := map[string]bool{}
	for open := []string{"/_understudy/page/world.js"}; len(open) > 0; open = open[1:] {
		_, script := get(t, server.URL+open[0], "*/*")
		for _, m := range regexp.MustCompile(`(?m)^import .* from '\./([a-z]+\.js)';$`).FindAllStringSubmatch(script, -1) {
			if module := "/_understudy/page/" + m[1]; !imported[module] {
				imported[module] = true
				open = append(open, module)
			}
		}
	}
	if len(imported) < 2 || !maps.Equal(named, imported) {
		t.Errorf("the page names %v, and its script imports %v", slices.Sorted(maps.Keys(named)), slices.Sorted(maps.Keys(imported)))
	}
}
