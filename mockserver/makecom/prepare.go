package makecom

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// Prepare refuses what the generated server would let through, and settles what the dialect decides, before it parses
// the request.
func Prepare(x *exchange.Exchange, r *http.Request) error {
	if strings.HasSuffix(r.URL.Path, "/") && x.Dialect().Answer(makeapi.HTTPTrailingSlash) == makeapi.AnswerNo {
		x.Operation = "" // it is no path of the document
		return exchange.ErrNoRoute
	}
	if r.URL.RawQuery != "" {
		if err := checkQuery(x, r); err != nil {
			return err
		}
	}
	if x.Operation != makeapi.OpDelete {
		return nil
	}
	if err := settleConfirmed(x, r); err != nil {
		return err
	}
	if len(x.Body) == 0 {
		return nil
	}
	body, err := selection(r.Header.Get("Content-Type"), x.Body)
	if err != nil {
		x.Cite(makeapi.DeleteMalformed)
		return err
	}
	x.Prepared = body
	return nil
}

// takesHead is what the dialect says of HEAD.
func takesHead(x *exchange.Exchange) bool {
	return x.Dialect().Answer(makeapi.HTTPHead) == makeapi.AnswerYes
}

func checkQuery(x *exchange.Exchange, r *http.Request) error {
	values, err := x.Query(r)
	if err != nil {
		return badParameter("query", "it cannot be unescaped, percent-encode it")
	}
	for name, v := range values {
		if len(v) == 1 && v[0] == "" && (name == "pg[limit]" || name == "pg[offset]" || name == "teamId") {
			return badParameter(name, "it is empty, give an integer or leave it out")
		}
	}
	return nil
}

// settleConfirmed leaves the query with confirmed=true, confirmed=false or neither.
func settleConfirmed(x *exchange.Exchange, r *http.Request) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	query := r.URL.Query()
	given, ok := query["confirmed"]
	switch {
	case len(given) > 1:
		return badParameter("confirmed", exchange.GivenTwice(r, "confirmed"))
	case !ok, given[0] == "true", given[0] == "false":
		return nil
	}
	switch x.Dialect().Answer(makeapi.DeleteConfirmedValues) {
	case makeapi.AnswerTruthy:
		query.Set("confirmed", fmt.Sprint(truthy(given[0])))
	case makeapi.AnswerNotConfirmed:
		query.Del("confirmed")
	default:
		return badParameter("confirmed", fmt.Sprintf("%q is neither true nor false", given[0]))
	}
	r.URL.RawQuery = query.Encode()
	return nil
}

func truthy(s string) bool {
	switch strings.ToLower(s) {
	case "1", "true", "yes":
		return true
	}
	return false
}

// selection checks a body against the type DeleteSelection and reads it, by the exact names of its members: encoding/json would take
// others for the same that differ in case only.
func selection(contentType string, body []byte) (*makegen.DeleteSelection, error) {
	members, err := jsonobject.ParseBody(contentType, body)
	if err != nil {
		return nil, badBody(err.Error())
	}
	for _, name := range []string{"ids", "exceptIds"} {
		if err := checkStrings(name, members.Get(name)); err != nil {
			return nil, err
		}
	}
	all := members.Get("all")
	if err := checkBool("all", all); err != nil {
		return nil, err
	}
	chosen := &makegen.DeleteSelection{Ids: texts(members.Get("ids")), ExceptIds: texts(members.Get("exceptIds"))}
	if all != nil {
		chosen.All = new(string(all) == "true")
	}
	return chosen, nil
}

// texts are those of an array that was checked, nil for none.
func texts(value json.RawMessage) *[]string {
	if value == nil {
		return nil
	}
	return new(jsonobject.Strings(value))
}

func checkStrings(name string, value json.RawMessage) error {
	if value != nil && !jsonobject.IsStrings(value) {
		return badBody(name + " is not an array of strings")
	}
	return nil
}

func checkBool(name string, value json.RawMessage) error {
	if s := string(value); value != nil && s != "true" && s != "false" {
		return badBody(name + " is neither true nor false")
	}
	return nil
}
