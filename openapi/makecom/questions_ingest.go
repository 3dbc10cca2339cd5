package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// Open questions about deliveries in unusual forms. Nothing is known of any. The first answer of each keeps what was sent, or
// says that it was not kept.
var (
	// IngestJSONMark concerns the signature that some editors and libraries write before JSON.
	IngestJSONMark = &contract.Question{
		ID:   "makecom/ingest/json-byte-order-mark",
		Text: "What becomes of a JSON body that begins with a byte order mark?",
		Answers: []contract.Answer{
			{Name: AnswerIgnored, Meaning: "The mark is skipped, and the JSON behind it is stored."},
			{Name: AnswerError400, Meaning: "The delivery is refused with 400, and nothing is stored."},
		},
		Known: "RFC 8259 lets a reader do either.",
	}
	// IngestContentEncoding concerns compressed bodies.
	IngestContentEncoding = &contract.Question{
		ID:   "makecom/ingest/content-encoding",
		Text: "What becomes of a body with the Content-Encoding `gzip` or `deflate`?",
		Answers: []contract.Answer{
			{Name: AnswerDecoded, Meaning: "It is decompressed, and stored like a plain one."},
			{Name: AnswerError415, Meaning: "The delivery is refused with 415, and nothing is stored."},
		},
	}
	// IngestCharset concerns text that is not in UTF-8 and says so.
	IngestCharset = &contract.Question{
		ID:   "makecom/ingest/charset",
		Text: "What becomes of text that is declared to be in another charset than UTF-8?",
		Answers: []contract.Answer{
			{Name: AnswerDecoded, Meaning: "It is stored as the text that it is in its charset."},
			{Name: AnswerError415, Meaning: "The delivery is refused with 415, and nothing is stored."},
		},
	}
	// IngestInvalidText concerns text that is not in the charset that it claims.
	IngestInvalidText = &contract.Question{
		ID:   "makecom/ingest/invalid-text",
		Text: "What becomes of text with bytes that mean nothing in its charset?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The delivery is refused with 400, and nothing is stored."},
			{Name: AnswerReplaced, Meaning: "U+FFFD is stored in the place of each such byte."},
		},
	}
	// IngestDuplicateMembers concerns JSON that names a member twice.
	IngestDuplicateMembers = &contract.Question{
		ID:   "makecom/ingest/duplicate-members",
		Text: "What becomes of a JSON body with two members of one name?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The delivery is refused with 400, and nothing is stored."},
			{Name: AnswerLastWins, Meaning: "The last of them is stored."},
		},
		Known: "RFC 8259 leaves it to the reader; most readers take the last.",
	}
	// IngestBrokenEscape concerns forms and queries.
	IngestBrokenEscape = &contract.Question{
		ID:   "makecom/ingest/broken-escape",
		Text: "What becomes of a form or query with a `%` that two hexadecimal digits do not follow?",
		Answers: []contract.Answer{
			{Name: AnswerError400, Meaning: "The delivery is refused with 400, and nothing is stored."},
			{Name: AnswerAsSent, Meaning: "The name or value is stored as it was sent, escapes included."},
		},
	}
)
