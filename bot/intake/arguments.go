package intake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// value is what was typed for an argument.
type value struct {
	arg  string // the argument's name
	text string // without quotes
	from int    // where it begins in the text, with its name, in runes
}

// arguments finds the values of the arguments in a text, in their order there.
func arguments(text []rune, args []bot.Arg) []value {
	if len(args) == 0 {
		return nil
	}
	var named, loose []value
	at := slices.DeleteFunc(marked(text, args), func(n name) bool { return n.name == "" })
	head := len(text)
	if len(at) > 0 {
		head = at[0].from
	}
	loose = append(loose, unnamed(text, 0, head, len(args) == 1)...)
	for i, n := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1].from
		}
		// A value in quotes ends with them.
		if to := n.to + quotation(text[n.to:end]); to > n.to && len(args) > 1 {
			loose = append(loose, unnamed(text, to, end, false)...)
			end = to
		}
		named = append(named, value{arg: n.name, text: unquote(text[n.to:end]), from: n.from})
	}
	out := append(named, places(loose, named, args)...)
	slices.SortStableFunc(out, func(a, b value) int { return a.from - b.from })
	return out
}

// unnamed finds the values without a name in text[from:to]: each text in quotes, each
// channel, and all other words together as one. If only, the command has a single argument,
// which takes everything.
func unnamed(text []rune, from, to int, only bool) []value {
	if only {
		if v := unquote(text[from:to]); v != "" {
			return []value{{text: v, from: from}}
		}
		return nil
	}
	var out []value
	together := -1 // index in out of the value with the other words; -1 for none yet
	for i := from; i < to; {
		if text[i] == ' ' {
			i++
			continue
		}
		if n := quotation(text[i:to]); n > 0 {
			out = append(out, value{text: unquote(text[i : i+n]), from: i})
			i += n
			continue
		}
		end := i
		for end < to && text[end] != ' ' {
			end++
		}
		word := string(text[i:end])
		switch {
		case isChannel(word):
			out = append(out, value{text: word, from: i})
		case together < 0:
			together = len(out)
			out = append(out, value{text: word, from: i})
		default:
			out[together].text += " " + word
		}
		i = end
	}
	return out
}

func isChannel(word string) bool {
	_, err := bot.ParsePlace(word)
	return err == nil
}

// places gives each value without a name to an argument: a channel to the first argument that
// takes one, every other value to the first argument without a value.
func places(loose, named []value, args []bot.Arg) []value {
	taken := make(map[string]bool)
	for _, v := range named {
		taken[v.arg] = true
	}
	for i, v := range loose {
		channel := isChannel(v.text)
		at := slices.IndexFunc(args, func(a bot.Arg) bool { return channel && a.Place })
		if at < 0 {
			at = slices.IndexFunc(args, func(a bot.Arg) bool { return !taken[a.Name] })
		}
		loose[i].arg = args[max(at, 0)].Name
		taken[loose[i].arg] = true
	}
	return loose
}

// together returns the values by the names of their arguments. If an argument was typed twice,
// it joins both values with "; ", so that the core asks which one is meant.
func together(values []value) map[string]string {
	var out map[string]string
	for _, v := range values {
		if out == nil {
			out = make(map[string]string)
		}
		if first, twice := out[v.arg]; twice {
			v.text = first + "; " + v.text
		}
		out[v.arg] = v.text
	}
	return out
}

// name is the position of an argument's name in the text, in runes.
type name struct {
	name     string
	from, to int // of "name="
}

// marked finds the words outside quotes that are followed by = or :. The name is empty if the
// word is not the name of an argument.
func marked(text []rune, args []bot.Arg) []name {
	var out []name
	for i := 0; i < len(text); i++ {
		edge := i == 0 || text[i-1] == ' '
		if edge || text[i-1] == '=' || text[i-1] == ':' {
			if n := quotation(text[i:]); n > 0 {
				i += n - 1
				continue
			}
		}
		if !edge {
			continue
		}
		n, at := named(text[i:min(len(text), i+maxName)], args, "=:") // "Quiet hours:" is one name
		if at < 0 {
			n, at = named(text[i:min(len(text), i+maxName)], args, "=: ")
		}
		switch {
		case at >= 0:
			out = append(out, name{args[at].Name, i, i + n + 1})
			i += n
		case n > 0 && text[i+n] != ' ':
			out = append(out, name{"", i, i + n + 1})
		}
	}
	return out
}

// named is the length of the text before the first of some signs, and the index of the argument that
// it names; -1 if it names none.
func named(text []rune, args []bot.Arg, signs string) (n, at int) {
	n = max(0, slices.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(signs, r) }))
	return n, slices.IndexFunc(args, func(a bot.Arg) bool {
		return text[n] != ' ' && words.Called(string(text[:n]), a.Name, a.Local, a.Label, a.Also)
	})
}

// untilFirst reads "until" or "to" at the beginning as the name of that argument, without = or :, as in
// "until December 24". It does so for no other name: groups may be called Quiet minds.
func untilFirst(text []rune, values []value, args []bot.Arg) []value {
	first, rest := leading(text, values)
	at := slices.IndexFunc(args, func(a bot.Arg) bool {
		return (a.Name == "until" || a.Name == "to") && words.Called(first, a.Name, a.Local)
	})
	if at < 0 || rest == "" {
		return values
	}
	if slices.ContainsFunc(values[1:], func(v value) bool { return v.arg == args[at].Name }) {
		return values
	}
	values[0].arg, values[0].text = args[at].Name, rest
	return values
}

// leading returns the first word of a text and the rest of its first value. Both are empty if
// the text begins with a quotation or with the name of an argument.
func leading(text []rune, values []value) (first, rest string) {
	if len(values) == 0 || quotation(text) > 0 {
		return "", ""
	}
	if first, rest, _ = strings.Cut(values[0].text, " "); !strings.HasPrefix(string(text), first) {
		return "", ""
	}
	return first, rest
}

// misnamed finds a word that was probably meant as the name of an argument, but would become
// part of a value; "" if there is none. It may be any word with = behind it; a word with :
// behind it that is like an argument's name; or the first word, if it is like the name of an
// argument other than the one that the words go to.
func misnamed(text []rune, values []value, args []bot.Arg) string {
	if len(args) == 0 {
		return ""
	}
	for _, n := range marked(text, args) {
		word := string(text[n.from : n.to-1])
		if n.name == "" && (looksNamed(text, n) || len(words.Nearest(word, args, bot.Arg.Names)) > 0) {
			return word
		}
	}
	first, more := leading(text, values)
	if more == "" || len(args) == 1 {
		return ""
	}
	next, _ := utf8.DecodeRuneInString(more)
	if named := values[0].arg == "name" || values[0].arg == "group"; named && !unicode.IsDigit(next) { // many names begin so: "Quiet minds"
		return ""
	}
	near := words.Nearest(first, args, bot.Arg.Names)
	if len(near) == 0 || near[0].Name == values[0].arg || near[0].Name == "group" { // "Grupo 7"
		return ""
	}
	return first
}

// looksNamed tells whether a word that is no argument's name was written like one: any letters
// with = behind them, or with : and directly the value, as in "fecha:cada jueves". "Circle: evening",
// an address and a channel ("slack:C0123456789") are not.
func looksNamed(text []rune, n name) bool {
	word, value := string(text[n.from:n.to-1]), text[n.to:]
	channels := []bot.Platform{bot.Discord, bot.Slack, bot.Playground}
	switch {
	case strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }):
		return false
	case text[n.to-1] == '=':
		return true
	case len(value) == 0 || slices.Contains(channels, bot.Platform(strings.ToLower(word))):
		return false
	}
	return unicode.IsLetter(value[0]) || unicode.IsDigit(value[0]) || opening(value[0]) != 0
}

// maxName bounds an argument's name in any language, with the mark behind it.
const maxName = 40

// opening returns the kind of quotation that a mark opens: ' or ", or a curly one as phones
// write it; 0 if r opens none.
func opening(r rune) rune {
	switch {
	case r == '"', r == '\'':
		return r
	case strings.ContainsRune("“”„‟«»", r):
		return '“'
	case strings.ContainsRune("‘’‚‛", r):
		return '‘'
	}
	return 0
}

// closes tells whether a mark ends a quotation of a kind.
func closes(r, kind rune) bool {
	return opening(r) == kind || kind == '“' && r == '"' || kind == '‘' && r == '\''
}

// quotation is the length in runes of the quotation at the beginning of a text, with the
// spaces before it; 0 if there is none. A mark closes it only at the end of a word, and not
// after a backslash.
func quotation(text []rune) int {
	from := 0
	for from < len(text) && text[from] == ' ' {
		from++
	}
	if from == len(text) {
		return 0
	}
	kind := opening(text[from])
	for i := from + 1; kind != 0 && i < len(text); i++ {
		switch {
		case escaped(text[i:]):
			i++
		case closes(text[i], kind) && (i+1 == len(text) || text[i+1] == ' '):
			return i + 1
		}
	}
	return 0
}

// unquote removes the quotes around a whole value, and the backslashes before marks in it. In
// a text that is not quoted as a whole, it makes one space of several.
func unquote(text []rune) string {
	s := strings.TrimSpace(string(text))
	runes := []rune(s)
	if n := quotation(runes); n == 0 || n < len(runes) {
		return strings.Join(strings.Fields(s), " ")
	}
	var b strings.Builder
	for inner := runes[1 : len(runes)-1]; len(inner) > 0; inner = inner[1:] {
		if escaped(inner) {
			inner = inner[1:]
		}
		b.WriteRune(inner[0])
	}
	return strings.TrimSpace(b.String())
}

// Quote writes a value so that Read takes it as it is.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// escaped reports whether a text begins with a backslash that protects the next character.
func escaped(text []rune) bool {
	return len(text) > 1 && text[0] == '\\' && (text[1] == '"' || text[1] == '\\')
}
