package receiver_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

func open(t *testing.T, c receiver.Config, answer receiver.Answer) (*receiver.Receiver, *receiver.Inbox) {
	t.Helper()
	r := receiver.New(c)
	t.Cleanup(r.Close)
	inbox, err := r.Open(t.Context(), answer)
	if err != nil {
		t.Fatal(err)
	}
	return r, inbox
}

// post delivers, and returns the status, or the error of a connection that was broken off.
func post(ctx context.Context, address, body string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func anyOne(*receiver.Delivery) bool { return true }

func TestADeliveryIsKeptToTheByte(t *testing.T) {
	r, inbox := open(t, receiver.Config{}, receiver.Answer{Status: http.StatusTeapot})
	if r.Heard() {
		t.Error("heard before anything came")
	}
	const body = "{\"data\" : {\"b\": 1.0,\n \"a\":\"\\u00e9\"} ,\"list\":[{},{\"x/y\":\"z\"}]}"
	if status, err := post(t.Context(), inbox.URL, body); status != http.StatusTeapot || err != nil {
		t.Fatal(status, err)
	}
	d, err := inbox.Await(t.Context(), anyOne)
	if err != nil || d == nil {
		t.Fatal(d, err)
	}
	if string(d.Body) != body || d.Method != http.MethodPost || d.Status != http.StatusTeapot || !r.Heard() {
		t.Errorf("%+v, heard %t", d, r.Heard())
	}
	raw, ok := d.Raw("/data")
	if want := "{\"b\": 1.0,\n \"a\":\"\\u00e9\"}"; !ok || string(raw) != want {
		t.Errorf("want %q, got %q", want, raw)
	}
	for pointer, want := range map[string]string{"/list/1/x~1y": "z", "/list/2": "", "/list/-1": "", "/data/b": "", "/data/a": "é", "/none": "", "/data/a/b": ""} {
		if got := d.Text(pointer); got != want {
			t.Errorf("%s: want %q, got %q", pointer, want, got)
		}
	}
	if whole, ok := d.Raw("/"); !ok || string(whole) != body {
		t.Errorf("the whole body is %q", whole)
	}
}

func TestInboxesAreApart(t *testing.T) {
	r, one := open(t, receiver.Config{Wait: time.Millisecond}, receiver.Answer{})
	other, err := r.Open(t.Context(), receiver.Answer{Status: http.StatusGone})
	if err != nil {
		t.Fatal(err)
	}
	if status, err := post(t.Context(), other.URL, "x"); status != http.StatusGone || err != nil {
		t.Error(status, err)
	}
	if d, err := one.Await(t.Context(), anyOne); d != nil || err != nil {
		t.Errorf("%+v %v", d, err)
	}
	if status, err := post(t.Context(), one.URL+"0", "x"); status != http.StatusNotFound || err != nil {
		t.Error(status, err)
	}
	if n := len(one.Deliveries()) + len(other.Deliveries()); n != 1 {
		t.Errorf("%d deliveries", n)
	}
}

func TestAwaitSeesWhatComesLater(t *testing.T) {
	_, inbox := open(t, receiver.Config{Wait: time.Minute}, receiver.Answer{})
	failed := make(chan error, 1)
	go func() {
		_, err1 := post(t.Context(), inbox.URL, "first")
		_, err2 := post(t.Context(), inbox.URL, "second")
		failed <- errors.Join(err1, err2)
	}()
	d, err := inbox.Await(t.Context(), func(d *receiver.Delivery) bool { return string(d.Body) == "second" })
	if err != nil || d == nil || len(inbox.Deliveries()) != 2 {
		t.Errorf("%+v %v", d, err)
	}
	if err := <-failed; err != nil {
		t.Error(err)
	}
}

func TestAnswersMayBreakOff(t *testing.T) {
	_, inbox := open(t, receiver.Config{}, receiver.Answer{Drop: true})
	if status, err := post(t.Context(), inbox.URL, "x"); err == nil {
		t.Errorf("answered %d", status)
	}
	inbox.Reply(receiver.Answer{Body: "thanks"})
	if status, err := post(t.Context(), inbox.URL, "y"); status != http.StatusOK || err != nil {
		t.Error(status, err)
	}
	if all := inbox.Deliveries(); len(all) != 2 || all[0].Status != 0 || all[1].Status != http.StatusOK {
		t.Errorf("%+v", all)
	}
}

func TestASilentReceiverSeesTheSenderGiveUp(t *testing.T) {
	_, inbox := open(t, receiver.Config{Patience: time.Minute}, receiver.Answer{Hold: true})
	const patience = 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := post(ctx, inbox.URL, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	d, err := inbox.Await(t.Context(), anyOne)
	if err != nil || d == nil {
		t.Fatal(d, err)
	}
	if after, err := d.GivenUp(t.Context()); after <= 0 || err != nil {
		t.Errorf("given up after %s: %v", after, err)
	}
}

func TestPatienceEnds(t *testing.T) {
	_, inbox := open(t, receiver.Config{Patience: time.Millisecond}, receiver.Answer{Hold: true})
	if status, err := post(t.Context(), inbox.URL, "x"); err == nil {
		t.Errorf("answered %d", status)
	}
	if after, err := inbox.Deliveries()[0].GivenUp(t.Context()); after != 0 || err != nil {
		t.Errorf("given up after %s: %v", after, err)
	}
}

func TestAnAddressInUseIsAnError(t *testing.T) {
	_, inbox := open(t, receiver.Config{}, receiver.Answer{})
	taken, _, _ := strings.Cut(strings.TrimPrefix(inbox.URL, "http://"), "/")
	second := receiver.New(receiver.Config{Listen: taken})
	if _, err := second.Open(t.Context(), receiver.Answer{}); err == nil || !strings.Contains(err.Error(), "receiver") {
		t.Errorf("got %v", err)
	}
}

func TestWhetherTheTargetReachesUs(t *testing.T) {
	r, inbox := open(t, receiver.Config{}, receiver.Answer{})
	if r.Miss(); !r.Unreachable() {
		t.Error("reachable after a miss")
	}
	if _, err := post(t.Context(), inbox.URL, "x"); err != nil || r.Unreachable() {
		t.Errorf("unreachable after a delivery: %v", err)
	}
	declared := receiver.New(receiver.Config{Listen: "127.0.0.1:0", URL: "http://tunnel.example/"})
	if declared.Miss(); declared.Unreachable() {
		t.Error("unreachable although the user says otherwise")
	}
}

func TestLayoutsAreChecked(t *testing.T) {
	if err := (receiver.Layout{Data: "data"}).Check(); err == nil || !strings.Contains(err.Error(), `"data"`) {
		t.Errorf("got %v", err)
	}
	if err := (receiver.Layout{Data: "/data"}).Check(); err != nil {
		t.Error(err)
	}
}
