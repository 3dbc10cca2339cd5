package page

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// tries are the commands of each API. Documents are read when somebody looks at the start page for the first time.
func tries(apis []API) [][]string {
	all := make([][]string, len(apis))
	for i, api := range apis {
		all[i] = api.Try
		if len(api.Try) == 0 {
			if command := firstCall(api.Contract); command != "" {
				all[i] = []string{command}
			}
		}
	}
	return all
}

// someToken is the credential of the calls to try.
const someToken = "demo"

// firstCall is a command for the first call of a document that needs no knowledge: a look rather than a change, at a path without
// parameters. It is "" where there is none.
func firstCall(api *contract.API) string {
	document, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		return ""
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, path := range slices.Sorted(maps.Keys(document.Paths.Map())) {
			operation := document.Paths.Value(path).GetOperation(method)
			if operation == nil || strings.Contains(path, "{") || wantsMore(document.Paths.Value(path), operation) {
				continue
			}
			words := []string{"curl", "-s"}
			credential, query := credentialOf(document, operation)
			words = append(words, credential...)
			if method == http.MethodPost {
				words = append(words, "-H", quoted("Content-Type: application/json"), "-d", quoted(exampleOf(operation)))
			}
			return strings.Join(append(words, quoted("{base}"+path+query)), " ")
		}
	}
	return ""
}

// wantsMore reports whether a call has a required parameter.
func wantsMore(item *openapi3.PathItem, o *openapi3.Operation) bool {
	return slices.ContainsFunc(slices.Concat(item.Parameters, o.Parameters), func(p *openapi3.ParameterRef) bool { return p.Value.Required })
}

// credentialOf are the words of a command that carry the credential, and the query that does.
func credentialOf(document *openapi3.T, o *openapi3.Operation) (words []string, query string) {
	wanted := document.Security
	if o.Security != nil {
		wanted = *o.Security
	}
	if len(wanted) == 0 || document.Components == nil {
		return nil, ""
	}
	for _, name := range slices.Sorted(maps.Keys(wanted[0])) {
		scheme := document.Components.SecuritySchemes[name]
		switch {
		case scheme == nil:
		case scheme.Value.Type == "apiKey" && scheme.Value.In == openapi3.ParameterInQuery:
			query = "?" + url.QueryEscape(scheme.Value.Name) + "=" + someToken
		case scheme.Value.Type == "apiKey" && scheme.Value.In == openapi3.ParameterInHeader:
			words = append(words, "-H", quoted(scheme.Value.Name+": "+someToken))
		case strings.EqualFold(scheme.Value.Scheme, "basic"):
			words = append(words, "-u", quoted(someToken+":"))
		case scheme.Value.Type != "apiKey":
			words = append(words, "-H", quoted("Authorization: Bearer "+someToken))
		}
	}
	return words, query
}

// exampleOf is a body as the page offers it, in one line.
func exampleOf(o *openapi3.Operation) string {
	if o.RequestBody == nil {
		return "{}"
	}
	var line bytes.Buffer
	if json.Compact(&line, []byte(mockapi.Example(o.RequestBody.Value))) != nil {
		return "{}"
	}
	return line.String()
}

// quoted is a word of a shell.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
