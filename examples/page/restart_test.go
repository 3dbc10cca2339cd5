package page_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A server that keeps its worlds stops, and is started anew: the page has all of its journal, says where it goes on, and looks back behind
// that. Where the server is killed, the page says that something may be missing.
func TestAPageSaysWhatARestartKept(t *testing.T) {
	leftTo(t, "page", "page-full")
	s := &served{t: t, binary: built(t, "../..", "./cmd/understudy"), data: t.TempDir(), addr: "127.0.0.1:0"}
	s.start()
	p := &person{t: t, origin: "http://" + s.addr}
	p.browse(usual)
	p.enter("shop")
	p.Press(".board", "Begin the oldest")
	p.has(processing, `"total":1`)
	p.Press(".board", "Delete all, unconfirmed")
	p.Sees("#journal-count", "1")
	p.Wait(`document.getElementById('journal-missing').hidden`, "a journal that misses nothing")
	s.end(syscall.SIGTERM)
	p.Sees("#connection", "reconnecting")
	s.start()
	p.Sees("#journal-missing", "The server read this world again at ")
	p.Sees("#journal-missing", "Exchange 1 is the last that it had written down: none is missing.")
	p.Sees(".exchange", "deleteHookIncomings")
	p.Sees(".cell.reached", "all-unconfirmed")
	p.Press(".board", "Delete all")
	p.told("Delete all: 200")
	p.has(waiting, `"total":0`)
	p.Sees("#journal-count", "2")
	p.Eval(missing+` = 'before'`, nil)
	s.end(syscall.SIGKILL)
	p.Wait(`window.states.join(' ').endsWith('reconnecting')`, "that the connection is lost again")
	s.start()
	p.Wait(`/Exchange [12] is the last/.test(`+missing+`)`, "word of what may be missing")
	p.has(waiting, `"total":0`)
	p.exchange("deleteHookIncomings")
	p.Press("dialog", "Close")
	p.Do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.Home))
	p.Sees("#moment-text", "before the command mintToken")
	p.Do(chromedp.KeyEvent(kb.ArrowRight))
	p.Sees("#moment-text", "after the command mintToken")
	p.Do(chromedp.KeyEvent(kb.ArrowRight))
	p.Sees("#moment-text", "beginIncomings")
	p.Sees(`[aria-label="Orders (hook 654), processing"]`, "7a567f385d1a4f5ab7bff89162b7605e")
	p.Press(".state", "Back to now")
	p.emptyAfterAKill(s)
	p.Behaved()
}

// missing is a script: what the page says of exchanges that are not there.
const missing = `document.getElementById('journal-missing').textContent`

// emptyAfterAKill wants no word of "No client has called" where a client did, and the journal was not written down: a second may pass before
// it is, so that the kill has to be faster.
func (p *person) emptyAfterAKill(s *served) {
	p.t.Helper()
	for _, world := range []string{"one", "two", "three", "four", "five"} {
		s.end(syscall.SIGTERM)
		s.start()
		p.call(http.MethodPost, p.origin+"/_understudy/v1/worlds/"+world+"/tokens", "", "{}", nil)
		p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", world, "", nil)
		s.end(syscall.SIGKILL)
		s.start()
		p.world = world
		p.look()
		p.Sees("#journal-missing", "The server read this world again at ")
		said, hint := "", false
		p.Eval(missing, &said)
		p.Eval(`document.getElementById('no-exchanges').checkVisibility()`, &hint)
		if hint {
			p.t.Errorf("the page says that no client has called, and that %s", said)
		}
		if strings.Contains(said, "Nothing that came before is here. What comes from now on") {
			return
		}
	}
	p.t.Error("the journal was always written down before the kill")
}

// served is a program that keeps worlds in a directory, at one address.
type served struct {
	t      *testing.T
	binary string
	data   string
	addr   string
	end    func(syscall.Signal) // and waits
}

func (s *served) start() {
	s.t.Helper()
	origin, end := started(s.t, s.binary, "serve", "--addr", s.addr, "--data", s.data)
	s.addr, s.end = strings.TrimPrefix(origin, "http://"), end
}
