package suite

import (
	"context"
	"errors"
	"fmt"
)

// Deliveries that come through something between the target and the suite's receiver, a tunnel say, get lost there, or come
// twice, and the target cannot be told from its way. Its defects show every time, mishaps on the way now and then. So what is
// found in a session that listens behind such a way counts when it was found in enough arrangements, before too many others did
// not show it. Where one arrangement in seven goes wrong on the way, an honest target is taken for a violator in one check
// of a hundred thousand; where one in four does, in one of two thousand.
//
// What is lent may be used by others at the same time, by another run for instance, who come and go between two looks. What is found
// there counts when it was found in a few arrangements in a row.
const (
	enough     = 8 // arrangements that have to show a violation
	atFirst    = 3 // as long as nothing has come at all: the way seems to lead nowhere
	tooMany    = 3 // arrangements that do not
	enoughLent = 3 // in a row, on what is lent
)

// ErrArranging is wrapped by what went wrong before a check came to its own question.
var ErrArranging = errors.New("could not arrange")

// Arranging keeps what goes wrong before the check's own question from looking like an answer to it.
func Arranging(err error) error {
	if len(Violations(err)) == 0 {
		return err
	}
	return fmt.Errorf("%w: %v", ErrArranging, err) //nolint:errorlint // the violation is hidden on purpose
}

// Unsteady says that a violation was seen in some arrangements and not in others. The check is unverified then.
type Unsteady struct {
	Violation       *Violation // the first that was seen
	Shown, Arranged int
	Lent            bool // on what others may use
}

func (u *Unsteady) Error() string {
	if u.Lent {
		return fmt.Sprintf("a violation (%v) in %d of %d arrangements, though they were alike: others use what is lent, or the target does not always do the same; "+
			"lend what nobody else uses, and run this again", u.Violation, u.Shown, u.Arranged)
	}
	return fmt.Sprintf("a violation (%v) in %d of %d arrangements, though they were alike: the way to the suite's receiver loses, delays or repeats deliveries, "+
		"or the target does not always do the same; mend the way, or raise receiver.wait, and run this again", u.Violation, u.Shown, u.Arranged)
}

// retryPolicy decides how often a check is arranged.
type retryPolicy struct {
	most           int // that may break with a connection
	broken, failed int
	shown, held    int // arrangements with a violation, and without one
	first          *Violation
}

// next says whether to arrange again after a session that ended with err, and if not what is to be made of it all.
func (t *retryPolicy) next(ctx context.Context, s *Session, err error) (again bool, end error) {
	found := Violations(err)
	switch {
	case ctx.Err() != nil && s.unsteady() && len(found) > 0:
		return false, ctx.Err()
	case ctx.Err() != nil:
		return false, err
	case interrupted(err) && len(found) == 0:
		return t.interrupted(s, err)
	case !s.unsteady():
		return false, err
	case len(found) > 0:
		return t.violated(s, found[0], err)
	case errors.Is(err, ErrArranging):
		t.failed++
		return t.failed < s.enough(), err
	case t.shown == 0:
		return false, err
	default:
		t.held++
		return err == nil && s.remote() && t.held < tooMany, t.unsteady(s)
	}
}

func (t *retryPolicy) interrupted(s *Session, err error) (again bool, end error) {
	t.broken++
	if t.broken < t.most {
		return true, nil
	}
	if t.shown > 0 {
		return false, t.unsteady(s)
	}
	return false, fmt.Errorf("%d attempts: %w", s.Attempts(), err)
}

func (t *retryPolicy) violated(s *Session, v *Violation, err error) (again bool, end error) {
	if t.first == nil {
		t.first = v
	}
	t.shown++
	return t.shown < s.enough(), err
}

// enough is how many arrangements have to show a violation.
func (s *Session) enough() int {
	switch {
	case !s.remote():
		return enoughLent
	case s.run.receiver.Heard():
		return enough
	default:
		return atFirst
	}
}

func (t *retryPolicy) unsteady(s *Session) error {
	return &Unsteady{Violation: t.first, Shown: t.shown, Arranged: t.shown + t.held, Lent: !s.remote()}
}

// unsteady reports whether something else than the target may have shown the session a violation.
func (s *Session) unsteady() bool { return s.remote() || s.onLent() }

// Listened reports whether the session opened an inbox.
func (s *Session) Listened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inboxes) > 0
}

// remote reports whether this session listens for deliveries that come through something.
func (s *Session) remote() bool { return s.Listened() && s.run.Remote() }

// Remote reports whether deliveries come through something that the user named: they may get lost there or come twice, and
// later ones may overtake them.
func (r *Run) Remote() bool { return r.receiver.Declared() }

// Remote is that of the run.
func (s *Session) Remote() bool { return s.run.Remote() }
