// Command serve runs the outsider by hand: go run ./internal/outsider/serve -addr 127.0.0.1:8655 -file log.jsonl.
package main

import "github.com/understudy-mock/understudy/internal/outsider"

func main() { outsider.Command() }
