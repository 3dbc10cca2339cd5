package world

import (
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
)

// Crmcom is what a world holds for CRM.COM.
type Crmcom struct {
	Logins      []Login
	Definitions []requestlog.Definition
	Rules       []requestlog.Rule
	Requests    []requestlog.Request
	Entities    []requestlog.Entity // the latest data of those that requests tell of
	NextNumber  uint64              // of the next webhook request; zero for one more than the largest
}

// addTo builds the state. What may be absent is filled in: ids, names and keys are made, times are the moment's, a key is
// that of the definition.
func (c Crmcom) addTo(s *requestlog.State, m Moment) error {
	for i, d := range c.Definitions {
		d.Name = orElse(d.Name, numbered("Webhook", i))
		d.SecretKey = orElse(d.SecretKey, m.NewSecretKey)
		if err := s.Define(requestlog.Define{Definition: d}); err != nil {
			return fmt.Errorf("definition: %w", err)
		}
	}
	for i, r := range c.Rules {
		r.Name = orElse(r.Name, numbered("Rule", i))
		if err := s.AddRule(requestlog.AddRule{Rule: r}); err != nil {
			return fmt.Errorf("rule: %w", err)
		}
	}
	for _, r := range c.Requests {
		if _, err := s.Restore(requestlog.Restore{Request: completed(s, m, r)}); err != nil {
			return fmt.Errorf("request: %w", err)
		}
	}
	for _, e := range c.Entities {
		if err := s.Know(requestlog.Know{Entity: e}); err != nil {
			return fmt.Errorf("entity: %w", err)
		}
	}
	s.SkipTo(requestlog.SkipTo{Number: c.NextNumber})
	return nil
}

func completed(s *requestlog.State, m Moment, r requestlog.Request) requestlog.Request {
	if d, err := s.Definition(requestlog.Key{Field: requestlog.ID, Value: r.Definition.ID}); err == nil {
		r.Definition, r.SecretKey = d.Reference, orElse(r.SecretKey, func() string { return d.SecretKey })
	}
	if rule, err := s.Rule(requestlog.Key{Field: requestlog.ID, Value: r.Rule.ID}); err == nil {
		r.Rule = rule.Reference
	}
	r.ID, r.Sent.ID = m.RecordID(r.ID), m.RecordID(r.Sent.ID)
	if r.Received != nil {
		received := *r.Received
		received.ID = m.RecordID(received.ID)
		r.Received = &received
	}
	if r.Created.IsZero() {
		r.Created = m.At
	}
	if r.Updated.IsZero() {
		r.Updated = r.Created
	}
	return r
}

func orElse(text string, otherwise func() string) string {
	if text != "" {
		return text
	}
	return otherwise()
}

func numbered(word string, index int) func() string {
	return func() string { return fmt.Sprintf("%s %d", word, index+1) }
}

func addSinks(s *sink.State, sinks []sink.Sink) error {
	for _, k := range sinks {
		if err := s.Program(sink.Program{Name: k.Name, Answers: k.Answers}); err != nil {
			return fmt.Errorf("%q: %w", k.Name, err)
		}
		for _, d := range k.Deliveries {
			if err := s.Restore(sink.Restore{Name: k.Name, Delivery: d}); err != nil {
				return fmt.Errorf("%q: %w", k.Name, err)
			}
		}
	}
	return nil
}

// documentedSink receives for the definition of the documented world, and accepts everything.
const documentedSink = "warehouse"

// documentedCrmcom has the webhook requests of the documents' example calls: 7, rejected; 14, rejected, its receiver now
// accepts; and 15, successful.
func documentedCrmcom() Crmcom {
	definition := requestlog.Definition{
		Reference: requestlog.Reference{ID: "3C5E7A9B1D2F4C6E8A0B2C4D6E8F0A1B", Name: "New activities", AlternativeCode: "NEW-ACT"},
		URL:       sink.Address(documentedSink),
		SecretKey: "8d1f0c6b5a49e7d3", Effective: true,
	}
	rule := requestlog.Rule{
		Reference: requestlog.Reference{ID: "6A8C0E2F4B6D48A0C2E4F60819A2B3C4", Name: "Activity created", AlternativeCode: "ACT-CREATED"},
		Entity:    "ACTIVITIES", DefinitionID: definition.ID,
	}
	return Crmcom{
		Logins:      []Login{{Organisation: "demo", Username: "demo", Password: "demo"}},
		Definitions: []requestlog.Definition{definition},
		Rules:       []requestlog.Rule{rule},
		Requests: []requestlog.Request{
			documentedRejected(requestlog.Request{
				ID: "1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E", Number: 7, EntityID: "5BB8B3D4FB1C43D1AA3FBC71E1A5A2D0",
				URL:     "http://127.0.0.1:9080/crmapi/rest/v2/activities/create",
				Data:    []byte(`{"id":"5BB8B3D4FB1C43D1AA3FBC71E1A5A2D0","number":"A-1001","status":"PENDING","description":"Call the customer back"}`),
				Sent:    requestlog.Sent{ID: "9E1C3A5B7D904F2A8B6C4D2E0F1A3B5C"},
				Created: time.Date(2015, 11, 2, 16, 3, 33, 0, time.UTC), Updated: time.Date(2015, 11, 2, 16, 3, 41, 0, time.UTC),
			}, definition, rule),
			documentedRejected(requestlog.Request{
				ID: "2F8E6D4C0B1A4F3E9D7C5B3A19F8E7D6", Number: 14, EntityID: "6CC9C4E50C2D54E2BB40CD82F2B6B3E1", URL: definition.URL,
				Data:    []byte(`{"id":"6CC9C4E50C2D54E2BB40CD82F2B6B3E1","number":"A-1002","status":"PENDING","description":"Visit the new shop"}`),
				Sent:    requestlog.Sent{ID: "A02D4B6C8EA1503B9C7D5E3F102B4C6D"},
				Created: time.Date(2015, 11, 6, 8, 45, 11, 0, time.UTC), Updated: time.Date(2015, 11, 6, 8, 45, 12, 0, time.UTC),
			}, definition, rule),
			documentedRequest(requestlog.Request{
				ID: "4B0A8F6E2D3C415FA1B9D7E5C3A20918", Number: 15, EntityID: "7DDAD5F61D3E65F3CC51DE9303C7C4F2", URL: definition.URL,
				Data:     []byte(`{"id":"7DDAD5F61D3E65F3CC51DE9303C7C4F2","number":"A-1003","status":"COMPLETED","description":"Send the offer"}`),
				Sent:     requestlog.Sent{ID: "B13E5C7D9FB2614CAD8E6F40213C5D7E"},
				Received: &requestlog.Received{ID: "C24F6D8EA0C3725DBE9F70513224E6F8", Status: 200},
				Created:  time.Date(2015, 11, 6, 8, 47, 2, 0, time.UTC), Updated: time.Date(2015, 11, 6, 8, 47, 2, 0, time.UTC),
			}, definition, rule),
		},
	}
}

// documentedRejected is a request that failed as in the documents' example.
func documentedRejected(r requestlog.Request, d requestlog.Definition, rule requestlog.Rule) requestlog.Request {
	r.Rejected = true
	r.Failure = requestlog.Failure{
		Code:        "LazyInitializationException",
		Description: "org.hibernate.LazyInitializationException: could not initialize proxy - no Session",
	}
	return documentedRequest(r, d, rule)
}

// documentedRequest fills in what the documented requests have in common.
func documentedRequest(r requestlog.Request, d requestlog.Definition, rule requestlog.Rule) requestlog.Request {
	r.Definition, r.Rule, r.Entity, r.CreatedBy = d.Reference, rule.Reference, rule.Entity, "demo"
	return r
}
