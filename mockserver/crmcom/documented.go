package crmcom

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// documentedSink receives for the definition of the documented world, and accepts everything.
const documentedSink = "warehouse"

// documented adds the webhook requests of the documents' example calls to a base: 7, rejected; 14, rejected, its receiver now
// accepts; and 15, successful.
func documented(b *world.Base) {
	definition := requestlog.Definition{
		Reference: requestlog.Reference{ID: "3C5E7A9B1D2F4C6E8A0B2C4D6E8F0A1B", Name: "New activities", AlternativeCode: "NEW-ACT"},
		URL:       sink.Address(documentedSink),
		SecretKey: "8d1f0c6b5a49e7d3", Effective: true,
	}
	rule := requestlog.Rule{
		Reference: requestlog.Reference{ID: "6A8C0E2F4B6D48A0C2E4F60819A2B3C4", Name: "Activity created", AlternativeCode: "ACT-CREATED"},
		Entity:    "ACTIVITIES", DefinitionID: definition.ID,
	}
	b.Sinks = append(b.Sinks, sink.Sink{Name: documentedSink})
	b.Commands = append(b.Commands,
		login.Set{Logins: []login.Login{{Organisation: "demo", Username: "demo", Password: "demo"}}},
		requestlog.Define{Definition: definition},
		requestlog.AddRule{Rule: rule},
	)
	for _, r := range []requestlog.Request{
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
	} {
		b.Commands = append(b.Commands, requestlog.Load{Request: r})
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
