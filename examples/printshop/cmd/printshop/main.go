// Command printshop is understudy for the print shop: every subcommand, and no line of its own.
package main

import (
	"github.com/understudy-mock/understudy/cli"
	"github.com/understudy-mock/understudy/examples/printshop/checks"
	"github.com/understudy-mock/understudy/examples/printshop/mock"
)

func main() { cli.Main(cli.API{Mock: mock.API(), Suite: checks.Catalog()}) }
