package history

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
)

// Power says how likely histories show one known mistake. It was measured on a server on loopback that makes it.
type Power struct {
	Mutant string `json:"mutant"` // what was wrong with the server
	// Shown of Rounds histories were illegal.
	Shown  int `json:"shown"`
	Rounds int `json:"rounds"`
	// Named of those shown point at the sentence that the mutant breaks, Alone of them at no other.
	Named int `json:"named"`
	Alone int `json:"alone"`
}

// In is the probability that so many histories show the mistake at least once.
func (p Power) In(rounds int) float64 {
	if p.Rounds == 0 {
		return 0
	}
	return 1 - math.Pow(1-float64(p.Shown)/float64(p.Rounds), float64(rounds))
}

// Measurement is how the power was measured.
type Measurement struct {
	Clients    int     `json:"clients"`
	Operations int     `json:"operations"`
	Powers     []Power `json:"powers"`
}

//go:embed power.json
var measured []byte

// Measured is the power of an API's histories. Histories of another size than its are another matter.
func Measured(api string) (Measurement, error) {
	var all map[string]Measurement
	if err := json.Unmarshal(measured, &all); err != nil {
		return Measurement{}, fmt.Errorf("power.json: %w", err)
	}
	return all[api], nil
}
