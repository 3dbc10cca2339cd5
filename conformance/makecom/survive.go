package makecom

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// everyValue is a payload with every kind of value that tends to get lost or changed on its way: nothing and next to nothing, what
// looks like something else, what is long, deep, wide, oddly named, or has more digits than a float64 holds.
func everyValue(mark string) string {
	const small = `"mark":%MARK%,
		"null":null, "false":false, "true":true, "zero":0, "minus":-17, "fraction":0.1, "tiny":1.25e-7, "empty":"", "none":[], "nobody":{},
		"inner":{"null":null, "empty":"", "none":[], "nobody":{}, "false":false, "true":true, "zero":0, "Upper":"U", "upper":"u", "more":[{"true":true}]},
		"list":[null, "", 0, false, [], {}, [null], {"null":null}],
		"digits":"007", "word":"null", "truth":"true", "date":"2026-02-30", "spaces":"  a  b  ", "lines":"a\nb\tc\r\n", "quotes":"\"\\/'",
		"letters":"žluťoučký kůň, 漢字, é as e\u0301", "faces":"😀", "escaped":"\ud83d\ude00 \u00e9", "markup":"<b>&amp;</b>", "a.b":1, "A":1, "a":2, "__proto__":"p", "id":"i", "size":"s",
		"":"unnamed", " ":"blank", "é":"composed", "e\u0301":"decomposed", "constructor":"c", "toString":"t", "$ref":"#/r", "@type":"y",
		"numbered":{"0":"a", "1":"b"}, "one":["alone"], "twice":["b", "a", "b", 1, 1], "instant":"2026-01-01T00:00:00Z", "zoned":"2026-01-01T02:00:00+02:00",
		"large":9007199254740993, "larger":-9007199254740993, "largest":9223372036854775807`
	deep := strings.Repeat(`{"in":[`, 20) + "null" + strings.Repeat(`]}`, 20)
	long := strings.Repeat("0123456789", 7000)
	wide := "[0" + strings.Repeat(",1", 299) + "]"
	members := make([]string, 300)
	for i := range members {
		members[i] = fmt.Sprintf(`"member-%d":%d`, i, i)
	}
	many, name := "{"+strings.Join(members, ",")+"}", strings.Repeat("name", 100)
	return "{" + strings.Replace(small, "%MARK%", body(mark), 1) + `,"deep":` + deep + `,"long":"` + long + `","wide":` + wide +
		`,"many":` + many + `,"` + name + `":"n"}`
}

// wantSurvival delivers every kind of value, and wants the detail to show each as it was sent. It is for hooks whose address is
// known: a provider of states may lose something itself.
func (h *hook) wantSurvival(ctx context.Context) error {
	if h.url == "" {
		return nil
	}
	sent := everyValue(h.Mark())
	id, err := h.deliver(ctx, post("application/json", sent))
	if err != nil {
		return suite.Arranging(err)
	}
	return h.wantData(ctx, id, json.RawMessage(sent))
}

// wantOddTexts delivers characters that some stores cannot hold: a target may refuse them, and may not lose them.
func (h *hook) wantOddTexts(ctx context.Context) error {
	if h.url == "" || h.lent {
		return nil
	}
	sent := `{"mark":` + body(h.Mark()) + `, "nothing":"a\u0000b", "controls":"\u0001\u001b\u001f\u007f\u0085", "unseen":"\u00a0\u200b\u2028\ufeff\uffff"}`
	e, err := h.send(ctx, post("application/json", sent))
	if err != nil || e.Refused() {
		return err
	}
	id, err := h.newcomer(ctx, e)
	if err != nil {
		return suite.Arranging(err)
	}
	return h.wantData(ctx, id, json.RawMessage(sent))
}

// wantLongText delivers a text that is longer than two bytes can count.
func (h *hook) wantLongText(ctx context.Context) error {
	if h.url == "" || h.lent {
		return nil
	}
	text := h.Mark() + strings.Repeat(" 0123456789", 7000)
	id, err := h.deliver(ctx, post("text/plain", text))
	if err != nil {
		return suite.Arranging(err)
	}
	return h.wantData(ctx, id, map[string]string{"value": text})
}

// plain is a value as any JSON reader sees it that loses nothing: objects without order, numbers by value.
func plain(v any) any { return value(body(v)) }

// value reads JSON that the check wrote.
func value(data string) any {
	out, err := suite.Exact([]byte(data))
	if err != nil {
		panic("makecom: " + err.Error()) // a mistake in the check, not in data
	}
	return out
}
