package shown_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/understudy-mock/understudy/internal/shown"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, text, line string }{
		{"plain – ünïcode 日本 🎉", "plain – ünïcode 日本 🎉", "plain – ünïcode 日本 🎉"},
		{"a\x1b[31mb", `a\x1b[31mb`, `a\x1b[31mb`},
		{"a\u202eb\u2066c\u200f", `a\u202eb\u2066c\u200f`, `a\u202eb\u2066c\u200f`},
		{"a\x9b31m\xff", `a\x9b31m\xff`, `a\x9b31m\xff`},
		{"a\u009b31m", `a\u009b31m`, `a\u009b31m`},
		{"a\r\nb\tc\x00\x7f", "a\\r\nb\tc\\x00\\x7f", `a\r\nb\tc\x00\x7f`},
		{"\uFFFD", "\uFFFD", "\uFFFD"},
		{"a\u00a0b\u3000c\u2028d", "a\u00a0b\u3000c\\u2028d", "a\u00a0b\u3000c\\u2028d"},
		{"\U000E0041", `\U000e0041`, `\U000e0041`},
	} {
		if got := shown.Text(c.in); got != c.text {
			t.Errorf("Text(%q) is %q, want %q", c.in, got, c.text)
		}
		if got := shown.Line(c.in); got != c.line {
			t.Errorf("Line(%q) is %q, want %q", c.in, got, c.line)
		}
	}
}

func TestWriterPutsCutCharactersTogether(t *testing.T) {
	const text = "ü\x1b日\xff🎉\u202e\xe6\x97"
	for size := 1; size <= len(text); size++ {
		var out bytes.Buffer
		w := shown.NewWriter(&out)
		for at := 0; at < len(text); at += size {
			_, _ = w.Write([]byte(text[at:min(at+size, len(text))]))
		}
		if err := w.Flush(); err != nil || out.String() != shown.Text(text) {
			t.Errorf("by %d bytes: %q, want %q", size, out.String(), shown.Text(text))
		}
	}
}

func seeds(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		"", "'", "it's", `"`, "`", "a\nfunc init() { panic(1) }", "`+evil()+`", "$(id)", "\\", "%s", "\x1b]0;x\a", "\u202e", "\xff", "a\r\n", "-n", "{{token}}", "\ufeff", "\n\n", "\\'",
	} {
		f.Add(text)
	}
}

// FuzzText holds that nothing is left that a terminal obeys.
func FuzzText(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, got := range []string{shown.Text(text), shown.Line(text)} {
			if !utf8.ValidString(got) {
				t.Fatalf("%q is no UTF-8", got)
			}
			for _, r := range got {
				if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r) {
					t.Fatalf("%q has %q", got, r)
				}
			}
		}
		if strings.ContainsAny(shown.Line(text), "\n\t\r\u2028\u2029") {
			t.Fatalf("%q has more than a line", shown.Line(text))
		}
	})
}

// FuzzJSON holds that JSON says the same afterwards.
func FuzzJSON(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		before, err := json.Marshal(map[string]string{text: text})
		if err != nil {
			t.Skip()
		}
		var want, got map[string]string
		if err := json.Unmarshal(before, &want); err != nil {
			t.Skip()
		}
		after := shown.JSON(string(before))
		if err := json.Unmarshal([]byte(after), &got); err != nil {
			t.Fatalf("%s: %v", after, err)
		}
		for key, value := range want {
			if got[key] != value || len(got) != 1 {
				t.Fatalf("%q became %q", want, got)
			}
		}
	})
}

// FuzzGo parses what was written, and finds the value again.
func FuzzGo(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		source := "package p\n\nvar v = " + shown.Go(text) + "\n"
		file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, 0)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if len(file.Decls) != 1 {
			t.Fatalf("%s declares %d things", source, len(file.Decls))
		}
		spec, _ := file.Decls[0].(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			t.Fatalf("%s is no literal", source)
		}
		if got, err := strconv.Unquote(literal.Value); err != nil || got != text {
			t.Fatalf("%q became %q (%v)", text, got, err)
		}
	})
}

// FuzzShell has a shell print what was written, and finds the value again.
func FuzzShell(f *testing.F) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("there is no sh")
	}
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		word := shown.Shell(text)
		if shown.Text(word) != word {
			t.Fatalf("%q speaks to a terminal", word)
		}
		parts := shown.ShellParts([]shown.Part{{Text: text}, {Variable: "v"}, {Text: text}})
		out, err := exec.CommandContext(t.Context(), shell, "-c", "v='it'\\''s $x'; printf '%s|%s|' "+word+" "+parts).Output()
		plain := strings.ReplaceAll(text, "\x00", "")
		if want := plain + "|" + plain + "it's $x" + plain + "|"; err != nil || string(out) != want {
			t.Fatalf("%s printed %q (%v), want %q", word, out, err, want)
		}
	})
}
