package page_test

import (
	"context"
	"encoding/json"
	"fmt"
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
	const text, html, data = "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json"
	server := served(t)
	for accept, want := range map[string]string{
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8": html, // browsers
		"application/json":                      data,
		"application/json, text/plain, */*":     data, // axios
		"text/plain, application/json":          text,
		"*/*":                                   text, // curl
		"":                                      text,
		"text/html;q=0, application/json":       data,
		"text/html;q=0":                         text,
		"application/json;q=0, */*":             text,
		"application/json;q=0.5, text/html;q=1": html,
		"text/html;q=0.5, application/json":     data,
		"text/html; q=0.4, */*;q=0.9":           text,
		"TEXT/HTML;Q=0.9, text/*;q=0.1":         html,
		"text/*":                                text,
		"application/*":                         data,
		"application/xhtml+xml":                 text,
		"application/problem+json":              text,
		"image/png, nonsense, ;;, text/html":    html,
		"text/html;q=2, application/json;q=0.1": data,
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
			if len(loaded.Servers) != 1 || !strings.HasPrefix(loaded.Servers[0].URL+"/", server.URL+"/") {
				t.Errorf("%s.%s: servers %v, want one below %s", name, form, loaded.Servers, server.URL)
			}
			if own := serversBelow(loaded); len(own) > 0 {
				t.Errorf("%s.%s: paths are served by %v, which importers do not read", name, form, own)
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

// Whoever may know the worlds reads them in text and JSON, with a line that says how many more there are.
func TestTheStartPageTellsProgramsOfTheWorlds(t *testing.T) {
	worlds := []page.World{{Name: "shop", Exchanges: 3}}
	for i := range 30 {
		worlds = append(worlds, page.World{Name: fmt.Sprintf("w%d", i)})
	}
	may := true
	server := httptest.NewServer(page.New(page.Options{Worlds: func(*http.Request) []page.World {
		if !may {
			return nil
		}
		return worlds
	}}))
	t.Cleanup(server.Close)
	_, text := get(t, server.URL+"/_understudy", "*/*")
	for _, want := range []string{"shop, 3 exchanges: " + server.URL + "/_understudy/page?world=shop", "and 11 more", server.URL + "/_understudy/healthz", server.URL + "/_understudy/metrics"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	var told struct {
		Worlds []page.World
		Health string
	}
	if _, text = get(t, server.URL+"/", "application/json"); json.Unmarshal([]byte(text), &told) != nil || len(told.Worlds) != 31 || told.Health == "" {
		t.Errorf("the JSON has %d worlds: %s", len(told.Worlds), text)
	}
	may = false
	if _, text = get(t, server.URL+"/", "*/*"); strings.Contains(text, "shop") {
		t.Errorf("somebody who may not know of the worlds reads\n%s", text)
	}
}

// Where the vendors have another listener, their addresses are there, and the documents, the control API and the worlds are where the page is.
func TestVendorsAndPageOfTwoListeners(t *testing.T) {
	const vendors = "http://127.0.0.1:1"
	o := page.Options{BaseURL: vendors}
	for _, api := range openapi.APIs() {
		o.APIs = append(o.APIs, page.API{Contract: api, Try: []string{"curl -s {base}/try"}})
	}
	server := httptest.NewServer(page.New(o))
	t.Cleanup(server.Close)
	type shown struct{ URL, Document, DocumentJSON string }
	var told struct {
		APIs                   []shown
		Control                shown
		Health, Ready, Metrics string
	}
	if _, text := get(t, server.URL+"/", "application/json"); json.Unmarshal([]byte(text), &told) != nil {
		t.Fatal(text)
	}
	own := []string{told.Control.URL, told.Health, told.Ready, told.Metrics}
	for _, api := range append(told.APIs, told.Control) {
		own = append(own, api.Document, api.DocumentJSON)
		for _, address := range []string{api.Document, api.DocumentJSON} {
			answer, text := get(t, address, "*/*")
			wanted := vendors
			if strings.Contains(address, "control") {
				wanted = server.URL
			}
			if loaded, err := openapi3.NewLoader().LoadFromData([]byte(text)); answer.StatusCode != http.StatusOK || err != nil || !strings.HasPrefix(loaded.Servers[0].URL, wanted) {
				t.Errorf("%s: status %d, %v; want a document of %s", address, answer.StatusCode, err, wanted)
			}
		}
	}
	for _, address := range own {
		if !strings.HasPrefix(address, server.URL) {
			t.Errorf("%s is not at %s", address, server.URL)
		}
	}
	for _, api := range told.APIs {
		if !strings.HasPrefix(api.URL, vendors) {
			t.Errorf("%s is not at %s", api.URL, vendors)
		}
	}
}

// Whoever looks for a document that there is not is told which there are.
func TestDocumentsAreListed(t *testing.T) {
	server := served(t)
	for path, status := range map[string]int{"": http.StatusOK, "makecom": http.StatusNotFound, "other.yaml": http.StatusNotFound, "a/b": http.StatusNotFound} {
		for accept, list := range map[string]string{"*/*": "\n  %s\n", "application/json": "%q"} {
			answer, text := get(t, server.URL+"/_understudy/openapi/"+path, accept)
			if want := fmt.Sprintf(list, server.URL+"/_understudy/openapi/control.json"); answer.StatusCode != status || !strings.Contains(text, want) {
				t.Errorf("%q, Accept %s: status %d, want %d and %s: %s", path, accept, answer.StatusCode, status, want, text)
			}
		}
	}
}
