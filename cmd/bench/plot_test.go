package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAPlotIsAPicture(t *testing.T) {
	p := plot{title: "A <b> of c", x: "n", y: "ms", lines: []line{
		{name: "first", points: []point{{1000, 1}, {10_000_000, 4}}},
		{name: "last", points: []point{{1000, 2}, {10_000_000, 0}}},
	}}
	picture := p.svg()
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, picture)
		}
	}
	for _, want := range []string{"A &lt;b&gt; of c, ms", ">10,000,000<", "M70.0 ", "L610.0 "} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("%q is not in %s", want, picture)
		}
	}
	if empty := (plot{}).svg(); bytes.Contains(empty, []byte("NaN")) || bytes.Contains(empty, []byte("Inf")) {
		t.Errorf("a plot of nothing is %s", empty)
	}
}
