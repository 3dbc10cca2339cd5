package crmcom

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// recordOf is a record with the answer that shows it.
type recordOf struct {
	record
	*reply
}

// outcome has the rule fire, waits for the delivery and shows the webhook request that came of it.
func (b *webhookFixture) outcome(ctx context.Context) (recordOf, error) {
	e, _, err := b.delivered(ctx)
	if err != nil {
		return recordOf{}, suite.Arranging(err)
	}
	return b.shown(ctx, e)
}

// shown shows the webhook request that came of a firing.
func (b *webhookFixture) shown(ctx context.Context, e *event) (recordOf, error) {
	logged, err := b.logged(ctx, e)
	if err != nil {
		return recordOf{}, suite.Arranging(err)
	}
	r, err := b.show(ctx, naming(byID(logged.id()).String()))
	if err != nil {
		return recordOf{}, err
	}
	data, err := r.record()
	return recordOf{data, r}, err
}

// wantFields wants a value in each of the fields.
func (r recordOf) wantFields(fields []string) error {
	return r.Want("fields without a value:", []string{}, r.silent(fields...))
}

// wantReferences wants the definition and the rule to be named.
func (r recordOf) wantReferences(b *webhookFixture) error {
	rule := r.inside("workflow_rule").text("id")
	return errors.Join(
		r.Want("webhook_definition.id", b.id, r.inside("webhook_definition").text("id")),
		r.WantThat(rule != "", "a workflow_rule with an id", "none"),
	)
}

func (r recordOf) wantDate() error {
	_, err := time.Parse(crmcom.DateLayout, r.created())
	return r.WantThat(err == nil, "log_information.created_date like "+crmcom.DateLayout, fmt.Sprintf("%q", r.created()))
}

// wantProjection wants the fields named in a record and, id aside, no others.
func (r *reply) wantProjection(data record, fields []string) error {
	got := slices.Sorted(maps.Keys(data))
	if !slices.Contains(fields, "id") {
		got = slices.DeleteFunc(got, func(field string) bool { return field == "id" })
	}
	return r.Want("fields", slices.Sorted(slices.Values(fields)), got)
}
