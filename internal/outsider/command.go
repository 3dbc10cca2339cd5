package outsider

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Command serves an outsider as the flags of the command line say, until the process is killed.
func Command() {
	if err := command(flag.NewFlagSet("outsider", flag.ExitOnError), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func command(flags *flag.FlagSet, args []string) error {
	address := flags.String("addr", "127.0.0.1:0", "address to listen on")
	portFile := flags.String("port-file", "", "file for the port that it listens on")
	file := flags.String("file", "", "journal that outlives the process")
	dialect := flags.String("dialect", "", "answers to open questions, question=answer,question=answer")
	breaks := flags.String("breaks", "", "how it breaks on a deletion that is no JSON: drop or 500")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o := Options{File: *file, Dialect: map[string]string{}, Wrong: Breaking(*breaks)}
	for pair := range strings.SplitSeq(*dialect, ",") {
		question, answer, _ := strings.Cut(pair, "=")
		o.Dialect[question] = answer
	}
	s, err := New(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *address) //nolint:noctx // nothing ends it but the end of the process
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err == nil && *portFile != "" {
		err = os.WriteFile(*portFile, []byte(port+"\n"), 0o600)
	}
	if err != nil {
		return err
	}
	return (&http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}).Serve(listener)
}
