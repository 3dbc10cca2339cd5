package makecom

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// documented adds the hooks and items of the documents to a base: their ids exist, so that the example calls work as they stand.
func documented(b *world.Base) {
	item := func(id string, created time.Time, data payload.Object) queue.Held {
		encoded, err := payload.Encode(data)
		if err != nil {
			panic("makecom: " + err.Error()) // the data stands below
		}
		return queue.Held{Item: &queue.Item{ID: id, Created: created, Data: encoded}}
	}
	for _, hook := range []queue.Contents{
		{
			Settings: queue.Settings{
				ID: 654, Name: "Orders", TeamID: 1, UDID: "yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k",
				Limit: makeapi.DefaultQueueLimit, Enabled: true,
			},
			Items: []queue.Held{
				item("7a567f385d1a4f5ab7bff89162b7605e", time.Date(2020, 3, 5, 14, 48, 10, 537e6, time.UTC), payload.Object{{Name: makeapi.MemberValue, Value: []byte("{\n    \"name\": \"test\"\n}")}}),
				item("8d88f6f5b0484908890ef11fe7e5bf63", time.Date(2020, 3, 5, 14, 52, 1, 359e6, time.UTC), payload.Object{{Name: "name", Value: "test"}}),
			},
		},
		{
			Settings: queue.Settings{
				ID: 655, Name: "Sign-ups", TeamID: 1, UDID: "q4x7mhd2kv9ne5tb8wsz3jy6fr1gpc0a",
				Limit: makeapi.DefaultQueueLimit, Enabled: true,
			},
			Items: []queue.Held{item("a17c1163d7e04d258fce6bac2c8bd3d6", time.Date(2021, 2, 3, 9, 59, 36, 260e6, time.UTC), payload.Object{})},
		},
	} {
		b.Commands = append(b.Commands, queue.RestoreHook{Hook: hook})
	}
}
