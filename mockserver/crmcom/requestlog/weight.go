package requestlog

import "github.com/understudy-mock/understudy/mockserver/world"

// entryWeight is about what a record takes in the indexes.
const entryWeight = 512

// Weight implements world.Weigher.
func (s *State) Weight() (sum int64) {
	for _, d := range s.Definitions() {
		sum += entryWeight + world.Bytes(d)
	}
	for _, r := range s.Rules() {
		sum += entryWeight + world.Bytes(r)
	}
	s.byNumber.Scan(func(_ uint64, r *Request) bool {
		sum += entryWeight + world.Bytes(r)
		return true
	})
	s.entities.Scan(func(key string, known latest) bool {
		sum += entryWeight + int64(len(key)+len(known.data))
		return true
	})
	return sum
}

// Size implements world.Sized.
func (c Define) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c DefineWithRule) Size() int64 { return 2*entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c AddRule) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c Know) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized: what fires will be logged.
func (c Fire) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c Log) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c Restore) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c Load) Size() int64 { return entryWeight + world.Bytes(c) }

// Size implements world.Sized.
func (c Replace) Size() int64 { return entryWeight + world.Bytes(c) }
