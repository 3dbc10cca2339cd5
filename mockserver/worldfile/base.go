package worldfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Base is the world that a file describes. What the file leaves out is filled in from its seed.
func Base(file control.World) (world.Base, error) {
	b := world.Base{
		Seed:    file.Seed,
		Now:     file.Clock.Now,
		Running: file.Clock.Mode == control.ClockReal && !file.Clock.Now.IsZero(),
		Dialect: contract.Dialect(file.Dialect),
		Mutant:  file.Mutant.ID,
		Tokens:  grants(file.Tokens),
		Vary:    baseVariations(file.Variations),
		Limits:  world.Limits{MakecomPerMinute: file.Makecom.RateLimitPerMinute},
	}
	if file.Clock.Mode == control.ClockFrozen && b.Now.IsZero() {
		b.Now = time.Now()
	}
	var err error
	if b.Faults, err = Rules(file.Faults); err != nil {
		return world.Base{}, err
	}
	if b.Crmcom, err = baseCrmcom(file.Crmcom); err != nil {
		return world.Base{}, fmt.Errorf("crmcom: %w", err)
	}
	if b.Sinks, err = baseSinks(file.Sinks); err != nil {
		return world.Base{}, fmt.Errorf("sinks: %w", err)
	}
	if err := readState(file.State, &b.Given); err != nil {
		return world.Base{}, fmt.Errorf("state: %w", err)
	}
	windows, err := readWindows(file.Makecom.State, &b.Given)
	if err != nil {
		return world.Base{}, fmt.Errorf("makecom.state: %w", err)
	}
	b.NextHook = file.Makecom.NextHookID
	created := b.Now
	if created.IsZero() {
		created = time.Now()
	}
	for _, h := range file.Makecom.Hooks {
		hook, err := baseHook(h, namer{file.Seed, h.ID}, created.UTC().Truncate(time.Millisecond))
		if err != nil {
			return world.Base{}, fmt.Errorf("hook %d: %w", h.ID, err)
		}
		hook.Window = windows[h.ID]
		b.Hooks = append(b.Hooks, hook)
	}
	return b, nil
}

func baseVariations(v *control.Variations) *int64 {
	if v == nil {
		return nil
	}
	return &v.Seed
}

func fileVariations(seed *int64) *control.Variations {
	if seed == nil {
		return nil
	}
	return &control.Variations{Seed: *seed}
}

func grants(tokens []control.Token) map[string]world.Grant {
	all := make(map[string]world.Grant, len(tokens))
	for _, t := range tokens {
		scopes := make([]string, len(t.Scopes))
		for i, scope := range t.Scopes {
			scopes[i] = string(scope)
		}
		all[t.Token] = world.Grant{Scopes: scopes, Expires: t.Expires, Revoked: t.Revoked, User: t.Username}
	}
	return all
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

func baseHook(h control.Hook, names namer, created time.Time) (world.Hook, error) {
	schedule, err := scheduleOf(h.Processing)
	if err != nil {
		return world.Hook{}, err
	}
	hook := world.Hook{
		Settings: queue.Settings{
			ID:           h.ID,
			Name:         or(h.Name, fmt.Sprintf("Webhook %d", h.ID)),
			TeamID:       or(h.TeamID, 1),
			UDID:         or(h.UDID, names.id("udid", 0)),
			Limit:        or(h.QueueLimit, makecom.DefaultQueueLimit),
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
		Items:   make([]world.Item, len(h.Items)),
	}
	for i, item := range h.Items {
		if hook.Items[i], err = baseItem(item, names.id("item", i), created); err != nil {
			return world.Hook{}, fmt.Errorf("item %d: %w", i, err)
		}
	}
	return hook, nil
}

func or[T comparable](value, absent T) T {
	var zero T
	if value == zero {
		return absent
	}
	return value
}

func baseItem(item control.Incoming, id string, created time.Time) (world.Item, error) {
	data, err := payload.FromExport(item.Data)
	return world.Item{
		ID:         or(item.ID, id),
		Created:    or(item.Created, created),
		Data:       data,
		Processing: item.Processing,
		Until:      item.Until,
	}, err
}

func scheduleOf(p control.Processing) (queue.Schedule, error) {
	if p.Mode != control.ProcessingScheduled {
		return queue.Schedule{}, nil
	}
	every, err := span(p.Every)
	if err != nil {
		return queue.Schedule{}, fmt.Errorf("processing.every: %w", err)
	}
	if every <= 0 {
		return queue.Schedule{}, errors.New("processing.every: a schedule needs a time above zero, such as 15m")
	}
	lasts, err := span(p.Duration)
	if err != nil {
		return queue.Schedule{}, fmt.Errorf("processing.duration: %w", err)
	}
	return queue.Schedule{Every: every, MaxResults: p.MaxResults, Duration: lasts}, nil
}

func span(d control.Duration) (time.Duration, error) {
	if d == "" {
		return 0, nil
	}
	return time.ParseDuration(d)
}

// File is the file that describes a world: that of [Base], the other way round.
func File(b world.Base) control.World {
	file := control.World{
		Seed:       b.Seed,
		Clock:      control.Clock{Mode: control.ClockReal, Now: b.Now},
		Dialect:    control.Dialect(b.Dialect),
		Tokens:     tokens(b.Tokens),
		Faults:     Faults(b.Faults),
		Mutant:     control.Mutant{ID: b.Mutant},
		Variations: fileVariations(b.Vary),
		Makecom:    control.MakeState{RateLimitPerMinute: b.Limits.MakecomPerMinute, NextHookID: b.NextHook, State: writeWindows(b)},
		Crmcom:     fileCrmcom(b.Crmcom),
		Sinks:      fileSinks(b.Sinks),
		State:      writeState(b.Given),
	}
	if !b.Now.IsZero() && !b.Running {
		file.Clock.Mode = control.ClockFrozen
	}
	for _, h := range b.Hooks {
		file.Makecom.Hooks = append(file.Makecom.Hooks, fileHook(h))
	}
	return file
}

func tokens(grants map[string]world.Grant) []control.Token {
	var all []control.Token
	for token, g := range grants {
		t := control.Token{Token: token, Scopes: []control.Scope{}, Expires: g.Expires.UTC(), Revoked: g.Revoked, Username: g.User}
		if g.Scopes == nil {
			t.Scopes = []control.Scope{control.HooksRead, control.HooksWrite}
		}
		for _, scope := range g.Scopes {
			t.Scopes = append(t.Scopes, control.Scope(scope))
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b control.Token) int {
		if a.Token < b.Token {
			return -1
		}
		return 1
	})
	return all
}

func fileHook(h world.Hook) control.Hook {
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
	for _, item := range h.Items {
		hook.Items = append(hook.Items, control.Incoming{
			ID:         item.ID,
			Created:    item.Created,
			Data:       payload.AppendExport(nil, item.Data),
			Processing: item.Processing,
			Until:      item.Until,
		})
	}
	return hook
}

// HookRequest asks for a hook with these settings. The id and the address are given anew.
func HookRequest(s queue.Settings) control.HookRequest {
	return control.HookRequest{
		Name: s.Name, TeamID: s.TeamID, QueueLimit: s.Limit, Enabled: &s.Enabled, Gone: s.Gone, Confidential: s.Confidential, Foreign: s.Foreign,
		KeepMethod: s.KeepMethod, KeepHeaders: s.KeepHeaders, IngestPer10S: s.IngestRate, Processing: fileSchedule(s.Processing, time.Time{}),
	}
}

func fileSchedule(s queue.Schedule, next time.Time) control.Processing {
	if s.Every <= 0 {
		return control.Processing{}
	}
	return control.Processing{
		Mode: control.ProcessingScheduled, Every: s.Every.String(), MaxResults: s.MaxResults, Duration: s.Duration.String(), Next: next,
	}
}

// stateForm is how the counts of what a world gave out are written; to readers of the file it is opaque. What the faults
// have come to follows, if there are any.
const stateForm = "items=%d tokens=%d requests=%d records=%d"

func writeState(g world.Given) string {
	state := fmt.Sprintf(stateForm, g.Items, g.Tokens, g.Requests, g.Records)
	for _, n := range g.Faults {
		state += fmt.Sprintf(" %d", n)
	}
	return state
}

func readState(state string, g *world.Given) error {
	if state == "" {
		return nil
	}
	if _, err := fmt.Sscanf(state, stateForm, &g.Items, &g.Tokens, &g.Requests, &g.Records); err != nil {
		return fmt.Errorf("%q was not written by this mock; leave it out", state)
	}
	for _, word := range strings.Fields(state)[4:] {
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			return fmt.Errorf("%q was not written by this mock; leave it out", state)
		}
		g.Faults = append(g.Faults, n)
	}
	return nil
}
