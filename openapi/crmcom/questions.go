package crmcom

import "github.com/understudy-mock/understudy/openapi/contract"

// Open questions about the form of answers.
var (
	// ErrorHTTPStatus is why a refusal is recognised by its status.code.
	ErrorHTTPStatus = &contract.Question{
		ID:   "crmcom/error/http-status",
		Text: "Which HTTP status has a refusal?",
		Answers: []contract.Answer{
			{Name: Answer200, Meaning: "200, as a success has."},
			{Name: Answer4xx, Meaning: "A 4xx that fits the reason."},
		},
		Known: "200 is likely: several clients use libraries that throw on 4xx and 5xx, and read the envelope nevertheless.",
	}
	// ErrorCodeStyle concerns the look of status.code.
	ErrorCodeStyle = &contract.Question{
		ID:   "crmcom/error/code-style",
		Text: "What does the status.code of a refusal look like?",
		Answers: []contract.Answer{
			{Name: AnswerExceptionClass, Meaning: "An upper-cased Java class name."},
			{Name: AnswerShortCode, Meaning: "A short code of letters, digits and underscores."},
		},
		Known: "Class names are seen for other methods, none for these cases.",
	}
	// ErrorData concerns what a typed client has to bear.
	ErrorData = &contract.Question{
		ID:   "crmcom/error/data",
		Text: "What is `data` in a refusal?",
		Answers: []contract.Answer{
			{Name: AnswerAbsent, Meaning: "The member is not there."},
			{Name: AnswerNull, Meaning: "null."},
			{Name: AnswerEmptyObject, Meaning: "{}."},
		},
	}
	// RequestForm is where the manual's table and its examples disagree.
	RequestForm = &contract.Question{
		ID:   "crmcom/request/form",
		Text: "What form have the members `request` and `response`?",
		Answers: []contract.Answer{
			{Name: AnswerObject, Meaning: "A JSON object."},
			{Name: AnswerIDString, Meaning: "A string of 32 hex digits, the id of what was sent or received."},
		},
		Known: "The manual's table says JSON object, its examples show a string of 32 hex digits.",
	}
	// ObjectNullMembers concerns every member of every object.
	ObjectNullMembers = &contract.Question{
		ID:   "crmcom/object/null-members",
		Text: "How do members without value appear?",
		Answers: []contract.Answer{
			{Name: AnswerNull, Meaning: "They are there, and null."},
			{Name: AnswerAbsent, Meaning: "They are not there."},
		},
		Known: "Both are seen.",
	}
	// FieldsSetUnknown concerns misspelt names.
	FieldsSetUnknown = &contract.Question{
		ID:   "crmcom/fields-set/unknown",
		Text: "What does an unknown name in `fields_set` do?",
		Answers: []contract.Answer{
			{Name: AnswerIgnored, Meaning: "It is ignored; the others count."},
			{Name: AnswerError, Meaning: "The call is refused."},
		},
	}
	// FieldsSetID concerns the one member that many APIs always return.
	FieldsSetID = &contract.Question{
		ID:   "crmcom/fields-set/id",
		Text: "Is `id` returned although `fields_set` does not name it?",
		Answers: []contract.Answer{
			{Name: AnswerNo, Meaning: "Only the named fields are returned."},
			{Name: AnswerYes, Meaning: "`id` is always returned."},
		},
	}
	// ShowTrailingSlash concerns sloppy clients.
	ShowTrailingSlash = &contract.Question{
		ID:   "crmcom/show/trailing-slash",
		Text: "Is a path with a trailing slash, such as `list/`, accepted?",
		Answers: []contract.Answer{
			{Name: AnswerYes, Meaning: "It works like the path without it."},
			{Name: AnswerNo, Meaning: "It is refused like an unknown path."},
		},
		Known: "Seen in a client.",
	}
)

// Open questions about sending.
var (
	// ResendIdentity is where the example and the manual disagree.
	ResendIdentity = &contract.Question{
		ID:   "crmcom/resend/identity",
		Text: "Which record stands for a webhook request after a successful resend?",
		Answers: []contract.Answer{
			{Name: AnswerSameRecord, Meaning: "The same one, with its id and number, now SUCCESSFUL."},
			{Name: AnswerNewRecord, Meaning: "A new one with a new id and number; the rejected one is deleted."},
		},
		Known: "The example keeps number 14; the manual says that a new one is made and the rejected one deleted.",
	}
	// ResendContent concerns changes between the two attempts.
	ResendContent = &contract.Question{
		ID:   "crmcom/resend/content",
		Text: "Which URL, key and payload does a resend use?",
		Answers: []contract.Answer{
			{Name: AnswerAsFirstSent, Meaning: "Those of the first attempt."},
			{Name: AnswerReRead, Meaning: "Those that definition and entity have now."},
		},
	}
	// HMACAlgorithm concerns hash and encoding together.
	HMACAlgorithm = &contract.Question{
		ID:   "crmcom/hmac/algorithm",
		Text: "Which hash and which encoding has the authentication code?",
		Answers: []contract.Answer{
			{Name: AnswerSHA256Hex, Meaning: "HMAC-SHA-256 in lower-case hex."},
			{Name: AnswerSHA1Hex, Meaning: "HMAC-SHA-1 in lower-case hex."},
			{Name: AnswerSHA256Base64, Meaning: "HMAC-SHA-256 in base64 (standard alphabet, padded)."},
		},
		Known: "Nothing of these codes; the login's JWTs are HS256.",
	}
	// HMACCarrier concerns where a receiver looks.
	HMACCarrier = &contract.Question{
		ID:   "crmcom/hmac/carrier",
		Text: "Where does the delivery carry the authentication code?",
		Answers: []contract.Answer{
			{Name: AnswerBody, Meaning: "In the body, as `authentication_code`."},
			{Name: AnswerHeader, Meaning: "In the header `X-Authentication-Code`."},
		},
	}
	// DeliverySuccess concerns what a receiver has to answer.
	DeliverySuccess = &contract.Question{
		ID:   "crmcom/delivery/success",
		Text: "Which answer of the receiver counts as accepted?",
		Answers: []contract.Answer{
			{Name: Answer2xx, Meaning: "Any 2xx."},
			{Name: Answer200Only, Meaning: "200 alone."},
			{Name: Answer2xxAndStatusCodeOK, Meaning: "A 2xx with a JSON body whose status.code is OK."},
		},
	}
	// DeliveryTimeout concerns slow receivers. The target file tells the suite how long to wait.
	DeliveryTimeout = &contract.Question{
		ID:        "crmcom/delivery/timeout",
		Text:      "How long does the receiver have, over all?",
		Answers:   []contract.Answer{{Name: Answer30s, Meaning: "30 seconds."}},
		Durations: true,
	}
)

// Open questions about lists.
var (
	// ListCreatedDate concerns a date as well as a date and time.
	ListCreatedDate = &contract.Question{
		ID:   "crmcom/list/created-date",
		Text: "Which webhook requests does `created_date` let through?",
		Answers: []contract.Answer{
			{Name: AnswerSameDay, Meaning: "Those of the same day."},
			{Name: AnswerFrom, Meaning: "Those of that moment and later."},
			{Name: AnswerExact, Meaning: "Those of exactly that moment."},
		},
	}
	// ListURLMatch concerns longer URLs.
	ListURLMatch = &contract.Question{
		ID:   "crmcom/list/url-match",
		Text: "How is `url` compared?",
		Answers: []contract.Answer{
			{Name: AnswerExact, Meaning: "The whole URL has to be equal."},
			{Name: AnswerPrefix, Meaning: "The URL has to begin with it."},
		},
	}
	// ListOrder concerns which page comes first.
	ListOrder = &contract.Question{
		ID:   "crmcom/list/order",
		Text: "In which order do the results come?",
		Answers: []contract.Answer{
			{Name: AnswerNewestFirst, Meaning: "The latest created first."},
			{Name: AnswerOldestFirst, Meaning: "The earliest created first."},
		},
	}
	// ListDefaultSize concerns long logs.
	ListDefaultSize = &contract.Question{
		ID:   "crmcom/list/default-size",
		Text: "How many results come without `number_of_results`?",
		Answers: []contract.Answer{
			{Name: AnswerAll, Meaning: "All of them."},
			{Name: Answer100, Meaning: "100 at most."},
		},
	}
	// ListZeroSize concerns the edge of paging.
	ListZeroSize = &contract.Question{
		ID:   "crmcom/list/zero-size",
		Text: "What does `number_of_results=0` give?",
		Answers: []contract.Answer{
			{Name: AnswerAll, Meaning: "All results, as if it were not given."},
			{Name: AnswerEmpty, Meaning: "An empty array."},
			{Name: AnswerError, Meaning: "A refusal."},
		},
	}
	// ListUnknownDefinition tells "no such definition" from "nothing sent yet".
	ListUnknownDefinition = &contract.Question{
		ID:   "crmcom/list/unknown-definition",
		Text: "What does the identifier of a definition that does not exist give?",
		Answers: []contract.Answer{
			{Name: AnswerEmpty, Meaning: "An empty array."},
			{Name: AnswerError, Meaning: "A refusal."},
		},
	}
)
