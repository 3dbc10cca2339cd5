package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// GET webhook_requests/list: the webhook requests that satisfy some filters.
var (
	// ListFilterRequired keeps anyone from reading the whole log by accident.
	ListFilterRequired = &contract.Requirement{
		ID:        "crmcom/list/filter-required",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "At least one of webhook_definition_identifier, workflow_rule_identifier, entity and entity_id MUST be given; a call with none of them is refused.",
		Source:    list + ", restrictions",
	}
	// ListByDefinition is the log of one definition.
	ListByDefinition = &contract.Requirement{
		ID:        "crmcom/list/by-definition",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`webhook_definition_identifier` MUST return the webhook requests of that definition, and no others.",
		Source:    list + ", parameters",
	}
	// ListByRule is the log of one rule.
	ListByRule = &contract.Requirement{
		ID:        "crmcom/list/by-rule",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`workflow_rule_identifier` MUST return the webhook requests that this rule triggered, and no others.",
		Source:    list + ", parameters",
	}
	// ListByEntity is the log of one kind.
	ListByEntity = &contract.Requirement{
		ID:        "crmcom/list/by-entity",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`entity` MUST return the webhook requests about that entity, and no others.",
		Source:    list + ", parameters",
	}
	// ListByEntityID is the log of one thing.
	ListByEntityID = &contract.Requirement{
		ID:        "crmcom/list/by-entity-id",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`entity_id` MUST return the webhook requests about the entity with that id, and no others.",
		Source:    list + ", parameters",
	}
	// ListCombined is documented as allowed; that all of them must hold is the usual reading.
	ListCombined = &contract.Requirement{
		ID:        "crmcom/list/combined",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Documented,
		Text:      "When several parameters are given together, every result SHOULD satisfy each of them.",
		Source:    list + ", restrictions (several are allowed; that each has to hold is our reading)",
	}
	// ListByURL narrows by receiver.
	ListByURL = &contract.Requirement{
		ID:        "crmcom/list/by-url",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`url` MUST narrow the result to the webhook requests sent to that URL.",
		Source:    list + ", parameters",
		Relaxed:   []*contract.Question{ListURLMatch},
	}
	// ListByState narrows by outcome.
	ListByState = &contract.Requirement{
		ID:        "crmcom/list/by-state",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`life_cycle_state` MUST narrow the result to the webhook requests in that state.",
		Source:    list + ", parameters",
	}
	// ListByCreatedDate narrows by time.
	ListByCreatedDate = &contract.Requirement{
		ID:        "crmcom/list/by-created-date",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`created_date` MUST narrow the result by the date of creation.",
		Source:    list + ", parameters",
		Relaxed:   []*contract.Question{ListCreatedDate},
	}
	// ListStateEnum refuses a third state.
	ListStateEnum = &contract.Requirement{
		ID:        "crmcom/list/state-enum",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "A `life_cycle_state` other than SUCCESSFUL and REJECTED MUST be refused.",
		Source:    list + ", parameters",
	}
	// ListEntityEnum refuses an 18th entity.
	ListEntityEnum = &contract.Requirement{
		ID:        "crmcom/list/entity-enum",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "An `entity` that is none of the 17 supported ones MUST be refused.",
		Source:    "CRM.COM Web API reference, webhook_requests, supported entities",
	}
	// ListIdentifierOneField refuses contradictions.
	ListIdentifierOneField = &contract.Requirement{
		ID:        "crmcom/list/identifier-one-field",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "The identifier of a definition or a rule MUST have exactly one of id, name and alternative_code; otherwise it is refused.",
		Source:    "CRM.COM Web API reference, webhook_requests, identifiers",
	}
	// ListShape makes list and show two views of one thing.
	ListShape = &contract.Requirement{
		ID:        "crmcom/list/shape",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`data` MUST be an array of the same objects that show returns.",
		Source:    list + ", response data",
		Relaxed:   []*contract.Question{ObjectNullMembers, RequestForm},
	}
	// ListFieldsSet lets a client ask for less.
	ListFieldsSet = &contract.Requirement{
		ID:        "crmcom/list/fields-set",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`fields_set=a,b` MUST return, in every result, the fields named and, `id` aside, no others.",
		Source:    list + ", parameter fields_set",
		Relaxed:   []*contract.Question{FieldsSetID, ObjectNullMembers},
	}
	// ListNone tells "nothing found" from "refused".
	ListNone = &contract.Requirement{
		ID:        "crmcom/list/none",
		Operation: OpList,
		Level:     contract.Should,
		Basis:     contract.Reference,
		Text:      "A list without a match SHOULD be OK with an empty array.",
		Source:    webAPI + " (lists are bare arrays)",
	}
	// ListPaging came with R13.
	ListPaging = &contract.Requirement{
		ID:        "crmcom/list/paging",
		Operation: OpList,
		Level:     contract.Must,
		Basis:     contract.Reference,
		Text:      "`number_of_results` MUST bound the result and `offset` skip so many results (0 skips nothing), so that pages partition the list.",
		Source:    "CRM.COM Web API reference, paging (R13 and later)",
		Relaxed:   []*contract.Question{ListOrder, ListDefaultSize, ListZeroSize},
	}
)
