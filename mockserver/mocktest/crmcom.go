package mocktest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// NewDefinition makes a webhook definition of CRM.COM that delivers to an address, effective and logging everything, and a rule
// of the entity, such as ACTIVITIES, that uses it. An address of sink:<name> is a receiver inside the mock, see [Bench.Sink].
func (b *Bench) NewDefinition(address, entity string) (definition requestlog.Definition, rule requestlog.Rule) {
	b.t.Helper()
	var made control.CreatedDefinition
	b.Control(http.MethodPost, "/crmcom/definitions", control.DefinitionRequest{URL: address, Entity: control.Entity(entity)}, &made)
	b.must(b.log(func(s *requestlog.State) (err error) {
		if definition, err = s.Definition(requestlog.Key{Field: requestlog.ID, Value: made.ID}); err != nil {
			return err
		}
		rule, err = s.Rule(requestlog.Key{Field: requestlog.ID, Value: made.WorkflowRule.ID})
		return err
	}))
	return definition, rule
}

func (b *Bench) log(read func(*requestlog.State) error) error {
	b.t.Helper()
	return world.View(b.look(), requestlog.PartName, nil, read)
}

// Fire makes a workflow rule fire for an entity, whose data is written as encoding/json writes it, and returns the webhook
// request that was logged, nil for none. The delivery has happened when it returns.
func (b *Bench) Fire(rule requestlog.Rule, entityID string, data any) (logged *requestlog.Request) {
	b.t.Helper()
	text, err := json.Marshal(data)
	b.must(err)
	var fired control.Fired
	b.Control(http.MethodPost, "/crmcom/fire", control.Firing{WorkflowRule: rule.ID, EntityID: entityID, Data: text}, &fired)
	if fired.ID == "" {
		return nil
	}
	b.must(b.log(func(s *requestlog.State) (err error) {
		logged, err = s.Request(requestlog.Key{Field: requestlog.ID, Value: fired.ID})
		return err
	}))
	return logged
}

// Sink programs a receiver inside the mock and returns its address for a webhook definition. The last answer goes on for
// ever; without any it is 200 with no body.
func (b *Bench) Sink(name string, answers ...sink.Answer) (address string) {
	b.t.Helper()
	b.Control(http.MethodPut, "/sinks/"+url.PathEscape(name), control.SinkProgram{Answers: worldfile.FileSink(sink.Sink{Answers: answers}).Answers}, nil)
	return sink.Address(name)
}

// Received lists what a sink received, the oldest first.
func (b *Bench) Received(name string) (deliveries []sink.Delivery) {
	b.t.Helper()
	err := b.look().Sinks(func(s *sink.State) error {
		receiver, err := s.Sink(name)
		deliveries = receiver.Deliveries
		return err
	})
	if errors.Is(err, sink.ErrNoSink) { // an export leaves out a sink that nothing came to; the server knows whether there is one
		err = nil
		b.Control(http.MethodGet, "/sinks/"+url.PathEscape(name), nil, nil)
	}
	b.must(err)
	return deliveries
}
