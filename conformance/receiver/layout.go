package receiver

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Layout says where a delivery has its parts: JSON pointers into its body, and the name of a header.
type Layout struct {
	Entity   string // what kind of thing it tells of
	EntityID string
	Data     string // the thing itself
	Code     string // the authentication code, where the body carries it
	Header   string // the header that carries the code otherwise
}

func (l Layout) withDefaults() Layout {
	for _, part := range []struct {
		at        *string
		otherwise string
	}{
		{&l.Entity, "/entity"},
		{&l.EntityID, "/entity_id"},
		{&l.Data, "/data"},
		{&l.Code, "/authentication_code"},
		{&l.Header, "X-Authentication-Code"},
	} {
		if *part.at == "" {
			*part.at = part.otherwise
		}
	}
	return l
}

// Check refuses what is no JSON pointer.
func (l Layout) Check() error {
	for name, pointer := range map[string]string{"entity": l.Entity, "entityId": l.EntityID, "data": l.Data, "code": l.Code} {
		if pointer != "" && !strings.HasPrefix(pointer, "/") {
			return fmt.Errorf("%s %q is no JSON pointer; write it like /%s", name, pointer, pointer)
		}
	}
	return nil
}

// Raw takes the value at a JSON pointer out of the body, byte by byte as it came. "/" is the whole body.
func (d *Delivery) Raw(pointer string) ([]byte, bool) {
	if pointer == "/" {
		return d.Body, true
	}
	raw := json.RawMessage(d.Body)
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		var ok bool
		if raw, ok = step(raw, unescape(token)); !ok {
			return nil, false
		}
	}
	return raw, true
}

// step goes from a value to the member or element that a token names.
func step(raw json.RawMessage, token string) (json.RawMessage, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) == nil {
		inner, ok := members[token]
		return inner, ok
	}
	var elements []json.RawMessage
	index, err := strconv.Atoi(token)
	if err != nil || json.Unmarshal(raw, &elements) != nil || index < 0 || index >= len(elements) {
		return nil, false
	}
	return elements[index], true
}

func unescape(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// Text is the string at a JSON pointer, "" when there is none.
func (d *Delivery) Text(pointer string) string {
	raw, ok := d.Raw(pointer)
	var text string
	if !ok || json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}
