package queue

// About what a hook and an item hold, beside their texts.
const (
	hookWeight = 1 << 10
	itemWeight = 192
)

// Weight implements world.Weigher.
func (s *State) Weight() int64 {
	sum := int64(len(s.hooks)) * hookWeight
	for _, h := range s.hooks {
		h.arrived.Scan(func(_ uint64, item *stored) bool {
			sum += itemWeight + int64(len(item.data))
			return true
		})
	}
	return sum
}

// Size implements world.Sized.
func (CreateHook) Size() int64 { return hookWeight }

// Size implements world.Sized.
func (c Arrive) Size() int64 { return itemWeight + int64(len(c.Data)) }

// Size implements world.Sized.
func (c Deliver) Size() (sum int64) {
	for _, data := range c.Data {
		sum += itemWeight + int64(len(data))
	}
	return sum
}
