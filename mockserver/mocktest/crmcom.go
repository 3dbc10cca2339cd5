package mocktest

import (
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// NewDefinition makes a webhook definition of CRM.COM that delivers to an address, effective and logging everything, and a rule
// of the entity, such as ACTIVITIES, that uses it. An address of sink:<name> is a receiver inside the mock, see [Bench.Sink].
func (b *Bench) NewDefinition(address, entity string) (requestlog.Definition, requestlog.Rule) {
	b.t.Helper()
	made, err := world.Do[requestlog.Defined](b.world, requestlog.DefineWithRule{
		Definition: requestlog.Definition{URL: address, Effective: true}, Entity: entity,
	})
	b.must(err)
	definition, rule := made.Definition, made.Rule
	b.note("createDefinition", "/crmcom/definitions", control.DefinitionRequest{URL: address, Entity: control.Entity(entity)}, control.CreatedDefinition{
		ID: definition.ID, WorkflowRule: control.RuleReference{ID: rule.ID},
	})
	return definition, rule
}

// Fire makes a workflow rule fire for an entity, whose data is written as encoding/json writes it, and returns the webhook
// request that was logged, nil for none. The delivery has happened when it returns.
func (b *Bench) Fire(rule requestlog.Rule, entityID string, data any) *requestlog.Request {
	b.t.Helper()
	text, err := json.Marshal(data)
	b.must(err)
	logged, err := crmcom.Fire(b.t.Context(), b.server.mock.Egress(), egress.Origin{World: b.world, BaseURL: b.URL}, requestlog.Fire{
		Rule: requestlog.Key{Field: requestlog.ID, Value: rule.ID}, EntityID: entityID, Data: text,
	})
	b.must(err)
	var fired control.Fired
	if logged.Request != nil {
		fired = control.Fired{ID: logged.Request.ID, Number: strconv.FormatUint(logged.Request.Number, 10)}
	}
	b.note("fireRule", "/crmcom/fire", control.Firing{WorkflowRule: rule.ID, EntityID: entityID, Data: text}, fired)
	return logged.Request
}

// Sink programs a receiver inside the mock and returns its address for a webhook definition. The last answer goes on for
// ever; without any it is 200 with no body.
func (b *Bench) Sink(name string, answers ...sink.Answer) (address string) {
	b.t.Helper()
	_, err := b.world.Do(world.ProgramSink{Name: name, Answers: answers})
	b.must(err)
	b.note("putSink", "/sinks/"+url.PathEscape(name), control.SinkProgram{Answers: worldfile.FileSink(sink.Sink{Answers: answers}).Answers}, nil)
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
