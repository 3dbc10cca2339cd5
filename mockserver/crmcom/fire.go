package crmcom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/world"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
	contract "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Logged is what came of a rule that fired.
type Logged struct {
	Request *requestlog.Request // nil when nothing was logged
}

// Fire makes a workflow rule of a world fire: its definition's URL is called, and the attempt logged if the definition
// logs it, when Fire returns. The URL of one of the mock's own sinks is one below baseURL. What is absent is made: an
// entity id, and data with id and number. Nothing is sent, and nothing logged, by a definition that is not effective.
func (s *Server) Fire(ctx context.Context, w *world.World, baseURL string, c requestlog.Fire) (Logged, error) {
	attempt, state, err := fired(w, c)
	if errors.Is(err, requestlog.ErrNotEffective) {
		w.Reach([]*openapi.Requirement{contract.DeliveryEffectiveOnly})
		return Logged{}, nil
	}
	if err != nil {
		return Logged{}, err
	}
	outcome := s.sender.Send(ctx, egress.Origin{World: w, BaseURL: baseURL}, attempt)
	w.Reach(reachedBy(attempt, outcome))
	if !attempt.Logs(outcome) {
		return Logged{}, nil
	}
	var logged Logged
	err = w.ChangeCrmcom(func(log *requestlog.State, m world.Moment) error {
		if log != state {
			return ErrReset
		}
		logged.Request, err = log.Log(requestlog.Log{
			Attempt: attempt, Outcome: outcome, ID: m.NewRecordID(), SentID: m.NewRecordID(), ReceivedID: m.NewRecordID(), At: m.At,
		})
		return err
	})
	return logged, err
}

func fired(w *world.World, c requestlog.Fire) (attempt requestlog.Attempt, state *requestlog.State, err error) {
	err = w.ChangeCrmcom(func(log *requestlog.State, m world.Moment) error {
		if c.EntityID == "" {
			c.EntityID = m.NewRecordID()
		}
		if len(c.Data) == 0 {
			c.Data = inventedData(c.EntityID, log.NextNumber())
		}
		state = log
		attempt, err = log.Fire(c)
		return err
	})
	return attempt, state, err
}

// inventedData is an entity of which nothing was said.
func inventedData(id string, number uint64) []byte {
	data, err := json.Marshal(struct {
		ID     string `json:"id"`
		Number string `json:"number"`
		Status string `json:"status"`
	}{id, fmt.Sprintf("E-%d", number), "PENDING"})
	if err != nil {
		return nil // strings have no error
	}
	return data
}

func reachedBy(a requestlog.Attempt, o requestlog.Outcome) []*openapi.Requirement {
	reached := []*openapi.Requirement{contract.DeliveryLogged, contract.DeliveryIDsUnique, contract.DeliveryHMAC}
	if len(a.FieldsSet) > 0 {
		reached = append(reached, contract.DeliveryFieldsSet)
	}
	if o.Rejected() {
		return append(reached, contract.DeliveryRejected)
	}
	return append(reached, contract.DeliverySuccessful)
}

// CreateDefinition makes a webhook definition in a world, and a rule of an entity that uses it. What is absent is made:
// ids, names, alternative codes and the secret key.
func CreateDefinition(w *world.World, d requestlog.Definition, entity string) (made requestlog.Definition, rule requestlog.Rule, err error) {
	err = w.ChangeCrmcom(func(log *requestlog.State, m world.Moment) error {
		n := len(log.Definitions()) + 1
		d.Reference = named(d.Reference, m.NewRecordID(), freeName(n, "Webhook", "WH", func(k requestlog.Key) bool {
			_, err := log.Definition(k)
			return err == nil
		}))
		if d.SecretKey == "" {
			d.SecretKey = m.NewSecretKey()
		}
		if err := log.Define(requestlog.Define{Definition: d}); err != nil {
			return err
		}
		rule = requestlog.Rule{Entity: entity, DefinitionID: d.ID}
		rule.Reference = named(rule.Reference, m.NewRecordID(), freeName(n, "Rule", "WR", func(k requestlog.Key) bool {
			_, err := log.Rule(k)
			return err == nil
		}))
		return log.AddRule(requestlog.AddRule{Rule: rule})
	})
	return d, rule, err
}

// named fills in what a reference lacks.
func named(r requestlog.Reference, id string, free requestlog.Reference) requestlog.Reference {
	if r.ID == "" {
		r.ID = id
	}
	if r.Name == "" {
		r.Name = free.Name
	}
	if r.AlternativeCode == "" {
		r.AlternativeCode = free.AlternativeCode
	}
	return r
}

// freeName is the first name and code from n on that nothing has.
func freeName(n int, word, code string, taken func(requestlog.Key) bool) requestlog.Reference {
	for {
		r := requestlog.Reference{Name: fmt.Sprintf("%s %d", word, n), AlternativeCode: fmt.Sprintf("%s-%d", code, n)}
		if !taken(requestlog.Key{Field: requestlog.Name, Value: r.Name}) && !taken(requestlog.Key{Field: requestlog.AlternativeCode, Value: r.AlternativeCode}) {
			return r
		}
		n++
	}
}

// Record puts a webhook request into the log of a world as if it had been sent. What is absent is made: ids, entity id
// and data, the number and the time.
func Record(w *world.World, r requestlog.Request) (made *requestlog.Request, err error) {
	err = w.ChangeCrmcom(func(log *requestlog.State, m world.Moment) error {
		r.ID, r.Sent.ID, r.EntityID = m.RecordID(r.ID), m.RecordID(r.Sent.ID), m.RecordID(r.EntityID)
		if len(r.Data) == 0 {
			r.Data = inventedData(r.EntityID, log.NextNumber())
		}
		if r.Received != nil {
			received := *r.Received
			received.ID = m.RecordID(received.ID)
			r.Received = &received
		}
		r.Created, r.Updated = m.At, m.At
		made, err = log.Restore(requestlog.Restore{Request: r})
		return err
	})
	return made, err
}
