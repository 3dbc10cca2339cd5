package makecom

// Names of the answers to the open questions, as dialect files and reports spell them.
const (
	AnswerYes = "yes"
	AnswerNo  = "no"

	Answer200 = "200"
	Answer400 = "400"
	Answer401 = "401"
	Answer403 = "403"
	Answer404 = "404"
	Answer410 = "410"

	AnswerError400 = "error-400"
	AnswerError415 = "error-415"
	AnswerError4xx = "error-4xx"
	AnswerIgnored  = "ignored"

	AnswerDeletedOnly       = "deleted-only"
	AnswerAllRequested      = "all-requested"
	AnswerOmitted           = "omitted"
	AnswerEchoed            = "echoed"
	AnswerOnce              = "once"
	AnswerTwice             = "twice"
	AnswerAllWins           = "all-wins"
	AnswerIDsWin            = "ids-win"
	AnswerNothingDeleted200 = "nothing-deleted-200"
	AnswerTruthy            = "truthy"
	AnswerNotConfirmed      = "not-confirmed"

	AnswerClamped = "clamped"
	AnswerAsIs    = "as-is"
	AnswerAsZero  = "as-zero"
	AnswerAbsent  = "absent"
	AnswerFalse   = "false"

	AnswerAsText   = "as-text"
	AnswerWrapped  = "wrapped"
	AnswerDecoded  = "decoded"
	AnswerLastWins = "last-wins"
	AnswerReplaced = "replaced"
	AnswerAsSent   = "as-sent"

	AnswerFiltersByCreated = "filters-by-created"

	AnswerHidden = "hidden"
	AnswerShown  = "shown"
)
