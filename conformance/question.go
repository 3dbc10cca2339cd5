package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Times is how often each open question is asked, afresh each time; once unless told otherwise. A target that does not always
// answer the same has no answer, and the report says which ones it gave.
func Times(n int) Option { return func(o *options) { o.times = max(n, 1) } }

// timesFromAfar is how often a question is asked at least that deliveries answer which may get lost on their way.
const timesFromAfar = 4

// stride is how far apart the attempts of two askings are, so that no two send the same.
const stride = mostTokens * attempts

// probe observes the answer to one question.
func (r *runner) probe(ctx context.Context, p *suite.Probe) report.Question {
	first, listened := r.ask(ctx, p, 0)
	first.Seen = 1
	times := r.options.times
	if listened && r.run.Remote() {
		times = max(times, timesFromAfar)
	}
	for n := 1; n < times && first.Answer != ""; n++ {
		again, _ := r.ask(ctx, p, n)
		if again.Answer != first.Answer {
			return differently(&first, &again)
		}
		first.Seen++
	}
	if first.Answer == "" {
		first.Seen = 0
	}
	return first
}

// differently is a question that was answered in two ways. When the second is a failure to ask, the answers before it stand.
func differently(first, again *report.Question) report.Question {
	if again.Answer == "" && !strings.HasPrefix(again.Observed, unknownAnswer) {
		return *first
	}
	out := *again
	out.Answer, out.Seen = "", 0
	out.Observed = fmt.Sprintf("the answers vary: %d times %s, and then %s", first.Seen, first.Answer, again.Answer+again.Observed)
	out.Exchanges = slices.Concat(first.Exchanges, again.Exchanges)
	return out
}

// ask asks for the n-th time, from 0, and says whether deliveries had a part in it.
func (r *runner) ask(ctx context.Context, p *suite.Probe, n int) (q report.Question, listened bool) {
	if err := errors.Join(ended(ctx), r.solvent()); err != nil {
		return observed(p.Question, "", err), false
	}
	var answer string
	s, err := r.whileAdmitted(ctx, func(offset int, alone bool) (s *suite.Session, err error) {
		answer, s, err = r.observe(ctx, p, n*stride+offset, alone)
		return s, err
	})
	r.blame(p.Question, err)
	q = observed(p.Question, answer, cutOff(ctx, err))
	q.Observed = r.run.Redactor.Text(q.Observed)
	q.Exchanges = transcript(r.run.Redactor, s.Exchanges())
	q.Evidence = evidence(q.Exchanges)
	r.note(s.Exchanges())
	return q, s.Listened()
}

// blame keeps what a target violated when a question was asked, for the requirement that speaks of it.
func (r *runner) blame(q *contract.Question, err error) {
	for _, v := range suite.Violations(err) {
		if requirement := r.catalog.Blamed(q, v); requirement != nil {
			f := finding(r.run.Redactor, v)
			f.Question = q.ID
			f.Want += " (asked for " + q.ID + ")"
			r.find(requirement, f)
		}
	}
}

func (r *runner) observe(ctx context.Context, p *suite.Probe, first int, alone bool) (answer string, s *suite.Session, err error) {
	defer r.take(alone)()
	s, err = r.run.Attempt(ctx, p.Question.ID, first, first+attempts, suite.Contrasted(func(ctx context.Context, s *suite.Session) (err error) {
		s.Asking()
		answer, err = p.Observe(ctx, s)
		return err
	}))
	return answer, s, err
}

// evidence is the last exchange with the target itself.
func evidence(exchanges []report.Exchange) *report.Exchange {
	for i := len(exchanges) - 1; i >= 0; i-- {
		if !exchanges[i].Setup {
			return &exchanges[i]
		}
	}
	return nil
}
