package outsider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/outsider"
	"github.com/understudy-mock/understudy/internal/sweep"
)

type object = map[string]any

// exchange is one call of the server with a bug, which may change it before the honest server sees it, and its answer after.
type exchange struct {
	*bug

	method, path string
	query        url.Values
	header       http.Header
	body         []byte
	members      object // of the body, nil where it is no object; what is changed here is sent

	status int
	text   []byte
	answer object // nil where it is no object; what is changed here is answered

	honest http.Handler
}

// bug is what a server does wrong.
type bug struct {
	name, api     string
	before, after func(*exchange)

	mu    sync.Mutex
	count map[string]int
	kept  map[string]any
}

func (b *bug) wrong(honest http.Handler) http.Handler {
	b.count, b.kept = map[string]int{}, map[string]any{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		e := &exchange{bug: b, method: r.Method, path: r.URL.Path, query: r.URL.Query(), header: r.Header.Clone(), body: body, honest: honest}
		e.members = parsed(body)
		if r.URL.Path != "/prepare" && b.before != nil {
			was := written(e.members)
			query := e.query.Encode()
			b.mu.Lock()
			b.before(e)
			b.mu.Unlock()
			if now := written(e.members); !bytes.Equal(was, now) {
				e.body = now
			}
			if e.query.Encode() != query {
				r.URL.RawQuery = e.query.Encode()
			}
		}
		answer := e.ask(r, r.URL.RawQuery)
		e.status, e.text, e.answer = answer.Code, answer.Body.Bytes(), parsed(answer.Body.Bytes())
		if r.URL.Path != "/prepare" && b.after != nil {
			was := written(e.answer)
			b.mu.Lock()
			b.after(e)
			b.mu.Unlock()
			if now := written(e.answer); !bytes.Equal(was, now) {
				e.text = now
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(e.status)
		_, _ = w.Write(e.text)
	})
}

func (e *exchange) ask(r *http.Request, query string) *httptest.ResponseRecorder {
	inner := r.Clone(r.Context())
	inner.Method, inner.URL.Path, inner.URL.RawPath, inner.URL.RawQuery, inner.Header = e.method, e.path, "", query, e.header
	inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(e.body)), int64(len(e.body))
	answer := httptest.NewRecorder()
	e.honest.ServeHTTP(answer, inner)
	return answer
}

// other is the answer to another call of the honest server.
func (e *exchange) other(method, path string, query url.Values) object {
	r := httptest.NewRequestWithContext(context.Background(), method, path+"?"+query.Encode(), nil)
	r.Header = e.header.Clone()
	answer := httptest.NewRecorder()
	e.honest.ServeHTTP(answer, r)
	return parsed(answer.Body.Bytes())
}

func parsed(text []byte) object {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var o object
	if d.Decode(&o) != nil {
		return nil
	}
	return o
}

func written(o object) []byte {
	text, _ := json.Marshal(o)
	return text
}

func (e *exchange) isList() bool  { return e.method == "GET" && strings.HasSuffix(e.path, "/incomings") }
func (e *exchange) isStats() bool { return e.method == "GET" && strings.HasSuffix(e.path, "/stats") }
func (e *exchange) isDelete() bool {
	return e.method == "DELETE" && strings.HasSuffix(e.path, "/incomings")
}

func (e *exchange) isDetail() bool {
	return e.method == "GET" && strings.Contains(e.path, "/incomings/") && !e.isStats()
}
func (e *exchange) arrives() bool { return strings.HasPrefix(e.path, "/post/") }
func (e *exchange) hook() string  { return hookOf.FindString(e.path) }
func (e *exchange) all() bool     { return e.members["all"] == true }
func (e *exchange) ids() []any    { ids, _ := e.members["ids"].([]any); return ids }
func (e *exchange) items() []any  { items, _ := e.answer["incomings"].([]any); return items }
func (e *exchange) does(op string) bool {
	return e.path == "/crmapi/rest/v2/webhook_requests/"+op
}

func (e *exchange) ok() bool {
	status, _ := e.answer["status"].(object)
	return status["code"] == "OK"
}
func (e *exchange) record() object    { one, _ := e.answer["data"].(object); return one }
func (e *exchange) records() []any    { all, _ := e.answer["data"].([]any); return all }
func (e *exchange) has(p string) bool { return e.query.Get(p) != "" }

var (
	hookOf = regexp.MustCompile(`/hooks/[0-9]+`)
	glued  = regexp.MustCompile(`(/hooks/[0-9]+)[^0-9/][^/]*`)
)

func each(all []any, f func(object)) {
	for _, one := range all {
		if o, ok := one.(object); ok {
			f(o)
		}
	}
}

// granted answers what the honest server did not.
func granted(e *exchange, answer string) {
	e.status, e.answer, e.text = 200, parsed([]byte(answer)), []byte(answer)
}

func planted() []*bug {
	return slices.Concat(plantedMake(), plantedCRM(), plantedCRMResends())
}

func plantedMake() []*bug {
	m := func(name string, before, after func(*exchange)) *bug {
		return &bug{name: name, api: "makecom", before: before, after: after}
	}
	return []*bug{
		m("desc reverses the page and not the queue", func(e *exchange) {
			if e.isList() && e.query.Get("pg[sortDir]") == "desc" {
				e.query.Set("pg[sortDir]", "asc")
				e.kept["turn"+e.path] = true
			}
		}, func(e *exchange) {
			if e.isList() && e.kept["turn"+e.path] == true {
				delete(e.kept, "turn"+e.path)
				slices.Reverse(e.items())
				if pg, ok := e.answer["pg"].(object); ok {
					pg["sortDir"] = "desc"
				}
			}
		}),
		m("the second delete-all without a confirmation is carried out", func(e *exchange) {
			if e.isDelete() && e.all() && !e.has("confirmed") {
				if e.count[e.hook()]++; e.count[e.hook()] == 2 {
					e.query.Set("confirmed", "true")
				}
			}
		}, nil),
		m("a confirmation holds for the next delete-all, too", func(e *exchange) {
			if e.isDelete() && e.query.Get("confirmed") == "true" {
				e.kept[e.hook()] = true
			} else if e.isDelete() && e.all() && e.kept[e.hook()] == true {
				e.query.Set("confirmed", "true")
			}
		}, nil),
		m("what stays is listed with another created", nil, func(e *exchange) {
			if e.isDelete() && e.status == 200 {
				e.kept[e.hook()] = time.Now().UTC().Add(time.Second).Format("2006-01-02T15:04:05.000Z")
			}
			if at := e.kept[e.hook()]; e.isList() && at != nil {
				each(e.items(), func(o object) { o["created"] = at })
			}
		}),
		m("a token with something behind it is taken", func(e *exchange) {
			if full := "Token " + outsider.Token; strings.HasPrefix(e.header.Get("Authorization"), full) {
				e.header.Set("Authorization", full)
			}
		}, nil),
		m("a token in capitals is taken", func(e *exchange) {
			if full := "Token " + outsider.Token; strings.EqualFold(e.header.Get("Authorization"), full) {
				e.header.Set("Authorization", full)
			}
		}, nil),
		m("the beginning of a token is taken", func(e *exchange) {
			if _, given, _ := strings.Cut(e.header.Get("Authorization"), "Token "); len(given) > 5 && strings.HasPrefix(outsider.Token, given) {
				e.header.Set("Authorization", "Token "+outsider.Token)
			}
		}, nil),
		m("a hook id is read up to the first letter", func(e *exchange) { e.path = glued.ReplaceAllString(e.path, "$1") }, nil),
		m("a hook id is read up to the first letter for stats", func(e *exchange) {
			if e.isStats() {
				e.path = glued.ReplaceAllString(e.path, "$1")
			}
		}, nil),
		m("stats of an unknown hook are zero", nil, func(e *exchange) {
			if e.isStats() && e.status == 404 {
				granted(e, `{"incomingStat":{"queue":0,"limit":10000,"enabled":true}}`)
			}
		}),
		m("an unknown hook has an empty list", nil, func(e *exchange) {
			if e.isList() && e.status == 404 {
				granted(e, `{"incomings":[],"pg":{"sortBy":"created","sortDir":"asc","limit":10000,"offset":0}}`)
			}
		}),
		m("deleting from an unknown hook succeeds", nil, func(e *exchange) {
			if e.isDelete() && e.status == 404 {
				granted(e, `{"incomings":[]}`)
			}
		}),
		m("a deleted item keeps its detail", nil, func(e *exchange) {
			if e.isDetail() && e.status == 200 {
				e.kept[e.path] = string(e.text)
			} else if was, ok := e.kept[e.path].(string); e.isDetail() && e.status == 404 && ok {
				granted(e, was)
			}
		}),
		m("an item is shown through any hook", func(e *exchange) {
			id := e.path[strings.LastIndex(e.path, "/")+1:]
			if at, ok := e.kept[id].(string); e.isDetail() && ok {
				e.path = "/api/v2" + at + "/incomings/" + id
			}
		}, func(e *exchange) {
			if e.isList() {
				each(e.items(), func(o object) { e.kept[text(o["id"])] = e.hook() })
			}
		}),
		m("a list that was asked before is answered from memory until something is deleted", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			switch was, ok := e.kept[key].(string); {
			case e.isDelete():
				clear(e.kept)
			case e.isList() && e.status == 200 && ok:
				granted(e, was)
			case e.isList() && e.status == 200:
				e.kept[key] = string(e.text)
			}
		}),
		m("a list that was asked before is answered from memory until something arrives", nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			switch was, ok := e.kept[key].(string); {
			case e.arrives():
				clear(e.kept)
			case e.isList() && e.status == 200 && ok:
				granted(e, was)
			case e.isList() && e.status == 200:
				e.kept[key] = string(e.text)
			}
		}),
		m("stats are counted when the list is asked", nil, func(e *exchange) {
			switch was, ok := e.kept[e.hook()].(string); {
			case e.isList():
				delete(e.kept, e.hook())
			case e.isStats() && e.status == 200 && ok:
				granted(e, was)
			case e.isStats() && e.status == 200:
				e.kept[e.hook()] = string(e.text)
			}
		}),
		m("one held item alone is refused without an error", nil, func(e *exchange) {
			if e.isDelete() && len(e.ids()) == 1 {
				delete(e.answer, "error")
			}
		}),
		m("a held item is told only where it is named last", nil, func(e *exchange) {
			ids := e.ids()
			if e.isDelete() && len(ids) > 1 && slices.Contains(e.items(), ids[len(ids)-1]) {
				delete(e.answer, "error")
			}
		}),
		m("a held item is told only where it is named first", nil, func(e *exchange) {
			ids := e.ids()
			if e.isDelete() && len(ids) > 1 && slices.Contains(e.items(), ids[0]) {
				delete(e.answer, "error")
			}
		}),
		m("text loses the blanks round it", func(e *exchange) {
			if e.arrives() && strings.HasPrefix(e.header.Get("Content-Type"), "text/plain") {
				e.body = bytes.TrimSpace(e.body)
			}
		}, nil),
		m("a media type in capitals is unknown", func(e *exchange) {
			if c := e.header.Get("Content-Type"); e.arrives() && c != strings.ToLower(c) {
				e.header.Set("Content-Type", "application/octet-stream")
			}
		}, nil),
		m("a media type with a parameter is unknown", func(e *exchange) {
			if e.arrives() && strings.Contains(e.header.Get("Content-Type"), "charset") {
				e.header.Set("Content-Type", "application/octet-stream")
			}
		}, nil),
		m("payloads of more than 1 MiB are refused", nil, func(e *exchange) {
			if e.arrives() && len(e.body) > 1<<20 {
				e.status, e.text = 413, []byte("too large")
			}
		}),
		m("a payload of 5 MiB exactly is refused", nil, func(e *exchange) {
			if e.arrives() && len(e.body) >= 5<<20 {
				e.status, e.text = 413, []byte("too large")
			}
		}),
		m("no items are null", nil, func(e *exchange) {
			if e.isList() && e.status == 200 && len(e.items()) == 0 {
				e.answer["incomings"] = nil
			}
		}),
		m("an offset beyond the end begins anew", func(e *exchange) {
			if e.isList() && len(e.query.Get("pg[offset]")) > 2 {
				e.query.Set("pg[offset]", "0")
			}
		}, nil),
		m("the hook is always enabled", nil, func(e *exchange) {
			if stat, ok := e.answer["incomingStat"].(object); e.isStats() && ok {
				stat["enabled"] = true
			}
		}),
		m("the limit is always 10000", nil, func(e *exchange) {
			if stat, ok := e.answer["incomingStat"].(object); e.isStats() && ok {
				stat["limit"] = 10000
			}
		}),
		m("nothing spared is everything spared", func(e *exchange) {
			if except, given := e.members["exceptIds"].([]any); e.isDelete() && e.all() && given && len(except) == 0 && e.has("confirmed") {
				e.members["ids"], e.members["all"] = []any{}, false
				e.members["ids"] = []any{strings.Repeat("0", 32)}
			}
		}, nil),
		m("a list in descending order is never empty", func(e *exchange) {
			if e.isList() && e.query.Get("pg[sortDir]") == "desc" {
				e.query.Del("pg[offset]")
			}
		}, nil),
		m("limit counts the skipped items, too", func(e *exchange) {
			if e.isList() && e.query.Get("pg[limit]") == "2" && e.query.Get("pg[offset]") == "4" {
				e.query.Set("pg[limit]", "1")
			}
		}, nil),
		m("errors have no text", nil, func(e *exchange) {
			if e.status >= 400 && e.answer != nil && strings.HasPrefix(e.path, "/api/") {
				delete(e.answer, "message")
				delete(e.answer, "detail")
			}
		}),
		m("an empty selection beside all counts as ids", func(e *exchange) {
			if ids, given := e.members["ids"].([]any); e.isDelete() && e.all() && given && len(ids) == 0 {
				e.members["all"] = false
				e.members["ids"] = []any{strings.Repeat("0", 32)}
			}
		}, nil),
	}
}

func plantedCRM() []*bug {
	c := func(name string, before, after func(*exchange)) *bug {
		return &bug{name: name, api: "crmcom", before: before, after: after}
	}
	bugs := []*bug{
		c("at most 20 results", func(e *exchange) {
			if e.does("list") && (!e.has("number_of_results") || len(e.query.Get("number_of_results")) > 1 && e.query.Get("number_of_results") > "20") {
				e.query.Set("number_of_results", "20")
			}
		}, nil),
		c("at most 10 results", nil, func(e *exchange) {
			if all := e.records(); e.does("list") && len(all) > 10 {
				e.answer["data"] = all[:10]
			}
		}),
		c("filters are alternatives", nil, func(e *exchange) {
			if !e.does("list") || !e.has("entity") || !e.has("entity_id") {
				return
			}
			only := url.Values{"token": e.query["token"], "entity_id": e.query["entity_id"]}
			if more, ok := e.other("GET", e.path, only)["data"].([]any); ok && !e.has("number_of_results") {
				e.answer["data"] = more
			}
		}),
		c("the state is not looked at where an offset is given", func(e *exchange) {
			if e.does("list") && e.has("offset") {
				e.query.Del("life_cycle_state")
			}
		}, nil),
		c("the date is not looked at beside an entity", func(e *exchange) {
			if e.does("list") && e.has("entity") {
				e.query.Del("created_date")
			}
		}, nil),
		c("the url is not looked at beside a definition", func(e *exchange) {
			if e.does("list") && e.has("webhook_definition_identifier") {
				e.query.Del("url")
			}
		}, nil),
		c("the state is not looked at beside a rule", func(e *exchange) {
			if e.does("list") && e.has("workflow_rule_identifier") {
				e.query.Del("life_cycle_state")
			}
		}, nil),
		c("an offset without a number of results is nothing", func(e *exchange) {
			if e.does("list") && !e.has("number_of_results") {
				e.query.Del("offset")
			}
		}, nil),
		c("fields are chosen only without a url", func(e *exchange) {
			if e.does("list") && e.has("url") {
				e.query.Del("fields_set")
			}
		}, nil),
		c("one field only is chosen", func(e *exchange) {
			if first, _, more := strings.Cut(e.query.Get("fields_set"), ","); more {
				e.query.Set("fields_set", first)
			}
		}, nil),
		c("an id in small letters is found", func(e *exchange) {
			if id, ok := strings.CutPrefix(e.query.Get("webhook_request_identifier"), "id="); ok && e.does("show") {
				e.query.Set("webhook_request_identifier", "id="+strings.ToUpper(id))
			}
		}, nil),
		c("a successful resend keeps the old error", nil, func(e *exchange) {
			number := "n" + text(e.record()["number"])
			if e.does("show") && e.ok() && e.record()["error_code"] != nil {
				e.kept[number] = e.record()["error_code"]
			} else if was := e.kept[number]; e.ok() && was != nil && e.record()["life_cycle_state"] == "SUCCESSFUL" {
				e.record()["error_code"] = was
			}
		}),
		c("delete answers without the log information", nil, func(e *exchange) {
			if e.does("delete") && e.ok() {
				e.record()["log_information"] = nil
			}
		}),
		c("delete answers the number alone", nil, func(e *exchange) {
			if e.does("delete") && e.ok() {
				e.answer["data"] = object{"number": e.record()["number"]}
			}
		}),
		c("a deleted one is still shown by its number", nil, func(e *exchange) {
			who := text(e.query.Get("webhook_request_identifier"))
			if e.does("show") && e.ok() && strings.HasPrefix(who, "number=") && !e.has("fields_set") {
				e.kept[who] = string(e.text)
			} else if was, ok := e.kept[who].(string); e.does("show") && !e.ok() && ok && e.query.Get("token") != "" {
				granted(e, was)
			}
		}),
		c("a refusal to resend says nothing", nil, func(e *exchange) {
			if status, ok := e.answer["status"].(object); e.does("resend") && !e.ok() && ok {
				status["message"], status["description"] = "", ""
			}
		}),
		c("no result is null", nil, func(e *exchange) {
			if e.does("list") && e.ok() && len(e.records()) == 0 {
				e.answer["data"] = nil
			}
		}),
		c("numbers are numbers", nil, func(e *exchange) {
			spelt := func(o object) {
				if n, ok := o["number"].(string); ok {
					o["number"] = json.Number(n)
				}
			}
			spelt(e.record())
			each(e.records(), spelt)
		}),
		c("an offset beyond the end gives the last page", func(e *exchange) {
			if e.does("list") && e.has("number_of_results") && (e.query.Get("offset") == "6" || len(e.query.Get("offset")) > 2) {
				e.query.Set("offset", "4")
			}
		}, nil),
		c("any token of 32 digits will do", func(e *exchange) {
			if given := e.query.Get("token"); len(given) == 32 {
				e.query.Set("token", outsider.Token)
			}
		}, nil),
		c("a released token still reads", func(e *exchange) {
			if strings.HasSuffix(e.path, "/release") {
				e.kept[text(e.members["token"])] = true
			} else if e.method == "GET" && e.kept[e.query.Get("token")] == true {
				e.query.Set("token", outsider.Token)
			}
		}, nil),
		c("successful ones have an error that says none", nil, func(e *exchange) {
			said := func(o object) {
				if o["life_cycle_state"] == "SUCCESSFUL" {
					o["error_description"] = "none"
				}
			}
			said(e.record())
			each(e.records(), said)
		}),
		c("the code is that of another key after a resend", nil, func(e *exchange) {
			if e.does("resend") && e.ok() {
				e.kept["n"+text(e.record()["number"])] = true
			}
			if e.does("show") && e.kept["n"+text(e.record()["number"])] == true {
				e.record()["authentication_code"] = strings.Repeat("ab", 32)
			}
		}),
		c("list shows another definition than show", nil, func(e *exchange) {
			each(e.records(), func(o object) {
				if d, ok := o["webhook_definition"].(object); ok {
					d["name"] = "another"
				}
			})
		}),
		c("unknown entity ids give everything of the entity", nil, func(e *exchange) {
			if e.does("list") && e.ok() && len(e.records()) == 0 && e.has("entity_id") && e.has("entity") {
				only := url.Values{"token": e.query["token"], "entity": e.query["entity"]}
				e.answer["data"] = e.other("GET", e.path, only)["data"]
			}
		}),
		c("two identifiers of a rule are one", func(e *exchange) {
			if all := e.query["workflow_rule_identifier"]; len(all) > 1 {
				e.query["workflow_rule_identifier"] = all[:1]
			}
		}, nil),
		c("an identifier is read up to its comma", func(e *exchange) {
			for _, name := range []string{"workflow_rule_identifier", "webhook_definition_identifier", "webhook_request_identifier"} {
				if first, _, more := strings.Cut(e.query.Get(name), ","); more {
					e.query.Set(name, first)
				}
			}
		}, nil),
	}
	for _, filter := range []string{"webhook_definition_identifier", "workflow_rule_identifier", "entity", "entity_id", "url", "life_cycle_state", "created_date"} {
		bugs = append(bugs, c("a deleted one is still listed by "+filter, nil, func(e *exchange) {
			key := e.path + "?" + e.query.Encode()
			was := text(e.kept[key])
			more, _ := parsed([]byte(was))["data"].([]any)
			switch {
			case e.does("list") && e.has(filter) && e.ok() && len(more) > len(e.records()):
				granted(e, was)
			case e.does("list") && e.has(filter) && e.ok():
				e.kept[key] = string(e.text)
			}
		}))
	}
	return bugs
}

func text(v any) string { s, _ := v.(string); return s }

// TestBugsOfAnotherServerAreNoticed plants bugs in a server that shares no code with the mock, none of them one of the mock's own broken
// vendors. The checks alone have to notice each.
func TestBugsOfAnotherServerAreNoticed(t *testing.T) {
	t.Parallel()
	for _, b := range sweep.Of(planted(), 4) {
		t.Run(b.api+" "+b.name, func(t *testing.T) {
			t.Parallel()
			url := start(t, outsider.Options{Wrong: b.wrong})
			r, err := conformance.Run(t.Context(), target(b.api, url), conformance.Seed(7))
			if err != nil {
				t.Fatal(err)
			}
			if r.Count(report.Fail)+r.Count(report.Warn) == 0 {
				t.Errorf("nothing noticed it: %s", report.Summary(r))
			}
		})
	}
}
