package world

import (
	"encoding/binary"
	"hash/fnv"
)

// Streams keep the ids of different things apart.
const (
	itemStream uint64 = iota + 1
	requestStream
	tokenStream
	recordStream
	keyStream
)

// NewRequestID is 32 lower-case hex digits that name an exchange outside of every world.
func (r *Registry) NewRequestID() string {
	return hexID(r.base.seed, requestStream, r.requests.Add(1))
}

// hexID is the n-th id of a stream: two counters sent through a bijection, so that no id of a stream comes twice.
func hexID(seed int64, stream, n uint64) string { return writeID("0123456789abcdef", seed, stream, n) }

// capitalID is hexID in capitals.
func capitalID(seed int64, stream, n uint64) string {
	return writeID("0123456789ABCDEF", seed, stream, n)
}

func writeID(digits string, seed int64, stream, n uint64) string {
	var b [16]byte
	high := mix(uint64(seed) ^ mix(stream))
	binary.BigEndian.PutUint64(b[:8], mix(high+n))
	binary.BigEndian.PutUint64(b[8:], mix(^high+n))
	var id [2 * len(b)]byte
	for i, c := range b {
		id[2*i], id[2*i+1] = digits[c>>4], digits[c&15]
	}
	return string(id[:])
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// seedFor gives worlds of different names different ids, the same ones on every machine.
func seedFor(base int64, name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return int64(mix(uint64(base) ^ h.Sum64()))
}

// SigningKey is what tokens of the world are signed with, where they are signed.
func (w *World) SigningKey() []byte { return []byte(hexID(w.Seed(), keyStream, 0)) }
