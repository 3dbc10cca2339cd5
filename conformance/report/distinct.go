package report

// repeated is a finding, and how often the same was found.
type repeated struct {
	Finding
	Times int
}

// distinct has each finding of one cause once: the same was wanted, and the same was got. The exchange is the first one's.
func distinct(findings []Finding) []repeated {
	var all []repeated
	at := map[Finding]int{}
	for _, f := range findings {
		cause := Finding{Want: f.Want, Got: f.Got}
		if i, known := at[cause]; known {
			all[i].Times++
			continue
		}
		at[cause] = len(all)
		all = append(all, repeated{f, 1})
	}
	return all
}
