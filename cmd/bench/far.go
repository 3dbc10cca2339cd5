package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/understudy-mock/understudy/internal/distance"
)

// farCommand is the first argument of a proxy that puts a server further away.
const farCommand = "far"

// serveFar says where it listens, and carries connections until it is told to end.
func serveFar(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet(farCommand, flag.ContinueOnError)
	to := flags.String("to", "", "host and port of the server")
	away := flags.Duration("away", 50*time.Millisecond, "time that a round trip takes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *to == "" {
		return errors.New("far: -to is missing; give the host and port of the server, such as 127.0.0.1:8654")
	}
	p, err := distance.Listen(ctx, *to, *away)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, p.Addr()); err != nil {
		return errors.Join(err, p.Close())
	}
	<-ctx.Done()
	return p.Close()
}
