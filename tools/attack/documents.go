//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// documents are attacks by what a text means rather than by its bytes.
func documents() []attack {
	return []attack{
		putting("aliases", "1 MB of YAML, 900 aliases of a text of a megabyte", func() string {
			return "seed: 1\nstate: &a " + strings.Repeat("x", 1<<20) + "\ntokens: [" + strings.Repeat("*a, ", 900) + "*a]\n"
		}, true),
		putting("laughs", "nine lists, each of nine aliases of the one before", laughs, true),
		putting("merges", "YAML merges of merges", func() string {
			text := "a0: &a0 {k: 1}\n"
			for i := 1; i < 60; i++ {
				text += fmt.Sprintf("a%d: &a%d {<<: [*a%d, *a%d], k%d: 1}\n", i, i, i-1, i-1, i)
			}
			return text
		}, true),
		putting("itself", "YAML that contains itself", func() string { return "a: &a\n  b: *a\n" }, true),
		putting("ones", "4 MB of items: [1,1,…]", func() string {
			return `{"makecom":{"hooks":[{"id":1,"items":[` + strings.Repeat("1,", 2<<20) + `1]}]}}`
		}, true),
		putting("ones in YAML", "4 MB of items: [1,1,…], no JSON", func() string { return "items: [" + strings.Repeat("1,", 2<<20) + "1]\n" }, true),
		putting("lines in YAML", "2 MB of elements, a line each", func() string { return "items:\n" + strings.Repeat("- 1\n", 1<<19-8) }, false),
		putting("more ones", "60 MB of items: [1,1,…]", func() string { return `{"items":[` + strings.Repeat("1,", 30<<20) + `1]}` }, false),
		putting("names", "20 MB of members without meaning", func() string {
			var text strings.Builder
			text.WriteString(`{"seed":1`)
			for i := range 1 << 20 {
				fmt.Fprintf(&text, `,"m%d":%d`, i, i)
			}
			return text.String() + "}"
		}, false),
		putting("depth", "a million opening brackets", func() string { return strings.Repeat("[", 1<<20) }, true),
		putting("depth in YAML", "100,000 nested mappings", func() string { return strings.Repeat("{a: ", 100_000) }, true),
		putting("text", "60 MB of one text", func() string { return `{"state":"` + strings.Repeat("x", 60<<20) + `"}` }, false),
		{
			name: "many documents", sent: "24 clients, 60 MB of JSON each, at once", bound: "refused, or one after the other", concurrent: true,
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(24, 24, func(i int) error {
					body := repeatedBetween(`{"items":[`, "1,", 60<<20, "1]}")
					_, err := sc.client.want(ctx, call{method: http.MethodPut, path: fmt.Sprint("/_understudy/v1/worlds/many-", i), body: body}, 400, 413, 429)
					return err
				})
			},
		},
		{
			name: "many world files", sent: "24 clients, 5 MB of good items each, at once", bound: "made, or refused with 413 or 429", concurrent: true, quick: true,
			serve: func(ctx context.Context, sc *scene) error {
				return atOnce(24, 24, func(i int) error {
					body := repeatedBetween(`{"makecom":{"hooks":[{"id":1,"queueLimit":100000,"items":[`, `{"data":{"some":"data"}},`, 5<<20, `{"data":{}}]}]}}`)
					_, err := sc.client.want(ctx, call{method: http.MethodPut, path: fmt.Sprint("/_understudy/v1/worlds/many-", i), body: body}, 200, 400, 413, 429)
					return err
				})
			},
		},
		files("endless file", "/dev/zero as world, dialect, target and baseline", func(string) (string, error) { return "/dev/zero", nil }),
		files("alias file", "aliases in world, dialect, target and baseline files", func(dir string) (string, error) {
			name := filepath.Join(dir, "aliases.yaml")
			return name, os.WriteFile(name, []byte(laughs()), 0o600)
		}),
	}
}

func laughs() string {
	text := "a0: &a0 [ha,ha,ha,ha,ha,ha,ha,ha,ha]\n"
	for i := 1; i < 9; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 8), i-1)
	}
	return text
}

// putting puts a world that has to be refused.
func putting(name, sent string, text func() string, quick bool) attack {
	return attack{
		name: name, sent: sent, bound: "400 within 20 s", quick: quick, brief: true,
		serve: func(ctx context.Context, sc *scene) error {
			ctx, cancel := context.WithTimeout(ctx, wait)
			defer cancel()
			_, err := sc.client.want(ctx, call{method: http.MethodPut, path: "/_understudy/v1/worlds/put", body: strings.NewReader(text())}, 400, 413)
			return err
		},
	}
}

// files gives a file to every flag that reads one.
func files(name, sent string, file func(dir string) (string, error)) attack {
	return attack{
		name: name, sent: sent, bound: "exit 2 within 20 s", quick: true,
		run: func(ctx context.Context, sc *scene) error {
			path, err := file(sc.dir)
			if err != nil {
				return err
			}
			for _, args := range [][]string{
				{"serve", "--addr", "127.0.0.1:0", "--world", path},
				{"serve", "--addr", "127.0.0.1:0", "--dialect", path},
				{"verify", "makecom", "--target", path},
				{"verify", "makecom", "--url", "http://127.0.0.1:9/api", "--token", "t", "--baseline", path},
				{"fixtures", "schema", "--schema", path},
				{"fixtures", "schema", "--spec", path, "--ref", "#/x"},
			} {
				if err := sc.exits(ctx, 2, args...); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (sc *scene) exits(ctx context.Context, code int, args ...string) error {
	p, err := sc.launch(ctx, args...)
	if err != nil {
		return err
	}
	return p.wants(wait, code)
}
