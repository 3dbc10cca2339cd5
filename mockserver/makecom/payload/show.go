package payload

import (
	"crypto/sha1" //nolint:gosec // the vendor shows SHA-1; nothing is protected by it
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
)

// AppendJSON appends what the API shows of an object: JSON in which bytes stand as text, as Buffer writes them.
func AppendJSON(to []byte, o Object) []byte { return appendValue(to, o, Buffer) }

// AppendExport appends JSON from which FromExport reads the same object again: bytes stand as {"$base64":"…"}, and an object
// that looks like that has one $ more.
func AppendExport(to []byte, o Object) []byte { return appendValue(to, o, nil) }

// Buffer is how the vendor shows bytes: their number, their SHA-1 and their hex digits.
func Buffer(b []byte) string {
	return fmt.Sprintf("IMTBuffer(%d, binary, %x): %x", len(b), sha1.Sum(b), b) //nolint:gosec // see the import
}

func appendValue(to []byte, value any, show func([]byte) string) []byte {
	switch v := value.(type) {
	case nil:
		return append(to, "null"...)
	case bool:
		return strconv.AppendBool(to, v)
	case int64:
		return strconv.AppendInt(to, v, 10)
	case uint64:
		return strconv.AppendUint(to, v, 10)
	case float64:
		return appendFloat(to, v)
	case Number:
		return append(to, v...)
	case string:
		return jsonobject.AppendString(to, v)
	case []byte:
		return appendBytes(to, v, show)
	case []any:
		return appendArray(to, v, show)
	case Object:
		return appendObject(to, v, show)
	}
	return append(to, "null"...)
}

// base64Mark is the one member of the object that stands for bytes.
const base64Mark = "$base64"

// isMarked reports whether an object stands for bytes, or would but for a $ too many.
func isMarked(o Object) bool {
	return len(o) == 1 && strings.HasSuffix(o[0].Name, base64Mark) && strings.Trim(o[0].Name, "$") == base64Mark[1:]
}

func appendBytes(to, b []byte, show func([]byte) string) []byte {
	if show != nil {
		return jsonobject.AppendString(to, show(b))
	}
	to = append(to, `{"`+base64Mark+`":"`...)
	to = base64.StdEncoding.AppendEncode(to, b)
	return append(to, `"}`...)
}

func appendArray(to []byte, values []any, show func([]byte) string) []byte {
	to = append(to, '[')
	for i, v := range values {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendValue(to, v, show)
	}
	return append(to, ']')
}

func appendObject(to []byte, o Object, show func([]byte) string) []byte {
	if show == nil && isMarked(o) {
		o = Object{{"$" + o[0].Name, o[0].Value}}
	}
	to = append(to, '{')
	for i, m := range o {
		if i > 0 {
			to = append(to, ',')
		}
		to = jsonobject.AppendString(to, m.Name)
		to = append(to, ':')
		to = appendValue(to, m.Value, show)
	}
	return append(to, '}')
}

func appendFloat(to []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(to, "null"...)
	}
	text, _ := json.Marshal(f) // finite, so no error
	return append(to, text...)
}

// FromExport turns a JSON value into an object again: {"$base64":"…"} becomes bytes, and what is no object stands
// under the member value.
func FromExport(text []byte) (Object, error) {
	value, err := FromJSON(text)
	if err != nil {
		return nil, err
	}
	value, err = restore(value)
	if err != nil {
		return nil, err
	}
	return Wrap(value), nil
}

// Wrap makes an object of any value: what is none stands under the member value.
func Wrap(value any) Object {
	if object, ok := value.(Object); ok {
		return object
	}
	return Object{{"value", value}}
}

func restore(value any) (any, error) {
	switch v := value.(type) {
	case []any:
		return v, restoreEach(len(v), func(i int) *any { return &v[i] })
	case Object:
		if isMarked(v) {
			if v[0].Name == base64Mark {
				return fromBase64(v[0].Value)
			}
			v[0].Name = v[0].Name[1:]
		}
		return v, restoreEach(len(v), func(i int) *any { return &v[i].Value })
	}
	return value, nil
}

func restoreEach(n int, at func(int) *any) (err error) {
	for i := range n {
		if *at(i), err = restore(*at(i)); err != nil {
			return err
		}
	}
	return nil
}

func fromBase64(value any) (any, error) {
	text, ok := value.(string)
	if !ok {
		return nil, fmt.Errorf("$base64 is a %T, give a string", value)
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("$base64: %w", err)
	}
	return b, nil
}
