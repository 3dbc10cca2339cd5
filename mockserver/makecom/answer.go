package makecom

import (
	"net/http"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// page answers a list. Like detail it writes itself, in the stead of the generated type: encoding/json spent three
// quarters of the time of a page of 50, six times as much as appending; docs/performance.md has the numbers.
type page struct {
	items  []queue.Shown
	paging paging
}

// paging is what a page was cut out by. The answer repeats it.
type paging struct {
	sortDir       string
	limit, offset int
	uncounted     bool // the answer says that it gives no total count
}

// VisitListHookIncomingsResponse implements api.ListHookIncomingsResponseObject.
func (p page) VisitListHookIncomingsResponse(w http.ResponseWriter) error {
	to := append(exchange.Room(w, 0), `{"incomings":[`...)
	var when stamps
	for i := range p.items {
		if i > 0 {
			to = append(to, ',')
		}
		item := &p.items[i]
		to = item.AppendID(append(to, `{"id":`...))
		to = append(appendSummary(to, item.Size(), item.Created(), &when), '}')
	}
	to = p.paging.append(append(to, `],"pg":`...))
	return write(w, append(to, '}'))
}

func (p paging) append(to []byte) []byte {
	to = append(to, `{"sortBy":"`+makeapi.DefaultPageSortBy+`","sortDir":"`...)
	to = append(to, p.sortDir...)
	to = strconv.AppendInt(append(to, `","limit":`...), int64(p.limit), 10)
	to = strconv.AppendInt(append(to, `,"offset":`...), int64(p.offset), 10)
	if p.uncounted {
		to = append(to, `,"returnTotalCount":false`...)
	}
	return append(to, '}')
}

// stat answers how full a queue is.
type stat struct {
	queue, limit int
	enabled      bool
}

// VisitGetHookIncomingStatsResponse implements api.GetHookIncomingStatsResponseObject.
func (s stat) VisitGetHookIncomingStatsResponse(w http.ResponseWriter) error {
	to := strconv.AppendInt(append(exchange.Room(w, 0), `{"incomingStat":{"queue":`...), int64(s.queue), 10)
	to = strconv.AppendInt(append(to, `,"limit":`...), int64(s.limit), 10)
	to = strconv.AppendBool(append(to, `,"enabled":`...), s.enabled)
	return write(w, append(to, "}}"...))
}

// detail answers one item.
type detail struct {
	item   *queue.Item
	data   payload.Object
	hidden bool // the hook keeps its data to itself
}

// VisitGetHookIncomingResponse implements api.GetHookIncomingResponseObject.
func (d detail) VisitGetHookIncomingResponse(w http.ResponseWriter) error {
	to := jsonobject.AppendString(append(exchange.Room(w, 0), `{"incoming":{"id":`...), d.item.ID)
	to = appendSummary(to, d.item.Size(), d.item.Created, new(stamps))
	if d.hidden {
		to = append(to, `,"isHookConfidential":true`...)
	} else {
		to = payload.AppendJSON(append(to, `,"data":`...), d.data)
	}
	return write(w, append(to, "}}"...))
}

// deletion answers what was deleted. Some items stay when they are being processed, and the answer is a success all the same.
type deletion queue.Deleted

// VisitDeleteHookIncomingsResponse implements api.DeleteHookIncomingsResponseObject.
func (d deletion) VisitDeleteHookIncomingsResponse(w http.ResponseWriter) error {
	to := append(exchange.Room(w, d.size()), `{"incomings":[`...)
	for i, id := range d.IDs {
		if i > 0 {
			to = append(to, ',')
		}
		to = jsonobject.AppendString(to, id)
	}
	to = append(to, ']')
	if len(d.Busy) > 0 {
		to = jsonobject.AppendString(append(to, `,"error":{"name":`...), makeapi.PartialErrorName)
		to = jsonobject.AppendString(append(to, `,"message":`...), makeapi.PartialErrorMessage)
		to = append(to, '}')
	}
	return write(w, append(to, '}'))
}

// size is about how long the answer becomes: the buffer of a million ids is not to grow step by step.
func (d deletion) size() int {
	n := 0
	for _, id := range d.IDs {
		n += len(id) + len(`"",`)
	}
	return n + len(`{"incomings":[]}`)
}

// appendSummary appends what a list shows of an item behind its id, and leaves the object open.
func appendSummary(to []byte, size int, created time.Time, when *stamps) []byte {
	to = strconv.AppendInt(append(to, `,"scope":"`+makeapi.ScopeHook+`","size":`...), int64(size), 10)
	to = when.append(append(to, `,"created":"`...), created)
	return append(to, '"')
}

// stamps writes timestamps, most of which are of the same day: to find its date is what takes longest. With the one of the item
// before it a page of 50 takes a tenth less time (BenchmarkOperation/list-50-of-50).
type stamps struct {
	day  int64  // since 1970
	date []byte // of the day, where it was written first; nil for none yet
}

func (s *stamps) append(to []byte, at time.Time) []byte {
	const perDay, clock = 24 * 60 * 60, len("09:59:36.260Z")
	ms := at.UnixMilli()
	day := ms / 1000 / perDay
	if s.date == nil || s.day != day || ms < 0 {
		begin := len(to)
		to = makeapi.Timestamp{Time: at}.Append(to)
		if ms >= 0 {
			s.day, s.date = day, to[begin:len(to)-clock]
		}
		return to
	}
	second := ms / 1000 % perDay
	to = appendTwo(append(to, s.date...), second/3600)
	to = appendTwo(append(to, ':'), second/60%60)
	to = appendTwo(append(to, ':'), second%60)
	to = appendTwo(append(to, '.'), ms%1000/10)
	return append(to, '0'+byte(ms%10), 'Z')
}

func appendTwo(to []byte, n int64) []byte { return append(to, '0'+byte(n/10), '0'+byte(n%10)) }

func write(w http.ResponseWriter, text []byte) error {
	exchange.SetHeader(w, "Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(text)
	return err
}
