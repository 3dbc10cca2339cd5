//go:build ignore

// The mock in a container, by Testcontainers for Go: UNDERSTUDY_IMAGE=registry.example/understudy:0.1.0 go run testcontainers.go
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

func start(ctx context.Context, image string) (*testcontainers.DockerContainer, string, error) {
	mock, err := testcontainers.Run(ctx, image,
		testcontainers.WithExposedPorts("8654/tcp"),
		testcontainers.WithEnv(map[string]string{"UNDERSTUDY_CONTROL_TOKEN": "secret"}),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/_understudy/readyz").WithPort("8654/tcp")))
	if err != nil {
		return mock, "", err
	}
	url, err := mock.PortEndpoint(ctx, "8654/tcp", "http")
	return mock, url, err
}

// refusal asks for what the vendor refuses.
func refusal(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, url+"/api/v2/hooks/654/incomings", strings.NewReader(`{"all":true}`))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Token try")
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

func main() {
	ctx := context.Background()
	mock, url, err := start(ctx, os.Getenv("UNDERSTUDY_IMAGE"))
	defer func() { _ = testcontainers.TerminateContainer(mock) }()
	var text string
	if err == nil {
		text, err = refusal(ctx, url)
	}
	fmt.Println(text, err)
}
