package makecom

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// file is Make's part of a world file.
func file() *mockapi.File {
	return &mockapi.File{Form: control.MakeState{}, Decode: decodeFile, Encode: encodeFile, Check: checkFile}
}

func readFile(raw json.RawMessage) (m control.MakeState, err error) {
	err = json.Unmarshal(raw, &m)
	return m, err
}

// decodeFile fills in what the file leaves out from its seed.
func decodeFile(raw json.RawMessage, head mockapi.FileHead, b *world.Base) error {
	m, err := readFile(raw)
	if err != nil {
		return err
	}
	windows, err := readWindows(m.State, b)
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	if m.RateLimitPerMinute > 0 {
		b.Limits = map[string]int{Vendor: m.RateLimitPerMinute}
	}
	for _, h := range m.Hooks {
		hook, err := baseHook(h, namer{head.Seed, h.ID}, head.Created)
		if err != nil {
			return fmt.Errorf("hook %d: %w", h.ID, err)
		}
		hook.Window = windows[h.ID]
		b.Commands = append(b.Commands, queue.RestoreHook{Hook: hook})
	}
	b.Commands = append(b.Commands, queue.SkipTo{HookID: m.NextHookID})
	return nil
}

// encodeFile is the other way round.
func encodeFile(b world.Base) (any, error) {
	queues, ok := b.States[queue.PartName].(*queue.State)
	if !ok {
		return nil, world.ErrNoPart
	}
	var hooks []queue.Contents
	for h := range queues.Walk {
		hooks = append(hooks, h)
	}
	m := control.MakeState{
		RateLimitPerMinute: b.Limits[Vendor], NextHookID: queues.NextHookID(), State: writeWindows(b, hooks),
	}
	if len(hooks) == 0 {
		return m, nil
	}
	return filecheck.Long{Head: m, Name: "hooks", Items: func(yield func(any, error) bool) {
		for h, items := range queues.Walk {
			if !yield(fileHook(h, items), nil) {
				return
			}
		}
	}}, nil
}

// namer makes ids that the file leaves out.
type namer struct {
	seed   int64
	hookID int
}

func (n namer) id(kind string, index int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s %d", n.seed, n.hookID, kind, index))
	return hex.EncodeToString(sum[:16])
}

func baseHook(h control.Hook, names namer, created time.Time) (queue.Contents, error) {
	schedule, err := scheduleOf(h.Processing)
	if err != nil {
		return queue.Contents{}, err
	}
	hook := queue.Contents{
		Settings: queue.Settings{
			ID:           h.ID,
			Name:         cmp.Or(h.Name, fmt.Sprintf("Webhook %d", h.ID)),
			TeamID:       cmp.Or(h.TeamID, 1),
			UDID:         cmp.Or(h.UDID, names.id("udid", 0)),
			Limit:        cmp.Or(h.QueueLimit, makeapi.DefaultQueueLimit),
			Enabled:      h.Enabled == nil || *h.Enabled,
			Gone:         h.Gone,
			Confidential: h.Confidential,
			Foreign:      h.Foreign,
			KeepMethod:   h.KeepMethod,
			KeepHeaders:  h.KeepHeaders,
			IngestRate:   h.IngestPer10S,
			Processing:   schedule,
		},
		NextRun: h.Processing.Next,
		Items:   make([]queue.Held, len(h.Items)),
	}
	for i, item := range h.Items {
		if hook.Items[i], err = baseItem(item, names.id("item", i), created); err != nil {
			return queue.Contents{}, fmt.Errorf("item %d: %w", i, err)
		}
	}
	return hook, nil
}

func baseItem(item control.Incoming, id string, created time.Time) (queue.Held, error) {
	object, err := payload.FromExport(item.Data)
	if err != nil {
		return queue.Held{}, err
	}
	data, err := payload.Encode(object)
	return queue.Held{
		Item:       &queue.Item{ID: cmp.Or(item.ID, id), Created: cmp.Or(item.Created, created), Data: data},
		Processing: item.Processing,
		Until:      item.Until,
	}, err
}

func scheduleOf(p control.Processing) (queue.Schedule, error) {
	if p.Mode != control.ProcessingScheduled {
		return queue.Schedule{}, nil
	}
	every, err := filecheck.Duration(p.Every)
	if err != nil {
		return queue.Schedule{}, fmt.Errorf("processing.every: %w", err)
	}
	if every <= 0 {
		return queue.Schedule{}, errors.New("processing.every: a schedule needs a time above zero, such as 15m")
	}
	lasts, err := filecheck.Duration(p.Duration)
	if err != nil {
		return queue.Schedule{}, fmt.Errorf("processing.duration: %w", err)
	}
	return queue.Schedule{Every: every, MaxResults: p.MaxResults, Duration: lasts}, nil
}

// fileHook is a hook with its items.
func fileHook(h queue.Contents, items iter.Seq[queue.Held]) any {
	hook := control.Hook{
		ID:           h.ID,
		Name:         h.Name,
		TeamID:       h.TeamID,
		UDID:         h.UDID,
		QueueLimit:   h.Limit,
		Enabled:      &h.Enabled,
		Gone:         h.Gone,
		Confidential: h.Confidential,
		Foreign:      h.Foreign,
		KeepMethod:   h.KeepMethod,
		KeepHeaders:  h.KeepHeaders,
		IngestPer10S: h.IngestRate,
		Processing:   fileSchedule(h.Processing, h.NextRun),
	}
	for range items {
		return filecheck.Long{Head: hook, Name: "items", Items: fileItems(h.ID, items)}
	}
	return hook
}

func fileItems(hookID int, items iter.Seq[queue.Held]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for item := range items {
			data, err := payload.Decode(item.Data)
			if err != nil {
				yield(nil, fmt.Errorf("hook %d: item %q: %w", hookID, item.ID, err))
				return
			}
			if !yield(control.Incoming{
				ID:         item.ID,
				Created:    item.Created,
				Data:       payload.AppendExport(nil, data),
				Processing: item.Processing,
				Until:      item.Until,
			}, nil) {
				return
			}
		}
	}
}

// HookRequest asks for a hook with these settings. The id and the address are given anew.
func HookRequest(s queue.Settings) control.HookRequest {
	return control.HookRequest{
		ID: s.ID, UDID: s.UDID, Name: s.Name, TeamID: s.TeamID, QueueLimit: s.Limit, Enabled: &s.Enabled, Gone: s.Gone, Confidential: s.Confidential, Foreign: s.Foreign,
		KeepMethod: s.KeepMethod, KeepHeaders: s.KeepHeaders, IngestPer10S: s.IngestRate, Processing: fileSchedule(s.Processing, time.Time{}),
	}
}

func fileSchedule(s queue.Schedule, next time.Time) control.Processing {
	if s.Every == 0 {
		return control.Processing{}
	}
	return control.Processing{
		Mode: control.ProcessingScheduled, Every: s.Every.String(), MaxResults: s.MaxResults, Duration: s.Duration.String(), Next: next,
	}
}
