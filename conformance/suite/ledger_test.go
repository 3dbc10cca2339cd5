package suite

import (
	"errors"
	"testing"
)

func TestLedger(t *testing.T) {
	for name, c := range map[string]struct {
		mode    Mode
		effect  Effect
		allowed bool
	}{
		"reads go in every mode":             {ReadOnly, Effect{Reads: true, Scope: "hook 9"}, true},
		"read-only changes nothing":          {ReadOnly, Effect{Scope: "hook 1"}, false},
		"a minted hook may be emptied":       {Owned, Effect{Scope: "hook 1", Whole: true}, true},
		"a lent hook may not be emptied":     {Owned, Effect{Scope: "hook 2", Whole: true}, false},
		"unless it is disposable":            {Disposable, Effect{Scope: "hook 2", Whole: true}, true},
		"minted items of a lent hook go":     {Owned, Effect{Scope: "hook 2", IDs: []string{"mine"}}, true},
		"others of a lent hook stay":         {Owned, Effect{Scope: "hook 2", IDs: []string{"mine", "theirs"}}, false},
		"a strange hook is not touched":      {Owned, Effect{Scope: "hook 3", IDs: []string{"mine"}}, false},
		"not even where all is disposable":   {Disposable, Effect{Scope: "hook 3", IDs: []string{"mine"}}, false},
		"minted items in a shared log go":    {Disposable, Effect{Scope: "log", IDs: []string{"mine"}}, true},
		"others in a shared log stay":        {Disposable, Effect{Scope: "log", IDs: []string{"mine", "theirs"}}, false},
		"a shared log is never emptied":      {Disposable, Effect{Scope: "log", Whole: true}, false},
		"deliveries to a lent address go":    {Owned, Effect{Scope: "https://lent"}, true},
		"deliveries to a strange one do not": {Owned, Effect{Scope: "https://strange"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := NewLedger(c.mode)
			l.Mint("hook 1", "mine")
			l.Lend("hook 2", "https://lent")
			l.Share("log")
			err := l.Allow(c.effect)
			if (err == nil) != c.allowed {
				t.Errorf("got %v", err)
			}
			var u *Unavailable
			if err != nil && (!errors.As(err, &u) || !u.Forbidden) {
				t.Errorf("%v is no refusal of the ledger", err)
			}
		})
	}
}
