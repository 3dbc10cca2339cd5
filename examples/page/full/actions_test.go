package full_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

const (
	waiting    = "/state?api=makecom&board=654&column=waiting&limit=1"
	processing = "/state?api=makecom&board=654&column=processing&limit=1"
	sent       = "/state?api=crmcom&column="
)

// Whatever can be done on the page is done by a click, and looked up in the API.
func TestEveryActionDoesWhatItSays(t *testing.T) {
	p := open(t, 1280, 900)
	for name, act := range map[string]func(*person){
		"deliver a sample": func(p *person) {
			p.press(".board", "Deliver a sample")
			p.has(waiting, `"total":3`)
		},
		"deliver a body of one's own": func(p *person) {
			p.press(".board", "Deliver …")
			p.fill("dialog textarea", `[{"order": 4711}]`)
			p.press("dialog", "Deliver …")
			p.has("/state?api=makecom", "4711")
		},
		"begin the oldest, finish all": func(p *person) {
			p.press(".board", "Begin the oldest")
			p.has(processing, `"total":1`)
			p.press(".board", "Finish all")
			p.has(processing, `"total":0`)
		},
		"begin and finish one": func(p *person) {
			p.card("waiting", "8d88f6f5")
			p.press("dialog", "Begin")
			p.has(processing, `"id":"8d88f6f5b0484908890ef11fe7e5bf63"`)
			p.card("processing", "8d88f6f5")
			p.press("dialog", "Finish")
			p.has(processing, `"total":0`)
			p.sees(`[aria-label$=", gone"]`, "8d88f6f5")
		},
		"delete one": func(p *person) {
			p.card("waiting", "8d88f6f5")
			p.press("dialog", "Delete")
			p.has(waiting, `"total":1`)
			p.sees("#messages", "Delete: 200")
		},
		"delete all": func(p *person) {
			p.press(".board", "Delete all, unconfirmed")
			p.has("/journal", "IM004")
			p.press(".board", "Delete all")
			p.has(waiting, `"total":0`)
		},
		"freeze the clock, advance it, let it run": func(p *person) {
			p.press("#clock-form", "Freeze")
			before := p.has("/clock", `"mode":"frozen"`)
			p.fill("#clock-by", "2h")
			p.press("#clock-form", "Advance")
			p.until("/clock", func(answer string) bool { return answer != before })
			p.press("#clock-form", "Let it run")
			p.has("/clock", `"mode":"real"`)
		},
		"fire a rule":     fireARule,
		"resend":          resend,
		"program a sink":  func(p *person) { programSink(p, "404"); p.has("/sinks/shop", "404") },
		"set a fault":     setAFault,
		"dialect, mutant": behaveOtherwise,
		"reset": func(p *person) {
			p.press(".board", "Delete all")
			p.has(waiting, `"total":0`)
			p.press("main", "Reset")
			p.has(waiting, `"total":2`)
			p.sees("#journal-count", "0")
		},
		"fork": func(p *person) {
			p.press(".board", "Deliver a sample")
			p.fill("#fork-as", "copy")
			p.press("#fork-form", "Fork")
			p.sees("#world-name", "copy")
			p.world = "copy"
			p.has(waiting, `"total":3`)
		},
		"export and import": exportAndImport,
		"delete a webhook request": func(p *person) {
			fireARule(p)
			p.card("successful", "sink:shop")
			p.press("dialog", "Delete")
			p.has(sent+"successful", `"total":1`)
			p.sees(`[aria-label="Webhook requests, deleted"] .card`, "sink:shop")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p.t, p.world = t, strings.Map(letters, name) // a world of its own
			p.control(http.MethodPost, "/tokens", `{}`)
			p.look()
			act(p)
			p.behaved()
		})
	}
}

// letters leaves out what the name of a world may not have.
func letters(c rune) rune {
	if c >= 'a' && c <= 'z' {
		return c
	}
	return -1
}

// fireARule delivers a webhook to a sink, by a rule of a definition that the page makes.
func fireARule(p *person) {
	p.press(".board", "New definition …")
	p.fill("dialog input", "sink:shop")
	p.press("dialog", "New definition …")
	p.has(sent+"rules", "sink:shop")
	p.card("rules", "sink:shop")
	p.press("dialog", "Fire with …")
	p.fill("dialog textarea", `{"status": "FIRED-BY-HAND"}`)
	p.press("dialog form", "Fire with …")
	p.has(sent+"successful", `"total":2`) // one is there from the beginning
	p.has("/sinks/shop", "FIRED-BY-HAND")
	p.sees("#sinks", "the authentication code is right")
}

func programSink(p *person, status string) {
	p.fill("#sink-name", "shop")
	p.fill("#sink-status", status)
	p.press("#sink-form", "Program")
	p.sees("#messages", "sink shop answers "+status)
}

func resend(p *person) {
	programSink(p, "500")
	p.press(".board", "New definition …")
	p.press("dialog", "New definition …")
	p.has(sent+"rules", "sink:shop")
	p.card("rules", "sink:shop")
	p.press("dialog", "Fire")
	p.has(sent+"rejected", `"total":3`) // two are there from the beginning
	programSink(p, "200")
	p.card("rejected", "sink:shop")
	p.press("dialog", "Resend")
	p.has(sent+"successful", `"total":2`)
	p.has(sent+"rejected", `"total":2`)
}

func setAFault(p *person) {
	p.fill("#fault-what", "status=503")
	p.fill("#fault-operation", "listHookIncomings")
	p.press("#fault-form", "Set")
	p.has("/faults", `"status":503`)
	address := p.origin + "/api/v2/hooks/654/incomings"
	if status := p.call(http.MethodGet, address, p.world, "", nil); status != http.StatusServiceUnavailable {
		p.t.Errorf("with the fault the answer is %d", status)
	}
	p.sees(".exchange.tampered", "503")
	p.press("#faults", "End")
	p.until("/faults", func(answer string) bool { return !strings.Contains(answer, "503") })
	if status := p.call(http.MethodGet, address, p.world, "", nil); status != http.StatusOK {
		p.t.Errorf("without the fault the answer is %d", status)
	}
}

func behaveOtherwise(p *person) {
	var id, other string
	p.evaluate(`[...document.querySelectorAll('#dialect select')].find(s => s.options.length > 1).getAttribute('aria-label')`, &id)
	p.evaluate(`[...document.querySelector('#dialect select[aria-label="`+id+`"]').options].find(o => !o.selected).value`, &other)
	p.fill(`#dialect select[aria-label="`+id+`"]`, other)
	p.has("/dialect", `"`+id+`":"`+other+`"`)
	p.press("main", "Hostile")
	p.sees("#messages", "dialect: hostile")
	hostile := p.until("/dialect", func(answer string) bool { return strings.Count(answer, ":") > 5 })
	p.press("main", "Default")
	p.until("/dialect", func(answer string) bool { return answer != hostile })
	const mutant = "makecom/delete/all-unconfirmed/carried-out"
	p.fill("#mutant", mutant)
	p.has("/mutants", mutant)
	p.sees("#mutant-note", "on purpose")
	if status := p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", p.world, `{"all":true}`, nil); status != http.StatusOK {
		p.t.Errorf("the broken vendor answers %d", status)
	}
	p.sees(".exchange.tampered", "deleteHookIncomings")
	p.fill("#mutant", "")
	p.until("/mutants", func(answer string) bool { return !strings.Contains(answer, mutant) })
}

func exportAndImport(p *person) {
	dir := p.t.TempDir()
	p.do(browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(dir))
	p.press(".board", "Deliver a sample")
	p.has(waiting, `"total":3`)
	p.press("main", "Export")
	file := filepath.Join(dir, p.world+".json")
	p.until("/clock", func(string) bool {
		data, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(data), `"hooks"`)
	})
	p.press(".board", "Delete all")
	p.has(waiting, `"total":0`)
	p.do(chromedp.SetUploadFiles("#import", []string{file}, chromedp.ByQuery))
	p.has(waiting, `"total":3`)
	p.sees("#messages", "the world is that of "+p.world+".json")
}

// Filters narrow together. The text is looked for in messages, too, which the page does not hold.
func TestFilters(t *testing.T) {
	p := look(t)
	for _, path := range []string{"/hooks/654/incomings/stats", "/hooks/654/incomings", "/hooks/654/incomings?pg%5BsortDir%5D=sideways"} {
		p.call(http.MethodGet, p.origin+"/api/v2"+path, "shop", "", nil)
	}
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true,"note":"findme"}`, nil)
	p.sees("#journal-count", "4")
	for _, c := range []struct{ selector, value, count string }{
		{"#filter-operation", "listHookIncomings", "2 of 4"},
		{"#filter-status", "4", "1 of 4"},
		{"#filter-operation", "", "2 of 4"},
		{"#filter-status", "", "4"},
		{"#filter-sentence", "makecom/delete/all-unconfirmed", "1 of 4"},
		{"#filter-sentence", "", "4"},
		{"#filter-text", "FindMe", "1 of 4"},
		{"#filter-text", "unread", "1 of 4"},
		{"#filter-text", "incomingStat", "1 of 4"},
		{"#filter-text", "nowhere to be found", "0 of 4"},
	} {
		p.fill(c.selector, c.value)
		p.wait(`document.getElementById('journal-count').textContent === `+quoted(c.count), c.selector+" "+c.value+" to leave "+c.count)
	}
	p.fill("#filter-text", "findme")
	p.sees("#journal-count", "1 of 4")
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true,"note":"findme"}`, nil)
	p.sees("#journal-count", "2 of 5")
	p.behaved()
}

// A client that misspells something is shown what nobody read.
func TestWhatNobodyRead(t *testing.T) {
	p := look(t)
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confrmed=true", "shop", `{"all":true,"colour":"red"}`, nil)
	p.sees(".exchange .unread", "2 unread")
	p.exchange("deleteHookIncomings")
	p.sees("dialog .unread", "parameter confrmed")
	p.sees("dialog .unread", "member colour")
	p.behaved()
}

// Somebody who was given the control token signs in. The token stays in the memory of the tab.
func TestSigningIn(t *testing.T) {
	const token = "a secret of the tests"
	p := open(t, 1280, 900, withControlToken(token))
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil) // makes the world
	p.do(chromedp.Navigate(p.origin + "/_understudy/page?world=shop"))
	p.sees("dialog", "Sign in")
	p.fill("dialog input", "wrong")
	p.press("dialog", "Sign in")
	p.wait(`document.querySelector('dialog input')?.value === ''`, "another sign-in")
	p.fill("dialog input", token)
	p.press("dialog", "Sign in")
	p.sees("#connection", "live")
	p.sees(".exchange", "listHookIncomings")
	p.press(".board", "Deliver a sample")
	p.sees(".column .count", "3")
	var kept string
	p.evaluate(`JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])`, &kept)
	if unescaped, _ := url.QueryUnescape(kept); strings.Contains(kept+unescaped, token) {
		t.Errorf("the token is kept: %s", kept)
	}
	p.behaved()
}
