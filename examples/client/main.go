package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	if err := run(context.Background(), os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

// run sweeps hook 654 and sends again, with the addresses and the token of the environment.
func run(ctx context.Context, env func(string) string) error {
	j := Janitor{
		HTTP: http.DefaultClient, MakeURL: env("MAKE_URL"), CRMURL: env("CRM_URL"), Token: env("TOKEN"),
		MaxAge: 72 * time.Hour, Now: time.Now, Wait: wait,
	}
	swept, err := j.Sweep(ctx, 654)
	if err != nil {
		return err
	}
	accepted, err := j.Resend(ctx, "ACTIVITIES")
	if err != nil {
		return err
	}
	_, err = fmt.Printf("deleted %d, busy %t, accepted %d\n", swept.Deleted, swept.Busy, accepted)
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
