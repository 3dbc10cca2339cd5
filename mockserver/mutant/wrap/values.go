package wrap

// Everywhere applies a change to every value in a JSON value, the innermost first.
func Everywhere(value any, change func(any) any) any {
	switch v := value.(type) {
	case Object:
		for name := range v {
			v[name] = Everywhere(v[name], change)
		}
	case []any:
		for i := range v {
			v[i] = Everywhere(v[i], change)
		}
	}
	return change(value)
}

// Put sets a key of a map that a world remembers, and makes the map when it is the first.
func Put[M ~map[K]V, K comparable, V any](m *M, key K, value V) {
	if *m == nil {
		*m = M{}
	}
	(*m)[key] = value
}

// Third reports whether it was asked for the third, sixth, … time about a thing of the call's world. Each type counts for itself.
func Third[M ~map[string]int](c *Call, of string) (yes bool) {
	Remember(c, func(all *M) {
		n := (*all)[of] + 1
		Put(all, of, n)
		yes = n%3 == 0
	})
	return yes
}
