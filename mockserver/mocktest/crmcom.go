package mocktest

import (
	"encoding/json"

	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// NewDefinition makes a webhook definition of CRM.COM that delivers to url, effective and logging everything, and a rule
// of the entity, such as ACTIVITIES, that uses it. A url of sink:<name> is a receiver inside the mock, see [Bench.Sink].
func (b *Bench) NewDefinition(url, entity string) (requestlog.Definition, requestlog.Rule) {
	b.t.Helper()
	definition, rule, err := crmcom.CreateDefinition(b.world, requestlog.Definition{URL: url, Effective: true}, entity)
	b.must(err)
	return definition, rule
}

// Fire makes a workflow rule fire for an entity, whose data is written as encoding/json writes it, and returns the webhook
// request that was logged, nil for none. The delivery has happened when it returns.
func (b *Bench) Fire(rule requestlog.Rule, entityID string, data any) *requestlog.Request {
	b.t.Helper()
	text, err := json.Marshal(data)
	b.must(err)
	logged, err := b.server.mock.Crmcom().Fire(b.t.Context(), b.world, b.URL, requestlog.Fire{
		Rule: requestlog.Key{Field: requestlog.ID, Value: rule.ID}, EntityID: entityID, Data: text,
	})
	b.must(err)
	return logged.Request
}

// Sink programs a receiver inside the mock and returns its address for a webhook definition. The last answer goes on for
// ever; without any it is 200 with no body.
func (b *Bench) Sink(name string, answers ...sink.Answer) (url string) {
	b.t.Helper()
	b.must(b.world.ChangeSinks(func(s *sink.State, _ world.Moment) error {
		return s.Program(sink.Program{Name: name, Answers: answers})
	}))
	return sink.Address(name)
}

// Received lists what a sink received, the oldest first.
func (b *Bench) Received(name string) (deliveries []sink.Delivery) {
	b.t.Helper()
	b.must(b.world.Sinks(func(s *sink.State) error {
		receiver, err := s.Sink(name)
		deliveries = receiver.Deliveries
		return err
	}))
	return deliveries
}
