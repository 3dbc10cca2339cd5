package crmcom

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// log is what the ledger calls the target's log of webhook requests. Every run shares it with others: it may send calls that
// name nothing, since they are documented to do nothing, and calls that name what it made, in a disposable run too.
const log = "the log of webhook requests"

// effect tells the ledger what a request would change at worst.
func effect(r *suite.Request) suite.Effect {
	path, _, _ := strings.Cut(r.Path, "?")
	reading := strings.HasSuffix(path, pathShow) || strings.HasSuffix(path, pathList) || strings.HasSuffix(path, "/")
	if reading && r.Method == http.MethodGet {
		return suite.Effect{Reads: true}
	}
	return suite.Effect{Scope: log, IDs: append(inQuery(r), inBody(r)...)}
}

// inQuery lists the webhook requests that the query names.
func inQuery(r *suite.Request) []string {
	var named []string
	for _, text := range r.Query[paramRequest] {
		named = append(named, strings.Split(text, ",")...)
	}
	return named
}

// inBody lists the webhook requests that the body names, and the token that it gives back.
func inBody(r *suite.Request) []string {
	var body struct {
		Token      string `json:"token"`
		Identifier any    `json:"webhook_request_identifier"`
	}
	_ = json.Unmarshal(r.Body, &body) // what cannot be read names nothing
	named := namedIn(body.Identifier)
	if r.Path == pathRelease {
		named = append(named, sessionKey(body.Token))
	}
	return named
}

func namedIn(identifier any) []string {
	var named []string
	switch written := identifier.(type) {
	case []any:
		for _, one := range written {
			named = append(named, namedIn(one)...)
		}
	case map[string]any:
		for field, value := range written {
			if value != nil && value != "" && (field == "id" || field == "number") {
				named = append(named, key{field, fmt.Sprint(value)}.String()) // a target may take the number 7 for the text
			}
		}
	}
	return named
}

// sessionKey is what the ledger calls a token.
func sessionKey(token string) string { return "token=" + token }
