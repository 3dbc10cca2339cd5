package outsider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// everywhere applies a change to each value, the innermost first. Depth counts from 0.
func everywhere(v any, depth int, change func(v any, depth int) any) any {
	switch v := v.(type) {
	case object:
		for name, member := range v {
			v[name] = everywhere(member, depth+1, change)
		}
	case []any:
		for i, element := range v {
			v[i] = everywhere(element, depth+1, change)
		}
	}
	return change(v, depth)
}

// shows changes the values that a detail shows.
func shows(change func(v any, depth int) any) func(*exchange) {
	return func(e *exchange) {
		if incoming, ok := e.answer["incoming"].(object); e.isDetail() && ok {
			incoming["data"] = everywhere(incoming["data"], 0, change)
		}
	}
}

// showsText changes the texts that a detail shows.
func showsText(change func(string) any) func(*exchange) {
	return shows(func(v any, _ int) any {
		if s, ok := v.(string); ok {
			return change(s)
		}
		return v
	})
}

var shownBytes = regexp.MustCompile(`^IMTBuffer\((\d+), `)

// plantedMakeValues are servers that change a value between its delivery and its detail.
func plantedMakeValues() []*bug {
	form := func(change func(url.Values)) func(*exchange) {
		return func(e *exchange) {
			if values, err := url.ParseQuery(string(e.body)); err == nil && e.declares("application/x-www-form-urlencoded") {
				change(values)
				e.body = []byte(values.Encode())
			}
		}
	}
	query := func(change func(url.Values)) func(*exchange) {
		return func(e *exchange) {
			if e.arrives() {
				change(e.query)
			}
		}
	}
	twoAtMost := func(values url.Values) {
		for name, all := range values {
			values[name] = all[:min(len(all), 2)]
		}
	}
	plus := func(values url.Values) {
		for _, all := range values {
			for i := range all {
				all[i] = strings.ReplaceAll(all[i], " ", "+")
			}
		}
	}
	noEmpty := func(values url.Values) {
		for name, all := range values {
			if all[0] == "" {
				delete(values, name)
			}
		}
	}
	return []*bug{
		ofMake("U+0000 is dropped", "detail/data", nil, showsText(func(s string) any { return strings.ReplaceAll(s, "\x00", "") })),
		ofMake("members below the first level are in small letters", "detail/data", nil, shows(func(v any, depth int) any {
			members, ok := v.(object)
			if !ok || depth == 0 {
				return v
			}
			small := object{}
			for name, member := range members {
				small[strings.ToLower(name)] = member
			}
			return small
		})),
		ofMake("booleans in members of members are numbers", "detail/data", nil, shows(func(v any, depth int) any {
			if is, ok := v.(bool); ok && depth > 1 {
				return map[bool]int{true: 1}[is]
			}
			return v
		})),
		ofMake("the third value of a name in the query is lost", "ingest/parsing", query(twoAtMost), nil),
		ofMake("the third value of a name in a form is lost", "ingest/parsing", form(twoAtMost), nil),
		ofMake("a plus in a query is no blank", "ingest/parsing", query(plus), nil),
		ofMake("a plus in a form is no blank", "ingest/parsing", form(plus), nil),
		ofMake("what is empty in a query is lost", "ingest/parsing", query(noEmpty), nil),
		ofMake("a form has 100 names at most", "ingest/parsing", form(func(values url.Values) {
			n := 0
			for name := range values {
				if n++; n > 100 {
					delete(values, name)
				}
			}
		}), nil),
		ofMake("numbers in forms lose their zeros", "ingest/parsing", func(e *exchange) {
			values, err := url.ParseQuery(string(e.body))
			if err != nil || !e.declares("application/x-www-form-urlencoded") {
				return
			}
			e.members = object{}
			for name, all := range values {
				list := []any{}
				for _, s := range all {
					n := json.Number(strings.TrimLeft(s, "0"))
					if _, err := n.Int64(); err == nil {
						list = append(list, n)
					} else {
						list = append(list, s)
					}
				}
				if e.members[name] = list; len(list) == 1 {
					e.members[name] = list[0]
				}
			}
			e.header.Set("Content-Type", "application/json")
		}, nil),
		ofMake("text loses the line break at its end", "ingest/parsing", func(e *exchange) {
			if e.declares("text/plain") {
				e.body = bytes.TrimRight(e.body, "\r\n")
			}
		}, nil),
		ofMake("text is ASCII", "ingest/parsing", func(e *exchange) {
			if e.declares("text/plain") {
				e.body = regexp.MustCompile(`[^\x00-\x7f]`).ReplaceAll(e.body, []byte("?"))
			}
		}, nil),
		ofMake("text is cut at 65,535 bytes", "detail/data", func(e *exchange) {
			if e.declares("text/plain") && len(e.body) < 5<<20 {
				e.body = e.body[:min(len(e.body), 65535)]
			}
		}, nil),
		ofMake("a media type of more than 40 characters is unknown", "ingest/parsing", func(e *exchange) {
			if e.arrives() && len(e.header.Get("Content-Type")) > 40 {
				e.header.Set("Content-Type", "application/octet-stream")
			}
		}, nil),
		ofMake("the number of bytes is one byte", "detail/binary", nil, showsText(func(s string) any {
			return shownBytes.ReplaceAllStringFunc(s, func(found string) string {
				var n int
				_, _ = fmt.Sscanf(found, "IMTBuffer(%d, ", &n)
				return fmt.Sprintf("IMTBuffer(%d, ", n%256)
			})
		})),
		ofMake("bytes are cut at 255", "detail/binary", func(e *exchange) {
			if e.declares("application/octet-stream") {
				e.body = e.body[:min(len(e.body), 255)]
			}
		}, nil),
		ofMake("escaped pairs are two unknown characters", "detail/data", func(e *exchange) {
			if e.declares("application/json") {
				e.body = regexp.MustCompile(`(?i)\\ud83d\\ude00`).ReplaceAll(e.body, []byte(`\ufffd\ufffd`))
			}
		}, nil),
		ofMake("the method is always POST", "ingest/meta", nil, func(e *exchange) {
			incoming, _ := e.answer["incoming"].(object)
			if data, ok := incoming["data"].(object); e.isDetail() && ok && data["__IMTMETHOD__"] != nil {
				data["__IMTMETHOD__"] = "POST"
			}
		}),
	}
}
