package browser

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed mouse.js
var mouse string

// held is how long a button of the mouse is down: longer than a frame, so that a page that draws an element anew meanwhile is found out.
const held = 40 * time.Millisecond

// aim is where an element can be pressed, or why it cannot.
type aim struct {
	X   float64 `json:"x"`
	Y   float64 `json:"y"`
	Why string  `json:"why"`
}

// press presses the element that a script finds as a hand does, by the mouse at its centre, as soon as it is in sight, in one place and not
// covered. A press that meets the element has to click it: a page that draws it anew between press and release fails the test.
func (p *Tab) press(find, what string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	tick := time.NewTicker(often)
	defer tick.Stop()
	why := "it is not there"
	for {
		if at, err := p.aimed(ctx, find); err == nil && at.Why == "" {
			clicked, missed := p.clicked(ctx, at, what)
			if clicked {
				return
			}
			at.Why = missed
			why = missed
		} else if err == nil {
			why = at.Why
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.t.Fatalf("%s cannot be clicked: %s; the page begins with\n%.1500s", what, why, p.shown())
		}
	}
}

// aimed looks for the element, brings it into sight, and waits until it stays where it is.
func (p *Tab) aimed(ctx context.Context, find string) (at aim, err error) {
	err = chromedp.Run(ctx, chromedp.Evaluate("("+mouse+")(() => "+find+")", &at, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
	return at, err
}

// clicked presses and lets go, and looks what that met. A page that the click leads away from cannot be asked any more.
func (p *Tab) clicked(ctx context.Context, at aim, what string) (clicked bool, missed string) {
	p.t.Helper()
	button := func(kind input.MouseType) chromedp.Action {
		return chromedp.MouseEvent(kind, at.X, at.Y, chromedp.ButtonLeft, chromedp.ClickCount(1))
	}
	if err := chromedp.Run(ctx, chromedp.MouseEvent(input.MouseMoved, at.X, at.Y), button(input.MousePressed), chromedp.Sleep(held), button(input.MouseReleased)); err != nil {
		return false, fmt.Sprintf("the mouse cannot be used: %v", err)
	}
	var press *struct {
		Down, Clicked   bool
		Missed, Instead string
	}
	if err := chromedp.Run(ctx, chromedp.Evaluate(`window.pressed ? (pressed.over(), pressed) : null`, &press)); err != nil || press == nil {
		return true, ""
	}
	if press.Down && !press.Clicked {
		p.t.Fatalf("%s was pressed, and what was let go is %s: it was drawn anew, or moved away, under the hand", what, press.Instead)
	}
	return press.Clicked, "the mouse met " + press.Missed
}
