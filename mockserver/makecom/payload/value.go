// Package payload turns what a webhook was sent into the one object that its queue keeps, and back into what the API
// shows of it.
//
// The queue keeps MessagePack: its length is the size that the API reports, bytes stay bytes, and members keep the
// order in which they came.
package payload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/vmihailenco/msgpack/v5"
)

// Object is a JSON object that keeps the order of its members. Values are nil, bool, int64, uint64, float64, string,
// []byte, []any and Object.
type Object []Member

// Member is one member of an Object.
type Member struct {
	Name  string
	Value any
}

// Encode is the MessagePack form: integers as small as they go, other numbers as float64, the shortest headers.
func Encode(o Object) ([]byte, error) {
	var buf bytes.Buffer
	enc := msgpack.GetEncoder()
	defer msgpack.PutEncoder(enc)
	enc.Reset(&buf)
	if err := encode(enc, o); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func encode(enc *msgpack.Encoder, value any) error {
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
	case string:
		return enc.EncodeString(v)
	case []byte:
		return enc.EncodeBytes(v)
	case []any:
		return encodeArray(enc, v)
	case Object:
		return encodeObject(enc, v)
	}
	return fmt.Errorf("payload: no MessagePack form for a %T", value)
}

func encodeArray(enc *msgpack.Encoder, values []any) error {
	if err := enc.EncodeArrayLen(len(values)); err != nil {
		return err
	}
	for _, v := range values {
		if err := encode(enc, v); err != nil {
			return err
		}
	}
	return nil
}

func encodeObject(enc *msgpack.Encoder, o Object) error {
	if err := enc.EncodeMapLen(len(o)); err != nil {
		return err
	}
	for _, m := range o {
		if err := enc.EncodeString(m.Name); err != nil {
			return err
		}
		if err := encode(enc, m.Value); err != nil {
			return err
		}
	}
	return nil
}

// Decode reads the MessagePack form back.
func Decode(data []byte) (Object, error) {
	value, err := decode(msgpack.NewDecoder(bytes.NewReader(data)))
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
