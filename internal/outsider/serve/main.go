// Command serve runs the outsider by hand: go run ./internal/outsider/serve -file /tmp/log.jsonl.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/internal/outsider"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	address := flag.String("addr", "127.0.0.1:8655", "address to listen on")
	file := flag.String("file", "", "journal that outlives the process")
	dialect := flag.String("dialect", "", "answers to open questions, question=answer,question=answer")
	flag.Parse()
	o := outsider.Options{File: *file, Dialect: map[string]string{}}
	for pair := range strings.SplitSeq(*dialect, ",") {
		question, answer, _ := strings.Cut(pair, "=")
		o.Dialect[question] = answer
	}
	s, err := outsider.New(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *address) //nolint:noctx // nothing ends it but the end of the process
	if err != nil {
		return err
	}
	fmt.Println("http://" + listener.Addr().String())
	return (&http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}).Serve(listener)
}
