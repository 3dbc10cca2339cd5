//go:build !linux

// Command attack attacks the built program from outside. It needs Linux: nothing else tells the memory of another process in the same words.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	fmt.Println("attack: skipped, for it needs Linux and this is", runtime.GOOS)
}
