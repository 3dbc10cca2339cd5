package page_test

import (
	"net/http"
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
	p := open(t, usual)
	for name, act := range map[string]func(*person){
		"deliver a sample": func(p *person) {
			p.Press(".board", "Deliver a sample")
			p.has(waiting, `"total":3`)
		},
		"deliver a body of one's own": func(p *person) {
			p.Press(".board", "Deliver …")
			p.Fill("dialog textarea", `[{"order": 4711, "digits": 12345678901234567890.10}]`)
			p.Press("dialog", "Deliver …")
			p.has("/state?api=makecom", "4711")
			p.has("/state?api=makecom", "12345678901234567890.10")
		},
		"begin the oldest, finish all": func(p *person) {
			p.Press(".board", "Begin the oldest")
			p.has(processing, `"total":1`)
			p.Press(".board", "Finish all")
			p.has(processing, `"total":0`)
		},
		"begin and finish one": func(p *person) {
			p.card("waiting", "8d88f6f5")
			p.Press("dialog", "Begin")
			p.has(processing, `"id":"8d88f6f5b0484908890ef11fe7e5bf63"`)
			p.card("processing", "8d88f6f5")
			p.Press("dialog", "Finish")
			p.has(processing, `"total":0`)
			p.Sees(`[aria-label$=", gone"]`, "8d88f6f5")
		},
		"delete one": func(p *person) {
			p.card("waiting", "8d88f6f5")
			p.Press("dialog", "Delete")
			p.has(waiting, `"total":1`)
			p.told("Delete: 200")
		},
		"delete all": func(p *person) {
			p.Press(".board", "Delete all, unconfirmed")
			p.has("/journal", "IM004")
			p.Press(".board", "Delete all")
			p.has(waiting, `"total":0`)
		},
		"freeze the clock, advance it, let it run": func(p *person) {
			p.Press("#clock-form", "Freeze")
			before := p.has("/clock", `"mode":"frozen"`)
			p.Fill("#clock-by", "2h")
			p.Press("#clock-form", "Advance")
			p.until("/clock", func(answer string) bool { return answer != before })
			p.Press("#clock-form", "Let it run")
			p.has("/clock", `"mode":"real"`)
		},
		"fire a rule":     fireARule,
		"resend":          resend,
		"program a sink":  func(p *person) { programSink(p, "404"); p.has("/sinks/shop", "404") },
		"set a fault":     setAFault,
		"dialect, mutant": behaveOtherwise,
		"reset": func(p *person) { // asks, although no client has called
			p.Press(".board", "Deliver a sample")
			p.Sees(".column .count", "3")
			p.Press("main", "Reset")
			p.Press("dialog", "Cancel")
			p.Press("main", "Reset")
			p.Press("dialog", "Reset it")
			p.has(waiting, `"total":2`)
			p.Sees("#journal-count", "0")
		},
		"fork": func(p *person) {
			p.Press(".board", "Deliver a sample")
			p.Fill("#fork-as", "copy")
			p.Press("#fork-form", "Fork")
			p.Sees("#world-name", "copy")
			p.world = "copy"
			p.has(waiting, `"total":3`)
		},
		"export and import": exportAndImport,
		"delete a webhook request": func(p *person) {
			fireARule(p)
			p.card("successful", "sink:shop")
			p.Press("dialog", "Delete")
			p.has(sent+"successful", `"total":1`)
			p.Sees(`[aria-label="Webhook requests, deleted"] .card`, "sink:shop")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p.For(t)
			p.t = t
			p.enter(strings.Map(letters, name)) // a world of its own
			act(p)
			p.Behaved()
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
	p.Press(".board", "New definition …")
	p.Fill("dialog input", "sink:shop")
	p.Press("dialog", "New definition …")
	p.has(sent+"rules", "sink:shop")
	p.card("rules", "sink:shop")
	p.Press("dialog", "Fire with …")
	p.Fill("dialog textarea", `{"status": "FIRED-BY-HAND"}`)
	p.Press("dialog form", "Fire with …")
	p.has(sent+"successful", `"total":2`) // one is there from the beginning
	p.has("/sinks/shop", "FIRED-BY-HAND")
	p.Sees("#sinks", "the authentication code is right")
}

func programSink(p *person, status string) {
	p.Fill("#sink-name", "shop")
	p.Fill("#sink-status", status)
	p.Press("#sink-form", "Program")
	p.told("sink shop answers " + status)
}

func resend(p *person) {
	programSink(p, "500")
	p.Press(".board", "New definition …")
	p.Press("dialog", "New definition …")
	p.has(sent+"rules", "sink:shop")
	p.card("rules", "sink:shop")
	p.Press("dialog", "Fire")
	p.has(sent+"rejected", `"total":3`) // two are there from the beginning
	p.Sees("#sinks", "answered 500")    // and moves the form no more
	p.Fill("#sink-status", "200")
	p.Press("#sink-form", "Program")
	p.Press("dialog", "Program it") // it forgets the delivery
	p.told("sink shop answers 200")
	p.card("rejected", "sink:shop")
	p.Press("dialog", "Resend")
	p.has(sent+"successful", `"total":2`)
	p.has(sent+"rejected", `"total":2`)
	p.Sees("#sinks", "answered 200")
}

// setFaults sets faults by the API.
func (p *person) setFaults(list string) {
	p.t.Helper()
	p.call(http.MethodPut, p.origin+"/_understudy/v1/worlds/"+p.world+"/faults", "", list, nil)
}

func setAFault(p *person) {
	p.Fill("#fault-what", "status=503")
	p.Fill("#fault-operation", "listHookIncomings")
	p.Press("#fault-form", "Set")
	p.has("/faults", `"status":503`)
	address := p.origin + "/api/v2/hooks/654/incomings"
	if status := p.call(http.MethodGet, address, p.world, "", nil); status != http.StatusServiceUnavailable {
		p.t.Errorf("with the fault the answer is %d", status)
	}
	p.Sees(".exchange.tampered", "503")
	p.Sees(".exchange .tag", "fault")
	p.Press("#faults", "End")
	p.until("/faults", func(answer string) bool { return !strings.Contains(answer, "503") })
	if status := p.call(http.MethodGet, address, p.world, "", nil); status != http.StatusOK {
		p.t.Errorf("without the fault the answer is %d", status)
	}
}

func behaveOtherwise(p *person) {
	var id, other string
	p.Wait(`document.querySelector('#dialect select') !== null`, "the open questions")
	p.Eval(`[...document.querySelectorAll('#dialect select')].find(s => s.options.length > 1).getAttribute('aria-label')`, &id)
	p.Eval(`[...document.querySelector('#dialect select[aria-label="`+id+`"]').options].find(o => !o.selected).value`, &other)
	p.Fill(`#dialect select[aria-label="`+id+`"]`, other)
	p.has("/dialect", `"`+id+`":"`+other+`"`)
	p.Press("main", "Hostile")
	p.told("dialect: hostile")
	hostile := p.until("/dialect", func(answer string) bool { return strings.Count(answer, ":") > 5 })
	p.Press("main", "Default")
	p.until("/dialect", func(answer string) bool { return answer != hostile })
	const mutant = "makecom/delete/all-unconfirmed/carried-out"
	p.Fill("#mutant", mutant)
	p.has("/mutants", mutant)
	p.Sees("#mutant-note", "on purpose")
	if status := p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", p.world, `{"all":true}`, nil); status != http.StatusOK {
		p.t.Errorf("the broken vendor answers %d", status)
	}
	p.Sees(".exchange.tampered", "deleteHookIncomings")
	p.Sees(".exchange .tag", "broken vendor")
	p.Fill("#mutant", "")
	p.until("/mutants", func(answer string) bool { return !strings.Contains(answer, mutant) })
}

func exportAndImport(p *person) {
	dir := p.t.TempDir()
	p.Do(browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(dir))
	p.Press(".board", "Deliver a sample")
	p.has(waiting, `"total":3`)
	p.Press("main", "Export")
	file := filepath.Join(dir, p.world+".json")
	p.until("/clock", func(string) bool {
		data, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(data), `"hooks"`)
	})
	p.Press(".board", "Delete all")
	p.has(waiting, `"total":0`)
	p.Do(chromedp.SetUploadFiles("#import", []string{file}, chromedp.ByQuery))
	p.Sees("dialog", "takes the place of everything")
	p.Press("dialog", "Import it")
	p.has(waiting, `"total":3`)
	p.told("the world is that of " + p.world + ".json")
}
