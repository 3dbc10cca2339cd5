package crmcom

import (
	"strconv"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/journal"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// What the journal calls things and states for which CRM.COM has no word.
const (
	thingRequest = "webhook request"
	stateDeleted = "deleted"
)

func deletion(r *requestlog.Request) journal.Transition {
	return journal.Transition{Thing: thingRequest, ID: numberOf(r), From: stateOf(r), To: stateDeleted}
}

// sentAgain is what a resend made of a rejected request: the same one, or another.
func sentAgain(a requestlog.Attempt, r *requestlog.Request) journal.Transition {
	t := journal.Transition{Thing: thingRequest, ID: strconv.FormatUint(a.Again.Number, 10), From: crmapi.StateRejected, To: stateOf(r)}
	if r.Number != a.Again.Number {
		t.To += " as " + numberOf(r)
	}
	return t
}

func numberOf(r *requestlog.Request) string { return strconv.FormatUint(r.Number, 10) }
