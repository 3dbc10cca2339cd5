package requestlog

import (
	"cmp"
	"fmt"

	"github.com/tidwall/btree"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Reference is what definitions and rules are known by, and what a webhook request shows of them. Ids, names and
// alternative codes belong to one definition, or one rule, each.
type Reference struct {
	ID              string // 32 upper-case hex digits
	Name            string
	AlternativeCode string // "" for none
	Description     string
}

func (r Reference) reference() Reference { return r }

// catalogue is definitions or rules by each of their keys.
type catalogue[T interface{ reference() Reference }] struct {
	byID, byName, byCode *btree.Map[string, T]
}

func newCatalogue[T interface{ reference() Reference }]() catalogue[T] {
	return catalogue[T]{new(btree.Map[string, T]), new(btree.Map[string, T]), new(btree.Map[string, T])}
}

func (c catalogue[T]) fork() catalogue[T] {
	return catalogue[T]{c.byID.Copy(), c.byName.Copy(), c.byCode.Copy()}
}

// taken is the first key of r that another entry has.
func (c catalogue[T]) taken(r Reference) (Key, bool) {
	for _, k := range []Key{{ID, r.ID}, {Name, r.Name}, {AlternativeCode, r.AlternativeCode}} {
		if _, found := c.find(k); found {
			return k, true
		}
	}
	return Key{}, false
}

// fresh is a reference none of whose keys is taken: a new id, and the first name and code from n on.
func (c catalogue[T]) fresh(m world.Moment, n int, word, code string) Reference {
	r := Reference{ID: m.NewRecordID()}
	for {
		if _, taken := c.byID.Get(r.ID); !taken {
			break
		}
		r.ID = m.NewRecordID()
	}
	for {
		r.Name, r.AlternativeCode = fmt.Sprintf("%s %d", word, n), fmt.Sprintf("%s-%d", code, n)
		if _, taken := c.taken(r); !taken {
			return r
		}
		n++
	}
}

// or fills in what a reference lacks.
func (r Reference) or(absent Reference) Reference {
	r.ID, r.Name = cmp.Or(r.ID, absent.ID), cmp.Or(r.Name, absent.Name)
	r.AlternativeCode = cmp.Or(r.AlternativeCode, absent.AlternativeCode)
	return r
}

func (c catalogue[T]) find(k Key) (entry T, found bool) {
	switch {
	case k.Value == "":
		return entry, false
	case k.Field == ID:
		return c.byID.Get(k.Value)
	case k.Field == Name:
		return c.byName.Get(k.Value)
	case k.Field == AlternativeCode:
		return c.byCode.Get(k.Value)
	}
	return entry, false
}

func (c catalogue[T]) set(entry T) {
	r := entry.reference()
	c.byID.Set(r.ID, entry)
	c.byName.Set(r.Name, entry)
	if r.AlternativeCode != "" {
		c.byCode.Set(r.AlternativeCode, entry)
	}
}

func (c catalogue[T]) remove(entry T) {
	r := entry.reference()
	c.byID.Delete(r.ID)
	c.byName.Delete(r.Name)
	c.byCode.Delete(r.AlternativeCode)
}
