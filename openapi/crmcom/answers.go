package crmcom

// Names of the answers to the open questions, as dialect files and reports spell them.
const (
	AnswerYes = "yes"
	AnswerNo  = "no"

	Answer200 = "200"
	Answer4xx = "4xx"

	AnswerExceptionClass = "exception-class"
	AnswerShortCode      = "short-code"

	AnswerAbsent      = "absent"
	AnswerNull        = "null"
	AnswerEmptyObject = "empty-object"

	AnswerSameRecord  = "same-record"
	AnswerNewRecord   = "new-record"
	AnswerAsFirstSent = "as-first-sent"
	AnswerReRead      = "re-read"

	AnswerObject   = "object"
	AnswerIDString = "id-string"

	AnswerSHA256Hex    = "sha256-hex"
	AnswerSHA1Hex      = "sha1-hex"
	AnswerSHA256Base64 = "sha256-base64"
	AnswerBody         = "body"
	AnswerHeader       = "header"

	Answer2xx                = "2xx"
	Answer200Only            = "200-only"
	Answer2xxAndStatusCodeOK = "2xx-and-status-code-OK"
	Answer30s                = "30s"

	AnswerSameDay     = "same-day"
	AnswerFrom        = "from"
	AnswerExact       = "exact"
	AnswerPrefix      = "prefix"
	AnswerNewestFirst = "newest-first"
	AnswerOldestFirst = "oldest-first"
	AnswerAll         = "all"
	Answer100         = "100"
	AnswerEmpty       = "empty"
	AnswerError       = "error"
	AnswerIgnored     = "ignored"
)
