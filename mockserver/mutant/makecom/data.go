package makecom

import (
	"encoding/json"

	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
)

// asJSON is data as the API shows it.
func asJSON(data []byte) json.RawMessage {
	object, err := payload.Decode(data)
	if err != nil {
		return nil // what the queue holds can be read
	}
	return payload.AppendJSON(nil, object)
}

// dataOf is what the queue holds for each item, by id.
func dataOf(c *wrap.Call) map[string][]byte {
	data := map[string][]byte{}
	for _, item := range held(c) {
		data[item.ID] = item.Data
	}
	return data
}

// withData shows items with their data.
func withData(c *wrap.Call, all []any) []any {
	data := dataOf(c)
	for _, item := range all {
		if object, ok := item.(wrap.Object); ok {
			object["data"] = asJSON(data[id(item)])
		}
	}
	return all
}

// resized shows items with another size.
func resized(c *wrap.Call, all []any, size func(data []byte) int) []any {
	data := dataOf(c)
	for _, item := range all {
		if object, ok := item.(wrap.Object); ok {
			object["size"] = size(data[id(item)])
		}
	}
	return all
}
