package crmcom

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// TestDeviations holds the sentences that may be broken at a command against what its answer leaves possible.
func TestDeviations(t *testing.T) {
	same := crowd(answering(crmcom.AnswerSameRecord))
	for _, test := range []struct {
		name, before, command string
		answer                *Answer
		want                  []*contract.Requirement
	}{
		{"logged, it says", "", "fire as=a", saw(0, successful("a")), []*contract.Requirement{crmcom.DeliveryLogged}},
		{"the id of another", "fire as=a", "fire as=b", saw(0, successful("a")), []*contract.Requirement{crmcom.DeliveryIDsUnique}},
		{"sent again", "refuse\nfire as=a\naccept", "resend request=a", saw(0, successful("a")), []*contract.Requirement{crmcom.ResendSendsOnce, crmcom.ResendSucceeds}},
		{"sent again in vain", "refuse\nfire as=a", "resend request=a", saw(0, rejected("a")), []*contract.Requirement{crmcom.ResendSendsOnce, crmcom.ResendFailsAgain}},
		{"a second time", "fire as=a", "resend request=a", saw(0, successful("a")), []*contract.Requirement{crmcom.ResendSucceeds, crmcom.ResendRejectedOnly}},
		{"refused", "fire as=a", "resend request=a", refusal(0), []*contract.Requirement{crmcom.ResendRejectedOnly}},
		{"after a deletion", "refuse\nfire as=a\ndelete request=a", "resend request=a", saw(0, rejected("a")), []*contract.Requirement{crmcom.DeleteResendAfter, crmcom.DeleteGone}},
		{"deleted", "fire as=a\nfire as=b", "delete request=a", saw(0, successful("a")), []*contract.Requirement{crmcom.DeleteGone, crmcom.DeleteSuccessful, crmcom.DeleteOthers}},
		{"deleted twice", "fire as=a\ndelete request=a", "delete request=a", saw(0, successful("a")), []*contract.Requirement{crmcom.DeleteIdentifier}},
		{"half a list", "fire as=a\nfire as=b", "list", saw(0, successful("b")), []*contract.Requirement{crmcom.ListByDefinition}},
		{"still listed", "fire as=a\ndelete request=a", "list", saw(0, successful("a")), []*contract.Requirement{crmcom.DeleteGone}},
		{"listed as it was not", "fire as=a", "list", saw(0, rejected("a")), nil},
		{"still shown", "fire as=a\ndelete request=a", "show request=a", saw(0, successful("a")), []*contract.Requirement{crmcom.DeleteGone}},
		{"not shown", "fire as=a", "show request=a", refusal(0), []*contract.Requirement{crmcom.ShowByID}},
		{"not deleted", "fire as=a", "delete request=a", refusal(0), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			state, command := after(t, same, test.before), parsed(t, test.command)
			var got []*contract.Requirement
			for _, l := range (Subject{}).Deviations() {
				if len(l.Next(state, command, test.answer)) > 0 && !slices.Contains(got, l.Breaks) {
					got = append(got, l.Breaks)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("deviations (-want +got):\n%s", diff)
			}
		})
	}
}
