package conformance_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// way is what lies between a vendor and the suite's receiver: deliveries take up to mostLag, and one in twenty is lost, is
// answered in the receiver's place, loses its answer, or comes twice.
type way struct {
	next   http.RoundTripper
	chance *dice
	more   sync.WaitGroup // second copies on their way
}

func roughWay(t *testing.T, next http.RoundTripper, seed uint64) http.RoundTripper {
	t.Helper()
	w := &way{next: next, chance: newDice(seed, 3)}
	t.Cleanup(w.more.Wait)
	return w
}

var errLost = errors.New("connection reset by peer")

func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	<-time.After(time.Duration(w.chance.upTo(int(mostLag))))
	if w.chance.upTo(20) > 0 {
		return w.deliver(r, body)
	}
	switch w.chance.upTo(4) {
	case 0:
		return nil, errLost
	case 1:
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	case 2:
		if res, err := w.deliver(r, body); err == nil {
			_ = res.Body.Close()
		}
		return nil, errLost
	default:
		late := r.Clone(context.WithoutCancel(r.Context()))
		w.more.Go(func() { w.again(late, body) })
		return w.deliver(r, body)
	}
}

func (w *way) deliver(r *http.Request, body []byte) (*http.Response, error) {
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(strings.NewReader(string(body)))
	return w.next.RoundTrip(copied)
}

// again delivers a second time, later.
func (w *way) again(r *http.Request, body []byte) {
	<-time.After(time.Duration(w.chance.upTo(int(mostLag))))
	if res, err := w.deliver(r, body); err == nil {
		_ = res.Body.Close()
	}
}

// roughDeliveries are the conditions in which deliveries go through something on their way to the receiver.
func roughDeliveries() []condition {
	calm, all := conditions()[0], conditions()[len(conditions())-1]
	calm.name, calm.way, calm.given = "deliveries late, lost, doubled", roughWay, fromAfar
	all.name, all.way, all.given = "that, and all of the above", roughWay, fromAfar
	return []condition{calm, all}
}

// fromAfar says that the receiver is reached through something.
func fromAfar(_ *testing.T, _ http.Handler, target *conformance.Target) {
	target.Receiver = conformance.Receiver{Listen: "127.0.0.1:2", URL: "http://127.0.0.1:2"}
}

// TestRoughDeliveries wants no violation from an honest vendor whose deliveries do not come as it sent them.
func TestRoughDeliveries(t *testing.T) {
	roughTable(t, roughDeliveries(), 75, crmcom.Contract.Name)
}

// TestRoughDeliveriesHideNothing wants vendors found out that send what they should not, or do not send what they should: each
// in two of three runs at least, since what gets lost on the way may be what was one too many.
func TestRoughDeliveriesHideNothing(t *testing.T) {
	for requirement, wrong := range map[string]string{
		"crmcom/delivery/logged":         "called-twice",
		"crmcom/delivery/successful":     "rejected",
		"crmcom/delivery/rejected":       "client-errors-accepted",
		"crmcom/delivery/hmac":           "other-key",
		"crmcom/delivery/effective-only": "all-send",
		"crmcom/resend/rejected-only":    "refused-too-late",
		"crmcom/resend/sends-once":       "never",
		"crmcom/resend/succeeds":         "stays-rejected",
		"crmcom/resend/payload":          "other-entity",
		"crmcom/resend/single":           "all-of-the-url",
	} {
		t.Run(requirement, func(t *testing.T) {
			caught := 0
			for seed := range uint64(3) {
				synctest.Test(t, func(t *testing.T) {
					r := roughly(t, roughDeliveries()[0], crmcom.Contract.Name, requirement+"/"+wrong, seed+1, conformance.Select(regexp.MustCompile("^"+requirement+"$")))
					caught += r.Count(report.Fail)
				})
			}
			if caught < 2 {
				t.Errorf("caught %d times of 3", caught)
			}
		})
	}
}
