package contract_test

import (
	"testing"

	"github.com/understudy-mock/understudy/openapi/contract"
)

var (
	order = &contract.Question{
		ID:      "sample/list/order",
		Answers: []contract.Answer{{Name: "newest-first"}, {Name: "oldest-first"}},
	}
	timeout = &contract.Question{
		ID:        "sample/delivery/timeout",
		Answers:   []contract.Answer{{Name: "30s"}},
		Durations: true,
	}
	sample = &contract.API{
		Name:         "sample",
		Requirements: []*contract.Requirement{{ID: "sample/list/all"}},
		Questions:    []*contract.Question{order, timeout},
	}
)

func TestQuestionAllows(t *testing.T) {
	for _, tt := range []struct {
		q    *contract.Question
		name string
		want bool
	}{
		{order, "newest-first", true},
		{order, "oldest-first", true},
		{order, "", false},
		{order, "5s", false},
		{timeout, "30s", true},
		{timeout, "1m30s", true},
		{timeout, "0s", false},
		{timeout, "-5s", false},
		{timeout, "5", false},
	} {
		if got := tt.q.Allows(tt.name); got != tt.want {
			t.Errorf("%s allows %q: %t, want %t", tt.q.ID, tt.name, got, tt.want)
		}
	}
}

func TestDialectAnswer(t *testing.T) {
	d := contract.Dialect{order.ID: "oldest-first"}
	if got := d.Answer(order); got != "oldest-first" {
		t.Errorf("got %q for a question that the dialect answers", got)
	}
	if got := d.Answer(timeout); got != "30s" {
		t.Errorf("got %q for a question that the dialect leaves out", got)
	}
	if got := contract.Dialect(nil).Answer(order); got != "newest-first" {
		t.Errorf("got %q from the nil dialect", got)
	}
}

func TestDialectValidate(t *testing.T) {
	for _, tt := range []struct {
		dialect contract.Dialect
		want    string
	}{
		{nil, ""},
		{contract.Dialect{order.ID: "oldest-first", timeout.ID: "5s"}, ""},
		{
			contract.Dialect{order.ID: "random", "sample/list/colour": "red"},
			`dialect: no open question "sample/list/colour"; sample/list/order: "random" is no answer, take one of newest-first, oldest-first`,
		},
		{
			contract.Dialect{timeout.ID: "soon"},
			`dialect: sample/delivery/timeout: "soon" is no answer, take one of 30s, any positive duration`,
		},
	} {
		got := ""
		if err := tt.dialect.Validate(sample); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%v: got error %q, want %q", tt.dialect, got, tt.want)
		}
	}
}

func TestAPIFindsByID(t *testing.T) {
	if r := sample.Requirement("sample/list/all"); r == nil || r.Group() != "list" {
		t.Errorf("got %+v", r)
	}
	if q := sample.Question(order.ID); q != order || q.Group() != "list" {
		t.Errorf("got %+v", q)
	}
	if sample.Requirement("sample/list/none") != nil || sample.Question("sample/list/none") != nil {
		t.Error("an unknown id is found")
	}
	if got := (&contract.Requirement{ID: "odd"}).Group(); got != "" {
		t.Errorf("got group %q of an id without one", got)
	}
}
