// Package payload turns what a webhook was sent into the one object that its queue keeps, and back into what the API
// shows of it.
//
// The queue keeps MessagePack: its length is the size that the API reports, bytes stay bytes, and members keep the
// order in which they came.
package payload

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/understudy-mock/understudy/internal/pieces"
)

// Object is a JSON object that keeps the order of its members. Values are nil, bool, int64, uint64, float64, Number,
// string, []byte, []any and Object.
type Object []Member

// Member is one member of an Object.
type Member struct {
	Name  string
	Value any
}

// exactMark is the first byte of data in which numbers stand in their own digits, as extensions of MessagePack. It begins no
// MessagePack. The length of the plain MessagePack follows in four bytes, then the object.
const (
	exactMark   = 0xc1
	exactHeader = 5
	digits      = 1 // the type of the extension
)

// Encode is the MessagePack form: integers as small as they go, other numbers as float64, the shortest headers. Where that would
// change a number, its digits are kept beside it; Size is that of the MessagePack form all the same.
func Encode(o Object) ([]byte, error) {
	data, exact, err := encodeWith(o, Number.plain)
	if err != nil || !exact {
		return data, err
	}
	size := len(data)
	kept, _, err := encodeWith(o, func(n Number) any { return n })
	header := binary.BigEndian.AppendUint32([]byte{exactMark}, uint32(size)) //nolint:gosec // bodies have 5 MiB, and nothing takes five times the room
	return append(header, kept...), err
}

// Size is the length of the MessagePack form, which is the size that the API reports.
func Size(data []byte) int {
	if len(data) >= exactHeader && data[0] == exactMark {
		return int(binary.BigEndian.Uint32(data[1:]))
	}
	return len(data)
}

// encodeWith also reports whether there is a Number.
func encodeWith(o Object, number func(Number) any) (data []byte, exact bool, err error) {
	buf, _ := buffers.Get().(*pieces.Buffer)
	defer release(buf)
	buf.Reset()
	enc := encoder{Encoder: msgpack.GetEncoder(), number: number}
	defer msgpack.PutEncoder(enc.Encoder)
	enc.Reset(buf)
	if err := enc.encode(o); err != nil {
		return nil, false, err
	}
	return pieces.Clone(buf.Bytes()), enc.exact, nil // which is as long as it has to be: an item keeps it
}

// release keeps a buffer for the next one, unless it has become large.
func release(buf *pieces.Buffer) {
	const largest = 64 << 10
	if buf.Cap() <= largest {
		buffers.Put(buf)
	}
}

var buffers = sync.Pool{New: func() any { return new(pieces.Buffer) }} //nolint:gochecknoglobals // a pool is shared by design

// encoder writes each Number as number makes of it.
type encoder struct {
	*msgpack.Encoder

	number func(Number) any
	exact  bool
}

func (enc *encoder) encode(value any) error {
	switch v := value.(type) {
	case nil:
		return enc.EncodeNil()
	case bool:
		return enc.EncodeBool(v)
	case int64:
		return enc.EncodeInt(v)
	case uint64:
		return enc.EncodeUint(v)
	case float64:
		return enc.EncodeFloat64(v)
	case Number:
		return enc.encodeNumber(v)
	case string:
		return enc.EncodeString(v)
	case []byte:
		return enc.EncodeBytes(v)
	case []any:
		return enc.encodeArray(v)
	case Object:
		return enc.encodeObject(v)
	}
	return fmt.Errorf("payload: no MessagePack form for a %T", value)
}

func (enc *encoder) encodeNumber(n Number) error {
	enc.exact = true
	value := enc.number(n)
	if _, same := value.(Number); !same {
		return enc.encode(value)
	}
	if err := enc.EncodeExtHeader(digits, len(n)); err != nil {
		return err
	}
	_, err := enc.Writer().Write([]byte(n))
	return err
}

func (enc *encoder) encodeArray(values []any) error {
	if err := enc.EncodeArrayLen(len(values)); err != nil {
		return err
	}
	for _, v := range values {
		if err := enc.encode(v); err != nil {
			return err
		}
	}
	return nil
}

func (enc *encoder) encodeObject(o Object) error {
	if err := enc.EncodeMapLen(len(o)); err != nil {
		return err
	}
	for _, m := range o {
		if err := enc.EncodeString(m.Name); err != nil {
			return err
		}
		if err := enc.encode(m.Value); err != nil {
			return err
		}
	}
	return nil
}

// Decode reads the MessagePack form back.
func Decode(data []byte) (Object, error) {
	if len(data) >= exactHeader && data[0] == exactMark {
		data = data[exactHeader:]
	}
	value, err := decode(msgpack.NewDecoder(pieces.NewReader(data)))
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	object, ok := value.(Object)
	if !ok {
		return nil, fmt.Errorf("payload: %T instead of an object", value)
	}
	return object, nil
}

func decode(dec *msgpack.Decoder) (any, error) {
	code, err := dec.PeekCode()
	if err != nil {
		return nil, err
	}
	switch {
	case isMap(code):
		return decodeObject(dec)
	case isArray(code):
		return decodeArray(dec)
	case isExtension(code):
		return decodeNumber(dec)
	}
	value, err := dec.DecodeInterface()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	return widen(value), err
}

// widen gives every integer the type that FromJSON gives it.
func widen(value any) any {
	switch v := value.(type) {
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		if v <= math.MaxInt64 {
			return int64(v)
		}
	}
	return value
}

func decodeObject(dec *msgpack.Decoder) (any, error) {
	n, err := dec.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	object := Object{}
	for range n {
		name, err := dec.DecodeString()
		if err != nil {
			return nil, err
		}
		value, err := decode(dec)
		if err != nil {
			return nil, err
		}
		object = append(object, Member{name, value})
	}
	return object, nil
}

func decodeNumber(dec *msgpack.Decoder) (any, error) {
	_, n, err := dec.DecodeExtHeader()
	if err != nil {
		return nil, err
	}
	text := make([]byte, n)
	if err := dec.ReadFull(text); err != nil {
		return nil, err
	}
	return Number(text), nil
}

func decodeArray(dec *msgpack.Decoder) (any, error) {
	n, err := dec.DecodeArrayLen()
	if err != nil {
		return nil, err
	}
	values := []any{}
	for range n {
		value, err := decode(dec)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func isMap(code byte) bool   { return code&0xf0 == 0x80 || code == 0xde || code == 0xdf }
func isArray(code byte) bool { return code&0xf0 == 0x90 || code == 0xdc || code == 0xdd }
func isExtension(code byte) bool {
	return code >= 0xc7 && code <= 0xc9 || code >= 0xd4 && code <= 0xd8
}
