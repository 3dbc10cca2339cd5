package makecom

import (
	"encoding/json"
	"fmt"
	"time"
)

// Timestamp is a time as the vendor writes it: UTC with three digits of a second, such as 2021-02-03T09:59:36.260Z.
type Timestamp struct{ time.Time }

// MarshalJSON writes the vendor's form.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return append(t.Append([]byte{'"'}), '"'), nil
}

// Append appends the vendor's form, without quotes. Package time writes RFC 3339 by a shorter way than any other layout.
func (t Timestamp) Append(to []byte) []byte {
	at := t.UTC()
	to = at.AppendFormat(to, time.RFC3339)
	ms := at.Nanosecond() / int(time.Millisecond)
	return append(to[:len(to)-len("Z")], '.', '0'+byte(ms/100), '0'+byte(ms/10%10), '0'+byte(ms%10), 'Z')
}

// UnmarshalJSON reads any RFC 3339 time.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return fmt.Errorf("timestamp %q: %w", s, err)
	}
	t.Time = at
	return nil
}
