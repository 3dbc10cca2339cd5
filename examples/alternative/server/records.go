package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	crmcomTime = "2006-01-02T15:04:05"
	successful = "SUCCESSFUL"
	rejected   = "REJECTED"

	entityNames = "ACCOUNTSRECEIVABLE ACTIVITIES CONTACTINFORMATION CREDITNOTES INVOICES INVOICECANCELLATIONS JOBS LEADS " +
		"PAYMENTS PAYMENTCANCELLATIONS REFUNDS REWARDOFFERS SERVICEREQUESTS SUBSCRIPTIONS WALLETS WALLETTRANSACTIONS WRITEOFFS"
	fieldNames = "id number life_cycle_state entity entity_id url authentication_code fields_set request response " +
		"error_code error_description webhook_definition workflow_rule log_information"
)

// named is what a record shows of its definition and its rule.
type named struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	AlternativeCode string `json:"alternative_code"`
	Description     string `json:"description"`
}

func (n named) is(i identifier) bool {
	return i.value == map[string]string{"id": n.ID, "name": n.Name, "alternative_code": n.AlternativeCode}[i.field]
}

// definition says where a rule's webhook goes. It is never changed.
type definition struct {
	named
	rule            named
	url, secretKey  string
	effective       bool
	fieldsSet       []string // of the entity, none for all
	logRejectedOnly bool
}

// record is one webhook request: a delivery and what came of it.
type record struct {
	id, number       string
	definition       *definition
	delivery         delivery
	outcome          outcome
	created, updated time.Time
	sending          bool // is being sent again
}

func (r *record) state() string {
	if r.outcome.errorCode == "" {
		return successful
	}
	return rejected
}

// view leaves out members that have no value.
func (r *record) view() map[string]any {
	v := map[string]any{
		"id": r.id, "number": r.number, "life_cycle_state": r.state(),
		"entity": r.delivery.entity, "entity_id": r.delivery.entityID, "url": r.delivery.url,
		"authentication_code": r.delivery.code, "request": r.delivery.view(),
		"webhook_definition": r.definition.named, "workflow_rule": r.definition.rule,
		"log_information": map[string]any{
			"created_date": r.created.Format(crmcomTime), "updated_date": r.updated.Format(crmcomTime),
		},
	}
	for name, value := range map[string]string{
		"fields_set": strings.Join(r.definition.fieldsSet, ","), "error_code": r.outcome.errorCode, "error_description": r.outcome.errorDescription,
	} {
		if value != "" {
			v[name] = value
		}
	}
	if r.outcome.response != nil {
		v["response"] = r.outcome.response
	}
	return v
}

// projection reads fields_set: the fields named, and id.
func projection(q url.Values) (func(map[string]any) map[string]any, error) {
	whole := func(v map[string]any) map[string]any { return v }
	if q.Get("fields_set") == "" {
		return whole, nil
	}
	fields := strings.Split(q.Get("fields_set"), ",")
	for i, field := range fields {
		fields[i] = strings.TrimSpace(field)
		if !slices.Contains(strings.Fields(fieldNames), fields[i]) {
			return nil, invalid("fields_set", "there is no field %q", field)
		}
	}
	return func(v map[string]any) map[string]any {
		part := map[string]any{"id": v["id"]}
		for _, field := range fields {
			if value, ok := v[field]; ok {
				part[field] = value
			}
		}
		return part
	}, nil
}

func (s *server) showRecord(q url.Values) (any, error) {
	i, err := queryIdentifier(q, webhookRequestIdentifier, "id", "number")
	if err != nil {
		return nil, err
	}
	project, err := projection(q)
	if err != nil {
		return nil, err
	}
	r, err := s.recordOf(i)
	if err != nil {
		return nil, err
	}
	return project(r.view()), nil
}

// recordOf needs mu.
func (s *server) recordOf(i identifier) (*record, error) {
	for _, r := range s.records {
		if i.value == map[string]string{"id": r.id, "number": r.number}[i.field] {
			return r, nil
		}
	}
	return nil, &denial{http.StatusNotFound, "NOT_FOUND", webhookRequestIdentifier + ": nothing has " + i.String()}
}

func (s *server) deleteRecord(_ *http.Request, args arguments) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.idleRecord(args)
	if err != nil {
		return nil, err
	}
	if !s.has(DeleteCrmKeeps) {
		s.forget(r)
	}
	return r.view(), nil
}

// idleRecord finds the record that a POST names and that is not being sent again. Needs mu.
func (s *server) idleRecord(args arguments) (*record, error) {
	if err := s.admitArguments(args); err != nil {
		return nil, err
	}
	i, err := bodyIdentifier(args, webhookRequestIdentifier, "id", "number")
	if err != nil {
		return nil, err
	}
	r, err := s.recordOf(i)
	if err == nil && r.sending {
		err = &denial{http.StatusConflict, "BUSY", "webhook request " + r.number + " is being sent again, try later"}
	}
	return r, err
}

// log adds a record; its number is one more than any before. Needs mu.
func (s *server) log(d *definition, what delivery, came outcome) *record {
	now := s.now()
	r := &record{
		id: strings.ToUpper(newID()), number: s.nextNumber(),
		definition: d, delivery: what, outcome: came, created: now, updated: now,
	}
	s.records = append(s.records, r)
	return r
}

func (s *server) nextNumber() string {
	if s.has(NumberReused) {
		s.lastNumber = s.highestNumber()
	}
	s.lastNumber++
	return strconv.Itoa(s.lastNumber)
}

// highestNumber is that of the newest record still there, 0 without any.
func (s *server) highestNumber() int {
	if len(s.records) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(s.records[len(s.records)-1].number) // ours, always a number
	return n
}

func (s *server) forget(gone *record) {
	s.records = slices.DeleteFunc(s.records, func(r *record) bool { return r == gone })
}
