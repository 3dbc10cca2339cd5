package jsonobject_test

import (
	"encoding/json"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
)

func TestSameNumber(t *testing.T) {
	for _, c := range []struct {
		a, b json.Number
		same bool
	}{
		{"1", "1.0", true},
		{"1", "10e-1", true},
		{"100", "1e2", true},
		{"0.010", "1E-2", true},
		{"0", "-0.0", true},
		{"0e5", "0", true},
		{"-1.50", "-15e-1", true},
		{"123456789012345678901234567890", "1.2345678901234567890123456789e29", true},
		{"1e999999999", "10e999999998", true},
		{"9007199254740993", "9007199254740992", false},
		{"9223372036854775807", "9223372036854775808", false},
		{"1", "-1", false},
		{"1", "10", false},
		{"0.1", "0.10000000000000001", false},
		{"1e99999999999999999999", "1e99999999999999999999", true},
		{"-1e99999999999999999999", "1e99999999999999999999", false},
	} {
		if got := jsonobject.SameNumber(c.a, c.b); got != c.same {
			t.Errorf("%s and %s: %t", c.a, c.b, got)
		}
	}
}

func TestExactRefusesMoreThanOneValue(t *testing.T) {
	for _, text := range []string{"1 2", "", "{", "1}"} {
		if v, err := jsonobject.Exact([]byte(text)); err == nil {
			t.Errorf("%q: %v", text, v)
		}
	}
}
