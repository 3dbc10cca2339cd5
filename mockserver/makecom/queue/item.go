package queue

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/tidwall/btree"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
)

// Item is one delivery. It never changes once it has arrived.
type Item struct {
	ID      string    // 32 lower-case hex digits
	Created time.Time // to the microsecond
	Data    []byte    // as payload.Encode makes it
}

// Size is the size that the API reports: the length of the MessagePack data.
func (i *Item) Size() int { return payload.Size(i.Data) }

// Lengths of an id.
const (
	idBytes  = 16
	idDigits = 2 * idBytes
)

// stored is an item as a queue keeps it: as few bytes as it goes, because a queue may hold millions.
type stored struct {
	id      [idBytes]byte // nothing where the id is an odd one
	created int64         // microseconds since 1970
	data    []byte
}

// entry is a stored item and where it stands.
type entry struct {
	arrival uint64
	*stored
}

// Shown is an item as the queue keeps it, to be written down.
type Shown struct {
	*stored

	odd string // its id, where that is an odd one
}

// AppendID appends the id as JSON.
func (i Shown) AppendID(to []byte) []byte {
	if i.odd != "" {
		return jsonobject.AppendString(to, i.odd)
	}
	return append(hex.AppendEncode(append(to, '"'), i.id[:]), '"')
}

// Size is that of [Item.Size].
func (i Shown) Size() int { return payload.Size(i.data) }

// Created is when the item came, to the microsecond.
func (i Shown) Created() time.Time { return time.UnixMicro(i.created).UTC() }

// oddIDs are those that are not 32 lower-case hex digits, by arrival number. The API makes none; nil for none.
type oddIDs struct {
	byArrival *btree.Map[uint64, string]
}

func (o oddIDs) copy() oddIDs {
	if o.byArrival == nil {
		return o
	}
	return oddIDs{o.byArrival.Copy()}
}

func (o *oddIDs) set(arrival uint64, id string) {
	if o.byArrival == nil {
		o.byArrival = new(btree.Map[uint64, string])
	}
	o.byArrival.Set(arrival, id)
}

func (o oddIDs) get(arrival uint64) (id string, odd bool) {
	if o.byArrival == nil {
		return "", false
	}
	return o.byArrival.Get(arrival)
}

func (o oddIDs) remove(arrival uint64) {
	if o.byArrival != nil {
		o.byArrival.Delete(arrival)
	}
}

// parseID packs an id, unless it is an odd one.
func parseID(id string) (packed [idBytes]byte, ok bool) {
	if len(id) != idDigits {
		return packed, false
	}
	for i := range idDigits {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return packed, false
		}
	}
	var text [idDigits]byte
	copy(text[:], id)
	_, err := hex.Decode(packed[:], text[:])
	return packed, err == nil
}

// has reports whether an entry has an id.
func (h *hook) has(e entry, id string) bool {
	if packed, ok := parseID(id); ok {
		_, odd := h.odd.get(e.arrival)
		return !odd && e.id == packed
	}
	other, odd := h.odd.get(e.arrival)
	return odd && other == id
}

// texts writes ids into memory that they share, so that a page of items takes one piece.
type texts struct {
	hook *hook
	text strings.Builder
}

// texts makes room for so many ids.
func (h *hook) texts(room int) *texts {
	t := &texts{hook: h}
	t.text.Grow(room * idDigits)
	return t
}

func (t *texts) id(e entry) string {
	if odd, ok := t.hook.odd.get(e.arrival); ok {
		return odd
	}
	var text [idDigits]byte
	hex.Encode(text[:], e.id[:])
	from := t.text.Len()
	t.text.Write(text[:])
	return t.text.String()[from:]
}

func (t *texts) item(e entry) Item {
	return Item{ID: t.id(e), Created: time.UnixMicro(e.created).UTC(), Data: e.data}
}

func (h *hook) shown(e entry) Shown {
	odd, _ := h.odd.get(e.arrival)
	return Shown{e.stored, odd}
}

// items are entries as everybody else sees them.
func (h *hook) items(all []entry) []Item {
	texts, items := h.texts(len(all)), make([]Item, len(all))
	for i, e := range all {
		items[i] = texts.item(e)
	}
	return items
}

func (h *hook) ids(all []entry) []string {
	texts, ids := h.texts(len(all)), make([]string, len(all))
	for i, e := range all {
		ids[i] = texts.id(e)
	}
	return ids
}
