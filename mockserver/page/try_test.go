package page_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/page"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// An API that names no call to try gets the first one that its document allows, with a credential as the document wants it.
func TestACallToTryFollowsFromTheDocument(t *testing.T) {
	const look, send = `get: {responses: {default: {description: an answer}}}`, `post: {requestBody: {content: {application/json: {example: {a: "it's"}}}}, responses: {default: {description: an answer}}}`
	for name, c := range map[string]struct{ scheme, paths, want string }{
		"bearer":         {"{type: http, scheme: bearer}", `{/b: {` + look + `}, '/a/{id}': {` + look + `}}`, `curl -s -H 'Authorization: Bearer demo' '{base}/b'`},
		"basic":          {"{type: http, scheme: Basic}", `{/b: {` + look + `}}`, `curl -s -u 'demo:' '{base}/b'`},
		"a header":       {"{type: apiKey, in: header, name: X-Key}", `{/b: {` + look + `}}`, `curl -s -H 'X-Key: demo' '{base}/b'`},
		"a parameter":    {"{type: apiKey, in: query, name: the key}", `{/b: {` + look + `}}`, `curl -s '{base}/b?the+key=demo'`},
		"nothing to see": {"{type: http, scheme: bearer}", `{/b: {` + send + `}}`, `curl -s -H 'Authorization: Bearer demo' -H 'Content-Type: application/json' -d '{"a":"it'\''s"}' '{base}/b'`},
		"wants more":     {"{type: http, scheme: bearer}", `{/b: {parameters: [{name: day, in: query, required: true, schema: {type: string}}], ` + look + `}}`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			document := "openapi: 3.0.3\ninfo: {title: A shop, version: '1'}\nsecurity: [{key: []}]\npaths: " + c.paths + "\ncomponents: {securitySchemes: {key: " + c.scheme + "}}\n"
			server := httptest.NewServer(page.New(page.Options{APIs: []page.API{{Contract: &contract.API{Name: "shop", Title: "A shop", BasePath: "/shop", Document: []byte(document)}}}}))
			t.Cleanup(server.Close)
			var told struct{ APIs []struct{ Try []string } }
			_, text := get(t, server.URL+"/", "application/json")
			if err := json.Unmarshal([]byte(text), &told); err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Join(told.APIs[0].Try, "\n"), strings.ReplaceAll(c.want, "{base}", server.URL+"/shop"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
