package makecom

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// listing is a page of the queue.
type listing struct {
	*suite.Exchange
	Incomings []map[string]any
	Pg        map[string]any
}

func readListing(e *suite.Exchange) (*listing, error) {
	var page struct {
		Incomings *[]map[string]any `json:"incomings"`
		Pg        map[string]any    `json:"pg"`
	}
	if err := success(e, &page); err != nil {
		return nil, err
	}
	if page.Incomings == nil {
		return nil, e.WantThat(false, "an array `incomings`", "none")
	}
	return &listing{Exchange: e, Incomings: *page.Incomings, Pg: page.Pg}, nil
}

func (l *listing) ids() []string {
	found := make([]string, 0, len(l.Incomings))
	for _, item := range l.Incomings {
		id, _ := item["id"].(string) // an item without one counts as ""
		found = append(found, id)
	}
	return found
}

// limit is the page size that the target says was in force, 0 when it says none.
func (l *listing) limit() int {
	n, _ := l.Pg["limit"].(json.Number)
	size, err := n.Int64()
	if err != nil {
		return 0
	}
	return int(size)
}

// item finds an item of the page.
func (l *listing) item(id string) (map[string]any, error) {
	i := slices.Index(l.ids(), id)
	if i < 0 {
		return nil, l.WantThat(false, "item "+id+" in the list", "a list without it")
	}
	return l.Incomings[i], nil
}

// detail is one item with its data.
type detail struct {
	*suite.Exchange
	Incoming map[string]any
}

func readDetail(e *suite.Exchange) (*detail, error) {
	var answer struct {
		Incoming map[string]any `json:"incoming"`
	}
	if err := success(e, &answer); err != nil {
		return nil, err
	}
	return &detail{Exchange: e, Incoming: answer.Incoming}, e.WantThat(answer.Incoming != nil, "an object `incoming`", "none")
}

// statistics are the counts of a queue.
type statistics struct {
	*suite.Exchange
	Queue   int
	Limit   int
	Enabled bool
}

func readStatistics(e *suite.Exchange) (*statistics, error) {
	var answer struct {
		Stat *struct {
			Queue   *int  `json:"queue"`
			Limit   *int  `json:"limit"`
			Enabled *bool `json:"enabled"`
		} `json:"incomingStat"`
	}
	if err := success(e, &answer); err != nil {
		return nil, err
	}
	s := answer.Stat
	if s == nil || s.Queue == nil || s.Limit == nil || s.Enabled == nil {
		return nil, e.WantThat(false, "an object `incomingStat` with `queue`, `limit` and `enabled`", "one without")
	}
	return &statistics{Exchange: e, Queue: *s.Queue, Limit: *s.Limit, Enabled: *s.Enabled}, nil
}

// deletion is the answer to a deletion.
type deletion struct {
	*suite.Exchange
	Incomings []string
	Error     map[string]any
}

func readDeletion(e *suite.Exchange) (*deletion, error) {
	var answer struct {
		Incomings *[]string      `json:"incomings"`
		Error     map[string]any `json:"error"`
	}
	if err := success(e, &answer); err != nil {
		return nil, err
	}
	if answer.Incomings == nil {
		return nil, e.WantThat(false, "an array `incomings`", "none")
	}
	return &deletion{Exchange: e, Incomings: *answer.Incomings, Error: answer.Error}, nil
}

// wantListed wants every one of the ids in the answer.
func (d *deletion) wantListed(ids ...string) error {
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(d.Incomings, id) })
	return d.Want("deleted ids that are not in the answer:", []string{}, append([]string{}, missing...))
}

// wantError wants an `error` of two strings.
func (d *deletion) wantError() error {
	name, isName := d.Error["name"].(string)
	message, isMessage := d.Error["message"].(string)
	return d.WantThat(isName && isMessage && name != "" && message != "", "an `error` with the strings `name` and `message`", body(d.Error))
}

// success decodes the body of a 200.
func success(e *suite.Exchange, into any) error {
	if err := e.WantStatus(http.StatusOK); err != nil {
		return err
	}
	return e.Decode(into)
}

// problem is the error envelope.
type problem struct {
	Message, Detail, Code *string
	Suberrors             *[]struct{ Message *string }
}

// wantEnvelope wants a refusal to be an error envelope.
func wantEnvelope(e *suite.Exchange) error {
	var p problem
	if err := e.Decode(&p); err != nil {
		return err
	}
	return e.WantThat(p.Message != nil || p.Detail != nil, "an error with `message` or `detail`", string(e.ResponseBody))
}

// wantCode wants one code in the error envelope.
func wantCode(e *suite.Exchange, code string) error {
	var p problem
	if err := e.Decode(&p); err != nil {
		return err
	}
	return e.Want("code", code, text(p.Code))
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
