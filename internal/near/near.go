// Package near finds what somebody may have meant by a name that there is not.
package near

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// most is how many names are worth showing.
const most = 3

// Names are the known names that are spelled much like the given one, or hold it, the nearest first.
func Names(given string, known []string) []string {
	type candidate struct {
		name string
		far  int
	}
	var all []candidate
	for _, name := range known {
		far := distance(strings.ToLower(given), strings.ToLower(name))
		if far <= max(2, len(given)*2/5) || len(given) > 3 && strings.Contains(strings.ToLower(name), strings.ToLower(given)) {
			all = append(all, candidate{name, far})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var names []string
	for _, c := range all {
		if all[0].far == 0 && c.far > 0 {
			break // it differs in capitals only
		}
		if !slices.Contains(names, c.name) && len(names) < most {
			names = append(names, c.name)
		}
	}
	return names
}

// Remedy tells which of the known names to take: the near ones, or all where none is near and they are few.
func Remedy(given string, known []string) string {
	const few = 20
	names := Names(given, known)
	switch {
	case len(names) == 0 && len(known) <= few:
		names = known
	case len(names) == 0:
		return ""
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return "take " + strings.Join(quoted, " or ")
}

// distance is the number of bytes to insert, remove or replace to make one text of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
