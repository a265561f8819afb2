package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// examples are arguments to show for commands that need more than obvious flags, by the
// command's name.
func examples() map[string]string {
	return map[string]string{
		"content show":     `strategy-listening`,
		"content approve":  `strategy-listening --reviewer "NAME, LICENCE NUMBER"`,
		"content diff":     `strategy-listening`,
		"content line":     `988 --down 24h --instead 741741 --reviewer "NAME, LICENCE NUMBER"`,
		"content booklet":  `cards.html`,
		"reviewer add":     `"NAME, LICENCE NUMBER" --slack U0123456789`,
		"reviewer remove":  `"NAME, LICENCE NUMBER"`,
		"group add":        `monday-evening --zone America/Los_Angeles --channel slack:C0123456789`,
		"group set":        `monday-evening --session "every Monday at 6:00 PM, 90 minutes"`,
		"group remove":     `monday-evening`,
		"group restore":    `monday-evening`,
		"session list":     `monday-evening`,
		"session cancel":   `monday-evening "December 8"`,
		"session move":     `monday-evening "December 8" "December 10 at 6:00 PM"`,
		"session restore":  `monday-evening "December 8"`,
		"session tell":     `monday-evening "December 8"`,
		"reminder add":     `--group monday-evening --topic agreements --at "every Monday at 9:00 AM"`,
		"reminder pause":   `ID --until "2 weeks"`,
		"reminder resume":  `ID`,
		"reminder remove":  `ID`,
		"reminder restore": `ID`,
		"reminder test":    `ID`,
		"post correct":     `--card strategy-listening`,
		"post withdraw":    `--card strategy-listening`,
		"post status":      `REVISION`,
		"preview":          `strategy-listening --platform slack`,
		"database copy":    `--to sqlite:new.db`,
		"backup":           `backup.db`,
		"restore":          `backup.db`,
	}
}

// pathOf is a command's name without the program's: "group add"; empty for the program itself.
func pathOf(node *kong.Node) string {
	var names []string
	for ; node != nil && node.Parent != nil; node = node.Parent {
		names = append([]string{node.Name}, names...)
	}
	return strings.Join(names, " ")
}

// exampleOf is an example of a command that can be typed as it is; empty if there is none.
func (p program) exampleOf(node *kong.Node) string {
	path := pathOf(node)
	example := examples()[path]
	if example == "" {
		return ""
	}
	return fmt.Sprintf("Example: %s %s %s\n", p.called, path, example)
}

// usage prints what is wrong with a command line, an example, and how to get help. The help is
// that of the last command that the parser recognised.
func (p program) usage(parser *kong.Kong, c *Config, wrong error) {
	node := parser.Model.Node
	var parse *kong.ParseError
	example := ""
	if errors.As(wrong, &parse) && parse.Context != nil {
		if selected := parse.Context.Selected(); selected != nil {
			node = selected
		}
		says, shaped := plainly(node, wrong.Error())
		if wrong = errors.New(says); !shaped {
			example = p.exampleOf(node)
		}
	}
	p.complain(c, wrong)
	fmt.Fprintf(p.err, "%sTry %s --help.\n", example, node.FullPath())
}

// plainly turns an error message of the parser into plain words; one that it does not know
// stays as it is. shaped is true if the command line has the right number of words, so that an
// example would not help.
func plainly(node *kong.Node, says string) (plain string, shaped bool) {
	var ( // error messages of the parser
		tooMany   = regexp.MustCompile(`(?s)^unexpected argument (.*?)(?:, did you mean .*\?)?$`)
		badFlag   = regexp.MustCompile(`(?s)^unknown flag (.*?)(?:, did you mean .*\?)?$`)
		tooFew    = regexp.MustCompile(`^(?:expected|missing) `)
		noValue   = regexp.MustCompile(`^(--?[\w-]+)\S*: (?:expected \S+ value but got|missing value, expecting) .*?(?:; perhaps try (--?[\w-]+="-[^-].*)\?)?$`)
		notOneOf  = regexp.MustCompile(`^(\S+) must be one of (.*) but got (".*")$`)
		noYesOrNo = regexp.MustCompile(`^(\S+): bool value must be .* but got (".*")$`)
	)
	if m := tooMany.FindStringSubmatch(says); m != nil {
		return tooMuch(node, bot.Short(m[1], 60)), false
	}
	if m := badFlag.FindStringSubmatch(says); m != nil {
		return noFlag(node, bot.Short(m[1], 60)), true
	}
	if tooFew.MatchString(says) {
		return tooLittle(node, says), false
	}
	if m := noValue.FindStringSubmatch(says); m != nil {
		says = m[1] + ": its value is missing"
		if m[2] != "" {
			says += "; one that begins with a hyphen is written " + m[2]
		}
	} else if m := notOneOf.FindStringSubmatch(says); m != nil {
		says = fmt.Sprintf("%s takes %s, and not %s", m[1], listing(strings.Split(m[2], ","), "or"), m[3])
	} else if m := noYesOrNo.FindStringSubmatch(says); m != nil {
		says = fmt.Sprintf("%s takes yes or no, and not %s", m[1], m[2])
	}
	return says, true
}

// tooMuch says what is wrong with a word where the command expects none.
func tooMuch(node *kong.Node, word string) string {
	path := pathOf(node)
	if len(node.Children) == 0 {
		says := fmt.Sprintf("%s is not expected here: %s takes %s", word, path, takes(node))
		if len(node.Flags)+len(node.Positional) > 0 {
			says += "; a value of several words goes in quotes"
		}
		return says
	}
	says := "there is no command " + strings.TrimSpace(path+" "+word)
	if near := nearestCommands(node, word); len(near) > 0 || path == "" {
		return says + meant(near)
	}
	return fmt.Sprintf("%s; after %s comes %s", says, path, listing(childNames(node), "or"))
}

// nearestCommands returns the commands that may be meant by a word after a command. It tries
// commands there with a similar name; then commands elsewhere with that name, such as "reminder
// pause" for "pause"; then commands with a flag of that name, such as "group set --pause" for
// "group pause".
func nearestCommands(node *kong.Node, word string) (near []string) {
	for _, child := range words.Nearest(word, node.Children, func(n *kong.Node) []string { return []string{n.Name} }) {
		near = append(near, pathOf(child))
	}
	if len(near) > 0 {
		return near
	}
	for _, leaf := range node.Leaves(true) {
		if leaf.Name == word || leaf.Parent == node && strings.HasPrefix(leaf.Name, word) {
			near = append(near, pathOf(leaf))
		}
	}
	if len(near) > 0 {
		return near
	}
	for _, child := range node.Children {
		for _, flag := range child.Flags {
			switch {
			case flag.Name == word:
				near = append(near, pathOf(child)+" --"+word)
			case word == "resume" && flag.Name == "pause" && child.Name == "set": // as it is called in chat
				near = append(near, pathOf(child)+" --pause off")
			}
		}
	}
	return near
}

// takes says what may follow a command.
func takes(node *kong.Node) string {
	var all []string
	for _, value := range node.Positional {
		all = append(all, "<"+value.Name+">")
	}
	if len(node.Flags) > 0 {
		all = append(all, "flags")
	}
	if len(all) == 0 {
		return "nothing"
	}
	return "only " + listing(all, "and")
}

// noFlag says that a command has no such flag.
func noFlag(node *kong.Node, flag string) string {
	var names []string
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			names = append(names, "--"+f.Name)
		}
	}
	near, path := meant(nearestNames(flag, names)), pathOf(node)
	switch {
	case slices.Contains([]string{"--out", "--output", "-o"}, flag) && len(node.Positional) == 1 && node.Positional[0].Name == "file":
		return fmt.Sprintf("%s has no flag %s: write the file alone, as in %[1]s <file>", path, flag)
	case near == "" && path == "":
		return fmt.Sprintf("there is no flag %s here: a command's flags come after the command", flag)
	case path == "":
		return fmt.Sprintf("there is no flag %s%s", flag, near)
	}
	return fmt.Sprintf("%s has no flag %s%s", path, flag, near)
}

// tooLittle says what a command still needs.
func tooLittle(node *kong.Node, says string) string {
	path := pathOf(node)
	var names []string
	var about strings.Builder
	for _, value := range node.Positional {
		if value.Required && !value.Set {
			names = append(names, "<"+value.Name+">")
			fmt.Fprintf(&about, "\n  <%s>: %s", value.Name, value.Help)
		}
	}
	for _, flag := range node.Flags {
		if flag.Required && !flag.Set {
			names = append(names, "--"+flag.Name)
			fmt.Fprintf(&about, "\n  --%s: %s", flag.Name, flag.Help)
		}
	}
	switch {
	case len(names) > 0:
		return fmt.Sprintf("%s needs %s%s", path, listing(names, "and"), about.String())
	case path != "" && len(node.Children) > 0:
		return fmt.Sprintf("after %s comes %s", path, listing(childNames(node), "or"))
	case path == "":
		return "no command is given: init sets everything up, and try shows the bot without accounts"
	}
	return says
}

func childNames(node *kong.Node) (names []string) {
	for _, child := range node.Children {
		names = append(names, child.Name)
	}
	return names
}

// listing joins names as a sentence does: a, b or c.
func listing(names []string, last string) string {
	n := len(names) - 1
	if n < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n], ", ") + " " + last + " " + names[n]
}
