package crmcom

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// after is the state after commands that nobody saw the answers of.
func after(t *testing.T, start State, text string) State {
	t.Helper()
	commands, err := explore.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		if start, err = (Model{}).Step(start, c, nil); err != nil {
			t.Fatalf("%s: an unknown answer disagrees: %v", c, err)
		}
	}
	return start
}

func parsed(t *testing.T, line string) explore.Command {
	t.Helper()
	commands, err := explore.Parse(line)
	if err != nil || len(commands) != 1 {
		t.Fatalf("%q: %v", line, err)
	}
	return commands[0]
}

func answering(identity string) State {
	return State{observed: explore.Observed{crmcom.ResendIdentity.ID: identity, crmcom.ListOrder.ID: crmcom.AnswerNewestFirst}}
}

func crowd(s State) State { return (Subject{}).Shared(s) }

func rejected(name string) Seen {
	return Seen{Name: name, State: crmcom.StateRejected, Def: "1", About: "x", Failed: true}
}

func successful(name string) Seen {
	return Seen{Name: name, State: crmcom.StateSuccessful, Def: "1", About: "x"}
}

func saw(sent int, seen ...Seen) *Answer { return &Answer{OK: true, Sent: sent, Requests: seen} }

func refusal(sent int) *Answer { return &Answer{Refused: true, Code: "status.code X", Sent: sent} }

// TestStep holds the model against answers, right ones and wrong ones.
func TestStep(t *testing.T) {
	same, fresh := answering(crmcom.AnswerSameRecord), answering(crmcom.AnswerNewRecord)
	silent := rejected("a")
	silent.Failed = false
	elsewhere := successful("b")
	elsewhere.Def = "2"
	for _, test := range []struct {
		name    string
		start   State
		before  string
		command string
		answer  *Answer
		blame   *contract.Requirement // nil for an answer that is right
	}{
		{"fired", same, "", "fire as=a", saw(1, successful("a")), nil},
		{"fired and not logged", same, "", "fire as=a", saw(1), crmcom.DeliveryLogged},
		{"fired and not sent", same, "", "fire as=a", saw(0, successful("a")), crmcom.DeliveryLogged},
		{"fired with the id of another", same, "fire as=a", "fire as=b", saw(2, successful("a")), crmcom.DeliveryIDsUnique},
		{"rejected", same, "refuse\nfire as=a", "show request=a", saw(0, rejected("a")), nil},
		{"rejected without an error", same, "refuse\nfire as=a", "show request=a", saw(0, silent), crmcom.DeliveryRejected},
		{"accepted for rejected", same, "refuse\nfire as=a", "show request=a", saw(0, successful("a")), crmcom.DeliveryRejected},
		{"shown another", same, "fire as=a\nfire as=b", "show request=a by=number", saw(0, successful("b")), crmcom.ShowByNumber},
		{"shown what is gone", same, "fire as=a\ndelete request=a", "show request=a", saw(0, successful("a")), crmcom.DeleteGone},
		{"listed", same, "fire as=a\nfire as=b", "list", saw(0, successful("b"), successful("a")), nil},
		{"listed in another order", same, "fire as=a\nfire as=b", "list", saw(0, successful("a"), successful("b")), crmcom.ListByDefinition},
		{"listed in another order by several", crowd(same), "fire as=a\nfire as=b", "list", saw(0, successful("a"), successful("b")), nil},
		{"listed without one", crowd(same), "fire as=a\nfire as=b", "list", saw(0, successful("a")), crmcom.ListByDefinition},
		{"listed without another than was deleted", same, "fire as=a\nfire as=b\ndelete request=b", "list", saw(0), crmcom.DeleteOthers},
		{"listed of another definition", same, "fire as=b def=2", "list def=2", saw(0, elsewhere), nil},
		{"a page", same, "fire as=a\nfire as=b\nfire as=c", "list offset=1 size=1", saw(0, successful("b")), nil},
		{"the wrong page", same, "fire as=a\nfire as=b\nfire as=c", "list offset=1 size=1", saw(0, successful("a")), crmcom.ListPaging},
		{"by state", same, "refuse\nfire as=a\naccept\nresend request=a", "list state=REJECTED", saw(0), nil},
		{"by an old state", same, "refuse\nfire as=a\naccept\nresend request=a", "list state=REJECTED", saw(0, successful("a")), crmcom.ListByState},
		{"sent again", same, "refuse\nfire as=a\naccept", "resend request=a", saw(2, rejected("a")), nil},
		{"sent twice", same, "refuse\nfire as=a\naccept", "resend request=a", saw(3, successful("a")), crmcom.ResendSendsOnce},
		{"not sent again", same, "refuse\nfire as=a\naccept", "resend request=a", refusal(1), crmcom.ResendSendsOnce},
		{"not sent again to one of several", crowd(same), "refuse\nfire as=a\naccept", "resend request=a", refusal(1), nil},
		{"failed again", same, "refuse\nfire as=a", "resend request=a", refusal(2), crmcom.ResendFailsAgain},
		{"still rejected", same, "refuse\nfire as=a\naccept\nresend request=a", "show request=a", saw(0, rejected("a")), crmcom.ResendSucceeds},
		{"sent a third time", same, "refuse\nfire as=a\naccept\nresend request=a", "resend request=a", saw(3, successful("a")), crmcom.ResendSucceeds},
		{"sent though it was accepted", same, "fire as=a", "resend request=a", saw(2, successful("a")), crmcom.ResendRejectedOnly},
		{"refused and sent", same, "fire as=a", "resend request=a", refusal(2), crmcom.ResendRejectedOnly},
		{"replaced", fresh, "refuse\nfire as=a\naccept", "resend request=a as=b", saw(2, successful("b")), nil},
		{"not replaced", fresh, "refuse\nfire as=a\naccept", "resend request=a as=b", saw(2, successful("a")), crmcom.ResendResponse},
		{"what was replaced is shown", fresh, "refuse\nfire as=a\naccept\nresend request=a as=b", "show request=a", saw(0, rejected("a")), crmcom.DeleteGone},
		{"deleted", same, "fire as=a", "delete request=a", saw(0, successful("a")), nil},
		{"deleted with another record", same, "fire as=a", "delete request=a", saw(0, rejected("a")), crmcom.DeleteResponse},
		{"deleted twice", same, "fire as=a\ndelete request=a", "delete request=a", saw(0, successful("a")), crmcom.DeleteIdentifier},
		{"sent after a deletion", same, "refuse\nfire as=a\ndelete request=a", "resend request=a", saw(2, rejected("a")), crmcom.DeleteResendAfter},
		{"counted", crowd(same), "refuse\nfire as=a\nresend request=a", "received", saw(2), nil},
		{"counted one too many", crowd(same), "refuse\nfire as=a\nresend request=a", "received", saw(3), crmcom.DeliveryLogged},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := (Model{}).Step(after(t, test.start, test.before), parsed(t, test.command), test.answer)
			found := suite.Violations(err)
			switch {
			case test.blame == nil && err != nil:
				t.Errorf("a right answer disagrees: %v", err)
			case test.blame != nil && (len(found) != 1 || found[0].Requirement != test.blame):
				t.Errorf("want a violation of %s, got %+v", test.blame.ID, err)
			}
		})
	}
}

func TestFitLeavesOutWhatNobodyCouldForetell(t *testing.T) {
	blind := State{observed: explore.Observed{}}
	for _, test := range []struct {
		name, before, command, want string
		start                       State
	}{
		{"a name that is taken", "fire as=a", "fire as=a", "", blind},
		{"a name that was never given", "", "show request=b", "", blind},
		{"a resend that may make a new record", "refuse\nfire as=a\naccept", "resend request=a", "", blind},
		{"a resend that fails", "refuse\nfire as=a", "resend request=a as=b", "resend request=a", blind},
		{"a page in an unknown order", "fire as=a", "list size=1 offset=1", "list", blind},
		{"a receiver that refuses already", "refuse", "refuse", "", blind},
		{"a new record", "refuse\nfire as=a\naccept", "resend request=a as=b", "resend as=b request=a", answering(crmcom.AnswerNewRecord)},
		{"the same record", "refuse\nfire as=a\naccept", "resend request=a as=b", "resend request=a", answering(crmcom.AnswerSameRecord)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if c, ok := (Model{}).Fit(after(t, test.start, test.before), parsed(t, test.command)); ok {
				got = c.String()
			}
			if got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}

// TestAccount holds the numbers against what several clients may have seen.
func TestAccount(t *testing.T) {
	type told struct {
		command string
		answer  *Answer
	}
	begin := []told{{"refuse", saw(0)}, {"fire as=a", saw(0, rejected("a"))}, {"accept", saw(0)}}
	for _, test := range []struct {
		name   string
		events []told
		want   history.Account
	}{
		{"nothing wrong", []told{{"list", saw(0, rejected("a"))}}, history.Account{Acknowledged: 1}},
		{"lost", []told{{"list", saw(0)}}, history.Account{Acknowledged: 1, Lost: 1, Breaks: []*contract.Requirement{crmcom.DeliveryLogged, crmcom.DeleteOthers, crmcom.ResendFailsAgain, crmcom.ListByDefinition}}},
		{"perhaps deleted", []told{{"delete request=a", nil}, {"list", saw(0)}}, history.Account{Acknowledged: 1}},
		{
			"deleted twice",
			[]told{{"delete request=a", saw(0, rejected("a"))}, {"delete request=a", saw(0, rejected("a"))}, {"list", saw(0)}},
			history.Account{Acknowledged: 1, Duplicated: 1, Breaks: []*contract.Requirement{crmcom.DeleteIdentifier, crmcom.DeleteGone}},
		},
		{
			"sent twice",
			[]told{{"resend request=a", saw(0, rejected("a"))}, {"resend request=a", saw(0, rejected("a"))}, {"list", saw(0, successful("a"))}},
			history.Account{Acknowledged: 1, Duplicated: 1, Breaks: []*contract.Requirement{crmcom.ResendSucceeds}},
		},
		{
			"resurrected",
			[]told{{"delete request=a", saw(0, rejected("a"))}, {"list", saw(0, rejected("a"))}},
			history.Account{Acknowledged: 1, Resurrected: 1, Breaks: []*contract.Requirement{crmcom.DeleteGone}},
		},
		{
			"sent after its deletion",
			[]told{{"delete request=a", saw(0, rejected("a"))}, {"resend request=a", saw(0, rejected("a"))}, {"list", saw(0)}},
			history.Account{Acknowledged: 1, Breaks: []*contract.Requirement{crmcom.DeleteResendAfter}},
		},
		{
			"one id for two",
			[]told{{"fire as=b", saw(0, successful("a"))}, {"list", saw(0, rejected("a"))}},
			history.Account{Acknowledged: 2, Duplicated: 1, Breaks: []*contract.Requirement{crmcom.DeliveryIDsUnique}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var events []happening
			for i, e := range slices.Concat(begin, test.events) {
				call := time.Duration(2 * i)
				events = append(events, happening{Command: parsed(t, e.command), Answer: e.answer, Call: call, Return: call + 1})
			}
			if diff := cmp.Diff(test.want, (Subject{}).Account(answering(crmcom.AnswerSameRecord), events)); diff != "" {
				t.Errorf("account (-want +got):\n%s", diff)
			}
		})
	}
}
