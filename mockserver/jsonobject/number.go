package jsonobject

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Exact reads one JSON value as encoding/json does, with numbers in their own digits, as json.Number.
func Exact(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrSyntax
	}
	return value, nil
}

// SameNumber reports whether two JSON numbers are the same, however they are written: 1, 1.0 and 10e-1 are.
func SameNumber(a, b json.Number) bool { return a == b || normal(string(a)) == normal(string(b)) }

// normal writes a number as digits without zeros at either end, and a power of ten. It makes no digits: 1e999999999 is as short
// as it was written.
func normal(n string) string {
	n, negative := strings.CutPrefix(n, "-")
	mantissa, power := n, ""
	if at := strings.IndexAny(n, "eE"); at >= 0 {
		mantissa, power = n[:at], n[at+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return "0"
	}
	sign := ""
	if negative {
		sign = "-"
	}
	exponent, err := strconv.ParseInt(cmp.Or(power, "0"), 10, 64)
	if err != nil {
		return sign + n // a power that nobody can count
	}
	exponent += int64(len(digits)-len(significant)) - int64(len(fraction))
	return sign + significant + "e" + strconv.FormatInt(exponent, 10)
}
