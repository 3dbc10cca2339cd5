package page_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

// With a listener of its own, the control API's page names the vendors' addresses where those are, and says why it cannot call them.
func TestThePageOfAControlAPIWithAListenerOfItsOwn(t *testing.T) {
	leftTo(t, "page", "page-full")
	vendors := httptest.NewUnstartedServer(nil)
	at := "http://" + vendors.Listener.Addr().String()
	mock, err := mockserver.New(mockserver.WithSeparateControl(), mockserver.WithControl(control.Options{BaseURL: at}))
	if err != nil {
		t.Fatal(err)
	}
	vendors.Config.Handler = mock
	vendors.Start()
	t.Cleanup(vendors.Close)
	own := httptest.NewServer(mock.Control())
	p := &person{t: t, mock: mock, origin: own.URL, stop: func() { mock.EndStreams(); own.Close() }}
	t.Cleanup(p.stop)
	p.browse(usual)
	p.Do(chromedp.Navigate(p.origin + "/"))
	p.Sees("#try-makecom-0", at+"/api/v2")
	p.Press("#no-worlds", "Open the world demo")
	p.world = "demo"
	p.Sees(".board .quiet", "The API listens at "+at)
	p.Wait(`[...document.querySelectorAll('.board button')].find((b) => b.textContent === 'Delete all').disabled`, "no button that cannot work")
	p.call(http.MethodDelete, at+"/api/v2/hooks/654/incomings", "demo", `{"all":true}`, nil)
	p.exchange("406")
	p.Eval(`navigator.clipboard.writeText = async () => { throw new Error('refused'); }`, nil)
	p.Press("dialog", "Copy as curl")
	p.Wait(`document.querySelector('textarea[readonly]')?.value.includes(`+quoted(at+"/api/v2/hooks/654")+`)`, "a copy that calls the vendor")
	p.Behaved()
}

// Where tokens have to be declared, the page makes a world by the call that can.
func TestAWorldIsMadeWhereTokensAreDeclared(t *testing.T) {
	p := open(t, usual, mockserver.WithDeclaredTokens())
	p.Do(chromedp.Navigate(p.origin + "/_understudy/page?world=shop"))
	p.Sees("#no-world", "no request makes a world")
	p.Press("#no-world", "Make it")
	p.Sees("#connection", "live")
	p.world = "shop"
	if status := p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil); status != http.StatusNotFound {
		t.Errorf("the token is answered with %d, want that there is no such hook", status)
	}
	p.Fill("#fork-as", "copy")
	p.Press("#fork-form", "Fork")
	p.Sees("#world-name", "copy")
	p.Press("main", "Make a token")
	p.Sees("dialog h2", "Copy the token")
	var token string
	p.Eval(`document.querySelector('dialog textarea').value`, &token)
	if status := p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", token, "", nil); status != http.StatusNotFound {
		t.Errorf("the token of the copy is answered with %d, want that there is no such hook", status)
	}
	p.Behaved()
}

// A file that is wrong is told of by the place in it, and a form by what is wrong in it.
func TestWhatIsWrongIsToldInWords(t *testing.T) {
	p := watch(t)
	p.importing("shop.yaml", "name: shop\nmakecom: {hooks: [{id: 1, colour: red}]}\n")
	p.told("shop.yaml, line 2, column")
	p.Press(".board", "Deliver …")
	p.Fill("dialog textarea", `{"order": 1}`)
	p.Press("dialog", "Deliver …")
	p.told("data: want an array")
	p.Wait(`!window.said.join().includes('body:')`, "no place in a body that the page wrote")
}

// With a clock that stands still all labels are the same, and the slider stays where it is when the journal is read again.
func TestLookingBackOnAFrozenClock(t *testing.T) {
	p := watch(t)
	p.Press("#clock-form", "Freeze")
	p.Sees("#clock-form", "Let it run")
	for i := range 3 {
		p.Press(".board", "Deliver a sample")
		p.Sees(".column .count", fmt.Sprint(3+i))
	}
	p.Do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft)) // the first is the state as it is
	p.Sees(".column:first-child .count", "4")
	const read = `performance.getEntriesByType('resource').filter((r) => r.name.includes('/journal?commands')).length`
	var at string
	var times int
	p.Eval(`document.getElementById('moment').value`, &at)
	p.Eval(read, &times)
	p.Eval(`window.dispatchEvent(new Event('pagehide')) && undefined`, nil)
	p.Wait(fmt.Sprintf(`%s > %d`, read, times), "the journal being read again")
	p.Do(chromedp.KeyEvent(kb.ArrowLeft))
	p.Sees(".column:first-child .count", "3")
	p.Wait(`Number(document.getElementById('moment').value) === `+at+` - 1`, "the place before")
	p.Behaved()
}

// A text in a body is found while exchanges come all the time.
func TestATextIsFoundWhileExchangesCome(t *testing.T) {
	p := watch(t)
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"ids":["needle-in-a-body"]}`, nil)
	done := make(chan struct{})
	defer func() { <-done }()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(done)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
			}
		}
	}()
	p.Fill("#filter-text", "needle-in-a")
	p.Wait(`/^1 of/.test(document.getElementById('journal-count').textContent)`, "the exchange with the text")
}

// What is said while a dialog is open is said in the dialog, and can be dismissed there.
func TestMessagesAreInTheDialogThatIsOpen(t *testing.T) {
	for _, width := range []int64{narrow, usual} {
		p := open(t, width)
		p.enter("shop")
		p.Press(".board", "Deliver …")
		p.Sees("dialog", "items, a JSON array")
		p.Fill("dialog textarea", "no JSON")
		p.Press("dialog", "Deliver …")
		p.Sees("dialog #messages", "items, a JSON array")
		p.Do(chromedp.Click("dialog #messages button", chromedp.ByQuery))
		p.Wait(`document.getElementById('messages').childElementCount === 0`, "no message any more")
		p.Press("dialog", "Cancel")
		p.Wait(`document.getElementById('messages').parentElement === document.body`, "the messages on the page again")
	}
}

// Why? opens the exchange of the call that was made here, although somebody else has made the same call since.
func TestWhyIsAboutOnesOwnCall(t *testing.T) {
	p := watch(t)
	p.Press(".board", "Delete all, unconfirmed")
	p.Sees("#messages", "Delete all, unconfirmed: 406")
	for range 3 {
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confirmed=true", "shop", `{"all":true}`, nil)
	}
	p.Sees("#journal-count", "4")
	p.Press("#messages", "Why?")
	p.Sees("dialog h2", "1 · deleteHookIncomings")
	p.Behaved()
}

// What is lost is asked for first: deliveries by another answer of their sink, and items by a reset after the journal was emptied.
func TestWhatIsLostIsAskedFor(t *testing.T) {
	p := watch(t)
	p.call(http.MethodPost, p.origin+"/_understudy/v1/worlds/shop/sinks/shop", "", `{}`, nil)
	p.Fill("#sink-name", "shop")
	p.Press("#sink-form", "Program")
	p.Sees("dialog", "forgets what it received: 1 delivery")
	p.Press("dialog", "Cancel")
	p.has("/sinks/shop", `"deliveries"`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":1}`)
	p.control(http.MethodDelete, "/journal", "")
	p.Sees("#journal-count", "0")
	p.Press("main", "Reset")
	p.Sees("dialog", "Whatever happened in it is gone")
	p.Press("dialog", "Cancel")
	p.has(waiting, `"total":3`)
	p.Behaved()
}

// A hook that is made while the page is open stands where it stands after a reload.
func TestANewHookStandsInItsPlace(t *testing.T) {
	p := watch(t)
	p.control(http.MethodPost, "/makecom/hooks", `{"name":"Another"}`)
	p.Sees(`.board[aria-label^="Another"]`, "waiting")
	var before, after string
	const order = `[...document.querySelectorAll('.board')].map((b) => b.getAttribute('aria-label')).join()`
	p.Eval(order, &before)
	p.look()
	if p.Eval(order, &after); before != after {
		t.Errorf("the boards are %s, and after a reload %s", before, after)
	}
}

// A vendor that signs with another key than the definition's is not right, neither on the page nor in the sink.
func TestACodeByAnotherKeyIsWrong(t *testing.T) {
	p := watch(t)
	p.control(http.MethodPut, "/mutants", `{"id":"crmcom/delivery/hmac/other-key"}`)
	p.Press(".board", "New definition …")
	p.Press("dialog", "New definition …")
	p.has(sent+"rules", "sink:shop")
	p.card("rules", "sink:shop")
	p.Press("dialog", "Fire")
	p.Open("#sinks summary", "the authentication code is wrong")
}
