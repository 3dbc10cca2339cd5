package world

import (
	"reflect"
	"time"
)

// deepest bounds how far weigh looks into a value.
const deepest = 8

// weigh is about how many bytes of texts a command holds on to. It looks into the values of commands that any API may define.
func weigh(c Command) int { return weighValue(reflect.ValueOf(c), deepest) }

func weighValue(v reflect.Value, depth int) int {
	if depth == 0 {
		return 0
	}
	switch v.Kind() { //nolint:exhaustive // the others hold nothing beside themselves
	case reflect.String:
		return v.Len()
	case reflect.Slice, reflect.Array:
		return weighElements(v, depth)
	case reflect.Struct:
		return weighFields(v, depth)
	case reflect.Map:
		sum := 0
		for entries := v.MapRange(); entries.Next(); {
			sum += int(v.Type().Elem().Size()) + weighValue(entries.Key(), depth-1) + weighValue(entries.Value(), depth-1)
		}
		return sum
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		return weighValue(v.Elem(), depth-1)
	}
	return 0
}

func weighElements(v reflect.Value, depth int) int {
	element := v.Type().Elem()
	sum := v.Len() * int(element.Size())
	switch element.Kind() { //nolint:exhaustive // the others hold nothing beside themselves
	case reflect.String, reflect.Slice, reflect.Array, reflect.Struct, reflect.Map, reflect.Pointer, reflect.Interface:
		for i := range v.Len() {
			sum += weighValue(v.Index(i), depth-1)
		}
	}
	return sum
}

func weighFields(v reflect.Value, depth int) int {
	if v.Type() == reflect.TypeFor[time.Time]() {
		return 0 // it points to a place that all share
	}
	sum := 0
	for i := range v.NumField() {
		sum += weighValue(v.Field(i), depth-1)
	}
	return sum
}
