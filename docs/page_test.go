package docs_test

import "strings"

type step struct{ command, output string }

// steps are the commands of the console blocks and what they print: all of them, or those that call a server. As on a
// terminal, lines that begin with "> " continue a command.
func steps(page string, all bool) (found []step) {
	for _, block := range blocks(page, "console") {
		for _, part := range strings.Split("\n"+block, "\n$ ")[1:] {
			command, output, _ := strings.Cut(part, "\n")
			for strings.HasPrefix(output, "> ") {
				var more string
				more, output, _ = strings.Cut(output, "\n")
				command += "\n" + more[2:]
			}
			if all || strings.Contains(command, "http://127.0.0.1:") {
				found = append(found, step{command, strings.TrimSuffix(output, "\n")})
			}
		}
	}
	return found
}

// blocks are the fenced blocks of one language.
func blocks(page, language string) (all []string) {
	for _, block := range strings.Split(page, "```"+language+"\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		all = append(all, block)
	}
	return all
}

// matches compares what a page says with what was printed. A line "…" stands for any lines, "…" within a line for anything
// in it.
func matches(page, got string) bool {
	return matchesLines(strings.Split(page, "\n"), strings.Split(got, "\n"))
}

func matchesLines(page, got []string) bool {
	for len(page) > 0 && page[0] != "…" {
		if len(got) == 0 || !matchesLine(page[0], got[0]) {
			return false
		}
		page, got = page[1:], got[1:]
	}
	if len(page) == 0 {
		return len(got) == 0
	}
	for skip := range len(got) + 1 {
		if matchesLines(page[1:], got[skip:]) {
			return true
		}
	}
	return false
}

func matchesLine(page, got string) bool {
	pieces := strings.Split(page, "…")
	last := len(pieces) - 1
	if last == 0 {
		return page == got
	}
	got, ok := strings.CutPrefix(got, pieces[0])
	for _, piece := range pieces[1:last] {
		_, after, found := strings.Cut(got, piece)
		ok, got = ok && found, after
	}
	return ok && strings.HasSuffix(got, pieces[last])
}
