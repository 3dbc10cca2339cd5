package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
)

// plot is a picture of lines over a logarithmic axis; the other one begins at 0.
type plot struct {
	title, x, y string
	lines       []line
}

type line struct {
	name   string
	points []point
}

type point struct{ x, y float64 }

// The place of the axes in the picture.
const (
	width, height            = 640, 320
	leftOf, topOf            = 70, 40
	plotWidth, plotHeight    = width - leftOf - 30, height - topOf - 50
	ticksUp                  = 4
	tall, lineHeight, indent = 12, 16, 8
)

// svg draws it in the colour of the text around, so that it can be read on light and dark pages.
func (p plot) svg() []byte {
	first, last, top := p.bounds()
	at := func(q point) (x, y float64) {
		part := 0.5
		if last > first {
			part = (math.Log(q.x) - math.Log(first)) / (math.Log(last) - math.Log(first))
		}
		return leftOf + part*plotWidth, topOf + (1-q.y/top)*plotHeight
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="%d" fill="#777" stroke="none">`+"\n", width, height, tall)
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(p.title))
	text := func(x, y float64, anchor, s string) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(s))
	}
	text(leftOf, topOf-lineHeight, "start", p.title+", "+p.y)
	text(leftOf+plotWidth/2, height-indent, "middle", p.x)
	for i := range ticksUp + 1 {
		value := top * float64(i) / ticksUp
		_, y := at(point{first, value})
		fmt.Fprintf(&b, `<path d="M%d %.1fh%d" stroke="#777" stroke-opacity="0.3"/>`+"\n", leftOf, y, plotWidth)
		text(leftOf-indent, y+tall/3, "end", fmt.Sprintf("%.4g", value))
	}
	for i, l := range p.lines {
		p.draw(&b, l, i, at, text)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// draw draws a line with its name at its end, and the numbers below those of the first one.
func (p plot) draw(b *bytes.Buffer, l line, i int, at func(point) (x, y float64), text func(x, y float64, anchor, s string)) {
	dashes := []string{"none", "6 3", "2 3"}
	fmt.Fprintf(b, `<path fill="none" stroke="#2a7ab0" stroke-width="2" stroke-dasharray="%s" d="`, dashes[i%len(dashes)])
	for n, q := range l.points {
		x, y := at(q)
		fmt.Fprintf(b, "%c%.1f %.1f", "ML"[min(n, 1)], x, y)
	}
	b.WriteString(`"/>` + "\n")
	for n, q := range l.points {
		x, y := at(q)
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="#2a7ab0"/>`+"\n", x, y)
		if i == 0 {
			anchor := "middle"
			if n == len(l.points)-1 && n > 0 {
				anchor, x = "end", x+indent
			}
			text(x, topOf+plotHeight+lineHeight, anchor, thousands(int(q.x)))
		}
	}
	if len(p.lines) > 1 {
		text(leftOf+plotWidth, topOf+float64(i-1)*lineHeight, "end", l.name+" "+map[string]string{"none": "——", "6 3": "– –", "2 3": "····"}[dashes[i%len(dashes)]])
	}
}

// bounds is the first and the last number of the axis, and the top of the other one.
func (p plot) bounds() (first, last, top float64) {
	first, last, top = math.Inf(1), 1, 0
	for _, l := range p.lines {
		for _, q := range l.points {
			first, last, top = min(first, q.x), max(last, q.x), max(top, q.y)
		}
	}
	if top == 0 {
		top = 1
	}
	return max(min(first, last), 1), last, ticksUp * round(top/ticksUp)
}

// round is the next number upward that reads well beside a line: 1, 2, 2.5 or 5, times a power of ten.
func round(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, n := range []float64{1, 2, 2.5, 5} {
		if n*power >= x {
			return n * power
		}
	}
	return 10 * power
}
