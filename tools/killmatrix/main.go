// Command killmatrix runs the conformance suite against every mutant of the mock and prints what became of each.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/understudy-mock/understudy/internal/killmatrix"
)

func main() {
	m, err := killmatrix.Run(context.Background(), 1, os.Args[1:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "killmatrix:", err)
		os.Exit(1)
	}
	for _, r := range m.Rows {
		fmt.Printf("%-16s %s needs=%q\n    want %s\n    got %s\n    also %d %v unsure %v\n", r.Fate, r.Mutant, r.Needs, r.Want, r.Got, len(r.Also), r.Also, r.Unsure)
	}
	fmt.Println("idle", m.Idle)
}
