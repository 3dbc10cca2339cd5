package requestlog

import (
	"strings"
	"time"
)

// Entity is what is known of an entity that webhook requests tell of: its latest data.
type Entity struct {
	Entity   string // its kind
	EntityID string
	Data     []byte // a compact JSON object
}

// latest is the data of an entity and the firing that brought it.
type latest struct {
	data  []byte
	fired uint64
}

func entityKey(entity, id string) string { return entity + " " + id }

// Know tells the state about an entity of which no rule has fired here.
type Know struct{ Entity }

// know refuses data that is no object.
func (s *State) know(c Know) error {
	data, err := compact(c.Data)
	if err != nil {
		return err
	}
	s.entities.Set(entityKey(c.Entity.Entity, c.EntityID), latest{data: data})
	return nil
}

// Entities lists what is known, by kind and id. An entity that no webhook request tells of is forgotten.
func (s *State) Entities() []Entity {
	list := make([]Entity, 0, s.entities.Len())
	s.entities.Scan(func(key string, known latest) bool {
		kind, id, _ := strings.Cut(key, " ")
		list = append(list, Entity{Entity: kind, EntityID: id, Data: known.data})
		return true
	})
	return list
}

// learn keeps the data of an attempt for as long as a webhook request tells of the entity, unless newer data is known.
func (s *State) learn(a Attempt) {
	key := entityKey(a.Entity, a.EntityID)
	if known, _ := s.entities.Get(key); a.Firing > known.fired && s.tellsOf(a.Entity, a.EntityID) {
		s.entities.Set(key, latest{a.Whole, a.Firing})
	}
}

// forget drops what is known of an entity that no webhook request tells of any longer.
func (s *State) forget(entity, id string) {
	if !s.tellsOf(entity, id) {
		s.entities.Delete(entityKey(entity, id))
	}
}

func (s *State) tellsOf(entity, id string) (found bool) {
	same := s.ordered.span(term{byEntityID, id}, time.Time{}, time.Time{})
	s.ordered.walk(same, 0, false, func(r *Request) bool {
		found = r.Entity == entity
		return !found
	})
	return found
}
