//go:build ignore

// Loads a compose file as compose does, with its schema, and prints the services: go run compose.go compose.yaml
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	ctx := context.Background()
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithName("try"), cli.WithProfiles([]string{"*"}), cli.WithInterpolation(true))
	if err != nil {
		log.Fatal(err)
	}
	project, err := options.LoadProject(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("services:", project.ServiceNames())
}
