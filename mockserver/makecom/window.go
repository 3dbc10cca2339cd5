package makecom

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// window is the time in which items have to have come to be listed. The zero value lets everything through.
type window struct {
	narrows  bool
	from, to time.Time
}

// windowOf reads from and to where the dialect knows them. Both ends are within.
func windowOf(x *exchange.Exchange) (w window, err error) {
	from, to := x.Given(makeapi.ParamFrom), x.Given(makeapi.ParamTo)
	if from+to == "" || x.Dialect().Answer(makeapi.ListFromTo) != makeapi.AnswerFiltersByCreated {
		return window{}, nil
	}
	w = window{narrows: true, from: time.UnixMilli(0), to: time.UnixMilli(math.MaxInt64)}
	if from != "" {
		w.from, err = moment(makeapi.ParamFrom, from)
	}
	if to != "" && err == nil {
		w.to, err = moment(makeapi.ParamTo, to)
	}
	return w, err
}

func moment(name, text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, badParameter(name, fmt.Sprintf("%q is no number of milliseconds", text))
	}
	return time.UnixMilli(n), nil
}

func (w window) holds(item queue.Shown) bool {
	at := item.Created().Truncate(time.Millisecond)
	return !at.Before(w.from) && !at.After(w.to)
}

// list is a page of those items of the queue that came within the window.
func (w window) list(s *queue.State, p queue.Page) ([]queue.Shown, error) {
	if !w.narrows {
		return s.Show(p)
	}
	whole := p
	whole.Offset, whole.Limit = 0, math.MaxInt32
	all, err := s.Show(whole)
	if err != nil {
		return nil, err
	}
	within := []queue.Shown{}
	for _, item := range all {
		if w.holds(item) {
			within = append(within, item)
		}
	}
	first := min(p.Offset, len(within))
	return within[first:min(len(within), first+max(p.Limit, 0))], nil
}
